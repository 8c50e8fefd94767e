//! The site: its pages, style, scripts and search index.
//!
//! Pages name each other relatively, so the site can be read from a folder, without a server. Scripts and style are files of their own,
//! so that a server can forbid every other.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use anyhow::Result;
use opentop_codegen::{Layout, Options, Writer};
use opentop_model::diagnostic::SourceFile;
use opentop_model::model::{Api, Model};
use opentop_model::parallel::each;

use super::pages::{self, Category};
use super::search;
use super::view::text::Links;
use super::view::{MethodView, Row, Traits};

const STYLE: [&str; 2] = [include_str!("assets/style.css"), include_str!("assets/search.css")];
const ASSETS: [(&str, &str); 5] = [
    ("page.js", include_str!("assets/page.js")),
    ("search.js", include_str!("assets/search.js")),
    ("try.js", include_str!("assets/try.js")),
    ("try.css", include_str!("assets/try.css")),
    ("icon.svg", include_str!("assets/icon.svg")),
];

/// A file of the site.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) mime: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// The whole site.
#[derive(Debug, Default)]
pub(crate) struct Site {
    /// By path, with `/`.
    pub(crate) files: BTreeMap<String, File>,
}

impl Site {
    /// The site of `model`, in memory.
    pub(crate) fn of(model: &Model, sources: &[SourceFile]) -> Result<Site> {
        let files = Mutex::new(BTreeMap::new());
        build(model, sources, &|path, bytes| {
            let file = File { mime: mime(path), bytes };
            files.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(path.to_owned(), file);
            Ok(())
        })?;
        let files = files.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(Site { files })
    }
}

fn mime(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// Takes a file of the site: its path and its bytes.
pub(crate) type Put<'p> = dyn Fn(&str, Vec<u8>) -> Result<()> + Sync + 'p;

/// Makes every file of the site and gives it to `put`, on all cores and in no particular order.
pub(crate) fn build(model: &Model, sources: &[SourceFile], put: &Put<'_>) -> Result<()> {
    let options = Options::default();
    let writer = Writer::new(Layout::Crate, model.apis.iter().map(|api| api.category.as_str()), &options);
    let pages: HashMap<&str, String> =
        model.apis.iter().map(|api| (api.method.as_str(), format!("{}.html", Writer::page(api)))).collect();
    let titles: HashMap<&str, &str> =
        model.categories.iter().map(|category| (category.name.as_str(), category.title.as_str())).collect();
    let title = |name: &str| titles.get(name).copied().filter(|title| !title.trim().is_empty()).map(str::to_owned);

    let made: Vec<Result<_>> = each(&model.apis, |api| {
        let reference = writer.reference(api, sources);
        let links = Links { pages: &pages, up: "../", own: &api.method };
        let view = MethodView::of(api, &reference, &links);
        let category = title(&api.category).unwrap_or_else(|| api.category.clone());
        put(&pages[api.method.as_str()], pages::method(&view, &category)?.into_bytes())?;
        Ok((row(api, &view, &pages), reference.category.module.to_string(), view.feature))
    });
    let mut categories: BTreeMap<String, Category> = BTreeMap::new();
    for (api, made) in model.apis.iter().zip(made) {
        let (row, module, feature) = made?;
        let category = categories.entry(module.clone()).or_insert_with(|| Category {
            title: title(&api.category).unwrap_or_else(|| api.category.clone()),
            module,
            feature,
            rows: Vec::new(),
        });
        category.rows.push(row);
    }
    let categories: Vec<Category> = categories.into_values().collect();
    for category in &categories {
        put(&format!("{}/index.html", category.module), pages::category(category)?.into_bytes())?;
    }
    put("index.html", pages::index(&categories)?.into_bytes())?;
    let entries = model.apis.iter().map(|api| {
        let category = titles.get(api.category.as_str()).copied().unwrap_or(&api.category);
        search::Entry { api, category, page: &pages[api.method.as_str()] }
    });
    for (path, bytes) in search::files(entries) {
        put(&path, bytes)?;
    }
    put("style.css", STYLE.concat().into_bytes())?;
    ASSETS.iter().try_for_each(|(path, text)| put(path, text.as_bytes().to_vec()))
}

fn row(api: &Api, view: &MethodView<'_>, pages: &HashMap<&str, String>) -> Row {
    Row {
        method: api.method.clone(),
        page: pages[api.method.as_str()].clone(),
        title: view.title.clone(),
        traits: Traits::of(api),
    }
}
