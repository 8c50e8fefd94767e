//! The site as a whole: what specifications say never becomes markup, and every link leads somewhere.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use opentop_model::load;
use opentop_model::model::{Api, ErrorRow, Model, Object};

use super::site::Site;
use crate::specs::Specs;

fn built_in() -> (Model, Vec<opentop_model::diagnostic::SourceFile>) {
    Specs::BuiltIn.model().unwrap().unwrap()
}

fn texts(site: &Site) -> BTreeMap<&str, &str> {
    let pages = site.files.iter().filter(|(path, _)| path.ends_with(".html"));
    pages.map(|(path, file)| (path.as_str(), std::str::from_utf8(&file.bytes).unwrap())).collect()
}

/// The methods of the catalogue with every text replaced by what `text` makes of it.
fn with_texts(mut model: Model, text: &dyn Fn(&str) -> String) -> Model {
    let object = |object: &mut Object| {
        for field in &mut object.fields {
            field.wire = text(&field.wire);
            for said in [&mut field.description, &mut field.vendor_type] {
                *said = text(said);
            }
            for said in [&mut field.example, &mut field.unit, &mut field.deprecated, &mut field.default] {
                *said = Some(text(said.as_deref().unwrap_or("x")));
            }
            for value in &mut field.values {
                value.description = text(&value.description);
                value.value = text(&value.value);
            }
        }
    };
    for category in &mut model.categories {
        category.title = text(&category.title);
    }
    for api in &mut model.apis {
        for said in [&mut api.title, &mut api.description] {
            *said = text(said);
        }
        for object_of in [&mut api.request, &mut api.response] {
            object(object_of);
        }
        for ty in &mut api.types {
            ty.name = text(&ty.name);
            ty.description = text(&ty.description);
            object(&mut ty.object);
        }
        let row = ErrorRow { code: text("isv.x"), message: text("m"), solution: text("s"), executed: None };
        api.errors = vec![row.clone(), row];
        let samples = &mut api.samples;
        for said in
            [&mut samples.response_json, &mut samples.response_xml, &mut samples.error_json, &mut samples.error_xml]
        {
            *said = Some(text(said.as_deref().unwrap_or("x")));
        }
    }
    model
}

/// Every tag of a page, as it is written.
fn tags(page: &str) -> Vec<&str> {
    page.match_indices('<').map(|(at, _)| &page[at..=at + page[at..].find('>').unwrap()]).collect()
}

/// The values of an attribute.
fn values<'p>(tags: &[&'p str], name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    tags.iter().filter_map(|tag| tag.split_once(&start)?.1.split_once('"')).map(|(value, _)| value).collect()
}

fn decoded(text: &str) -> String {
    let text = ["&#34;", "&quot;"].iter().fold(text.to_owned(), |text, entity| text.replace(entity, "\""));
    let text = ["&#39;", "&#x27;"].iter().fold(text, |text, entity| text.replace(entity, "'"));
    let text = text.replace("&#60;", "<").replace("&lt;", "<").replace("&#62;", ">").replace("&gt;", ">");
    text.replace("&#38;", "&").replace("&amp;", "&")
}

/// Every link of every page leads to a file of the site and to an anchor there, or over http(s). Anchors are unique.
fn check_links(site: &Site) {
    let pages = texts(site);
    let ids: BTreeMap<&str, BTreeSet<String>> = pages
        .iter()
        .map(|(path, page)| {
            let all: Vec<String> = values(&tags(page), "id").into_iter().map(decoded).collect();
            let unique: BTreeSet<String> = all.iter().cloned().collect();
            assert_eq!(unique.len(), all.len(), "{path}: an anchor is there twice");
            assert!(!unique.iter().any(|id| id.is_empty() || id.contains(char::is_whitespace)), "{path}");
            (*path, unique)
        })
        .collect();
    for (path, page) in &pages {
        let tags = tags(page);
        for link in values(&tags, "href").into_iter().chain(values(&tags, "src")) {
            let link = decoded(link);
            if link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').map_or((link.as_str(), None), |(file, id)| (file, Some(id)));
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = match file.strip_prefix("../") {
                _ if file.is_empty() => (*path).to_owned(),
                Some(above) => above.to_owned(),
                None if folder.is_empty() => file.to_owned(),
                None => format!("{folder}/{file}"),
            };
            assert!(site.files.contains_key(&target), "{path}: {link} leads nowhere");
            if let Some(anchor) = anchor {
                assert!(ids[target.as_str()].contains(anchor), "{path}: {link} leads to no anchor");
            }
        }
    }
}

