//! From a page's rows and samples to a tree of parameters.
//!
//! The response's nesting comes from the sample, the request's from the sample code (see [`super::align`] for the
//! rule); the border between an example and a description on one line comes from the value that the sample repeats.

use super::align::{Item, Spot, align};
use super::code::{self, squeeze};
use super::described::{Described, Findings, Param, Refusal, Source};
use super::page::{Level, Page, Row};
use super::recover;
use super::root;
use super::shape::Shapes;
use super::split;
use super::tree::Map;
use super::vendor_type::{Base, VendorType};
use opentop_model::diagnostic::Code;
use opentop_model::model::{ErrorRow, Samples, element_name};
use opentop_model::text::shown;

/// One side of a method: its sample as a tree, and how names are compared.
struct Side<'a> {
    sample: Option<(&'a Shapes, usize)>,
    request: bool,
    /// Where nesting is shown, for messages.
    shown_by: &'static str,
    /// Whether a value that the samples do not show is none.
    complete: bool,
    /// Of a request.
    code: Option<&'a code::Code>,
}

pub(super) fn describe(page: Page, findings: &mut Findings) -> Result<Described, Refusal> {
    let code = code::read(&page.code.text);
    let root = root::of_answer(&page);
    let method = root::method(&page, code.as_ref(), root.as_ref(), findings)?;
    root::report_cut(&page, code.as_ref(), findings);
    let response = root.as_ref().map(|(shapes, root)| (shapes, *root));
    if response.is_none() && page.response.iter().any(|row| row.level != Level::Top) {
        let at = page.response[0].at;
        let message = "the page has no sample of an answer that can be read";
        let help = "compare the nesting of the response with the page";
        findings.warn(Code::UnreadableSample, at, message, "nested rows are placed by rule", help);
    }
    let values = code.as_ref().map(|code| (&code.shapes, 0));
    let nesting = code.as_ref().filter(|code| code.shows_nesting).map(|code| (&code.shapes, 0));
    let complete = code.as_ref().is_some_and(|code| !code.cut);
    let request = Side { sample: nesting, request: true, shown_by: "the sample code", complete, code: code.as_ref() }
        .params(&page.request, values, findings);
    root::report_unlisted(&page, code.as_ref(), &request, findings);
    let complete = response.is_some() && !root::is_cut(&page.sample);
    let response = Side { sample: response, request: false, shown_by: "the sample", complete, code: None }.params(
        &page.response,
        response,
        findings,
    );
    let samples = samples(&page);
    let errors = if page.errors.is_empty() { error_of(&page.error_sample.best().text) } else { page.errors };
    Ok(Described {
        at: page.at,
        dialect: if page.is_message { None } else { root::dialect(&method, page.at, page.incoming, findings) },
        is_message: page.is_message,
        method,
        title: page.title,
        description: page.description,
        breadcrumb: page.breadcrumb,
        deprecated: page.deprecated,
        session: code.and_then(|code| code.session),
        said_session: page.session,
        request,
        response,
        samples,
        sample_at: page.sample.best().at,
        errors,
        source: Source::Page,
        used: page.used,
    })
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

impl Side<'_> {
    /// The rows as a tree. `values` shows examples, even where it does not show the nesting.
    fn params(&self, rows: &[Row], values: Option<(&Shapes, usize)>, findings: &mut Findings) -> Vec<Param> {
        let types: Vec<VendorType> = rows.iter().map(|row| VendorType::read(&row.ty)).collect();
        let items: Vec<Item> =
            rows.iter().zip(&types).enumerate().map(|(at, (row, ty))| self.item(row, ty, rows.get(at + 1))).collect();
        let spots = align(&items, self.sample);
        let mut params: Vec<Param> = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let spot = spots[at];
            let mut param = param(row);
            let value = self.value(&items[at], spot, values);
            let sampled = self.complete && values.is_some();
            split::divide(row, &types[at], value, sampled, &mut param, findings);
            settle(row, &types[at], value, &mut param);
            if row.lone && value.is_none() && !sampled {
                split::lone(row, &types[at], &mut param, findings);
            }
            if self.request && param.example.is_empty() && types[at].is_scalar() {
                // A dump that lost the cell.
                value.unwrap_or_default().trim().clone_into(&mut param.example);
            }
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

    fn item(&self, row: &Row, ty: &VendorType, next: Option<&Row>) -> Item {
        let mut name = if self.request { squeeze(&row.name) } else { row.name.clone() };
        // Java sets JSON by `setExtraString`.
        if self.request && ty.base != Base::Scalar("String") && row.level == Level::Top {
            let named = |name: &str| {
                self.sample.is_some_and(|(shapes, root)| {
                    shapes.nodes[root].children.iter().any(|&id| shapes.nodes[id].name == name)
                })
            };
            let long = format!("{name}string");
            if !named(&name) && named(&long) {
                name = long;
            }
        }
        let object = !ty.is_scalar() || row.holds_fields == Some(true) || self.holds_objects(row, ty, next);
        // An object's example is often `null`, and sample code leaves out what has no example.
        let expected = !self.request || !matches!(row.example.as_str(), "" | "null");
        let element = element_name(ty.element_of());
        Item { name, level: row.level, object, holds_fields: row.holds_fields, list: ty.list, element, expected }
    }

    /// Whether a list of single values has, in the sample, elements with fields, the next row among them.
    fn holds_objects(&self, row: &Row, ty: &VendorType, next: Option<&Row>) -> bool {
        let (Some((shapes, _)), Some(next), false) = (self.sample, next, self.request) else { return false };
        ty.is_scalar()
            && ty.list
            && shapes.nodes.iter().filter(|node| node.name == row.name).any(|node| {
                node.children.iter().any(|&element| {
                    shapes.nodes[element].children.iter().any(|&field| shapes.nodes[field].name == next.name)
                })
            })
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
        let (Some((shapes, _)), Some(node)) = (self.sample, spot.node) else { return };
        let elements = super::align::elements(shapes, node, item, None);
        let Some(&element) = elements.first().filter(|&&element| shapes.has_fields(element)) else { return };
        param.children = match self.code {
            Some(code) => recover::from_code(code, element, row, 0),
            None => recover::recovered(shapes, element, row, 0),
        };
        if param.children.is_empty() {
            return;
        }
        let names: Vec<&str> = param.children.iter().map(|child| child.name.as_str()).collect();
        let by = if self.request { "the sample code" } else { "the sample" };
        let message =
            format!("the fields of `{}` stand in {by} alone: {}", row.name, opentop_model::text::listed(names));
        findings.warn(
            Code::FieldsFromSample,
            row.at,
            message,
            "no rows for its fields",
            "give the fields their types and descriptions",
        );
    }
}

fn param(row: &Row) -> Param {
    // A dash stands where there is nothing to say.
    let said = |text: &str| if text.trim() == "-" { String::new() } else { text.to_owned() };
    Param {
        at: row.at,
        name: row.name.clone(),
        ty: row.ty.clone(),
        required: row.required,
        example: said(&row.example),
        description: said(&row.description),
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

/// Where only the sample tells whether a cell is an example or a description.
fn settle(row: &Row, ty: &VendorType, value: Option<&str>, param: &mut Param) {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    if row.undivided.is_none()
        && param.example.is_empty()
        && value.is_some_and(|value| value == param.description.trim())
    {
        // A nested row without a description.
        param.example = std::mem::take(&mut param.description);
    } else if row.slid && param.description.is_empty() && value != Some(param.example.trim()) {
        let chinese = param.example.contains(|letter: char| !letter.is_ascii());
        if !ty.is_scalar() && !param.example.starts_with(['{', '[']) && param.example != "null"
            || ty.is_scalar() && chinese
        {
            param.description = std::mem::take(&mut param.example);
        }
    }
}

fn samples(page: &Page) -> Samples {
    let text = |sample: &super::page::Sample| Some(sample.text.clone()).filter(|text| !text.trim().is_empty());
    Samples {
        response_xml: text(&page.sample.xml).map(|text| super::xml::tidy(&text)),
        response_json: text(&page.sample.json),
        error_xml: text(&page.error_sample.xml).map(|text| super::xml::tidy(&text)),
        error_json: text(&page.error_sample.json),
    }
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
    vec![ErrorRow { code, message: text("sub_msg").unwrap_or_default(), solution: String::new(), executed: None }]
}
