//! Every object type of a method, once and under one name.
//!
//! [`Types`] holds the name of each object in the parameter trees, and the fields under it. [`collect`] decides which objects are one type.
mod collect;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::side::Side;
use crate::described::{Described, Findings, Param};
use crate::tree::{Map, Tree};
use crate::vendor_type::{Base, VendorType};
use opentop_model::diagnostic::Code;

use collect::{Collector, Named, is_endless, resolve};

/// The types of a method.
#[derive(Debug)]
pub(super) struct Types<'a> {
    types: Vec<Named<'a>>,
    /// Which type an object is, by the address of its parameter: a description does not change while its spec is built.
    by_object: HashMap<*const Param, usize>,
    /// Which type a reference is.
    references: HashMap<*const Param, Option<usize>>,
    /// Required fields of their own type, whatever stands between.
    endless: HashSet<*const Param>,
    /// References that were already reported.
    reported: RefCell<HashSet<String>>,
}

impl<'a> Types<'a> {
    pub(super) fn collect(described: &'a Described, findings: &mut Findings) -> Types<'a> {
        let Collector { types, by_object, references: found, mut endless, .. } = Collector::of(described, findings);
        let mut references = HashMap::new();
        for (param, around) in found {
            let id = resolve(&types, param, &around);
            if id.is_some_and(|id| is_endless(param, id, &around)) {
                endless.insert(std::ptr::from_ref(param));
            }
            references.insert(std::ptr::from_ref(param), id);
        }
        Types { types, by_object, references, endless, reported: RefCell::default() }
    }

    /// The type of a field as the spec writes it, and the element name its list needs.
    pub(super) fn of(&self, param: &Param, findings: &mut Findings) -> (String, Option<String>) {
        let ty = VendorType::read(&param.ty);
        let address = std::ptr::from_ref(param);
        let id = self.by_object.get(&address).copied().or_else(|| self.references.get(&address).copied().flatten());
        let Some(id) = id else { return (self.without_fields(&ty, param, findings), param.element.clone()) };
        let named = &self.types[id];
        let element = param.element.clone().or_else(|| {
            let vendor = named.vendor.as_deref().filter(|vendor| ty.list && *vendor != named.name);
            vendor.map(opentop_model::model::element_name)
        });
        (ty.with_base(&named.name), element)
    }

    /// Whether a required field makes a value of its type endless.
    pub(super) fn is_endless(&self, param: &Param) -> bool {
        self.endless.contains(&std::ptr::from_ref(param))
    }

    fn without_fields(&self, ty: &VendorType, param: &Param, findings: &mut Findings) -> String {
        match &ty.base {
            Base::Scalar(name) => ty.with_base(name),
            Base::Blank => {
                let base = if ty.list { "Json" } else { "String" };
                let message = format!("`{}` has no type: read as `{}`", param.name, ty.with_base(base));
                findings.warn(
                    Code::UnclearType,
                    param.at,
                    message,
                    "no type",
                    "give it the type that its example and description show",
                );
                ty.with_base(base)
            }
            Base::Named(name) => {
                if self.reported.borrow_mut().insert(format!("{name}\u{0}{}", param.name)) {
                    let message = format!(
                        "`{name}`, the type of `{}`, is described nowhere: read as `{}`",
                        param.name,
                        ty.with_base("Json")
                    );
                    let help = "where its fields are known, describe them under `types` and name the type here";
                    findings.warn(Code::UndescribedType, param.at, message, "no fields", help);
                }
                ty.with_base("Json")
            }
        }
    }

    /// `types:`, in document order.
    pub(super) fn named(&self, findings: &mut Findings) -> Map {
        let mut out = Map::default();
        for named in &self.types {
            // A request's object comes first: only it says what is required.
            let (fields, side) =
                named.objects.iter().find(|(_, side)| *side == Side::Request).unwrap_or(&named.objects[0]);
            // Of equally full ones the first: `max_by_key` takes the last.
            let fullest =
                named.objects.iter().rev().filter(|object| object.1 == *side).max_by_key(|(fields, _)| fields.len());
            let fields = fullest.map_or(*fields, |(fields, _)| *fields);
            let others: Vec<&[Param]> = named.objects.iter().map(|(fields, _)| *fields).collect();
            let mut object = Map::default();
            object.push("fields", self.merged(fields, &others, *side, findings));
            out.push(&named.name, object);
        }
        out
    }

    /// The fields of a type; a description or an example that the first object lacks comes from another one.
    fn merged(&self, fields: &[Param], others: &[&[Param]], side: Side, findings: &mut Findings) -> Map {
        let mut map = self.fields(fields, side, false, findings);
        for (key, tree) in &mut map.0 {
            let Tree::Map(field) = tree else { continue };
            let name = field.text("wire").unwrap_or(key).to_owned();
            let Some(param) = fields.iter().find(|param| param.name == name) else { continue };
            let same = || others.iter().flat_map(|other| other.iter()).filter(|other| other.name == param.name);
            if param.example.is_empty() {
                insert(field, "example", same().map(|other| &other.example), &["description", "suggested"]);
            }
            if param.description.is_empty() {
                insert(field, "description", same().map(|other| &other.description), &["suggested"]);
            }
        }
        map
    }
}

/// Adds the first text that is not blank, before the keys that come after it.
fn insert<'t>(field: &mut Map, key: &str, mut texts: impl Iterator<Item = &'t String>, before: &[&str]) {
    if let Some(text) = texts.find(|text| !text.is_empty()) {
        let at = field.0.iter().position(|(key, _)| before.contains(&key.as_str())).unwrap_or(field.0.len());
        field.0.insert(at, (key.to_owned(), text.as_str().into()));
    }
}
