//! Reads a page's sample code: the nesting of the request, an example value per parameter, and whether a session is passed.
//!
//! The code is Java (setters on objects that are put into lists and other objects) or NodeJS (one object literal). Java names
//! are setters (`setBrandId`). [`squeeze`] makes them comparable with wire names.

use std::collections::HashMap;

use super::json;
use super::shape::Shapes;
use opentop_model::model::Session;

/// Objects within objects are followed this far.
const MAX_DEPTH: usize = 64;
/// More calls than any sample makes.
const MAX_CALLS: usize = 50_000;

/// What sample code shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Code {
    /// The request's parameters, below node 0; names are squeezed.
    pub(super) shapes: Shapes,
    /// Whether it builds objects: only then does it show the nesting.
    pub(super) shows_nesting: bool,
    pub(super) session: Option<Session>,
    /// The method it names.
    pub(super) method: Option<String>,
    /// The request's class: `AlibabaExampleGet` of `AlibabaExampleGetRequest`.
    pub(super) class: Option<String>,
    /// Whether it breaks off before the call.
    pub(super) cut: bool,
    /// Setters by their squeezed names, as the wire may spell them: `brandid` is `brand_id`.
    pub(super) spelt: HashMap<String, String>,
    /// The types of literals, by their nodes.
    pub(super) types: HashMap<usize, &'static str>,
}

/// A name without what Java's spelling changes: `brand_id` and `setBrandId`'s `BrandId` are both `brandid`.
pub(super) fn squeeze(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Reads sample code; `None` if it is neither of the two, nor a body.
pub(super) fn read(text: &str) -> Option<Code> {
    if text.contains(".set") || text.contains("Request req") {
        return java(text);
    }
    node(text).or_else(|| body(text))
}

/// The body of an incoming call, as JSON or XML.
fn body(text: &str) -> Option<Code> {
    let start = text.find(['{', '<'])?;
    let before = text[..start].trim();
    if !before
        .chars()
        .all(|letter| letter.is_alphanumeric() || letter.is_whitespace() || "•-*#`/.+示例".contains(letter))
    {
        return None;
    }
    let text = &text[start..];
    let (mut shapes, root) = if text.starts_with('{') {
        Shapes::from_json(text).ok()?
    } else {
        let (shapes, root) = Shapes::from_xml(text);
        let only = shapes.nodes[root].children.first().copied()?;
        (shapes, only)
    };
    if !shapes.has_fields(root) {
        return None;
    }
    // The parameters stand below node 0.
    if root != 0 {
        shapes.nodes[0] = std::mem::take(&mut shapes.nodes[root]);
    }
    for node in &mut shapes.nodes {
        node.name = squeeze(&node.name);
    }
    let shows_nesting = shapes.nodes[0].children.iter().any(|&id| shapes.has_fields(id));
    Some(Code { shapes, shows_nesting, ..Code::default() })
}

/// What a variable holds: calls on it, in order.
#[derive(Debug, Default)]
struct Variable {
    fields: Vec<(String, Argument)>,
    items: Vec<String>,
}

#[derive(Debug)]
enum Argument {
    Variable(String),
    /// A literal, and the type it shows.
    Text(String, &'static str),
}

fn java(text: &str) -> Option<Code> {
    let mut variables: HashMap<String, Variable> = HashMap::new();
    let mut request = "req".to_owned();
    let mut session = None;
    let mut class = None;
    let mut spelt = HashMap::new();
    for statement in statements(text).into_iter().take(MAX_CALLS) {
        if let Some(arguments) = after_call(&statement, "client.execute(") {
            let (first, rest) =
                arguments.split_once(',').map_or((arguments, None), |(first, rest)| (first, Some(rest)));
            request = first.trim().to_owned();
            session = Some(if rest.is_some() { Session::Required } else { Session::None });
        } else if let Some(name) = request_class(&statement).filter(|_| class.is_none()) {
            class = Some(name.to_owned());
        } else if let Some(call) = Call::read(&statement) {
            let variable = variables.entry(call.holder).or_default();
            match call.field {
                Some(field) => {
                    spelt.entry(squeeze(&field)).or_insert_with(|| snake(&field));
                    variable.fields.push((squeeze(&field), argument(&call.argument)));
                }
                None => variable.items.push(call.argument),
            }
        }
    }
    let mut code = Code { spelt, class, cut: session.is_none(), session, ..Code::default() };
    code.shapes.add(None, "", "");
    code.shows_nesting = !code.cut;
    build(&mut code, 0, &request, &variables, &mut Vec::new());
    Some(code)
}

/// Statements, split at semicolons outside of quotes.
fn statements(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        match letter {
            // A string of Java ends with its line; this keeps a stray quote from swallowing the rest.
            '\n' if quoted => {
                (quoted, escaped) = (false, false);
                out.push(String::new());
                continue;
            }
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                out.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = out.last_mut() {
            last.push(letter);
        }
    }
    out
}

/// `XxxGet` of `XxxGetRequest req = …`.
fn request_class(statement: &str) -> Option<&str> {
    let at = statement.find("Request ")?;
    let start = at - statement[..at].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    let holder = statement[at + 8..].trim_start().starts_with("req");
    (holder && at > start).then(|| &statement[start..at])
}

/// The arguments of a call: what stands between `name(` and the last closing bracket.
fn after_call<'a>(statement: &'a str, name: &str) -> Option<&'a str> {
    let at = statement.find(name)? + name.len();
    let end = statement.rfind(')').filter(|&end| end >= at)?;
    Some(&statement[at..end])
}

