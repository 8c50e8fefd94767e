//! `opentop describe METHOD`: a method's parameters, answer, rules and errors, and a call of it.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap_complete::engine::ArgValueCompleter;
use console::style;
use opentop_model::model::{Api, Effect, Executed, Field, Object, Rule, Session, Type};

use crate::outcome::Outcome;
use crate::specs::{Found, Specs, not_served};
use crate::{call, completions, shell};

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
    let session = match api.session {
        Session::None => "needs no session",
        Session::Optional => "accepts a session",
        Session::Required => "needs a session",
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
    let _ = writeln!(out, "\n{}\n  {}", style("Example").bold(), example(api));
    out
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

/// A call with the required parameters, by the page's examples.
pub(crate) fn example(api: &Api) -> String {
    let mut words = vec![format!("opentop call {}", api.method)];
    let inside = call::only_object(api).and_then(|field| field.ty.object()).map(|id| &api.named(id).object);
    for field in inside.unwrap_or(&api.request).fields.iter().filter(|field| field.required) {
        let value = field.usable_example().unwrap_or("…");
        words.push(shell::word(&format!("{}={}", field.wire, plain(value))));
    }
    words.join(" ")
}

/// On one line, without what moves a cursor.
fn plain(text: &str) -> String {
    let visible = |letter: char| if opentop_model::text::is_invisible(letter) { ' ' } else { letter };
    text.trim().chars().map(visible).collect()
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
            assert!(page.contains(&format!("opentop call {name}")), "{page}");
        }
    }
}
