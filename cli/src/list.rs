//! `opentop list` and `opentop search WORDS`: which methods are described.

use std::path::PathBuf;

use anyhow::Result;
use opentop_model::model::{Api, Effect, Model};

use crate::outcome::Outcome;
use crate::report::many;
use crate::specs::Specs;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The spec folder. Default: `top` or `spec` of this folder or of one above, else the built-in methods.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct SearchArgs {
    /// Words, Chinese or English, that must all occur in a method's name, title, description or parameters.
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// The spec folder. Default: `top` or `spec` of this folder or of one above, else the built-in methods.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let (model, broken) = Specs::find(args.spec.as_deref())?.sound_methods()?;
    for category in &model.categories {
        let apis: Vec<&Api> = model.apis.iter().filter(|api| api.category == category.name).collect();
        println!("{}  {}", console::style(&category.name).bold(), category.title);
        lines(&apis, "  ");
    }
    Ok(end(&model, broken))
}

pub(crate) fn search(args: &SearchArgs) -> Result<Outcome> {
    let (model, broken) = Specs::find(args.spec.as_deref())?.sound_methods()?;
    let words: Vec<String> = args.words.iter().map(|word| word.to_lowercase()).collect();
    let mut found: Vec<(usize, &Api)> = model.apis.iter().filter_map(|api| Some((rank(api, &words)?, api))).collect();
    found.sort_by_key(|(rank, api)| (*rank, api.method.len()));
    let apis: Vec<&Api> = found.into_iter().map(|(_, api)| api).collect();
    lines(&apis, "");
    if apis.is_empty() {
        eprintln!("no method has all of these words: {}", args.words.join(" "));
    }
    Ok(if apis.is_empty() { Outcome::ProblemsFound } else { end(&model, broken) })
}

/// Where the words occur: 0 all in the name, 1 in name or title, 2 in what the page says, 3 in parameters. `None`: one occurs nowhere.
fn rank(api: &Api, words: &[String]) -> Option<usize> {
    let fields = api.request.fields.iter().chain(api.types.iter().flat_map(|named| &named.object.fields));
    let parameters: String = fields.map(|field| format!("{} {}\n", field.wire, field.description)).collect();
    let mut text = String::new();
    let places = [&api.method, &api.title, &api.description, &parameters];
    places.iter().enumerate().find_map(|(rank, place)| {
        text.push_str(&place.to_lowercase());
        text.push('\n');
        words.iter().all(|word| text.contains(word)).then_some(rank)
    })
}

fn lines(apis: &[&Api], indent: &str) {
    let widest = apis.iter().map(|api| api.method.len()).max().unwrap_or(0);
    for api in apis {
        // With a mark where a suggestion to change it is left.
        let effect = match (api.effect, api.suggested_effect) {
            (Effect::Read, None) => "reads  ",
            (Effect::Write, None) => "writes ",
            (Effect::Read, Some(_)) => "reads? ",
            (Effect::Write, Some(_)) => "writes?",
        };
        let title: String = api.title.chars().filter(|letter| !letter.is_control()).collect();
        let line = format!("{indent}{:widest$}  {effect}  {title}", api.method);
        // A title is cut where the line would not fit the terminal.
        match console::Term::stdout().size_checked() {
            Some((_, columns)) if console::user_attended() => {
                println!("{}", console::truncate_str(&line, columns.into(), "…"));
            }
            _ => println!("{line}"),
        }
    }
}

/// Says how many methods cannot be shown, and why.
fn end(model: &Model, broken: usize) -> Outcome {
    if broken == 0 {
        if model.apis.is_empty() {
            eprintln!("no method is described: add one with `opentop add FILE`");
        }
        return Outcome::Done;
    }
    eprintln!("{broken} {} left out, because of errors: see `opentop lint`", many(broken, "spec"));
    Outcome::ProblemsFound
}