/// `holder.setField(argument)` or `holder.add(argument)`.
struct Call {
    holder: String,
    /// The name behind `set`; none for `add`.
    field: Option<String>,
    argument: String,
}

impl Call {
    fn read(statement: &str) -> Option<Call> {
        let statement = statement.trim();
        let statement = &statement[..statement.rfind(')')?];
        let open = statement.find('(')?;
        let (target, argument) = (&statement[..open], statement[open + 1..].trim().to_owned());
        // Line numbers and declarations may stand in front of the holder.
        let target = target.trim().rsplit(|letter: char| letter.is_whitespace() || letter == '=').next()?;
        let (holder, function) = target.split_once('.')?;
        if function == "add" {
            return Some(Call { holder: holder.to_owned(), field: None, argument });
        }
        let field = function.strip_prefix("set")?;
        Some(Call { holder: holder.to_owned(), field: Some(field.to_owned()), argument })
    }
}

/// `brand_id` of `BrandId`.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// A literal's value, or the variable that is handed over.
fn argument(text: &str) -> Argument {
    if let (Some(from), Some(to)) = (text.find('"'), text.rfind('"'))
        && from < to
    {
        let ty = if text.contains("parseDateTime") { "Date" } else { "String" };
        return Argument::Text(unescape(&text[from + 1..to]), ty);
    }
    let is_name = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match text {
        "true" | "false" => Argument::Text(text.to_owned(), "Boolean"),
        "null" => Argument::Text(text.to_owned(), "String"),
        _ if is_name => Argument::Variable(text.to_owned()),
        _ => {
            let plain = text.trim_end_matches(['L', 'l', 'f', 'F', 'd', 'D']);
            let ty = if opentop_model::scalar::number(plain).is_some() { "Number" } else { "String" };
            Argument::Text(plain.to_owned(), ty)
        }
    }
}

fn unescape(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    quoted.push_str(text);
    quoted.push('"');
    json::lenient(&quoted).ok().and_then(|value| value.text()).unwrap_or_else(|| text.to_owned())
}

/// Adds what was set on `variable` below `parent`. A variable that holds itself is followed once.
fn build(code: &mut Code, parent: usize, variable: &str, all: &HashMap<String, Variable>, way: &mut Vec<String>) {
    let Some(held) = all.get(variable) else { return };
    if way.len() > MAX_DEPTH || code.shapes.nodes.len() > MAX_CALLS || way.iter().any(|name| name == variable) {
        return;
    }
    way.push(variable.to_owned());
    for (field, argument) in &held.fields {
        match argument {
            Argument::Text(text, ty) => {
                let id = code.shapes.add(Some(parent), field, text);
                code.types.insert(id, ty);
            }
            Argument::Variable(name) => {
                let id = code.shapes.add(Some(parent), field, "");
                build(code, id, name, all, way);
            }
        }
    }
    for item in &held.items {
        let text = if all.contains_key(item) { "" } else { item.trim_matches('"') };
        let id = code.shapes.add(Some(parent), "", text);
        build(code, id, item, all, way);
    }
    way.pop();
}

/// `client.execute('method', { … }, function…)`.
fn node(text: &str) -> Option<Code> {
    let at = text.find("client.execute(").map(|at| at + "client.execute(".len())?;
    let rest = &text[at..];
    let open = rest.find('{')?;
    let method = rest[..open].trim().trim_matches([',', '\'', '"', ' ']).to_owned();
    let value = json::lenient(&rest[open..]).ok()?;
    let mut shapes = Shapes::default();
    shapes.add(None, "", "");
    shapes.add_json(0, &value);
    // An object's value is JSON in quotes, where it is given at all.
    let mut shows_nesting = false;
    for id in 1..shapes.nodes.len() {
        shapes.nodes[id].name = squeeze(&shapes.nodes[id].name);
        let text = shapes.nodes[id].text.clone();
        if text.trim_start().starts_with(['{', '['])
            && let Ok(inner) = json::strict(text.trim())
        {
            shapes.add_json(id, &inner);
        }
        shows_nesting |= !shapes.nodes[id].children.is_empty();
    }
    for node in &mut shapes.nodes {
        node.name = squeeze(&node.name);
    }
    Some(Code { shapes, shows_nesting, method: (!method.is_empty()).then_some(method), ..Code::default() })
}

#[cfg(test)]
mod tests;
