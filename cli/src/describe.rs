//! `opentop describe METHOD`: a method's parameters, answer, rules and errors, and a call of it.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap_complete::engine::ArgValueCompleter;
use console::style;
use opentop_codegen::{Layout, Options, Writer};
use opentop_model::model::{Api, Effect, Executed, Field, Object, Rule, Session, Type};
use opentop_sandbox::{sample_answer, sample_refusal};

use crate::outcome::Outcome;
use crate::specs::{Found, Specs, not_served};
use crate::{completions, example, indent};

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
    let mut out = String::new();
    let effect = match (api.effect, api.suggested_effect) {
        (Effect::Read, None) => "reads",
        (Effect::Write, None) => "writes",
        (Effect::Read, Some(_)) => "effect not confirmed (called as one that reads)",
        (Effect::Write, Some(_)) => "effect not confirmed (called as one that writes)",
    };
    let session = match (api.session, api.suggested_session) {
        (Session::None, None) => "needs no session",
        (Session::Optional, None) => "accepts a session",
        (Session::Required, None) => "needs a session",
        (Session::None, Some(_)) => "session not confirmed (called as one that needs none)",
        (Session::Optional, Some(_)) => "session not confirmed (called as one that accepts one)",
        (Session::Required, Some(_)) => "session not confirmed (called as one that needs one)",
    };
    let _ = writeln!(out, "{}  {}\n{effect}, {session}", style(&api.method).bold(), plain(&api.title));
    if api.description != api.title && !api.description.is_empty() {
        let _ = writeln!(out, "{}", plain(&api.description));
    }
    if let Some(why) = not_served(api) {
        let _ = writeln!(out, "{}", plain(&why));
    }
    if let Some(why) = &api.deprecated {
        let _ = writeln!(out, "{} {}", style("deprecated:").red(), plain(why));
    }
    let _ = writeln!(out, "\n{}", style("Parameters (* required)").bold());
    object(api, &api.request, 1, &mut out);
    let _ = writeln!(out, "\n{}", style("Answer").bold());
    object(api, &api.response, 1, &mut out);
    if !api.errors.is_empty() {
        let _ = writeln!(out, "\n{}", style("Errors").bold());
        for row in &api.errors {
            let executed = match row.executed {
                Some(Executed::No) => "; the write was not done",
                Some(Executed::Maybe) => "; the write may have been done",
                None => "",
            };
            let (message, solution) = (plain(&row.message), plain(&row.solution));
            let _ = writeln!(out, "  {}  {message} {solution}{executed}", plain(&row.code));
        }
    }
    let options = Options::default();
    let writer = Writer::new(Layout::Crate, [api.category.as_str()].into_iter(), &options);
    let reference = writer.reference(api, &[]);
    if let Some(command) = example::command(api, &reference) {
        let _ = writeln!(out, "\n{}\n{}", style("Example").bold(), indented(&command));
    }
    let _ = writeln!(out, "\n{}\n{}", style("In Rust").bold(), indented(&plain_lines(&reference.call)));
    for (what, sample) in [("Sample answer", answer(api)), ("Sample refusal", refusal(api))] {
        if let Some((origin, sample)) = sample {
            let _ =
                writeln!(out, "\n{} {}\n{}", style(what).bold(), style(origin).dim(), indented(&plain_lines(&sample)));
        }
    }
    out
}

/// The answer in JSON: of the page, or made by the sandbox.
fn answer(api: &Api) -> Option<(&'static str, String)> {
    sample(&api.samples.response_json, || Some(sample_answer(api)?.json))
}

/// The same of a refusal.
fn refusal(api: &Api) -> Option<(&'static str, String)> {
    sample(&api.samples.error_json, || Some(sample_refusal(api)?.json))
}

fn sample(given: &Option<String>, made: impl FnOnce() -> Option<String>) -> Option<(&'static str, String)> {
    match given.as_ref().filter(|text| !text.trim().is_empty()) {
        Some(text) => Some(("(of its page)", indent::json(text))),
        None => Some(("(made by the sandbox)", indent::json(&made()?))),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// Lines without what moves a cursor.
fn plain_lines(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

fn object(api: &Api, shown: &Object, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for field in &shown.fields {
        let star = if field.required { "*" } else { "" };
        let _ = writeln!(out, "{indent}{}{star}  {}", style(plain(&field.wire)).cyan(), facts(api, field));
        if let Some(id) = field.ty.object().filter(|id| depth < MAX_DEPTH && !api.named(*id).recursive) {
            object(api, &api.named(id).object, depth + 1, out);
        }
    }
    for rule in &shown.rules {
        let names = |fields: &[usize]| {
            let names = fields.iter().filter_map(|at| shown.fields.get(*at)).map(|field| plain(&field.wire));
            names.collect::<Vec<_>>().join(", ")
        };
        let _ = match rule {
            Rule::AtLeastOneOf(fields) => writeln!(out, "{indent}at least one of {}", names(fields)),
            Rule::AtMostOneOf(fields) => writeln!(out, "{indent}at most one of {}", names(fields)),
            Rule::ExactlyOneOf(fields) => writeln!(out, "{indent}exactly one of {}", names(fields)),
            Rule::MaxSpan { start, end, seconds } => {
                writeln!(out, "{indent}from {} to {}: at most {seconds} s", names(&[*start]), names(&[*end]))
            }
        };
    }
}

/// Type, bounds, values, and what the page says.
fn facts(api: &Api, field: &Field) -> String {
    let name = match &field.ty {
        Type::Scalar(scalar) => scalar.name().to_owned(),
        Type::Scalars(scalar) => format!("{} []", scalar.name()),
        Type::Object(id) => plain(&api.named(*id).name),
        Type::Objects(id) => format!("{} []", plain(&api.named(*id).name)),
    };
    let limits = &field.limits;
    let mut facts = vec![name];
    facts.extend(limits.min.as_ref().map(|min| format!("at least {min}")));
    facts.extend(limits.max.as_ref().map(|max| format!("at most {max}")));
    facts.extend(limits.max_length.map(|max| format!("at most {max} characters")));
    facts.extend(limits.max_items.map(|max| format!("at most {max} elements")));
    facts.extend(field.unit.as_ref().map(|unit| plain(unit)));
    if !field.values.is_empty() {
        let values: Vec<String> = field.values.iter().map(|value| plain(&value.value)).collect();
        facts.push(format!("one of {}", values.join(", ")));
    }
    let said = plain(&field.description);
    if said.is_empty() { facts.join(", ") } else { format!("{}  {}", facts.join(", "), style(said).dim()) }
}

/// On one line, without what moves a cursor.
fn plain(text: &str) -> String {
    visible(text.trim())
}

fn visible(text: &str) -> String {
    let visible = |letter: char| if opentop_model::text::is_invisible(letter) { ' ' } else { letter };
    text.chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
