//! From a page's rows and samples to a tree of parameters.
//!
//! In: a [`Page`]. Out: a [`Described`]. The response's nesting comes from the sample, the request's from the sample
//! code (see [`super::align`] for the
//! rule); the border between an example and a description on one line comes from the value that the sample repeats.

use super::align::{Item, Spot, align};
use super::code::{self, squeeze};
use super::described::{Described, Findings, Param, Refusal, Source};
use super::page::{Page, Row};
use super::shape::Shapes;
use super::split;
use super::tree::Map;
use super::vendor_type::VendorType;
use opentop_model::diagnostic::Code;
use opentop_model::model::{ErrorRow, Samples, element_name};
use opentop_model::text::shown;

/// One side of a method: its sample as a tree, and how names are compared.
struct Side<'a> {
    sample: Option<(&'a Shapes, usize)>,
    request: bool,
    /// Where nesting is shown, for messages.
    shown_by: &'static str,
}

pub(super) fn describe(page: Page, findings: &mut Findings) -> Result<Described, Refusal> {
    let code = code::read(&page.code);
    let root = sample_root(&page);
    let Some(method) = page.method.clone().or_else(|| code.as_ref().and_then(|code| code.method.clone())) else {
        let help = "write the method's name and title above the tables, as on the site: `alibaba.example.get (title)`";
        return Err(Refusal::new(
            Code::NotAnApiPage,
            page.at,
            "the page does not name its method",
            "no method above the tables",
            help,
        ));
    };
    let response = root.as_ref().map(|(shapes, root)| (shapes, *root));
    if response.is_none() && page.response.iter().any(|row| row.level != super::page::Level::Top) {
        let at = page.response[0].at;
        let help = "compare the nesting of the response with the page";
        findings.warn(
            Code::UnreadableSample,
            at,
            "the page has no sample of an answer that can be read",
            "nested rows are placed by rule",
            help,
        );
    }
    let request = code.as_ref().map(|code| (&code.shapes, 0));
    let nesting = code.as_ref().filter(|code| code.shows_nesting).map(|code| (&code.shapes, 0));
    let request =
        Side { sample: nesting, request: true, shown_by: "the sample code" }.params(&page.request, request, findings);
    let response =
        Side { sample: response, request: false, shown_by: "the sample" }.params(&page.response, response, findings);
    let samples = samples(&page);
    if samples.response_json.as_ref().is_some_and(|text| super::json::strict(text).is_err()) {
        let help = "correct the sample, so that it can be answered by the sandbox and read by a test";
        findings.warn(
            Code::UnreadableSample,
            page.at,
            "the page's sample answer is broken JSON: it was read as far as it goes",
            "kept as it is",
            help,
        );
    }
    let errors = if page.errors.is_empty() { error_of(&page.error_sample) } else { page.errors };
    Ok(Described {
        at: page.at,
        method,
        title: page.title,
        description: page.description,
        breadcrumb: page.breadcrumb,
        deprecated: page.deprecated,
        session: code.and_then(|code| code.session),
        request,
        response,
        samples,
        errors,
        source: Source::Page,
    })
}

