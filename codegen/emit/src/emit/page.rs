//! Writes the Markdown reference (`docs/<category>/<method>.md`, `docs/README.md`) and the crate's `README.md`.

use std::fmt::Write as _;

use super::example;
use super::options::Options;
use crate::doctext::{code, fenced};
use crate::plan::{ApiPlan, CategoryPlan, Plan, Side, StructPlan};
use opentop_model::files::{Comment, seal};
use opentop_model::model::Effect;

/// Where a method's page stands.
pub(super) fn path(category: &CategoryPlan, api: &ApiPlan) -> String {
    format!("docs/{}/{}.md", category.module, file_name(api))
}

/// The method's name, where that is a safe file name; else its module's.
fn file_name(api: &ApiPlan) -> &str {
    let method = api.method.as_str();
    let safe = method.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) && !method.starts_with('.');
    if safe && !api.module.as_str().ends_with('_') && method.len() <= 200 { method } else { api.module.as_str() }
}

/// A method's page.
pub(super) fn of_method(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> (String, String) {
    let mut out = String::new();
    let _ = writeln!(out, "# {}\n\n{}\n", api.title, code(api.method.as_str()));
    for line in &api.description {
        let _ = writeln!(out, "{line}\n");
    }
    for fact in &api.facts {
        let _ = writeln!(out, "- {fact}");
    }
    let _ = writeln!(
        out,
        "- In Rust: `{}::api::{}::{}`, feature `{}`.",
        options.crate_name(),
        category.module,
        api.module,
        category.feature
    );
    out.push_str("\n## Parameters\n\n");
    if api.request.fields.is_empty() {
        out.push_str("None.\n");
    } else {
        out.push_str("| Name | Type | Required | Example | Limits and rules | Description |\n| --- | --- | --- | --- | --- | --- |\n");
        rows(api, &api.request, &mut Vec::new(), &mut out);
    }
    out.push_str("\n## Response\n\n");
    if api.response.fields.is_empty() {
        out.push_str("No fields.\n");
    } else {
        out.push_str("| Name | Type | Example | Values | Description |\n| --- | --- | --- | --- | --- |\n");
        rows(api, &api.response, &mut Vec::new(), &mut out);
    }
    rules(api, &mut out);
    if !api.errors.is_empty() {
        out.push_str("\n## Errors\n\n| Error | Meaning | What to do |\n| --- | --- | --- |\n");
        for row in &api.errors {
            let _ = writeln!(out, "| {} | {} | {} |", row.code, row.message, row.solution);
        }
    }
    let _ = write!(out, "\n## Example\n\n{}", fenced("rust", example::call(category, api, options).as_str()));
    for (language, text) in &api.samples {
        let _ = write!(out, "\n## Answer ({})\n\n{}", language.to_uppercase(), fenced(language, text));
    }
    let source = format!("{}/{}", options.spec, api.source);
    (path(category, api), seal(Comment::Markdown, &source, &out))
}

/// The rows of an object, those of nested ones below their field. An object within itself is not repeated.
fn rows(api: &ApiPlan, object: &StructPlan, open: &mut Vec<String>, out: &mut String) {
    for field in &object.fields {
        let depth = if open.is_empty() { String::new() } else { format!("{}└ ", "&emsp;".repeat(open.len() - 1)) };
        let row = &field.reference;
        let nested = field.ty.object().and_then(|reference| api.object(reference));
        let again = nested.is_some_and(|nested| open.contains(&nested.name.to_string()));
        let ty = if again { format!("{} (as above)", row.ty) } else { row.ty.clone() };
        let name = code(field.wire.as_str());
        let _ = if object.side == Side::Request {
            let required = if field.required { "yes" } else { "" };
            writeln!(
                out,
                "| {depth}{name} | {ty} | {required} | {} | {} | {} |",
                row.example, row.limits, row.description
            )
        } else {
            writeln!(out, "| {depth}{name} | {ty} | {} | {} | {} |", row.example, row.limits, row.description)
        };
        if let Some(nested) = nested.filter(|_| !again) {
            open.push(nested.name.to_string());
            rows(api, nested, open, out);
            open.pop();
        }
    }
}

fn rules(api: &ApiPlan, out: &mut String) {
    let objects: Vec<&StructPlan> = api.structs().filter(|object| !object.rules.is_empty()).collect();
    if objects.is_empty() {
        return;
    }
    out.push_str("\n## Rules\n\nChecked before anything is sent, all at once:\n\n");
    for object in objects {
        for rule in &object.rule_texts {
            let _ = writeln!(out, "- {}: {rule}", code(object.name.as_str()));
        }
    }
}

/// The index of the reference.
pub(super) fn index(plan: &Plan, options: &Options) -> (String, String) {
    let mut out = String::from("# Reference\n");
    for category in &plan.categories {
        let _ = write!(
            out,
            "\n## {}\n\nFeature `{}`.\n\n| Method | Title | |\n| --- | --- | --- |\n",
            category.title, category.feature
        );
        for api in &category.apis {
            let effect = if api.effect == Effect::Read { "reads" } else { "writes" };
            let link = format!("{}/{}.md", category.module, file_name(api));
            let _ = writeln!(out, "| [{}]({link}) | {} | {effect} |", code(api.method.as_str()), api.title);
        }
    }
    ("docs/README.md".to_owned(), seal(Comment::Markdown, &options.spec, &out))
}

/// The crate's README.
pub(super) fn readme(plan: &Plan, options: &Options) -> (String, String) {
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
