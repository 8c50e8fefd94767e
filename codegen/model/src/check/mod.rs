//! From what the files say to a model: every type, reference, rule and example of every method checked.
//!
//! Methods are checked one by one; only duplicates and categories look across files.

mod context;
mod field;
mod given_names;
mod method;
pub mod names;
mod paging;
mod paths;
mod reach;
mod requests;
mod rules;
mod size;
mod types;

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{Api, Category};
use crate::raw::{self, At};
use crate::text::shown;

/// What the other files must know of a file that was read.
pub(crate) struct File<'a> {
    /// Index of the source.
    pub(crate) index: usize,
    /// `category/method.yaml`.
    pub(crate) path: &'a str,
    /// What is in it. `None` if it could not be read.
    pub(crate) content: Option<&'a Content>,
}

/// What a file describes, as far as other files must know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// A method: its name, and its category.
    Method { api: Option<At<String>>, category: Option<At<String>> },
    /// A category.
    Category(raw::Category),
}

/// Whether a path is a category's description.
pub(crate) fn is_category(path: &str) -> bool {
    path.rsplit('/').next() == Some("category.yaml")
}

/// Whether a path is one of a method or a category.
pub(crate) fn is_spec_path(path: &str) -> bool {
    parts(path).is_some()
}

/// The names of the scalar types.
pub(crate) fn scalar_types() -> impl Iterator<Item = &'static str> + Clone {
    types::SCALARS.iter().map(|(name, _)| *name)
}

/// Checks one method by itself.
pub(crate) fn method(raw: &raw::Method, out: &mut Vec<Diagnostic>) -> Option<Api> {
    method::check(raw, out)
}

/// Checks what concerns several files, given in the order of their paths. Gives back the categories.
pub(crate) fn together(files: &[File<'_>], out: &mut Vec<Diagnostic>) -> Vec<Category> {
    let duplicates = duplicates(files, out);
    for pair in files.windows(2).filter(|pair| pair[0].path == pair[1].path) {
        let message = format!("the file {} is given twice", shown(pair[1].path));
        out.push(
            Diagnostic::error(Code::MisplacedFile, start(pair[1].index), message).also(start(pair[0].index), "first"),
        );
    }
    for file in files {
        placement(file, duplicates.contains(&file.index), out);
    }
    categories(files, out)
}

fn start(file: usize) -> Place {
    Place { file, start: 0, end: 0 }
}

/// The folder and the name of a file that stands where it should.
fn parts(path: &str) -> Option<(&str, &str)> {
    let (folder, file) = path.split_once('/')?;
    let stem = file.strip_suffix(".yaml")?;
    (!folder.is_empty() && !stem.is_empty() && !file.contains('/')).then_some((folder, stem))
}

/// Reports methods that two files describe; gives back all files concerned.
fn duplicates(files: &[File<'_>], out: &mut Vec<Diagnostic>) -> Vec<usize> {
    let mut by_method: BTreeMap<&str, Vec<(bool, &File<'_>, Place)>> = BTreeMap::new();
    for file in files {
        if let Some(Content::Method { api: Some(api), .. }) = file.content {
            let elsewhere = parts(file.path).is_none_or(|(_, stem)| stem != api.value);
            by_method.entry(&api.value).or_default().push((elsewhere, file, api.at));
        }
    }
    let mut concerned = Vec::new();
    for (method, mut found) in by_method.into_iter().filter(|(_, found)| found.len() > 1) {
        // The file that bears the method's name is taken for the right one.
        found.sort_by_key(|(elsewhere, file, _)| (*elsewhere, file.path, file.index));
        for (_, _, place) in &found[1..] {
            let message = format!("the method {} is described twice", shown(method));
            let finding =
                Diagnostic::error(Code::DuplicateMethod, *place, message).label("again").also(found[0].2, "first");
            out.push(finding.help("remove one of the files, or name the method that it really describes"));
        }
        concerned.extend(found.iter().map(|(_, file, _)| file.index));
    }
    concerned
}

/// Path, method and category have to agree.
fn placement(file: &File<'_>, duplicate: bool, out: &mut Vec<Diagnostic>) {
    let Some((folder, stem)) = parts(file.path) else {
        let message = format!("{} does not stand in a category's folder", shown(file.path));
        let help = "a method stands in `<category>/<method>.yaml`, a category in `<category>/category.yaml`";
        out.push(Diagnostic::error(Code::MisplacedFile, start(file.index), message).help(help));
        return;
    };
    if let Some((wrong, help)) = names::category(folder) {
        let message = format!("the category {} {wrong}", shown(folder));
        out.push(Diagnostic::error(Code::InvalidName, start(file.index), message).help(help));
    }
    let Some(Content::Method { api, category }) = file.content else { return };
    if let Some(api) = api {
        if let Some((wrong, help)) = names::method(&api.value) {
            let message = format!("the method {} {wrong}", shown(&api.value));
            out.push(Diagnostic::error(Code::InvalidName, api.at, message).label("this name").help(help));
        } else if api.value != stem && !duplicate {
            let message = format!("the file is named {}, and describes the method {}", shown(stem), shown(&api.value));
            let help =
                format!("rename the file to {}, or correct the name in it", shown(&format!("{}.yaml", api.value)));
            out.push(Diagnostic::error(Code::MisplacedFile, api.at, message).label("not the file's name").help(help));
        }
    }
    if let Some(category) = category.as_ref().filter(|category| category.value != folder) {
        let message =
            format!("the file stands in the folder {}, and says category {}", shown(folder), shown(&category.value));
        let help = format!("move the file to {}, or correct `category`", shown(&format!("{}/", category.value)));
        out.push(
            Diagnostic::error(Code::MisplacedFile, category.at, message).label("not the folder's name").help(help),
        );
    }
}

/// The categories that have methods; each needs its description.
fn categories(files: &[File<'_>], out: &mut Vec<Diagnostic>) -> Vec<Category> {
    let mut folders: BTreeMap<&str, (Option<&File<'_>>, Option<Place>)> = BTreeMap::new();
    for file in files {
        let Some((folder, _)) = parts(file.path) else { continue };
        let entry = folders.entry(folder).or_default();
        if is_category(file.path) {
            entry.0 = Some(file);
        } else if entry.1.is_none() {
            let named = match file.content {
                Some(Content::Method { category, .. }) => category.as_ref().map(|category| category.at),
                _ => None,
            };
            entry.1 = Some(named.unwrap_or_else(|| start(file.index)));
        }
    }
    let mut categories = Vec::new();
    for (folder, found) in folders {
        match found {
            (Some(file), Some(_)) => {
                if let Some(Content::Category(raw)) = file.content {
                    categories.push(Category {
                        name: folder.to_owned(),
                        title: raw.title.clone(),
                        vendor_titles: raw.vendor_titles.clone(),
                    });
                }
            }
            (None, Some(place)) => {
                let message = format!("the category {} has no description", shown(folder));
                let help =
                    format!("add {} with the vendor's title: `title: …`", shown(&format!("{folder}/category.yaml")));
                out.push(Diagnostic::error(Code::MissingCategory, place, message).label("this category").help(help));
            }
            (_, None) => {}
        }
    }
    categories
}