/// The sample of the answer as a tree, and the node whose children are the answer's fields.
fn sample_root(page: &Page) -> Option<(Shapes, usize)> {
    let json = is_json(&page.sample);
    let (shapes, root) = if json { Shapes::from_json(&page.sample).ok()? } else { Shapes::from_xml(&page.sample) };
    if !shapes.has_fields(root) {
        return None;
    }
    let children = &shapes.nodes[root].children;
    let enveloped = children.iter().copied().find(|&id| shapes.nodes[id].name.ends_with("_response"));
    // XML has one root, whatever its name; a JSON object without envelope holds the fields themselves.
    let answer = enveloped.or(if json { None } else { children.first().copied() }).unwrap_or(root);
    Some((shapes, answer))
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

impl Side<'_> {
    /// The rows as a tree. `values` shows examples, even where it does not show the nesting.
    fn params(&self, rows: &[Row], values: Option<(&Shapes, usize)>, findings: &mut Findings) -> Vec<Param> {
        let types: Vec<VendorType> = rows.iter().map(|row| VendorType::read(&row.ty)).collect();
        let items: Vec<Item> = rows.iter().zip(&types).map(|(row, ty)| self.item(row, ty)).collect();
        let spots = align(&items, self.sample);
        let mut params: Vec<Param> = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let spot = spots[at];
            let mut param = param(row);
            let value = self.value(&items[at], spot, values);
            split::divide(row, &types[at], value, values.is_some(), &mut param, findings);
            if spot.guessed {
                self.report(row, spot, rows, findings);
            }
            self.note_list(&items, at, spot, &types[at], &mut param, findings);
            params.push(param);
        }
        let childless: Vec<bool> =
            (0..rows.len()).map(|at| !spots.iter().any(|spot| spot.parent == Some(at))).collect();
        for (at, row) in rows.iter().enumerate().filter(|(at, _)| childless[*at] && items[*at].object) {
            self.recover(row, &items[at], spots[at], &mut params[at], findings);
        }
        tree(params, &spots)
    }

    fn item(&self, row: &Row, ty: &VendorType) -> Item {
        let name = if self.request { squeeze(&row.name) } else { row.name.clone() };
        let object = !ty.is_scalar() || row.holds_fields == Some(true);
        // An object's example is often `null`, and sample code leaves out what has no example.
        let expected = !self.request || !matches!(row.example.as_str(), "" | "null");
        let element = element_name(ty.element_of());
        Item { name, level: row.level, object, holds_fields: row.holds_fields, list: ty.list, element, expected }
    }

    /// The value that the sample shows for a row; of a list, its first element.
    fn value<'s>(&self, item: &Item, spot: Spot, values: Option<(&'s Shapes, usize)>) -> Option<&'s str> {
        let (shapes, root) = values?;
        let mut node = match spot.node {
            Some(node) => node,
            // Sample code without objects shows top-level values still.
            None if spot.parent.is_none() => {
                *shapes.nodes[root].children.iter().find(|&&id| shapes.nodes[id].name == item.name)?
            }
            None => return None,
        };
        while let Some(&child) = shapes.nodes[node].children.first() {
            node = child;
        }
        Some(&shapes.nodes[node].text)
    }

    fn report(&self, row: &Row, spot: Spot, rows: &[Row], findings: &mut Findings) {
        let parent = spot.parent.map_or_else(|| "the top level".to_owned(), |parent| shown(&rows[parent].name));
        let message = if self.sample.is_some() {
            format!("{} does not show `{}`: placed in {parent}, with its neighbours", self.shown_by, row.name)
        } else {
            format!("nothing shows where `{}` belongs: placed in {parent}, by its neighbours", row.name)
        };
        findings.warn(
            Code::NestingGuessed,
            row.at,
            message,
            "this row",
            "check its place in the spec, and move it if it stands elsewhere on the page",
        );
    }

    /// Notes how a sample shows a list: the name of its elements, or that the type says otherwise.
    fn note_list(
        &self,
        items: &[Item],
        at: usize,
        spot: Spot,
        ty: &VendorType,
        param: &mut Param,
        findings: &mut Findings,
    ) {
        let (Some((shapes, _)), Some(node), false) = (self.sample, spot.node, self.request) else { return };
        let following = items.get(at + 1).map(|item| item.name.as_str());
        let children = &shapes.nodes[node].children;
        let Some(&first) = children.first() else { return };
        let name = &shapes.nodes[first].name;
        let wraps = super::align::elements(shapes, node, &items[at], following) != [node];
        if ty.list && wraps && !name.is_empty() && *name != items[at].element {
            param.element = Some(name.clone());
        }
        if !ty.list && wraps {
            let message = format!("the sample shows `{}` as a list, and the table does not", param.name);
            findings.warn(Code::UnclearType, param.at, message, "no `[]`", "accept or delete the suggested type");
            param.suggested.push("type", format!("{} []", ty.element_of()));
        } else if ty.list && !wraps && items[at].object {
            let message = format!("the table shows `{}` as a list, and the sample does not", param.name);
            findings.warn(Code::UnclearType, param.at, message, "a list", "accept or delete the suggested type");
            param.suggested.push("type", ty.element_of());
        }
    }

    /// Fields that stand in the sample alone, where the table lost them.
    fn recover(&self, row: &Row, item: &Item, spot: Spot, param: &mut Param, findings: &mut Findings) {
        let (Some((shapes, _)), Some(node), false) = (self.sample, spot.node, self.request) else { return };
        let elements = super::align::elements(shapes, node, item, None);
        let Some(&element) = elements.first().filter(|&&element| shapes.has_fields(element)) else { return };
        param.children = recovered(shapes, element, row, 0);
        let names: Vec<&str> = param.children.iter().map(|child| child.name.as_str()).collect();
        let message =
            format!("the fields of `{}` stand in the sample alone: {}", row.name, opentop_model::text::listed(names));
        findings.warn(
            Code::FieldsFromSample,
            row.at,
            message,
            "no rows for its fields",
            "give the fields their types and descriptions",
        );
    }
}

