//! Writes the Markdown reference (`docs/<category>/<method>.md`, `docs/README.md`) and the crate's `README.md`.

use std::fmt::Write as _;

use super::example;
use super::listed::Listed;
use super::options::Options;
use crate::doctext::{code, fenced};
use crate::plan::{ApiPlan, CategoryPlan, Method, ModuleName, Plan, ReferenceRow, Side, StructPlan, error_table};
use opentop_model::files::{Comment, seal};
use opentop_model::model::{Effect, Protocol};

/// Where a method's page stands.
pub(super) fn path<A: Method>(category: &CategoryPlan<A>, api: &A) -> String {
    format!("docs/{}.md", name(category, api))
}

/// The same from the reference's folder, without the ending.
pub(super) fn name<A: Method>(category: &CategoryPlan<A>, api: &A) -> String {
    format!("{}/{}", category.module, file_name(api.method().as_str(), api.module()))
}

/// The method's name, where that is a safe file name; else its module's.
pub(super) fn file_name(method: &str, module: &ModuleName) -> String {
    let safe = method.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) && !method.starts_with('.');
    let name = if safe && !module.as_str().ends_with('_') && method.len() <= 200 { method } else { module.as_str() };
    // The page of the category stands beside it.
    let taken = ["readme", "index"].iter().any(|word| name.eq_ignore_ascii_case(word));
    if taken { format!("{name}-method") } else { name.to_owned() }
}

