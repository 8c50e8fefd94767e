//! `opentop describe METHOD`: a method's parameters, answer, rules and errors, and a call of it.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap_complete::engine::ArgValueCompleter;
use console::style;
use opentop_codegen::plan::{ApiPlan, FieldPlan, StructPlan};
use opentop_codegen::{Layout, Options, Writer};
use opentop_model::model::{Api, Executed, Object};
use opentop_sandbox::{sample_answer, sample_refusal};

use crate::outcome::Outcome;
use crate::specs::{Found, Specs, not_served};
use crate::{completions, example, indent, markdown};

/// Objects within objects that are shown.
const MAX_DEPTH: usize = 6;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The method.
    #[arg(add = ArgValueCompleter::new(completions::methods))]
    method: String,
    /// The spec folder. Default: `top` or `spec` of this folder or of one above, else the built-in methods.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let specs = Specs::find(args.spec.as_deref())?;
    match specs.method(&args.method)? {
        Found::Api(api) => {
            print!("{}", page(&api));
            Ok(Outcome::Done)
        }
        Found::Broken => Ok(Outcome::ProblemsFound),
        Found::Nowhere => {
            eprintln!("error: {}", specs.unknown(&args.method)?);
            Ok(Outcome::Usage)
        }
    }
}

fn page(api: &Api) -> String {
    let options = Options::default();
    let reference = Writer::new(Layout::Crate, [api.category.as_str()].into_iter(), &options).reference(api, &[]);
    let plan = &reference.plan;
    let mut out = String::new();
    let _ = writeln!(out, "{}  {}", style(visible(&api.method)).bold(), shown(&plan.title));
    for line in &plan.description {
        let _ = writeln!(out, "{}", shown(line));
    }
    let _ = writeln!(out);
    for fact in &plan.facts {
        let _ = writeln!(out, "- {}", shown(&fact.en));
    }
    if let Some(why) = not_served(api) {
        let _ = writeln!(out, "- {}", visible(&why));
    }
    if api.is_message() {
        heading("Content", "", &mut out);
    } else {
        heading("Parameters (* required)", "", &mut out);
        object(api, plan, (&api.request, &plan.request), 1, &mut out);
        heading("Answer", "", &mut out);
    }
    object(api, plan, (&api.response, &plan.response), 1, &mut out);
    if !plan.errors.is_empty() {
        heading("Errors", "", &mut out);
        for (row, said) in api.errors.iter().zip(&plan.errors) {
            let executed = match row.executed {
                Some(Executed::No) => "; the write was not done",
                Some(Executed::Maybe) => "; the write may have been done",
                None => "",
            };
            let (code, message, solution) = (shown(&said.code), shown(&said.message), shown(&said.solution));
            let _ = writeln!(out, "  {code}  {message} {solution}{executed}");
        }
    }
    let calls = [
        ("Example", example::command(api, &reference)),
        ("In a shell, signed for `opentop sandbox`", example::curl(api, &reference)),
        ("In Rust", Some(reference.call.clone())),
    ];
    for (what, text) in calls {
        sample(what, "", text, &mut out);
    }
    let of_page = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let samples = [
        ("Sample answer", of_page(&api.samples.response_json), sample_answer(api)),
        ("Sample refusal", of_page(&api.samples.error_json), sample_refusal(api)),
    ];
    for (what, of_page, made) in samples {
        let origin = if of_page.is_some() { "(of its page)" } else { "(made by the sandbox)" };
        let text = of_page.or_else(|| Some(made?.json));
        sample(what, origin, text.map(|text| indent::json(&text)), &mut out);
    }
    out
}

fn heading(what: &str, origin: &str, out: &mut String) {
    let blank = if origin.is_empty() { "" } else { " " };
    let _ = writeln!(out, "\n{}{blank}{}", style(what).bold(), style(origin).dim());
}

/// A heading and an indented text.
fn sample(what: &str, origin: &str, text: Option<String>, out: &mut String) {
    let Some(text) = text else { return };
    heading(what, origin, out);
    for line in text.lines() {
        let _ = writeln!(out, "{}", format!("  {}", visible(line)).trim_end());
    }
}

