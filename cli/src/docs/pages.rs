//! The pages: the templates in `templates`, filled. A template writes every text so that it stays text.

use anyhow::{Context, Result};
use askama::Template;
use opentop_model::model::Executed;

use super::labels;
use super::view::text::Html;
use super::view::{MethodView, Node, Row};

/// A category and its methods.
pub(crate) struct Category {
    pub(crate) title: String,
    /// Its folder.
    pub(crate) module: String,
    pub(crate) feature: String,
    pub(crate) rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage<'a> {
    up: &'static str,
    categories: &'a [Category],
    counts: Counts,
    /// Whether the methods themselves fit.
    fits: bool,
    largest: Vec<&'a Category>,
    /// Those for which there is no room.
    others: Vec<&'a Category>,
}

#[derive(Template)]
#[template(path = "category.html")]
struct CategoryPage<'a> {
    up: &'static str,
    category: &'a Category,
    counts: Counts,
}

#[derive(Template)]
#[template(path = "method.html")]
struct MethodPage<'a> {
    up: &'static str,
    view: &'a MethodView<'a>,
    category: &'a str,
}

/// The index lists the methods themselves if there are at most this many.
const SHOWN_AT_ONCE: usize = 24;
/// If there are more than twice this many categories, the index shows this many: those with the most methods. The reader can unfold the
/// others.
const LARGEST: usize = 60;

/// How many there are of each. A message is no method.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Counts {
    methods: usize,
    messages: usize,
}

impl Counts {
    fn of<'r>(rows: impl Iterator<Item = &'r Row>) -> Counts {
        let (messages, methods): (Vec<_>, Vec<_>) = rows.partition(|row| row.traits.is_message());
        Counts { methods: methods.len(), messages: messages.len() }
    }

    /// `4 methods, 1 message`. Messages are named only if there are any.
    fn words(&self) -> Html {
        let Counts { methods, messages } = *self;
        let of = |count: usize, word: &str| format!("{count} {}", labels::many(count, word));
        match (methods, messages) {
            (_, 0) => labels::t(format!("{methods} 个方法"), of(methods, "method")),
            (0, _) => labels::t(format!("{messages} 种消息"), of(messages, "message")),
            _ => labels::t(
                format!("{methods} 个方法，{messages} 种消息"),
                format!("{}, {}", of(methods, "method"), of(messages, "message")),
            ),
        }
    }
}

/// The first page.
pub(crate) fn index(categories: &[Category]) -> Result<String> {
    let counts = Counts::of(categories.iter().flat_map(|category| &category.rows));
    let fits = counts.methods + counts.messages <= SHOWN_AT_ONCE;
    let mut largest: Vec<&Category> = categories.iter().collect();
    let mut others = Vec::new();
    if largest.len() > 2 * LARGEST {
        largest.sort_by_key(|category| std::cmp::Reverse(category.rows.len()));
        others = largest.split_off(LARGEST);
        others.sort_by(|one, other| one.module.cmp(&other.module));
    }
    render(&IndexPage { up: "", categories, counts, fits, largest, others })
}

/// A category's page, in its folder.
pub(crate) fn category(category: &Category) -> Result<String> {
    let counts = Counts::of(category.rows.iter());
    render(&CategoryPage { up: "../", category, counts })
}

/// A method's page, in its category's folder.
pub(crate) fn method(view: &MethodView<'_>, category: &str) -> Result<String> {
    render(&MethodPage { up: "../", view, category })
}

fn render(page: &impl Template) -> Result<String> {
    page.render().context("cannot fill a template")
}
