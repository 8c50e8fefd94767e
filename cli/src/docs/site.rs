//! The site in memory: every page in its frame, the style, and the search.
//!
//! Pages name each other relatively, so the site can be read from a folder, without a server. Scripts and style are files of their own,
//! so that a server can forbid every other.

use std::collections::BTreeMap;

use super::page::{self, Page, escape};

const STYLE: &str = include_str!("style.css");
const TRY: &str = include_str!("assets/try.js");
const TRY_STYLE: &str = include_str!("assets/try.css");
const TRY_SECTION: &str = include_str!("templates/try.html");
const SEARCH: &str = include_str!("search.js");

/// A file of the site.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) mime: &'static str,
    pub(crate) text: String,
}

/// The whole site.
#[derive(Debug, Default)]
pub(crate) struct Site {
    /// By path, with `/`.
    pub(crate) files: BTreeMap<String, File>,
    /// How many methods can be searched for.
    pub(crate) methods: usize,
}

impl Site {
    /// The site of `pages`, by their paths from the reference's folder.
    pub(crate) fn of(pages: &BTreeMap<String, String>) -> Site {
        let mut site = Site::default();
        let mut index = Vec::new();
        for (path, markdown) in pages {
            let (path, page) = (page::file_name(path), page::render(markdown));
            if let Some(method) = &page.method {
                index.push(serde_json::json!([method, page.title, path]));
            }
            site.put(&path, "text/html", frame(&path, &page));
        }
        site.methods = index.len();
        site.put("methods.js", "text/javascript", methods(&index));
        site.put("search.js", "text/javascript", SEARCH.to_owned());
        site.put("try.js", "text/javascript", TRY.to_owned());
        site.put("try.css", "text/css", TRY_STYLE.to_owned());
        site.put("style.css", "text/css", STYLE.to_owned());
        site
    }

    fn put(&mut self, path: &str, mime: &'static str, text: String) {
        self.files.insert(path.to_owned(), File { mime, text });
    }
}

/// What is searched: method, title and page of each. A script and not JSON, because a page that was opened from a folder may load nothing else.
fn methods(index: &[serde_json::Value]) -> String {
    let rows: Vec<String> = index.iter().map(serde_json::Value::to_string).collect();
    format!("window.METHODS = [\n{}\n];\n", rows.join(",\n"))
}

fn frame(path: &str, page: &Page) -> String {
    let up = "../".repeat(path.matches('/').count());
    let title = match &page.method {
        Some(method) => format!("{} · {}", escape(&page.title), escape(method)),
        None => escape(&page.title),
    };
    let trial = page.method.as_ref().map_or_else(String::new, |method| {
        let section = TRY_SECTION.replace("{{ method }}", &escape(method)).replace("{{ up }}", &up);
        format!("{section}<script src=\"{up}try.js\" defer></script>\n")
    });
    let body = &page.body;
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"{up}style.css\">\n\
         <script src=\"{up}search.js\" data-up=\"{up}\" defer></script>\n\
         </head>\n<body>\n<header>\n<a class=\"home\" href=\"{up}index.html\">opentop</a>\n\
         <div class=\"search\" role=\"search\">\n\
         <input id=\"search\" type=\"search\" placeholder=\"Search methods · 搜索方法 ( / )\" aria-label=\"Search methods\" \
         autocomplete=\"off\" spellcheck=\"false\">\n<ol id=\"found\" hidden></ol>\n</div>\n</header>\n\
         <main>\n{body}{trial}</main>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn site() -> Site {
        let page = "# 兑换</title><script>\n\n`alibaba.example.gift.redeem`\n\ntext\n";
        let pages = [("README.md", "# Reference\n\n[x](example/a.md)\n"), ("example/a.md", page)];
        Site::of(&pages.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
    }

    #[test]
    fn pages_find_style_search_and_index_from_where_they_stand() {
        let site = site();
        let paths: Vec<&str> = site.files.keys().map(String::as_str).collect();
        assert_eq!(paths, ["example/a.html", "index.html", "methods.js", "search.js", "style.css"]);
        let below = &site.files["example/a.html"].text;
        for piece in ["href=\"../style.css\"", "src=\"../search.js\" data-up=\"../\"", "href=\"../index.html\""] {
            assert!(below.contains(piece), "{piece} is not in {below}");
        }
        assert!(site.files["index.html"].text.contains("href=\"example/a.html\""));
        assert!(site.files["index.html"].text.contains("href=\"style.css\""));
    }

    #[test]
    fn titles_are_text_everywhere() {
        let site = site();
        let page = &site.files["example/a.html"].text;
        assert!(
            page.contains("<title>兑换&lt;/title&gt;&lt;script&gt; · alibaba.example.gift.redeem</title>"),
            "{page}"
        );
        assert_eq!(page.matches("<script").count(), 1, "our own");
    }

    #[test]
    fn every_method_can_be_searched_for() {
        let site = site();
        assert_eq!(site.methods, 1);
        let text = &site.files["methods.js"].text;
        let json = text.strip_prefix("window.METHODS = ").unwrap().trim_end().strip_suffix(';').unwrap();
        let rows: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(rows[0][0], "alibaba.example.gift.redeem");
        assert_eq!(rows[0][2], "example/a.html");
    }

    #[test]
    fn the_search_writes_text_and_never_markup() {
        assert!(SEARCH.contains("textContent"));
        for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            assert!(!SEARCH.contains(way), "{way}");
        }
    }
}