/// Fields as a sample shows them: text, unless there is something inside.
fn recovered(shapes: &Shapes, node: usize, row: &Row, depth: usize) -> Vec<Param> {
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
                _ => (child, false),
            };
            param.children = recovered(shapes, element, row, depth + 1);
            let base = if param.children.is_empty() { "String" } else { "" };
            param.ty = if list { format!("{base} []") } else { base.to_owned() };
        }
        params.push(param);
    }
    params
}

fn param(row: &Row) -> Param {
    Param {
        at: row.at,
        name: row.name.clone(),
        ty: row.ty.clone(),
        required: row.required,
        example: row.example.clone(),
        description: row.description.clone(),
        limits: row.limits.clone(),
        element: None,
        suggested: Map::default(),
        children: Vec::new(),
    }
}

/// Hangs every parameter into its parent, from the last to the first: a parent always stands before its fields.
fn tree(params: Vec<Param>, spots: &[Spot]) -> Vec<Param> {
    let mut waiting: Vec<Option<Param>> = params.into_iter().map(Some).collect();
    let mut fields: Vec<Vec<Param>> = (0..waiting.len()).map(|_| Vec::new()).collect();
    let mut top = Vec::new();
    for at in (0..waiting.len()).rev() {
        let Some(mut param) = waiting[at].take() else { continue };
        if !fields[at].is_empty() {
            param.children = std::mem::take(&mut fields[at]);
            param.children.reverse();
        }
        match spots[at].parent {
            Some(parent) if parent < at => fields[parent].push(param),
            _ => top.push(param),
        }
    }
    top.reverse();
    top
}

fn samples(page: &Page) -> Samples {
    let mut samples = Samples::default();
    for (text, xml, json) in [
        (&page.sample, &mut samples.response_xml, &mut samples.response_json),
        (&page.error_sample, &mut samples.error_xml, &mut samples.error_json),
    ] {
        if text.trim().is_empty() {
            continue;
        }
        if is_json(text) { *json = Some(text.clone()) } else { *xml = Some(super::xml::tidy(text)) }
    }
    samples
}

/// The error that the page's sample of an error shows.
fn error_of(sample: &str) -> Vec<ErrorRow> {
    let shapes = if is_json(sample) {
        Shapes::from_json(sample).ok().map(|(shapes, _)| shapes)
    } else {
        Some(Shapes::from_xml(sample).0)
    };
    let Some(shapes) = shapes else { return Vec::new() };
    let text = |name: &str| {
        shapes.nodes.iter().find(|node| node.name == name).map(|node| node.text.clone()).filter(|text| !text.is_empty())
    };
    let Some(code) = text("sub_code") else { return Vec::new() };
    vec![ErrorRow { code, message: text("sub_msg").unwrap_or_default(), solution: String::new() }]
}
