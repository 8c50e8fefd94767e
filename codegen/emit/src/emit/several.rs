//! Writes a catalogue as several crates: one for each category, and the facade, which has the same paths as one crate for all.
//!
//! The crate of a category holds `api/<category>/…` and depends on the runtime alone: no method names a type of another. In the facade
//! a feature turns the crates of its categories on.

use quote::quote;

use super::crates::{folder, name};
use super::listed::Listed;
use super::options::{Options, Runtime};
use super::rust_file::{RustFile, Written, finish, ident, inner_docs, whole};
use super::{library, manifest, method};
use crate::plan::{CategoryPlan, Method, ModuleName, Plan};
use opentop_model::files::{Comment, seal};

/// Where the file of a method stands.
pub(super) fn path<A: Method>(category: &CategoryPlan<A>, api: &A) -> String {
    format!("{}/{}", folder(category), method::path(category, api))
}

/// Everything in the crate of a category but its methods.
pub(super) fn category(category: &CategoryPlan<Listed>, options: &Options) -> Vec<Written> {
    let at = category.apis.first().map(|api| api.at).unwrap_or_default();
    let module = ident(category.module.as_str());
    let said = format!("{}. A part of `{}`: use it through that crate.", category.title, options.name);
    let (said, api) = (inner_docs(&[said]), library::api());
    let root = RustFile {
        path: "src/lib.rs".to_owned(),
        source: format!("{}/{}", options.spec, category.name),
        code: whole(quote! {
            #said
            #api
        }),
        expected: vec![library::api_as_planned()],
    };
    let apis = RustFile {
        path: "src/api/mod.rs".to_owned(),
        source: format!("{}/{}", options.spec, category.name),
        code: whole(quote! {
            //! The methods of the category. Types belong to one method each.
            use ::opentop_runtime::__private::v1 as rt;
            pub mod #module;
        }),
        expected: vec!["use opentop_runtime::__private::v1asrt".to_owned(), format!("mod {}", category.module)],
    };
    let files = [root, apis, library::category(category, options)].map(|file| {
        let path = format!("{}/{}", folder(category), file.path);
        finish(&RustFile { path, ..file }, at, options)
    });
    files.into_iter().chain([Ok(cargo(category, options)), Ok(readme(category, options))]).collect()
}

/// `crates/<category>/Cargo.toml`.
fn cargo(category: &CategoryPlan<Listed>, options: &Options) -> (String, String) {
    let runtime = match &options.runtime {
        Runtime::Path(path) => Runtime::Path(format!("../../{path}")),
        other => other.clone(),
    };
    let complex = category.apis.iter().any(|api| api.complex);
    let text = manifest::of_category(&name(category, options), &runtime, complex, options);
    let source = format!("{}/{}", options.spec, category.name);
    (format!("{}/Cargo.toml", folder(category)), seal(Comment::Toml, &source, &text))
}

fn readme(category: &CategoryPlan<Listed>, options: &Options) -> (String, String) {
    let (own, facade) = (name(category, options), &options.name);
    let text = format!(
        "# {own}\n\n{}: {} methods of the Taobao Open Platform. A part of the crate `{facade}`: depend on that one, with its feature `{}`.\n",
        category.title,
        category.apis.len(),
        category.feature
    );
    let source = format!("{}/{}", options.spec, category.name);
    (format!("{}/README.md", folder(category)), seal(Comment::Markdown, &source, &text))
}

/// `src/api/mod.rs` of the facade.
pub(super) fn apis(plan: &Plan<Listed>, options: &Options) -> RustFile {
    let krate = |category: &CategoryPlan<Listed>| ModuleName::new(&name(category, options));
    let categories = plan.categories.iter().map(|category| {
        let (feature, name) = (category.feature.as_str(), ident(category.module.as_str()));
        let krate = ident(krate(category).as_str());
        quote! {
            #[cfg(feature = #feature)]
            #[cfg_attr(docsrs, doc(cfg(feature = #feature)))]
            #[doc(inline)]
            pub use ::#krate::api::#name;
        }
    });
    let expected = |category| format!("use {}::api::{}", krate(category), category.module);
    RustFile {
        path: "src/api/mod.rs".to_owned(),
        source: options.spec.clone(),
        code: whole(quote! {
            //! Every method, by category. Types belong to one method each.
            #(#categories)*
        }),
        expected: plan.categories.iter().map(expected).collect(),
    }
}
