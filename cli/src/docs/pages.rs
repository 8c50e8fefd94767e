//! The pages: the templates in `templates`, filled. A template writes every text so that it stays text.

use anyhow::{Context, Result};
use askama::Template;
use opentop_model::model::Executed;

use super::labels;
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
    methods: usize,
}

#[derive(Template)]
#[template(path = "category.html")]
struct CategoryPage<'a> {
    up: &'static str,
    category: &'a Category,
}

#[derive(Template)]
#[template(path = "method.html")]
struct MethodPage<'a> {
    up: &'static str,
    view: &'a MethodView<'a>,
    category: &'a str,
}

/// The first page.
pub(crate) fn index(categories: &[Category], methods: usize) -> Result<String> {
    render(&IndexPage { up: "", categories, methods })
}

/// A category's page, in its folder.
pub(crate) fn category(category: &Category) -> Result<String> {
    render(&CategoryPage { up: "../", category })
}

/// A method's page, in its category's folder.
pub(crate) fn method(view: &MethodView<'_>, category: &str) -> Result<String> {
    render(&MethodPage { up: "../", view, category })
}

fn render(page: &impl Template) -> Result<String> {
    page.render().context("cannot fill a template")
}
