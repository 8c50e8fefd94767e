//! Fields that stand in a sample alone, where a dump has lost their rows.

use super::code::Code as SampleCode;
use super::described::Param;
use super::page::Row;
use super::shape::Shapes;
use opentop_model::model::element_name;

/// Fields as a sample shows them: text, unless there is something inside.
pub(super) fn recovered(shapes: &Shapes, node: usize, row: &Row, depth: usize) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for &child in &shapes.nodes[node].children {
        let shape = &shapes.nodes[child];
        if shape.name.is_empty() || params.iter().any(|param| param.name == shape.name) {
            continue;
        }
        let mut param = Param {
            at: row.at,
            name: shape.name.clone(),
            ty: "String".to_owned(),
            example: shape.text.clone(),
            ..Param::default()
        };
        if shapes.has_fields(child) && depth < 16 {
            let (element, list) = match shape.children.as_slice() {
                [only, ..] if shapes.nodes[*only].name.is_empty() => (*only, true),
                [only, rest @ ..]
                    if !rest.is_empty() && rest.iter().all(|id| shapes.nodes[*id].name == shapes.nodes[*only].name) =>
                {
                    (*only, true)
                }
                // A list of one: its element is named after a type, or in the singular.
                [only] if shapes.has_fields(*only) && wraps_one(&shape.name, &shapes.nodes[*only].name) => {
                    (*only, true)
                }
                _ => (child, false),
            };
            param.children = recovered(shapes, element, row, depth + 1);
            // Elements are named after their type, by the vendor's rule.
            let named = Some(shapes.nodes[element].name.as_str()).filter(|name| list && !name.is_empty());
            let base = match named.map(type_of) {
                _ if param.children.is_empty() => "String".to_owned(),
                Some(ty) => ty,
                None => String::new(),
            };
            param.element = named.filter(|name| element_name(&base) != **name && !base.is_empty()).map(str::to_owned);
            param.ty = if list { format!("{base} []") } else { base };
        }
        params.push(param);
    }
    params
}

/// The type that elements of a name have: `gift_dto` are `GiftDto`.
fn type_of(element: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>())
    };
    element.split('_').map(capital).collect()
}

/// Whether a name with one element inside is a list, by both names.
fn wraps_one(list: &str, element: &str) -> bool {
    let typed = ["_d_t_o", "_v_o", "_d_o", "_dto", "_vo"].iter().any(|ending| element.ends_with(ending));
    let plural = list.ends_with('s') && !list.ends_with("ss") || list.ends_with("list") || list.ends_with("List");
    typed || plural
}

/// Fields of a request's object as sample code sets them: their names are those of setters, their types those of
/// literals.
pub(super) fn from_code(code: &SampleCode, node: usize, row: &Row, depth: usize) -> Vec<Param> {
    let shapes = &code.shapes;
    let mut params: Vec<Param> = Vec::new();
    for &child in &shapes.nodes[node].children {
        let shape = &shapes.nodes[child];
        let Some(name) = code.spelt.get(&shape.name).filter(|_| depth < 16) else { continue };
        if params.iter().any(|param| param.name == *name) {
            continue;
        }
        let mut param = Param {
            at: row.at,
            name: name.clone(),
            ty: code.types.get(&child).map_or_else(|| "Json".to_owned(), |ty| (*ty).to_owned()),
            required: Some(false),
            example: shape.text.clone(),
            ..Param::default()
        };
        if let Some(&first) = shape.children.first() {
            let list = shapes.nodes[first].name.is_empty();
            param.children = from_code(code, if list { first } else { child }, row, depth + 1);
            let base = match code.classes.get(if list { &first } else { &child }) {
                _ if param.children.is_empty() => code.types.get(&first).copied().unwrap_or("String"),
                class => class.map_or("", String::as_str),
            };
            param.ty = if list { format!("{base} []") } else { base.to_owned() };
            if list && param.children.is_empty() {
                let items: Vec<&str> = shape.children.iter().map(|&id| shapes.nodes[id].text.as_str()).collect();
                param.example = items.join(",");
            }
        }
        params.push(param);
    }
    params
}
