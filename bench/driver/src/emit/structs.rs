//! Writes the derive baselines: every object type of every method as a struct, once for serde derive and once for miniserde.
//!
//! Each method has a module with `Request` and `Response`. Both sides of a type share one struct here (the SDK has one for each
//! side), and there are no builders, no limits and no rules: whatever is missing makes the baseline cheaper, never dearer. Docs
//! are there, because the SDK has them too.

use std::fmt::Write as _;
use std::path::Path;

use super::names::{Scope, camel, snake, written};
use super::{Files, manifest, path_dependency};
use crate::catalogue::{Api, Catalogue, Field, Kind};

/// Which derive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    /// serde, with the leniency of the field table.
    Serde,
    /// miniserde, strict but for lists.
    Mini,
}

/// Where the types of a method stand in the emitted crate.
pub(crate) fn modules(catalogue: &Catalogue) -> Vec<String> {
    let mut scope = Scope::default();
    catalogue.apis.iter().map(|api| scope.unique(snake(&api.method))).collect()
}

/// The crate.
pub(crate) fn emit(catalogue: &Catalogue, derive: Derive, probe: &Path) -> Files {
    let mut files = Files::default();
    let mut library = String::from("//! The models of the comparison.\n");
    for (api, module) in catalogue.apis.iter().zip(modules(catalogue)) {
        let module = written(&module);
        _ = writeln!(library, "pub mod {module};");
        files.add(format!("src/{}.rs", module.trim_start_matches("r#")), method(api, derive));
    }
    files.add("src/lib.rs", library);
    let probe = ("opentop-bench-probe", path_dependency(probe, &[]));
    let (name, other) = match derive {
        Derive::Serde => ("models-serde", ("serde", "{ version = \"1\", features = [\"derive\"] }".to_owned())),
        Derive::Mini => ("models-mini", ("miniserde", "\"0.1\"".to_owned())),
    };
    files.add("Cargo.toml", manifest(name, &[probe, other]));
    files
}

fn method(api: &Api, derive: Derive) -> String {
    let mut scope = Scope::with(&["Request", "Response", "Answer"]);
    let types: Vec<String> = api.types.iter().map(|named| written(&scope.unique(camel(&named.name)))).collect();
    let mut out = format!("#![doc = {:?}]\n", api.title);
    let mut enums = String::new();
    let mut writer = Writer { api, types: &types, derive, scope: &mut scope, enums: &mut enums };
    out += &writer.object("Request", &api.method, &api.request);
    out += &writer.object("Response", &api.method, &api.response);
    for (named, name) in api.types.iter().zip(&types) {
        out += &writer.object(name, &named.description, &named.fields);
    }
    out += &enums;
    if derive == Derive::Mini {
        // miniserde has no way around an envelope but a struct of its own.
        let envelope = &api.envelope;
        _ = write!(
            out,
            "#[derive(Debug, Default, miniserde::Deserialize)]\npub struct Answer {{\n    #[serde(rename = {envelope:?})]\n    \
             pub response: Option<Response>,\n}}\n"
        );
    }
    out
}

struct Writer<'a> {
    api: &'a Api,
    types: &'a [String],
    derive: Derive,
    scope: &'a mut Scope,
    enums: &'a mut String,
}

impl Writer<'_> {
    fn object(&mut self, name: &str, doc: &str, fields: &[Field]) -> String {
        let derives = match self.derive {
            Derive::Serde => "serde::Serialize, serde::Deserialize",
            Derive::Mini => "miniserde::Serialize, miniserde::Deserialize",
        };
        let mut out =
            format!("#[doc = {doc:?}]\n#[derive(Debug, Clone, PartialEq, Default, {derives})]\npub struct {name} {{\n");
        let mut idents = Scope::default();
        let mut wires = Scope::default();
        for field in fields {
            // Of two fields with one name on the wire a derive can have only one.
            if wires.unique(field.wire.clone()) == field.wire {
                let ident = idents.unique(snake(&field.wire));
                out += &self.field(&ident, field);
            }
        }
        if name == "Response" && wires.unique("request_id".to_owned()) == "request_id" {
            let request_id = Field { wire: "request_id".to_owned(), ..text_field() };
            let ident = idents.unique("request_id".to_owned());
            out += &self.field(&ident, &request_id);
        }
        out + "}\n"
    }

    fn field(&mut self, ident: &str, field: &Field) -> String {
        let mut out = format!("    #[doc = {:?}]\n", field.description);
        let (ty, with) = self.ty(field);
        let mut attributes = Vec::new();
        if written(ident).trim_start_matches("r#") != field.wire {
            attributes.push(format!("rename = {:?}", field.wire));
        }
        if self.derive == Derive::Serde {
            attributes.push("default".to_owned());
            attributes
                .extend(with.map(|with| format!("deserialize_with = \"::opentop_bench_probe::lenient::{with}\"")));
            let skip = if field.list { "::std::vec::Vec::is_empty" } else { "::core::option::Option::is_none" };
            attributes.push(format!("skip_serializing_if = {skip:?}"));
        }
        if !attributes.is_empty() {
            _ = writeln!(out, "    #[serde({})]", attributes.join(", "));
        }
        _ = writeln!(out, "    pub {}: {ty},", written(ident));
        out
    }

    /// The Rust type of a field, and how serde reads it.
    fn ty(&mut self, field: &Field) -> (String, Option<&'static str>) {
        let (one, is_object) = match field.kind {
            Kind::Object(id) => (self.types[id].clone(), true),
            Kind::Text if !field.values.is_empty() && self.derive == Derive::Serde => (self.listed(field), false),
            kind => (self.scalar(kind).to_owned(), false),
        };
        let boxed = matches!(field.kind, Kind::Object(id) if self.api.types[id].recursive);
        match (self.derive, field.list) {
            (Derive::Serde, true) => {
                (format!("::std::vec::Vec<{one}>"), Some(if is_object { "list" } else { "scalars" }))
            }
            (Derive::Mini, true) => (format!("::opentop_bench_probe::mini::List<{one}>"), None),
            (_, false) if boxed => (format!("::core::option::Option<::std::boxed::Box<{one}>>"), None),
            (_, false) => (format!("::core::option::Option<{one}>"), (!is_object).then_some("scalar")),
        }
    }

    fn scalar(&self, kind: Kind) -> &'static str {
        match (kind, self.derive) {
            (Kind::Int, _) => "i64",
            (Kind::Bool, _) => "bool",
            (Kind::Date, Derive::Serde) => "::opentop_bench_probe::values::Date",
            (Kind::Decimal, Derive::Serde) => "::opentop_bench_probe::values::Amount",
            _ => "::std::string::String",
        }
    }

    /// Declares an open enum and returns its name.
    fn listed(&mut self, field: &Field) -> String {
        let name = written(&self.scope.unique(camel(&field.wire)));
        let mut variants = Scope::with(&["Unknown"]);
        let listed: Vec<String> = field
            .values
            .iter()
            .map(|value| format!("{} = {value:?}", written(&variants.unique(camel(value)))))
            .collect();
        _ = writeln!(self.enums, "::opentop_bench_probe::open_enum!({name} {{ {} }});", listed.join(", "));
        name
    }
}

fn text_field() -> Field {
    Field {
        wire: String::new(),
        kind: Kind::Text,
        list: false,
        required: false,
        description: String::new(),
        example: None,
        values: Vec::new(),
    }
}
