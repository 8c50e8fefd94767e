//! The content of a message: a struct that is received, and its topic.

use std::sync::LazyLock;

use quote::quote;

use super::code::Code;
use super::options::Options;
use super::template::Template;
use super::{example, request, structs};
use crate::plan::{ApiPlan, CategoryPlan, StructPlan};

static TOPIC: LazyLock<Template<1>> = LazyLock::new(|| {
    Template::of(
        ["topic"],
        quote! {
            impl rt::MessageContent for Content { const TOPIC: &'static str = hole_topic; }
        },
    )
});

/// The content, and what it is the content of.
pub(super) fn items(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Code {
    let mut docs = api.response.docs.clone();
    docs.push(String::new());
    docs.extend(example::documented(category, api, options));
    Code::items([
        structs::object(&StructPlan { docs, ..api.response.clone() }, request::aliases(api), Code::default()),
        TOPIC.fill([&Code::text(api.method.as_str())]),
    ])
}
