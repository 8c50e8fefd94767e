//! Reads specifications: the four that are built in, folders, and sources in memory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use opentop_model::diagnostic::{RenderOptions, SourceFile, render_human};
use opentop_model::folder;
use opentop_model::model::Model;

use crate::error::StartError;

/// The built-in specifications, by path. The folder `specs` of this crate holds copies of the repository's; a test compares them.
const BUILT_IN: &[(&str, &str)] = include!("../specs/built_in.rs");

/// Where methods come from. Each source has its own namespace of categories and types; of a method that several describe, the
/// last one counts.
pub(crate) enum Specs {
    BuiltIn,
    /// Calls that belong to the platform itself. Another source may describe them too, and nothing is said of it.
    Platform(Vec<SourceFile>),
    Folder(PathBuf),
    Sources(Vec<SourceFile>),
    Model(Box<Model>),
}

impl Specs {
    /// What messages call it.
    fn name(&self) -> String {
        match self {
            Specs::BuiltIn => "the built-in specifications".to_owned(),
            Specs::Platform(_) => "the platform's own calls".to_owned(),
            Specs::Folder(folder) => folder.display().to_string(),
            Specs::Sources(_) => "the given sources".to_owned(),
            Specs::Model(_) => "the given model".to_owned(),
        }
    }

    fn model(self) -> Result<Model, StartError> {
        match self {
            Specs::BuiltIn => model(&built_in()),
            Specs::Folder(folder) => model(&folder::read(&folder).map_err(StartError::Read)?),
            Specs::Platform(sources) | Specs::Sources(sources) => model(&sources),
            Specs::Model(model) => Ok(*model),
        }
    }
}

/// One model of all sources, and a sentence for each source whose methods replace others.
pub(crate) fn merged(sources: Vec<Specs>) -> Result<(Model, Vec<String>), StartError> {
    let mut apis = BTreeMap::new();
    let mut categories = BTreeMap::new();
    let mut notices = Vec::new();
    for source in sources {
        let name = source.name();
        let is_platform = matches!(source, Specs::Platform(_));
        let model = source.model()?;
        let mut replaced = Vec::new();
        for api in model.apis {
            if let Some((earlier, _, false)) = apis.get(&api.method).filter(|(_, known, _)| *known != api) {
                replaced.push(format!("`{}` of {earlier}", api.method));
            }
            apis.insert(api.method.clone(), (name.clone(), api, is_platform));
        }
        categories.extend(model.categories.into_iter().map(|category| (category.name.clone(), category)));
        if !replaced.is_empty() {
            notices.push(format!("{name} replaces {}", replaced.join(", ")));
        }
    }
    let model = Model {
        categories: categories.into_values().collect(),
        apis: apis.into_values().map(|(_, api, _)| api).collect(),
    };
    Ok((model, notices))
}

/// The built-in specifications, as files of a spec folder: in the order of [`folder::read`], so that the repository's own folder gives
/// an equal model.
#[must_use]
pub fn built_in() -> Vec<SourceFile> {
    let source = |(path, text): &(&str, &str)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() };
    let mut sources: Vec<SourceFile> = BUILT_IN.iter().map(source).collect();
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    sources
}

fn model(sources: &[SourceFile]) -> Result<Model, StartError> {
    let loaded = opentop_model::load(sources);
    if loaded.has_errors() {
        return Err(StartError::Specs {
            rendered: render_human(&loaded.diagnostics, sources, &RenderOptions::default()),
        });
    }
    Ok(loaded.model)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn built_in_specifications_equal_the_repositorys() {
        let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
        if !spec.is_dir() {
            eprintln!("skipped: {} is absent", spec.display());
            return;
        }
        for (path, text) in BUILT_IN {
            let original = fs::read_to_string(spec.join(path)).unwrap();
            assert_eq!(*text, original, "outdated copy; run: cp spec/{path} sandbox/specs/{path}");
        }
    }

    #[test]
    fn the_last_source_of_a_method_counts_and_says_so_if_it_differs() {
        let (model, notices) = merged(vec![Specs::BuiltIn, Specs::Sources(built_in())]).unwrap();
        assert_eq!((model.apis.len(), notices.len()), (4, 0));
        let category = built_in().remove(2);
        let mut one = built_in().remove(0);
        one.text = one.text.replace("title: ", "title: X");
        let (model, notices) = merged(vec![Specs::BuiltIn, Specs::Sources(vec![category, one])]).unwrap();
        assert_eq!(model.apis.len(), 4);
        assert!(model.apis[0].title.starts_with('X'));
        assert_eq!(
            notices,
            [format!("the given sources replaces `{}` of the built-in specifications", model.apis[0].method)]
        );
    }
}
