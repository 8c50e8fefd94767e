//! The index of the site's search: what `assets/search-engine.js` looks through.
//!
//! There are no postings of words. The engine looks for the query in the texts themselves, which are short enough for that, so every
//! piece of a Chinese text is found without a dictionary. The index comes as scripts, because a page that was opened from a folder can load
//! nothing else, and in pieces, so that a reader loads what the query needs:
//!
//! | file | holds | loaded |
//! |---|---|---|
//! | `search/engine.js` | the engine | when the box is first used |
//! | `search/names.js` | names and titles of categories and methods, type names, error codes | when the box is first used |
//! | `search/fields.js` | names of fields, and each method's tree of them | with the first letter |
//! | `search/grams-N.js` | for some pairs of letters, which text files hold them: see [`grams`] | for a query that may stand in a description |
//! | `search/text-N.js` | some descriptions, and where each stands: see [`texts`] | if it may hold the query |
//!
//! At 4,800 methods names and fields are about 480 kB compressed, as far as 502 of them tell; a file of grams or texts is about 1.5 kB, and a query
//! needs three to ten of them: some 7 kB. A text that several methods have is there once.

mod grams;
mod numbers;
mod outline;
#[cfg(test)]
mod tests;
mod texts;

use opentop_model::model::Api;
use serde_json::{Map, Value, json};

use numbers::Known;
use outline::Outline;
use texts::Texts;

/// What looks through the index: loaded with it.
const ENGINE: &str = include_str!("assets/search-engine.js");

/// A method, and where it stands on the site.
pub(crate) struct Entry<'a> {
    pub(crate) api: &'a Api,
    /// The title of its category, whose page is `index.html` beside the method's.
    pub(crate) category: &'a str,
    /// The path of its page from the site's root.
    pub(crate) page: &'a str,
}

/// The files of the index of `entries`, by their paths from the site's root. Entries of one category stand together.
pub(crate) fn files<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Vec<(String, Vec<u8>)> {
    let mut index = Index::default();
    for entry in entries {
        index.add(&entry);
    }
    index.finish()
}

#[derive(Default)]
struct Index {
    files: Vec<(String, Vec<u8>)>,
    /// Each category's name, how many methods it has, and its title.
    categories: Vec<(String, usize, String)>,
    /// `method TAB title`.
    methods: Vec<String>,
    /// By method: its page, where that is not `category/method.html`.
    pages: Map<String, Value>,
    types: Known,
    codes: Known,
    fields: Known,
    /// By method: its types, its error codes, its fields.
    types_of: Vec<String>,
    codes_of: Vec<String>,
    trees: Vec<String>,
    texts: Texts,
}

impl Index {
    fn add(&mut self, entry: &Entry<'_>) {
        let Entry { api, category, page } = entry;
        let outline = Outline::of(api);
        match self.categories.last_mut() {
            Some((name, count, _)) if *name == api.category => *count += 1,
            _ => self.categories.push((api.category.clone(), 1, outline::plain(category))),
        }
        if *page != format!("{}/{}.html", api.category, api.method) {
            self.pages.insert(self.methods.len().to_string(), json!(page));
        }
        self.methods.push(format!("{}\t{}", api.method, outline.title));
        self.types_of.push(outline.types(&mut self.types));
        self.codes_of.push(outline.codes(&mut self.codes));
        self.trees.push(outline.tree(&mut self.fields));
        self.texts.add(outline.lines());
    }

    fn finish(mut self) -> Vec<(String, Vec<u8>)> {
        let (texts, pieces) = std::mem::take(&mut self.texts).finish();
        for (number, text) in texts.iter().enumerate() {
            self.put(&format!("text-{number}"), text);
        }
        for (number, piece) in pieces.iter().enumerate() {
            self.put(&format!("grams-{number}"), &json!(piece));
        }
        let names = json!({
            "categories": self.categories,
            "methods": self.methods.join("\n"),
            "pages": self.pages,
            "types": self.types.names().join("\n"),
            "typesOf": self.types_of.join("\n"),
            "codes": self.codes.names().join("\n"),
            "codesOf": self.codes_of.join("\n"),
            "grams": pieces.len(),
            "texts": texts.len(),
        });
        self.put("names", &names);
        let fields = json!({ "fields": self.fields.names().join("\n"), "trees": self.trees.join("\n") });
        self.put("fields", &fields);
        self.files.push(("search/engine.js".to_owned(), ENGINE.as_bytes().to_vec()));
        self.files
    }

    /// Adds a script that hands `data` to the engine. JSON is JavaScript as it stands.
    fn put(&mut self, name: &str, data: &Value) {
        let script = format!("opentopSearch.take({},{data});\n", json!(name));
        self.files.push((format!("search/{name}.js"), script.into_bytes()));
    }
}