/// The fields of an object, those of its objects below them.
fn object(api: &Api, plan: &ApiPlan, (object, planned): (&Object, &StructPlan), depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (field, said) in object.fields.iter().zip(&planned.fields) {
        let star = if said.required { "*" } else { "" };
        let _ = writeln!(out, "{indent}{}{star}  {}", style(visible(&field.wire)).cyan(), facts(said));
        let inside = field.ty.object().filter(|id| depth < MAX_DEPTH && !api.named(*id).recursive);
        if let Some((id, inside)) = inside.zip(said.ty.object().and_then(|name| plan.object(name))) {
            self::object(api, plan, (&api.named(id).object, inside), depth + 1, out);
        }
    }
    for rule in &planned.rule_texts {
        let _ = writeln!(out, "{indent}{}", shown(&rule.en));
    }
}

/// Type, bounds, values, and what the page says.
fn facts(field: &FieldPlan) -> String {
    let said = &field.reference;
    let mut facts = vec![shown(&said.ty.en)];
    facts.extend(said.bounds.iter().chain(&said.rules).map(|said| shown(&said.en)));
    if !said.values.is_empty() {
        let values: Vec<String> = said.values.iter().map(|value| shown(value)).collect();
        facts.push(format!("one of {}", values.join(", ")));
    }
    let mut text = facts.join(", ");
    if let Some(why) = &said.deprecated {
        let _ = write!(text, "  {} {}", style("deprecated:").red(), shown(why));
    }
    let description = shown(&said.description.join(" "));
    if description.is_empty() { text } else { format!("{text}  {}", style(description).dim()) }
}

/// A line of Markdown as text.
fn shown(line: &str) -> String {
    visible(markdown::with_addresses(line).trim())
}

/// Without what moves a cursor.
fn visible(text: &str) -> String {
    let visible = |letter: char| if opentop_model::text::is_invisible(letter) { ' ' } else { letter };
    text.chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use opentop_model::diagnostic::SourceFile;
    use opentop_model::load;

    use super::*;

    fn api(text: &str) -> Api {
        let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let loaded =
            load(&[file("example/category.yaml", "title: 示例\n"), file("example/alibaba.example.get.yaml", text)]);
        assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
        loaded.model.apis[0].clone()
    }

    #[test]
    fn markup_of_the_vendor_is_no_text() {
        let page = page(&api(
            "api: alibaba.example.get\ncategory: example\ntitle: <b>查询</b>\nsession: none\neffect: read\n\
             description: '第一段<br/>见<a href=\"https://x.example.com/?a=1\">说明</a>'\n\
             request:\n  fields:\n    one: { type: String, description: '<font color=red>甲</font>', deprecated: '<i>停用</i>' }\n    \
             two: { type: String, max_length: 5, example: a }\n  rules:\n    - exactly_one_of: [one, two]\n\
             response:\n  fields:\n    total: { type: Number, description: '总数' }\n\
             errors:\n  - { code: isv.x, message: '<p>没有</p>', solution: 'a<br>b' }\n",
        ));
        assert!(!page.contains("<br") && !page.contains("<b>") && !page.contains("font"), "{page}");
        for said in [
            "查询",
            "\n第一段\n见说明 (https://x.example.com/?a=1)\n",
            "甲",
            "deprecated: 停用",
            "at most 5 UTF-16 code units",
            "exactly one of one, two.",
            "isv.x  没有 a b",
            "openssl",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }

    #[test]
    fn a_page_shows_every_parameter_and_a_call() {
        for name in Specs::BuiltIn.names().unwrap_or_default() {
            let Ok(Found::Api(api)) = Specs::BuiltIn.method(&name) else { continue };
            let page = page(&api);
            for field in api.request.fields.iter().chain(&api.response.fields) {
                assert!(page.contains(&field.wire), "{name}: {page}");
            }
            for said in [&format!("opentop call {name}"), "Request::builder()", "Sample answer (", "_response"] {
                assert!(page.contains(said), "{said}: {page}");
            }
        }
    }
}
