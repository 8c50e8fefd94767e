//! `opentop add FILE|-|DIR [METHOD…]`: describes more methods in the spec folder of this crate.
//!
//! It is `import` for people who want a method: the category is found, the folder is made, and of a folder of descriptions only the named
//! methods are taken.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use opentop_import::{Context, Imported, import, sources};
use opentop_model::diagnostic::{Code, SourceFile};
use opentop_model::lint::lint;
use opentop_model::rust_names::ModuleName;

use crate::apply::Out;
use crate::import::{categories, read_inputs, remembered, write};
use crate::outcome::Outcome;
use crate::report::{self, Format, many};
use crate::resemble;
use crate::specs::{self, Found, Specs};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A documentation page (.txt, .md) or a JSON description, `-` for one on standard input, or a folder of them.
    #[arg(value_name = "FILE|-|DIR")]
    input: PathBuf,
    /// Of a folder: the methods to add. Without any, all of them are.
    #[arg(value_name = "METHOD")]
    methods: Vec<String>,
    /// The category. Default: what the page says, else the first word of the method's name behind `taobao` or `alibaba`.
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// The spec folder to write into. Default: `top` or `spec` of this folder.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let inputs = inputs(&args.input)?;
    let spec = Specs::to_write(args.spec.as_deref())?;
    let folder = Out::open(&spec, true)?;
    let mut existing = if spec.is_dir() { specs::read(&spec)? } else { Vec::new() };
    let titles = categories(&existing)?;
    let beside: Vec<SourceFile> = existing.iter().filter_map(|file| remembered(&spec, &file.path)).collect();
    existing.extend(beside);
    let mut context = Context { categories: titles, category: args.category.clone(), existing };
    let mut imported = import(&inputs, &context);
    let unknown = imported.refused.iter().any(|found| found.code == Code::UnknownCategory);
    if args.category.is_none() && unknown {
        imported = with_guessed_categories(&inputs, &mut context, imported);
    }
    if !args.methods.is_empty()
        && let Some(words) = keep_wanted(&mut imported, &args.methods)
    {
        eprintln!("error: {words}");
        return Ok(Outcome::Usage);
    }
    for file in &imported.files {
        let name = file.path.split('/').next().unwrap_or_default();
        let path = format!("{name}/category.yaml");
        if !context.existing.iter().any(|known| known.path == path) {
            imported.categories.entry(path).or_insert_with(|| format!("title: {name}\n"));
        }
    }
    imported.categories.retain(|path, _| {
        let name = path.split('/').next().unwrap_or_default();
        imported.files.iter().any(|file| file.path.split('/').next() == Some(name))
    });
    let mut shown = sources(&inputs, &context);
    for source in shown.iter_mut().skip(inputs.len()) {
        source.path = format!("{}/{}", spec.display(), source.path);
    }
    let diagnostics: Vec<_> = imported.diagnostics().cloned().collect();
    let errors = report::list(&diagnostics, &shown, "", Format::Human);
    let written = write(&folder, &imported, &context.existing)?;
    for file in &imported.files {
        let method = stem(&file.path);
        println!("{}: {method}; see it with `opentop describe {method}`", spec.join(&file.path).display());
    }
    if let [file] = &imported.files[..]
        && let Some(path) = rust_path(&spec, stem(&file.path))?
    {
        println!("in Rust: {path}");
    }
    let left = left_to_review(&imported);
    if left > 0 {
        println!("{left} {} to review: see `opentop lint`", many(left, "suggestion"));
    }
    println!(
        "{} added, {written} {} written",
        report::counted(imported.files.len() - imported.messages(), imported.messages()),
        many(written, "file")
    );
    Ok(if errors { Outcome::ProblemsFound } else { Outcome::Done })
}

fn inputs(given: &Path) -> Result<Vec<SourceFile>> {
    if given == Path::new("-") {
        let text = std::io::read_to_string(std::io::stdin()).context("cannot read standard input")?;
        return Ok(vec![SourceFile { path: "(standard input)".to_owned(), text }]);
    }
    let (inputs, unreadable) = read_inputs(&[given.to_path_buf()])?;
    if inputs.is_empty() {
        bail!(
            "{} holds no page (.txt, .md) and no description (.json){}",
            given.display(),
            if unreadable > 0 { " that can be read" } else { "" }
        );
    }
    Ok(inputs)
}

