//! Writes the crate's root (`src/lib.rs`), the module of all categories (`src/api/mod.rs`), and one module per category
//! (`src/api/<category>/mod.rs`).

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::code::{Code, code};
use super::example;
use super::listed::Listed;
use super::options::{INTERFACE, Options};
use super::rust_file::{RustFile, ident, inner_docs, whole};
use crate::doctext::code;
use crate::plan::{ApiPlan, CategoryPlan, Feature, Method, Plan, TypeName};
use opentop_model::model::{Effect, Protocol};

/// `src/lib.rs`.
///
/// `shown`: the method that [`shown`] chose.
pub(super) fn root(plan: &Plan<Listed>, shown: Option<(&CategoryPlan, &ApiPlan)>, options: &Options) -> RustFile {
    let said = inner_docs(&root_docs(plan, shown, options));
    let api = api();
    RustFile {
        path: "src/lib.rs".to_owned(),
        source: options.spec.clone(),
        code: whole(quote! {
            #said
            #![cfg_attr(docsrs, feature(doc_cfg))]
            #api
            #[doc(inline)]
            pub use ::opentop_runtime::*;
        }),
        expected: vec![api_as_planned(), "use opentop_runtime::*".to_owned()],
    }
}

/// The module of all methods. Where the runtime is too old for it, that is the only error.
pub(super) fn api() -> TokenStream {
    let (revision, version) = (Literal::u32_unsuffixed(INTERFACE.0), INTERFACE.1);
    quote!(::opentop_runtime::__private::v1::since! { #revision, #version, pub mod api; })
}

/// The same as a line of [`RustFile::expected`].
pub(super) fn api_as_planned() -> String {
    format!("::opentop_runtime::__private::v1::since!({},\"{}\",pubmodapi;)", INTERFACE.0, INTERFACE.1)
}

/// The method that the documentation of the crate shows: one that changes data has the most to show.
pub(super) fn shown(plan: &Plan<Listed>) -> Option<&Listed> {
    let served = || plan.apis().map(|(_, api)| api).filter(|api| api.protocol.is_none());
    served().find(|api| api.effect == Effect::Write).or_else(|| served().next())
}

fn root_docs(plan: &Plan<Listed>, shown: Option<(&CategoryPlan, &ApiPlan)>, options: &Options) -> Vec<String> {
    let messages = plan.apis().filter(|(_, api)| api.protocol == Some(Protocol::Tmc)).count();
    let mut said = vec![
        "A typed client of the Taobao Open Platform.".to_owned(),
        String::new(),
        format!(
            "{}{} in {}: see [`api`]. {}, and `full` turns all of them on.",
            counted(plan.apis().count() - messages, "method", "methods"),
            if messages > 0 { format!(" and {}", counted(messages, "message", "messages")) } else { String::new() },
            counted(plan.categories.len(), "category", "categories"),
            featured(plan)
        ),
        String::new(),
        "A request is built by naming its parameters; a missing required one does not compile. Limits and rules are checked before \
         anything is sent, all violations at once. `send` calls the method, with an async [`Client`] or with a [`blocking::Client`]. \
         The error of a method that changes data tells a failed call from an unknown outcome: see [`WriteError`]."
            .to_owned(),
    ];
    if let Some((category, api)) = shown {
        said.extend([String::new(), "# Example".to_owned(), String::new()]);
        said.extend(example::documented_at_root(category, api, options));
    }
    said.extend([String::new(), "# Dependency".to_owned(), String::new(), "```toml".to_owned()]);
    let feature = shown.map_or("full", |(category, _)| category.feature.as_str());
    let version = options.version.split('.').take(2).collect::<Vec<_>>().join(".");
    said.push(format!("{} = {{ version = \"{version}\", features = [\"{feature}\"] }}", options.name));
    said.extend(
        [
            "```",
            "",
            "# Features",
            "",
            "| Feature | What it adds |",
            "| --- | --- |",
            "| `api-…` | the methods of a category |",
            "| `full` | every category |",
            "| `reqwest` (default) | the transport of the async client: reqwest with rustls |",
            "| `ureq` | the transport of the blocking client: ureq with rustls |",
            "| `reqwest-no-provider`, `ureq-no-provider` | the same without ring: add `aws-lc-rs`, or install a TLS provider for the process |",
            "| `tokens` | users' access tokens: the consent page, the exchange, a store shared by processes |",
            "| `tmc` | the message channel |",
            "| `spi`, `spi-axum`, `spi-tower` | verifies and reads the calls that the platform makes to you; axum extractors and a tower layer for them |",
            "| `qimen` | calls through Qimen |",
            "| `xml`, `gbk` | answers in XML; answers in GBK |",
            "| `serde` | serde's traits for every model |",
            "| `chrono-04`, `jiff-1`, `time-03` | conversions between `DateTime` and the types of these crates |",
        ]
        .map(str::to_owned),
    );
    said
}

/// `src/api/mod.rs`.
pub(super) fn apis(plan: &Plan<Listed>, options: &Options) -> RustFile {
    let categories = plan.categories.iter().map(|category| {
        let (name, feature) = (ident(category.module.as_str()), category.feature.as_str());
        quote!(#[cfg(feature = #feature)] #[cfg_attr(docsrs, doc(cfg(feature = #feature)))] pub mod #name;)
    });
    let features: Vec<&str> = plan.features().into_keys().map(Feature::as_str).collect();
    // The only place that names the runtime. `any` of one condition would be a lint.
    let runtime = match features.as_slice() {
        [] => quote!(),
        [one] => quote!(
            #[cfg(feature = #one)]
            use ::opentop_runtime::__private::v1 as rt;
        ),
        many => quote!(
            #[cfg(any(#(feature = #many),*))]
            use ::opentop_runtime::__private::v1 as rt;
        ),
    };
    let used = (!features.is_empty()).then(|| "use opentop_runtime::__private::v1asrt".to_owned());
    RustFile {
        path: "src/api/mod.rs".to_owned(),
        source: options.spec.clone(),
        code: whole(quote! {
            //! Every method, by category. Types belong to one method each.
            #runtime
            #(#categories)*
        }),
        expected: used
            .into_iter()
            .chain(plan.categories.iter().map(|category| format!("mod {}", category.module)))
            .collect(),
    }
}

/// `src/api/<category>/mod.rs`.
pub(super) fn category(category: &CategoryPlan<Listed>, options: &Options) -> RustFile {
    let modules = category.apis.iter().map(|api| code!("pub mod {};", api.module));
    RustFile {
        path: format!("src/api/{}/mod.rs", category.module),
        source: format!("{}/{}", options.spec, category.name),
        code: Ok(Code::items([Code::inner_docs(&category_docs(category, "")), Code::lines(modules)])),
        expected: category.apis.iter().map(|api| format!("mod {}", api.module)).collect(),
    }
}

/// What is said of a category. `from`: the way from where the text stands to the category's module.
pub(super) fn category_docs<A: Method>(category: &CategoryPlan<A>, from: &str) -> Vec<String> {
    let mut said = vec![
        format!("{}.", category.title),
        String::new(),
        "| Method | Type | |".to_owned(),
        "| --- | --- | --- |".to_owned(),
    ];
    said.extend(category.apis.iter().map(|api| {
        let (method, module, title) = (code(api.method().as_str()), api.module(), api.title());
        let ty = if api.protocol() == Some(Protocol::Tmc) { TypeName::content() } else { TypeName::request() };
        let target = if from.is_empty() { String::new() } else { format!("({from}{module}::{ty})") };
        format!("| {method} | [`{module}::{ty}`]{target} | {title} |")
    }));
    said
}

fn featured(plan: &Plan<Listed>) -> &'static str {
    if plan.features().len() == plan.categories.len() {
        "Every category is behind a feature of its own"
    } else {
        "Every category is behind a feature, of its own or of a family of categories whose names begin alike"
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
