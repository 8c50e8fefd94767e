//! The crate's root, the module of all categories, and one module per category.
//!
//! In: the plan. Out: `src/lib.rs`, `src/api/mod.rs`, `src/api/<category>/mod.rs`.

use quote::quote;

use super::Options;
use super::code::{Code, code};
use super::rust::{RustFile, ident, inner_docs, whole};
use crate::doctext::code;
use crate::plan::{CategoryPlan, Plan};

/// What the crate takes over from the runtime, under the same names.
const MODULES: &[&str] = &[
    "blocking",
    "client",
    "decode",
    "encode",
    "error",
    "gateway",
    "journal",
    "outcome",
    "paging",
    "request",
    "retry",
    "sign",
    "table",
    "transport",
    "validate",
    "value",
];

/// Types, traits and functions at the runtime's root.
const ITEMS: &[&str] = &[
    "Api",
    "AppSecret",
    "Call",
    "Client",
    "ClientBuilder",
    "ConfigError",
    "Cursor",
    "DateTime",
    "DateTimeError",
    "Decimal",
    "DecodeError",
    "DecodeIssue",
    "Effect",
    "Endpoint",
    "EndpointError",
    "Error",
    "Fate",
    "File",
    "FileJournal",
    "Format",
    "GatewayError",
    "IdempotencyKey",
    "InvalidCursor",
    "InvalidIdempotencyKey",
    "InvalidPending",
    "Items",
    "Journal",
    "JournalError",
    "Json",
    "NoSession",
    "Outcome",
    "Page",
    "PagedRequest",
    "Pages",
    "Paging",
    "PagingEnd",
    "PagingError",
    "Pending",
    "ReadRequest",
    "Reply",
    "Request",
    "RetryBudget",
    "RetryPolicy",
    "Scalar",
    "ServerDedupes",
    "Session",
    "SessionUse",
    "SessionlessRequest",
    "SignMethod",
    "Transport",
    "TransportError",
    "UnknownValue",
    "Violation",
    "ViolationKind",
    "WithSession",
    "WriteError",
    "WriteRequest",
    "from_json",
];

/// `src/lib.rs`.
pub(super) fn root(plan: &Plan, options: &Options) -> RustFile {
    let said = [
        "A typed client of the Taobao Open Platform.".to_owned(),
        String::new(),
        format!("{} in {}: see [`api`]. {}, and `full` turns all of them on.",
            counted(plan.apis().count(), "method", "methods"), counted(plan.categories.len(), "category", "categories"), featured(plan)),
        String::new(),
        "A request is built by naming its parameters; a missing required one does not compile. Limits and rules are checked before".to_owned()
            + " anything is sent, all violations at once. [`Client::read`] calls a method that only reads; [`Client::write`] one that"
            + " changes data, and its error tells a failed call from an unknown outcome.",
    ];
    let said = inner_docs(&said);
    let modules = MODULES.iter().map(|name| ident(name));
    let items = ITEMS.iter().map(|name| ident(name));
    let uses = MODULES.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().join(",");
    RustFile {
        path: "src/lib.rs".to_owned(),
        source: options.spec.clone(),
        code: whole(quote! {
            #said
            #![cfg_attr(docsrs, feature(doc_cfg))]
            pub mod api;
            #[doc(inline)]
            pub use ::opentop_runtime::{#(#modules),*};
            #[doc(inline)]
            pub use ::opentop_runtime::{#(#items),*};
        }),
        expected: vec![
            "mod api".to_owned(),
            format!("use opentop_runtime::{{{uses}}}"),
            format!("use opentop_runtime::{{{}}}", ITEMS.join(",")),
        ],
    }
}

/// `src/api/mod.rs`.
pub(super) fn apis(plan: &Plan, options: &Options) -> RustFile {
    let categories = plan.categories.iter().map(|category| {
        let (name, feature) = (ident(category.module.as_str()), category.feature.as_str());
        quote!(#[cfg(feature = #feature)] #[cfg_attr(docsrs, doc(cfg(feature = #feature)))] pub mod #name;)
    });
    RustFile {
        path: "src/api/mod.rs".to_owned(),
        source: options.spec.clone(),
        code: whole(quote! {
            //! Every method, by category. Types belong to one method each.
            #(#categories)*
        }),
        expected: plan.categories.iter().map(|category| format!("mod {}", category.module)).collect(),
    }
}

/// `src/api/<category>/mod.rs`.
pub(super) fn category(category: &CategoryPlan, options: &Options) -> RustFile {
    let mut said = vec![
        format!("{}.", category.title),
        String::new(),
        "| Method | Request | |".to_owned(),
        "| --- | --- | --- |".to_owned(),
    ];
    said.extend(
        category
            .apis
            .iter()
            .map(|api| format!("| {} | [`{}`] | {} |", code(api.method.as_str()), api.request.name, api.title)),
    );
    let modules = category.apis.iter().map(|api| code!("pub mod {};", api.module));
    let uses = category
        .apis
        .iter()
        .map(|api| code!("pub use self::{}::{{{}, {}}};", api.module, api.request.name, api.response.name));
    let expected = category.apis.iter().map(|api| format!("mod {}", api.module));
    let re_exports = category
        .apis
        .iter()
        .map(|api| format!("use self::{}::{{{},{}}}", api.module, api.request.name, api.response.name));
    RustFile {
        path: format!("src/api/{}/mod.rs", category.module),
        source: format!("{}/{}", options.spec, category.name),
        code: Ok(Code::items([Code::inner_docs(&said), Code::lines(modules), Code::lines(uses)])),
        expected: expected.chain(re_exports).collect(),
    }
}

fn featured(plan: &Plan) -> &'static str {
    if plan.features().len() == plan.categories.len() {
        "Every category is behind a feature of its own"
    } else {
        "Every category is behind a feature, of its own or of a family of categories whose names begin alike"
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