/// A method's page.
pub(super) fn of_method(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> (String, String) {
    let mut out = String::new();
    let crumbs = format!("[Reference](../README.md) / [`{}`](README.md)", category.module);
    let _ = writeln!(out, "{crumbs}\n\n# {}\n\n{}\n", api.title, code(api.method.as_str()));
    for line in &api.description {
        let _ = writeln!(out, "{line}\n");
    }
    for fact in &api.facts {
        let _ = writeln!(out, "- {}", fact.en);
    }
    let _ = writeln!(
        out,
        "- In Rust: `{}::api::{}::{}`, feature `{}`.",
        options.crate_name(),
        category.module,
        api.module,
        category.feature
    );
    if !api.is_message() {
        out.push_str("\n## Parameters\n\n");
        if api.request.fields.is_empty() {
            out.push_str("None.\n");
        } else {
            tables(api, &api.request, PARAMETERS, &mut out);
        }
    }
    out.push_str(if api.is_message() { "\n## Content\n\n" } else { "\n## Response\n\n" });
    if api.response.fields.is_empty() {
        out.push_str("No fields.\n");
    } else {
        tables(api, &api.response, FIELDS, &mut out);
    }
    rules(api, &mut out);
    if !api.errors.is_empty() {
        let _ = writeln!(out, "\n## Errors\n\n{}", error_table(&api.errors).join("\n"));
    }
    let _ = write!(out, "\n## Example\n\n{}", fenced("rust", example::call(category, api, options).as_str()));
    for (language, text) in &api.samples {
        let what = if api.is_message() { "Sample" } else { "Answer" };
        let _ = write!(out, "\n## {what} ({})\n\n{}", language.to_uppercase(), fenced(language, text));
    }
    let source = format!("{}/{}", options.spec, api.source);
    (path(category, api), seal(Comment::Markdown, &source, &out))
}

/// The heads of the tables of parameters, and of a response's fields.
const PARAMETERS: &str =
    "| Name | Type | Required | Example | Limits and rules | Description |\n| --- | --- | --- | --- | --- | --- |\n";
const FIELDS: &str = "| Name | Type | Example | Values | Description |\n| --- | --- | --- | --- | --- |\n";

/// The table of the request or the response, and one for each type that is used in several places.
fn tables(api: &ApiPlan, object: &StructPlan, head: &str, out: &mut String) {
    let shared = shared(api, object);
    let side = if head == PARAMETERS { "request" } else { "response" };
    out.push_str(head);
    rows(api, object, 0, (&shared, side), out);
    for object in &shared {
        let _ = write!(out, "\n### {} ({side})\n\n{head}", code(object.name.as_str()));
        rows(api, object, 0, (&shared, side), out);
    }
}

/// The types that `root` leads to in several places, or within themselves, in the order in which they are met.
fn shared<'a>(api: &'a ApiPlan, root: &'a StructPlan) -> Vec<&'a StructPlan> {
    let (mut seen, mut shared, mut open) = (Vec::new(), Vec::new(), vec![root]);
    let is = |known: &[&StructPlan], object: &StructPlan| known.iter().any(|known| std::ptr::eq(*known, object));
    while let Some(object) = open.pop() {
        let nested =
            object.fields.iter().filter_map(|field| field.ty.object().and_then(|reference| api.object(reference)));
        for nested in nested {
            if !is(&seen, nested) {
                seen.push(nested);
                open.push(nested);
            } else if !is(&shared, nested) {
                shared.push(nested);
            }
        }
    }
    shared
}

/// The rows of an object, those of nested ones below their field; a shared type has a table of its own, to which its fields link.
fn rows(api: &ApiPlan, object: &StructPlan, depth: usize, shared: (&[&StructPlan], &str), out: &mut String) {
    for field in &object.fields {
        let indent = if depth == 0 { String::new() } else { format!("{}└ ", "&emsp;".repeat(depth - 1)) };
        let row = &field.reference;
        let nested = field.ty.object().and_then(|reference| api.object(reference));
        let (inside, link) = match nested {
            Some(nested) if shared.0.iter().any(|known| std::ptr::eq(*known, nested)) => (None, Some(nested)),
            other => (other, None),
        };
        let ty = match link {
            Some(link) => format!("[{}](#{}-{})", row.ty.en, link.name.as_str().to_lowercase(), shared.1),
            None => row.ty.en.clone(),
        };
        let name = code(field.wire.as_str());
        let limits = limits(row);
        let said = match &row.deprecated {
            Some(why) => format!("**Deprecated**: {why} {}", row.description.join(" ")),
            None => row.description.join(" "),
        };
        let _ = if object.side == Side::Request {
            let required = if field.required { "yes" } else { "" };
            writeln!(out, "| {indent}{name} | {ty} | {required} | {} | {limits} | {said} |", row.example.en)
        } else {
            writeln!(out, "| {indent}{name} | {ty} | {} | {limits} | {said} |", row.example.en)
        };
        if let Some(inside) = inside {
            rows(api, inside, depth + 1, shared, out);
        }
    }
}

/// Bounds, rules and listed values, in one cell.
fn limits(row: &ReferenceRow) -> String {
    let values = (!row.values.is_empty()).then(|| format!("one of {}", row.values.join(", ")));
    row.bounds.iter().chain(&row.rules).map(|said| said.en.clone()).chain(values).collect::<Vec<_>>().join("; ")
}

fn rules(api: &ApiPlan, out: &mut String) {
    let objects: Vec<&StructPlan> = api.structs().filter(|object| !object.rules.is_empty()).collect();
    if objects.is_empty() {
        return;
    }
    out.push_str("\n## Rules\n\nChecked before anything is sent, all at once:\n\n");
    for object in objects {
        for rule in &object.rule_texts {
            let _ = writeln!(out, "- {}: {}", code(object.name.as_str()), rule.en);
        }
    }
}

/// The index of the reference: its categories.
pub(super) fn index(plan: &Plan<Listed>, options: &Options) -> (String, String) {
    let methods = plan.apis().count();
    let mut out =
        format!("# Reference\n\n{methods} methods.\n\n| Category | Methods | Feature |\n| --- | --- | --- |\n");
    for category in &plan.categories {
        let CategoryPlan { module, title, feature, apis, .. } = category;
        let _ = writeln!(out, "| [{}]({module}/README.md) | {} | `{feature}` |", link_text(title), apis.len());
    }
    ("docs/README.md".to_owned(), seal(Comment::Markdown, &options.spec, &out))
}

/// A category's page: its methods.
pub(super) fn of_category(category: &CategoryPlan<Listed>, options: &Options) -> (String, String) {
    let mut out = format!(
        "[Reference](../README.md)\n\n# {}\n\nFeature `{}`.\n\n| Method | Title | |\n| --- | --- | --- |\n",
        category.title, category.feature
    );
    for api in &category.apis {
        let effect = match api.effect {
            _ if api.protocol == Some(Protocol::Tmc) => "message",
            _ if !api.effect_confirmed => "effect not confirmed",
            Effect::Read => "reads",
            Effect::Write => "writes",
        };
        let link = format!("{}.md", file_name(api.method.as_str(), &api.module));
        let _ = writeln!(out, "| [{}]({link}) | {} | {effect} |", code(api.method.as_str()), api.title);
    }
    (format!("docs/{}/README.md", category.module), seal(Comment::Markdown, &options.spec, &out))
}

/// A title within a link, where no link may stand.
fn link_text(title: &str) -> String {
    if title.contains("](<") || title.contains("<http") {
        title.replace(['<', '>', '[', ']', '\\'], "")
    } else {
        title.to_owned()
    }
}

/// The crate's README.
pub(super) fn readme(plan: &Plan<Listed>, options: &Options) -> (String, String) {
    let mut out = String::from(
        "# opentop\n\nA typed client of the Taobao Open Platform (TOP). Every file of this crate is generated; [the reference](docs/README.md) \
         has a page per method.\n\n| Feature | Category | Methods |\n| --- | --- | --- |\n",
    );
    for category in &plan.categories {
        let _ = writeln!(out, "| `{}` | {} | {} |", category.feature, category.title, category.apis.len());
    }
    out.push_str(
        "\n`full` turns on every category, `reqwest` (default) the async client, `xml` answers in XML, `serde` serde's traits for every model.\n",
    );
    ("README.md".to_owned(), seal(Comment::Markdown, &options.spec, &out))
}