/// Where the build script puts a method's module.
fn rust_path(spec: &Path, method: &str) -> Result<Option<String>> {
    let Found::Api(api) = Specs::Folder(spec.to_path_buf()).method(method)? else { return Ok(None) };
    let category = ModuleName::of_category(&api.category);
    let own_type = if api.is_message() { "Content" } else { "Request" };
    let own =
        api.module.map_or_else(|| ModuleName::of_method(&api.method, &api.category), |name| ModuleName::given(&name));
    Ok(Some(format!("api::{}::{}::{own_type}", category.as_str(), own.as_str())))
}

/// What the new specs leave to a person.
fn left_to_review(imported: &Imported) -> usize {
    let specs = imported.files.iter().map(|file| SourceFile { path: file.path.clone(), text: file.text.clone() });
    let categories = imported.files.iter().filter_map(|file| file.path.split('/').next()).collect::<BTreeSet<_>>();
    let categories = categories
        .into_iter()
        .map(|name| SourceFile { path: format!("{name}/category.yaml"), text: format!("title: {name}\n") });
    let (_, advice) = lint(&specs.chain(categories).collect::<Vec<_>>());
    advice.iter().filter(|found| found.code == Code::Suggested).count()
}

/// Imports once more what nothing gave a category: each method into the one that its name says.
fn with_guessed_categories(inputs: &[SourceFile], context: &mut Context, mut imported: Imported) -> Imported {
    let homeless = |found: &opentop_model::diagnostic::Diagnostic| found.code == Code::UnknownCategory;
    let which: Vec<usize> =
        imported.refused.iter().filter(|found| homeless(found)).map(|found| found.place.file).collect();
    for at in which {
        // The category changes nothing of the method's name.
        context.category = Some("example".to_owned());
        let named = import(&inputs[at..=at], context);
        let Some(category) = named.files.first().and_then(|file| category_of(stem(&file.path))) else { continue };
        context.category = Some(category.clone());
        let again = import(&inputs[at..=at], context);
        context.category = None;
        let Some(mut file) = again.files.into_iter().next() else { continue };
        eprintln!(
            "category `{category}`: taken from the name {}, since no known category fits; choose another with --category NAME",
            stem(&file.path)
        );
        file.input = at;
        for warning in &mut file.warnings {
            // Inputs come first, then what exists.
            warning.place.file = if warning.place.file == 0 { at } else { warning.place.file + inputs.len() - 1 };
        }
        imported.refused.retain(|found| !(homeless(found) && found.place.file == at));
        imported.categories.extend(again.categories);
        imported.files.push(file);
    }
    imported
}

/// The first word of a method's name behind the vendor's.
fn category_of(method: &str) -> Option<String> {
    // A topic's words are joined by `_`.
    let mut words = method.split(if method.contains('.') { '.' } else { '_' });
    let first = words.next()?;
    let word = if matches!(first, "taobao" | "alibaba") { words.next()? } else { first };
    let word = word.to_ascii_lowercase();
    opentop_model::names::category(&word).is_none().then_some(word)
}

/// Leaves only the wanted methods; says which there is not.
fn keep_wanted(imported: &mut Imported, wanted: &[String]) -> Option<String> {
    let names: Vec<String> = imported.files.iter().map(|file| stem(&file.path).to_owned()).collect();
    let missing: Vec<String> = wanted
        .iter()
        .filter(|method| !names.contains(method))
        .map(|method| {
            format!("nothing here describes `{method}`{}", resemble::question(method, names.iter().map(String::as_str)))
        })
        .collect();
    if !missing.is_empty() {
        return Some(missing.join("\n"));
    }
    imported.files.retain(|file| wanted.iter().any(|method| method == stem(&file.path)));
    // What else the folder holds was not asked for.
    imported.refused.clear();
    None
}

/// The method that a spec's path names.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".yaml").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_the_word_behind_the_vendor() {
        for (method, category) in
            [("taobao.item.get", "item"), ("alibaba.wms.stock.x", "wms"), ("tmall.car.get", "tmall")]
        {
            assert_eq!(category_of(method).as_deref(), Some(category));
        }
        assert_eq!(category_of("taobao"), None);
    }
}