/// What a page may be made of.
fn check_markup(site: &Site) {
    const KNOWN: &[&str] = &[
        "!DOCTYPE", "a", "body", "button", "circle", "code", "details", "div", "em", "h1", "h2", "h3", "head",
        "header", "html", "input", "kbd", "label", "li", "link", "main", "meta", "nav", "ol", "p", "path", "pre",
        "script", "section", "span", "strong", "summary", "svg", "table", "tbody", "td", "th", "thead", "title", "tr",
        "ul",
    ];
    for (path, page) in texts(site) {
        let tags = tags(page);
        for tag in &tags {
            let name = tag.trim_start_matches(['<', '/']).split([' ', '>', '/']).next().unwrap();
            assert!(KNOWN.contains(&name), "{path}: {tag}");
            let bare: Vec<&str> = tag.split('"').step_by(2).collect();
            assert!(bare.iter().all(|part| !part.starts_with(" on") && !part.ends_with(" style=")), "{path}: {tag}");
            assert!(!tag.contains(" on") || bare.iter().all(|part| !part.contains(" on")), "{path}: {tag}");
        }
        let scripts = tags.iter().filter(|tag| tag.starts_with("<script"));
        for script in scripts {
            assert!(script.contains(" src=\""), "{path}: {script}");
        }
    }
}

#[test]
fn every_link_of_the_site_leads_somewhere() {
    let (model, sources) = built_in();
    let site = Site::of(&model, &sources).unwrap();
    check_links(&site);
    check_markup(&site);
    for api in &model.apis {
        let page =
            texts(&site).into_iter().find(|(path, _)| path.ends_with(&format!("/{}.html", api.method))).unwrap().1;
        for id in anchors(api) {
            assert!(page.contains(&format!("id=\"{id}\"")), "{}: {id}", api.method);
        }
    }
}

/// The anchors that others link to: of every field at the root, of every type, of every error code.
fn anchors(api: &Api) -> Vec<String> {
    let fields = |side: &'static str, object: &Object| {
        object.fields.iter().map(move |field| format!("{side}-{}", field.wire)).collect::<Vec<_>>()
    };
    let types = api.types.iter().map(|ty| format!("t-{}", ty.name));
    let codes = api.errors.iter().map(|row| format!("e-{}", row.code));
    fields("p", &api.request).into_iter().chain(fields("r", &api.response)).chain(types).chain(codes).collect()
}

#[test]
fn no_text_of_a_specification_becomes_markup() {
    let (model, sources) = built_in();
    let site = Site::of(&model, &sources).unwrap();
    let count = |site: &Site, path: &str| tags(texts(site)[path]).len();
    for hostile in [
        "\"><script>alert(1)</script>",
        "'><img src=x onerror=alert(1)>",
        "</code></pre><svg/onload=alert(1)>",
        "</title><iframe src=x>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "[x](javascript:alert(1)) ![x](data:text/html,x)",
        "`` ``` \u{202e} \u{0} &lt;script&gt; &#60;b&#62;",
        "--><!-- x --> ]]> {{ 7*7 }} {% if x %} ${x}",
        "a.b/../../x?y#z%41 \" id=\"p-x\" b",
    ] {
        let made = Site::of(&with_texts(model.clone(), &|text| format!("{text}{hostile}")), &sources).unwrap();
        check_links(&made);
        check_markup(&made);
        for path in texts(&site).keys() {
            assert!(count(&made, path) < count(&site, path) * 3, "{path}: {hostile}");
        }
    }
}

#[test]
fn a_type_that_recurs_is_written_once_and_linked() {
    let category = "title: x\n";
    let spec = "api: a.b.get\ncategory: one\ntitle: x\nsession: none\neffect: read\nrequest: { fields: {} }\n\
        response: { fields: { first: { type: Node, description: x }, more: { type: 'Node []', description: x } } }\n\
        types: { Node: { fields: { id: { type: Number, description: x }, next: { type: Node, description: x } } } }\n";
    let file = |path: &str, text: &str| opentop_model::diagnostic::SourceFile { path: path.into(), text: text.into() };
    let sources = [file("one/category.yaml", category), file("one/a.b.get.yaml", spec)];
    let loaded = load(&sources);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let site = Site::of(&loaded.model, &sources).unwrap();
    check_links(&site);
    let page = texts(&site)["one/a.b.get.html"];
    assert_eq!(page.matches("id=\"t-Node\"").count(), 1);
    assert_eq!(page.matches("href=\"#t-Node\"").count(), 2, "{page}");
    assert!(page.contains("id=\"r-first.next\"") && !page.contains("id=\"r-more.id\""), "{page}");
}
