//! Structs: their fields, their table, and getters on the request's side.

use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::template::Template;
use super::{table, types};
use crate::plan::{Side, StructPlan};

/// A struct and its table. `attributes` stand at it, `members` in its `impl` block before the getters.
pub(super) fn object(plan: &StructPlan, attributes: Code, members: Code) -> Code {
    let members = Code::items([members, getters(plan)]);
    let methods = if members.is_empty() { members } else { code!("impl {} {}", plan.name, Code::block(&members)) };
    let impls = code!("rt::table_impls!({});", plan.name);
    Code::items([declaration(plan, attributes), methods, Code::lines([table::of(plan), impls])])
}

fn declaration(plan: &StructPlan, attributes: Code) -> Code {
    let fields = plan.fields.iter().map(|planned| {
        let ty = types::field(&planned.ty, plan.scope);
        match plan.side {
            // What a private field means is said at its setter.
            Side::Request => code!("{}: {},", planned.ident, ty),
            Side::Response => Code::lines([Code::docs(&planned.docs), code!("pub {}: {},", planned.ident, ty)]),
        }
    });
    let open = if plan.side == Side::Response { Code::fixed("#[non_exhaustive]") } else { Code::default() };
    Code::lines([
        Code::docs(&plan.docs),
        attributes,
        Code::fixed("#[derive(Default)]"),
        open,
        code!("pub struct {} {}", plan.name, Code::block(&Code::lines(fields))),
    ])
}

static GETTER: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::member(
        ["docs", "name", "type", "value"],
        quote! {
            #[each_docs]
            #[inline]
            pub fn hole_name(&self) -> hole_type { hole_value }
        },
    )
});

fn getters(plan: &StructPlan) -> Code {
    if plan.side == Side::Response {
        return Code::default();
    }
    Code::items(plan.fields.iter().map(|planned| {
        let (ty, value) = types::lent(&planned.ty, plan.scope, &code!("{}", planned.ident));
        let docs = Code::docs(&[format!("The value of {}.", crate::doctext::code(planned.wire.as_str()))]);
        GETTER.fill([&docs, &code!("{}", planned.getter), &ty, &value])
    }))
}
