//! `opentop list` and `opentop search WORDS`: which methods are described.
//!
//! Of most files the first keys alone are read: whether the rest is sound is what `lint` tells, and `describe` of one method.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use opentop_model::diagnostic::SourceFile;
use opentop_model::model::Effect;
use opentop_model::outline::{self, Outline};
use opentop_model::{Files, parallel};

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
    let sources = Specs::find(args.spec.as_deref())?.sources()?;
    let files = Files::of(&sources);
    let outlines = parallel::each(&methods(&files, &sources), |index| outline(&files, &sources, *index));
    let mut categories: BTreeMap<&str, Vec<&Outline>> = BTreeMap::new();
    for outline in outlines.iter().flatten() {
        categories.entry(&outline.category).or_default().push(outline);
    }
    for (category, mut methods) in categories {
        let path = format!("{category}/category.yaml");
        let file = sources.iter().find(|source| source.path == path);
        let title = file.and_then(|file| outline::title(&file.text)).unwrap_or_default();
        println!("{}  {}", console::style(category).bold(), plain(&title));
        methods.sort_by(|one, other| one.method.cmp(&other.method));
        lines(&methods, "  ");
    }
    if outlines.is_empty() {
        eprintln!("no method is described: add one with `opentop add FILE`");
    }
    Ok(end(outlines.iter().filter(|outline| outline.is_none()).count()))
}

pub(crate) fn search(args: &SearchArgs) -> Result<Outcome> {
    let sources = Specs::find(args.spec.as_deref())?.sources()?;
    let files = Files::of(&sources);
    let words: Vec<String> = args.words.iter().map(|word| word.to_lowercase()).collect();
    let ranked = parallel::each(&methods(&files, &sources), |index| found(&files, &sources, *index, &words));
    let mut found: Vec<&(usize, Outline)> = ranked.iter().filter_map(|found| found.as_ref().ok()?.as_ref()).collect();
    found.sort_by_key(|(rank, outline)| (*rank, outline.method.len()));
    lines(&found.iter().map(|(_, outline)| outline).collect::<Vec<_>>(), "");
    let broken = ranked.iter().filter(|found| found.is_err()).count();
    if found.is_empty() {
        eprintln!("no method has all of these words: {}", args.words.join(" "));
    }
    let outcome = end(broken);
    Ok(if found.is_empty() { Outcome::ProblemsFound } else { outcome })
}

/// The files that describe methods.
fn methods(files: &Files<'_>, sources: &[SourceFile]) -> Vec<usize> {
    let path = |index: usize| &sources[index].path;
    files.indices().iter().copied().filter(|index| !path(*index).ends_with("/category.yaml")).collect()
}

/// What there is to say of a method, read from the first keys of its file where those tell all. `None`: it has errors.
fn outline(files: &Files<'_>, sources: &[SourceFile], index: usize) -> Option<Outline> {
    quick(files, sources, index).or_else(|| files.read(index).api.as_ref().map(Outline::from))
}

fn quick(files: &Files<'_>, sources: &[SourceFile], index: usize) -> Option<Outline> {
    let SourceFile { path, text } = &sources[index];
    // Overrides may change anything.
    let alone = files.parts(index)?.len() == 1;
    let outline = alone.then(|| Outline::of(text)).flatten()?;
    (*path == format!("{}/{}.yaml", outline.category, outline.method)).then_some(outline)
}

/// A method that has all words, and where. The error stands for those of its file.
fn found(
    files: &Files<'_>,
    sources: &[SourceFile],
    index: usize,
    words: &[String],
) -> Result<Option<(usize, Outline)>, ()> {
    let alone = files.parts(index).is_some_and(|parts| parts.len() == 1);
    if alone && !may_hold(&sources[index].text, words) {
        return Ok(None);
    }
    let quick = quick(files, sources, index);
    if let Some(outline) = &quick
        && let Some(rank) = rank([&outline.method, &outline.title, &outline.description], words)
    {
        return Ok(quick.map(|outline| (rank, outline)));
    }
    let api = files.read(index).api.ok_or(())?;
    let fields = api.request.fields.iter().chain(api.types.iter().flat_map(|named| &named.object.fields));
    let parameters: String = fields.map(|field| format!("{} {}\n", field.wire, field.description)).collect();
    let rank = rank([&api.method, &api.title, &api.description, &parameters], words);
    Ok(rank.map(|rank| (rank, Outline::from(&api))))
}

/// Whether the words can be in what a file says. Not where one of them stands nowhere in its text as it is.
fn may_hold(text: &str, words: &[String]) -> bool {
    // A text with escapes says more than its letters, and a line break may stand for a blank.
    if text.contains('\\') {
        return true;
    }
    let text = text.to_ascii_lowercase();
    let exact = |word: &&String| {
        word.chars().all(|letter| letter.is_ascii() || !(letter.is_lowercase() || letter.is_uppercase()))
    };
    words
        .iter()
        .filter(exact)
        .all(|word| word.contains(char::is_whitespace) || word.contains('\'') || text.contains(word.as_str()))
}

/// In how many of the places the words are all found, less one. `None`: one occurs nowhere.
fn rank<const N: usize>(places: [&String; N], words: &[String]) -> Option<usize> {
    let mut text = String::new();
    places.iter().enumerate().find_map(|(rank, place)| {
        text.push_str(&place.to_lowercase());
        text.push('\n');
        words.iter().all(|word| text.contains(word)).then_some(rank)
    })
}

