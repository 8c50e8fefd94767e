//! What a page's samples tell of the method as a whole: its answer's root, its name, its dialect, and whether something
//! broke off.

use std::collections::HashSet;

use super::code::{Code as SampleCode, snake, squeeze};
use super::described::{Dialect, Findings, Param, Refusal};
use super::page::{Level, NAMESPACES, Page, Samples};
use super::shape::Shapes;
use opentop_model::diagnostic::{Code, Place};
use opentop_model::text::{listed, shown};

/// The sample of the answer as a tree, and the node whose children are the answer's fields.
pub(super) fn of_answer(page: &Page) -> Option<(Shapes, usize)> {
    let known = |name: &str| page.response.iter().any(|row| row.level != Level::Nested && row.name == name);
    let xml = !page.sample.xml.text.is_empty();
    answer(&page.sample.best().text, xml, known)
}

/// A sample as a tree, and the node of the answer. `known`: whether the answer has a field of a name.
pub(super) fn answer(text: &str, xml: bool, known: impl Fn(&str) -> bool) -> Option<(Shapes, usize)> {
    let (shapes, root) = if xml { Shapes::from_xml(text) } else { Shapes::from_json(text).ok()? };
    if !shapes.has_fields(root) {
        return None;
    }
    let children = &shapes.nodes[root].children;
    if let Some(&answer) = children.iter().find(|&&id| shapes.nodes[id].name.ends_with("_response")) {
        return Some((shapes, answer));
    }
    // An answer without an envelope has some root of its own, or none: the fields of the table stand below it.
    let count = |id: usize| shapes.nodes[id].children.iter().filter(|&&id| known(&shapes.nodes[id].name)).count();
    let own = count(root);
    let inner = match children.as_slice() {
        [only] if shapes.has_fields(*only) => Some(*only),
        _ => None,
    };
    // XML has one root, whatever its name; a JSON object holds the fields themselves.
    let answer = inner.filter(|&id| count(id) > own || own == 0 && xml).unwrap_or(root);
    Some((shapes, answer))
}

/// The method's name: above the tables, else in NodeJS code, else made of the sample's root or of the request's class.
pub(super) fn method(
    page: &Page,
    code: Option<&SampleCode>,
    root: Option<&(Shapes, usize)>,
    findings: &mut Findings,
) -> Result<String, Refusal> {
    if let Some(method) = page.method.clone().or_else(|| code.and_then(|code| code.method.clone())) {
        return Ok(method);
    }
    let envelope = root.and_then(|(shapes, root)| shapes.nodes[*root].name.strip_suffix("_response"));
    let class = code.and_then(|code| code.class.as_deref());
    let agrees = envelope.is_none_or(|name| class.is_none_or(|class| squeeze(class) == squeeze(name)));
    // A page that is cut before the sample has the class alone: its words begin with capitals.
    let name = envelope.map(str::to_owned).or_else(|| class.map(snake)).filter(|_| agrees);
    let Some(name) = name else {
        let help = "write the method's name and title above the tables, as on the site: `alibaba.example.get (title)`";
        let message = "the page does not name its method";
        return Err(Refusal::new(Code::NotAnApiPage, page.at, message, "no method above the tables", help));
    };
    let words = name.replace('_', ".");
    let known = NAMESPACES.contains(&words.split('.').next().unwrap_or(""));
    let method = if known { words } else { format!("taobao.{words}") };
    let of = if envelope.is_some() { "the root of its sample" } else { "the class of its sample code" };
    let message = format!("the page does not name its method: {} is made of {of}", shown(&method));
    let help = "compare it with the title of the page; write the right name above the tables and import again";
    let code_at = page.code.places.first().copied().unwrap_or(page.at);
    let at = if envelope.is_some() { page.sample.best().at } else { code_at };
    findings.warn(Code::MethodFromSample, at, message, "this sample", help);
    Ok(method)
}

/// How the method differs from those that the gateway serves.
pub(super) fn dialect(method: &str, at: Place, incoming: Option<Place>, findings: &mut Findings) -> Option<Dialect> {
    let qimen = method.starts_with("qimen.") || method.starts_with("taobao.qimen.");
    if qimen {
        let because = "the method's name begins with `qimen`: it signs its body and wants a customer's number";
        let message = "the method belongs to Qimen, which another protocol carries";
        let help = "the spec says `dialect: { name: qimen }`; send it with a client that was built with `.qimen(…)`, and answer it as a call of the platform";
        findings.warn(Code::OtherDialect, incoming.unwrap_or(at), message, "another protocol", help);
        return Some(Dialect { name: "qimen", because });
    }
    let at = incoming?;
    let because = "the page shows how a signature is refused (验签示例): the platform makes this call";
    findings.warn(
        Code::OtherDialect,
        at,
        "the platform makes this call, to an address of yours",
        "how a signature is refused",
        "the spec says `dialect: { name: spi }`; read it with `opentop::spi`",
    );
    Some(Dialect { name: "spi", because })
}

