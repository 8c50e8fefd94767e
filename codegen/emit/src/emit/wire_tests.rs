//! Writes the tests of the generated crate (`tests/wire.rs`, `tests/wire/<category>.rs`): every request built from its page's examples
//! obeys its own rules, and goes over the wire as this crate's own encoder says, which shares nothing with the runtime's.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::example::Call;
use super::listed::Listed;
use super::options::Options;
use super::rust_file::{RustFile, ident, whole};
use super::template::Template;
use crate::plan::{ApiPlan, CategoryPlan, Plan};

/// `tests/wire.rs`.
pub(super) fn root(plan: &Plan<Listed>, options: &Options) -> RustFile {
    let tested = || plan.categories.iter().filter(|category| is_tested(category));
    let features: Vec<&str> = tested().map(|category| category.feature.as_str()).collect();
    let modules = tested().map(|category| {
        let (name, feature) = (ident(category.module.as_str()), category.feature.as_str());
        let path = format!("wire/{}.rs", category.module);
        quote!(#[cfg(feature = #feature)] #[path = #path] mod #name;)
    });
    let root = ident(options.crate_name().as_str());
    let (table, engine) = (quote!(::#root::__private::v1::Table), quote!(::#root::__private::engine));
    // The helper is there where a test is; `any` of one condition would be a lint.
    let any = match features.as_slice() {
        [one] => quote!(feature = #one),
        many => quote!(any(#(feature = #many),*)),
    };
    RustFile {
        path: "tests/wire.rs".to_owned(),
        source: options.spec.clone(),
        code: whole(quote! {
            //! Requests built from the examples of documentation pages, and what they are on the wire.
            #(#modules)*
            #[cfg(#any)]
            fn check(request: &dyn #table, expected: &[(&str, &str)]) {
                let violations = #engine::validate::violations(request);
                assert!(violations.is_empty(), "the examples break the rules: {violations:#?}");
                let sent = #engine::encode::parameters(request);
                let sent: Vec<(&str, String)> = sent
                    .into_iter()
                    .map(|(name, parameter)| match parameter {
                        #engine::encode::Parameter::Text(text) => (name, text),
                        #engine::encode::Parameter::File(file) => (name, format!("file:{}", file.name())),
                        other => (name, format!("{other:?}")),
                    })
                    .collect();
                let sent: Vec<(&str, &str)> = sent.iter().map(|(name, text)| (*name, text.as_str())).collect();
                assert_eq!(sent, expected);
            }
        }),
        expected: tested().map(|category| format!("mod {}", category.module)).chain(["fn check".to_owned()]).collect(),
    }
}

static TEST: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::of(
        ["name", "import", "request", "pairs"],
        quote! {
            #[test]
            fn hole_name() -> ::core::result::Result<(), ::std::boxed::Box<dyn ::core::error::Error>> {
                each_import!();
                let request = hole_request;
                crate::check(&request, hole_pairs);
                ::core::result::Result::Ok(())
            }
        },
    )
});

/// The test of one method.
pub(super) fn test(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Code {
    let call = Call::compiled(options);
    let pairs = api.wire.iter().map(|(name, text)| code!("({}, {})", Code::text(name), Code::text(text)));
    TEST.fill([
        &code!("{}", api.module),
        &call.import(category, api),
        &call.request(api),
        &Code::list("&[", &pairs.collect::<Vec<_>>(), "]"),
    ])
}

/// Whether any method of a category has a test: messages have none.
pub(super) fn is_tested(category: &CategoryPlan<Listed>) -> bool {
    category.apis.iter().any(|api| !api.test.is_empty())
}

/// `tests/wire/<category>.rs`.
pub(super) fn category(category: &CategoryPlan<Listed>, options: &Options) -> RustFile {
    let tested = || category.apis.iter().filter(|api| !api.test.is_empty());
    let tests = tested().map(|api| Code::kept(&api.test));
    RustFile {
        path: format!("tests/wire/{}.rs", category.module),
        source: format!("{}/{}", options.spec, category.name),
        code: Ok(Code::items(tests)),
        expected: tested().map(|api| format!("fn {}", api.module)).collect(),
    }
}