fn lines(apis: &[&Outline], indent: &str) {
    let widest = apis.iter().map(|api| api.method.len()).max().unwrap_or(0);
    for api in apis {
        // With a mark where a suggestion to change it is left.
        let effect = match (api.effect, api.suggested_effect) {
            _ if api.is_message => "message",
            (Effect::Read, None) => "reads  ",
            (Effect::Write, None) => "writes ",
            (Effect::Read, Some(_)) => "reads? ",
            (Effect::Write, Some(_)) => "writes?",
        };
        let line = format!("{indent}{:widest$}  {effect}  {}", api.method, plain(&api.title));
        // A title is cut where the line would not fit the terminal.
        match console::Term::stdout().size_checked() {
            Some((_, columns)) if console::user_attended() => {
                println!("{}", console::truncate_str(&line, columns.into(), "…"));
            }
            _ => println!("{line}"),
        }
    }
}

/// On one line.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// Says how many methods cannot be shown, and why.
fn end(broken: usize) -> Outcome {
    if broken == 0 {
        return Outcome::Done;
    }
    eprintln!("{broken} {} left out, because of errors: see `opentop lint`", many(broken, "spec"));
    Outcome::ProblemsFound
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SPEC: &str = "api: a.gift.get\ncategory: one\ntitle: 查礼品\nsession: none\neffect: read\n\
        request: { fields: { id: { type: Number, description: \"\\u7f16号\" } } }\n\
        response: { fields: { n: { type: Number, description: x } } }\n";

    fn sources(files: &[(&str, &str)]) -> Vec<SourceFile> {
        files.iter().map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() }).collect()
    }

    fn outlines(sources: &[SourceFile]) -> Vec<Option<Outline>> {
        let files = Files::of(sources);
        methods(&files, sources).into_iter().map(|index| outline(&files, sources, index)).collect()
    }

    fn places(sources: &[SourceFile], words: &[&str]) -> Vec<Result<Option<usize>, ()>> {
        let files = Files::of(sources);
        let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let found = methods(&files, sources).into_iter().map(|index| found(&files, sources, index, &words));
        found.map(|found| Ok(found?.map(|(rank, _)| rank))).collect()
    }

    #[test]
    fn a_method_is_listed_as_it_is_loaded_whatever_its_overrides_say() {
        let over = "corrects: a.gift.get\nbecause: measured\nset:\n  effect: write\n";
        let sources = sources(&[
            ("one/category.yaml", "title: x\n"),
            ("one/a.gift.get.override.yaml", over),
            ("one/a.gift.get.yaml", SPEC),
            ("one/elsewhere.yaml", SPEC),
            ("one/broken.yaml", "api: ["),
        ]);
        let found = outlines(&sources);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].as_ref().unwrap().effect, Effect::Write);
        assert_eq!(found[1], None, "broken");
        let built_in = opentop_sandbox::built_in_specs();
        let loaded = opentop_model::load(&built_in).model;
        let mut listed: Vec<Outline> = outlines(&built_in).into_iter().map(Option::unwrap).collect();
        listed.sort_by(|one, other| (&one.category, &one.method).cmp(&(&other.category, &other.method)));
        assert_eq!(listed, loaded.apis.iter().map(Outline::from).collect::<Vec<_>>());
    }

    #[test]
    fn words_are_found_in_every_place_and_in_escapes() {
        let folded = SPEC.replace("a.gift", "b.gift").replace(
            "号\"",
            "号, it's
      here\"",
        );
        let sources = sources(&[
            ("one/category.yaml", "title: x\n"),
            ("one/a.gift.get.yaml", SPEC),
            ("one/b.gift.get.yaml", &folded),
            ("one/c.yaml", "api: ["),
        ]);
        assert_eq!(places(&sources, &["api"])[2], Err(()), "it may hold the word, and cannot be read");
        for (words, expected) in [
            (&["GIFT", "get"][..], [Some(0), Some(0)]),
            (&["a.gift", "礼品"], [Some(1), None]),
            (&["编号"], [Some(3), Some(3)]),
            (&["it's here"], [None, Some(3)]),
            (&["number"], [None, None]),
        ] {
            let found = places(&sources, words);
            assert_eq!(found[..2], expected.map(Ok), "{words:?}");
        }
    }

    #[test]
    fn a_search_finds_what_a_search_of_the_whole_catalogue_finds() {
        let sources = opentop_sandbox::built_in_specs();
        let model = opentop_model::load(&sources).model;
        let mut words: Vec<String> = Vec::new();
        for source in &sources {
            words
                .extend(source.text.split(|letter: char| !letter.is_alphanumeric()).step_by(41).map(str::to_lowercase));
        }
        assert!(words.len() > 20);
        for word in &words {
            let mut expected: Vec<&str> = Vec::new();
            for api in &model.apis {
                let fields = api.request.fields.iter().chain(api.types.iter().flat_map(|named| &named.object.fields));
                let mut said = format!("{}\n{}\n{}\n", api.method, api.title, api.description);
                fields.for_each(|field| said += &format!("{} {}\n", field.wire, field.description));
                expected.extend(said.to_lowercase().contains(word.as_str()).then_some(api.method.as_str()));
            }
            let files = Files::of(&sources);
            let words = [word.clone()];
            let found = methods(&files, &sources).into_iter();
            let found = found.filter_map(|index| Some(found_one(&files, &sources, index, &words)?.method));
            let mut found: Vec<String> = found.collect();
            found.sort();
            expected.sort_unstable();
            assert_eq!(found, expected, "{word}");
        }
    }

    fn found_one(files: &Files<'_>, sources: &[SourceFile], index: usize, words: &[String]) -> Option<Outline> {
        found(files, sources, index, words).unwrap().map(|(_, outline)| outline)
    }
}