/// Reports samples that break off.
pub(super) fn report_cut(page: &Page, code: Option<&SampleCode>, findings: &mut Findings) {
    let help = "save the page again, whole, or complete the sample in the spec";
    let written = page.code.text.contains(['(', '{', ';', '\'', '"']);
    if code.is_none() && written {
        let message = "the sample code cannot be read: it shows neither the nesting nor the examples of the request";
        page.code.places.iter().for_each(|at| findings.warn(Code::UnreadableSample, *at, message, "this code", help));
    }
    if code.is_some_and(|code| code.cut) {
        let message = "the sample code breaks off before the call: it shows neither the nesting nor a session";
        page.code.places.iter().for_each(|at| findings.warn(Code::IncompletePage, *at, message, "this code", help));
    }
    for (kind, sample) in [("answer", &page.sample), ("error", &page.error_sample)] {
        if let Some(open) = (!sample.xml.text.is_empty()).then(|| left_open(&sample.xml.text)).flatten() {
            let message = format!("the sample {kind} breaks off: {} is never closed", shown(&format!("<{open}>")));
            findings.warn(Code::IncompletePage, sample.xml.at, message, "kept as it is", help);
        }
        if !sample.json.text.is_empty() && super::json::strict(&sample.json.text).is_err() {
            let help = "correct the sample, so that it can be answered by the sandbox and read by a test";
            let message = format!("the page's sample {kind} is broken JSON: it was read as far as it goes");
            findings.warn(Code::UnreadableSample, sample.json.at, message, "kept as it is", help);
        }
    }
}

/// Whether a sample ends before its end: what it does not show may have stood behind.
pub(super) fn is_cut(samples: &Samples) -> bool {
    let sample = &samples.best().text;
    if sample.starts_with('<') { left_open(sample).is_some() } else { super::json::strict(sample).is_err() }
}

/// The first element that a sample leaves open.
fn left_open(text: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at..];
        if let Some(end) = ["<!--", "<![CDATA["].iter().find(|start| tag.starts_with(**start)).map(|start| {
            let close = if *start == "<!--" { "-->" } else { "]]>" };
            tag.find(close).map_or(tag.len(), |end| end + 3)
        }) {
            rest = &tag[end..];
            continue;
        }
        let Some(end) = tag.find('>') else { return Some(open.first().map_or("", |name| name).to_owned()) };
        let inner = tag[1..end].trim();
        if let Some(name) = inner.strip_prefix('/') {
            if let Some(at) = open.iter().rposition(|open| *open == name.trim()) {
                if at + 1 < open.len() {
                    return Some(open[at + 1].to_owned());
                }
                open.truncate(at);
            }
        } else if !inner.starts_with(['?', '!']) && !inner.ends_with('/') {
            let name = inner.split_whitespace().next().unwrap_or("");
            if name.starts_with(|first: char| first.is_alphabetic() || first == '_') && open.len() < 1_000 {
                open.push(name);
            }
        }
        rest = &tag[end + 1..];
    }
    open.first().map(|name| (*name).to_owned())
}

/// Reports what the sample code sets and no row or recovered field has.
pub(super) fn report_unlisted(page: &Page, code: Option<&SampleCode>, request: &[Param], findings: &mut Findings) {
    let Some(code) = code else { return };
    let mut known: HashSet<String> = HashSet::new();
    let mut open: Vec<&Param> = request.iter().collect();
    while let Some(param) = open.pop() {
        open.extend(&param.children);
        // What no name can be is left out, and its setter with it.
        if opentop_model::names::wire(&param.name).is_some() {
            continue;
        }
        let name = squeeze(&param.name);
        known.insert(format!("{name}string"));
        known.insert(name);
    }
    let mut missing: Vec<&str> = Vec::new();
    // Setters on objects that break off before the call are met as well.
    let set = code.shapes.nodes.iter().map(|node| node.name.as_str()).chain(code.spelt.keys().map(String::as_str));
    for name in set.filter(|name| !name.is_empty() && !known.contains(*name)) {
        let name = code.spelt.get(name).map_or(name, String::as_str);
        if !missing.contains(&name) {
            missing.push(name);
        }
    }
    if missing.is_empty() {
        return;
    }
    missing.sort_unstable();
    let more = missing.len().saturating_sub(10);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!(
        "the sample code sets {}{more}, and the table of the request does not list it",
        listed(missing.iter().take(10).copied())
    );
    let help = "add the parameter to `request`, if the method has it";
    for at in &page.code.places {
        findings.warn(Code::UnlistedParameter, *at, message.as_str(), "this code", help);
    }
}
