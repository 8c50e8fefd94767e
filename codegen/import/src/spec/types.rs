//! Every object type of a method, once and under one name.
//!
//! [`Types`] holds the name of each object in the parameter trees, and the fields under it.
//!
//! # The rule
//! - Two objects with one type name are one type where they agree: the same fields with the same types (in any order),
//!   of fields that a caller
//!   sends also the same requirement and limits. An object without fields of its own agrees with any.
//! - An object inside an object of its own type is that type where its fields are some of it: the description stops at
//!   some depth.
//! - Other objects of the name get names of their own, in document order: the parent field in front (`gift: Result` →
//!   `GiftResult`), else a number
//!   behind (`Result2`). The list keeps the vendor's element name (`element`).
//! - An object without a type name is called after its field. Characters that no type name has are dropped.
//! - A type name without fields stands for the object of that name around it, else the first one of the method; where
//!   there is none, it is `Json`.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::agree::{agree, same_field};
use super::naming::{camel, clean, is_reserved};
use super::side::Side;
use crate::described::{Described, Findings, Param};
use crate::tree::{Map, Tree};
use crate::vendor_type::{Base, VendorType};
use opentop_model::diagnostic::Code;

/// A type: its name, and the objects that are it.
#[derive(Debug)]
struct Named<'a> {
    name: String,
    /// The vendor's name; `None` if the description has none.
    vendor: Option<String>,
    /// The fullest first, else in document order.
    objects: Vec<(&'a [Param], Side)>,
}

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
        let mut collector = Collector {
            types: Vec::new(),
            by_object: HashMap::new(),
            taken: vendor_names(described),
            references: Vec::new(),
            around: Vec::new(),
            endless: HashSet::new(),
        };
        collector.visit(&described.request, Side::Request, findings);
        collector.visit(&described.response, Side::Response, findings);
        let Collector { types, by_object, references: found, mut endless, .. } = collector;
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

/// Names that the vendor uses: names made by rule keep clear of them.
fn vendor_names(described: &Described) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut open: Vec<&Param> = described.request.iter().chain(&described.response).collect();
    while let Some(param) = open.pop() {
        if let Some(name) = VendorType::read(&param.ty).named() {
            names.insert(clean(name));
        }
        open.extend(&param.children);
    }
    names
}

struct Collector<'a> {
    types: Vec<Named<'a>>,
    by_object: HashMap<*const Param, usize>,
    taken: HashSet<String>,
    /// Types without fields, and the types around them.
    references: Vec<(&'a Param, Vec<Around>)>,
    around: Vec<Around>,
    endless: HashSet<*const Param>,
}

/// An object around a parameter.
#[derive(Debug, Clone, Copy)]
struct Around {
    id: usize,
    /// Whether the object around it always holds it.
    always: bool,
}

fn is_always(param: &Param) -> bool {
    // A required list is not empty either.
    param.required == Some(true)
}

/// Whether type `id`, which stands around `param`, always holds `param`.
fn is_endless(param: &Param, id: usize, around: &[Around]) -> bool {
    let Some(at) = around.iter().rposition(|object| object.id == id) else { return false };
    is_always(param) && around[at + 1..].iter().all(|object| object.always)
}

impl<'a> Collector<'a> {
    fn visit(&mut self, params: &'a [Param], side: Side, findings: &mut Findings) {
        for param in params {
            if param.children.is_empty() {
                if VendorType::read(&param.ty).named().is_some() {
                    self.references.push((param, self.around.clone()));
                }
                continue;
            }
            let id = self.object(param, side, findings);
            self.by_object.insert(std::ptr::from_ref(param), id);
            if is_endless(param, id, &self.around) {
                self.endless.insert(std::ptr::from_ref(param));
            }
            self.around.push(Around { id, always: is_always(param) });
            self.visit(&param.children, side, findings);
            self.around.pop();
        }
    }

    /// The type of an object with fields.
    fn object(&mut self, param: &'a Param, side: Side, findings: &mut Findings) -> usize {
        let ty = VendorType::read(&param.ty);
        let Some(vendor) = ty.named() else {
            let name = self.free(camel(&param.name), &param.name);
            let message = format!("`{}` has fields and no type of its own: its type is called `{name}`", param.name);
            findings.warn(
                Code::UnclearType,
                param.at,
                message,
                "an object",
                "give the type a better name, if there is one",
            );
            return self.add(name, None, param, side);
        };
        let of_name: Vec<usize> =
            (0..self.types.len()).filter(|&id| self.types[id].vendor.as_deref() == Some(vendor)).collect();
        let inside_itself = of_name
            .iter()
            .copied()
            .find(|id| self.around.iter().any(|object| object.id == *id) && self.is_part(param, side, *id));
        let same = inside_itself.or_else(|| of_name.iter().copied().find(|&id| self.is_same(param, side, id)));
        if let Some(id) = same {
            self.types[id].objects.push((&param.children, side));
            return id;
        }
        if of_name.is_empty() {
            let name = clean(vendor);
            if name != vendor {
                let message =
                    format!("the type name `{vendor}` holds characters that no type name has: written `{name}`");
                findings.warn(
                    Code::UnclearType,
                    param.at,
                    message,
                    "this type",
                    "nothing has to be done: types are not named on the wire",
                );
            }
            let name = if self.types.iter().any(|named| named.name == name) || is_reserved(&name) {
                self.free(String::new(), &name)
            } else {
                name
            };
            return self.add(name, Some(vendor.to_owned()), param, side);
        }
        let field = camel(&param.name);
        let made = if field.ends_with(&clean(vendor)) { field } else { format!("{field}{}", clean(vendor)) };
        let name = self.free(made, &clean(vendor));
        let message = format!("the type `{vendor}` has other fields here than before: this one is called `{name}`");
        let help = "both types are right as they stand; a better name may be given to either";
        findings.warn(Code::TypeWithTwoShapes, param.at, message, "another shape", help);
        self.add(name, Some(vendor.to_owned()), param, side)
    }

    fn add(&mut self, name: String, vendor: Option<String>, param: &'a Param, side: Side) -> usize {
        self.taken.insert(name.clone());
        self.types.push(Named { name, vendor, objects: vec![(&param.children, side)] });
        self.types.len() - 1
    }

    /// `wanted` where nothing is called that, else `base` with the first free number.
    fn free(&self, wanted: String, base: &str) -> String {
        let is_free = |name: &String| !name.is_empty() && !self.taken.contains(name) && !is_reserved(name);
        if is_free(&wanted) {
            return wanted;
        }
        let base = if wanted.is_empty() || self.taken.contains(base) { clean(base) } else { wanted };
        (2_usize..).map(|number| format!("{base}{number}")).find(is_free).unwrap_or(base)
    }

    fn is_same(&self, param: &Param, side: Side, id: usize) -> bool {
        let callers = |objects: &&(&[Param], Side)| objects.1 == Side::Request;
        let objects = &self.types[id].objects;
        // Only what callers send has requirements; so a request's object is compared with a request's, where there is
        // one.
        let (fields, other) =
            objects.iter().find(|object| side == Side::Response || callers(object)).unwrap_or(&objects[0]);
        agree(&param.children, fields, side == Side::Request && *other == Side::Request, 0)
    }

    /// Whether the fields are some of the type's, none of them missing that a caller has to send. Fields of the type
    /// itself may be cut short again.
    fn is_part(&self, param: &Param, side: Side, id: usize) -> bool {
        let (fields, other) = self.types[id].objects[0];
        let strict = side == Side::Request && other == Side::Request;
        let itself = |child: &Param| VendorType::read(&child.ty).named() == self.types[id].vendor.as_deref();
        let known = |child: &Param| {
            fields.iter().any(|field| {
                let cut = VendorType::read(&child.ty) == VendorType::read(&field.ty)
                    && itself(child)
                    && self.is_part(child, side, id);
                field.name == child.name && (cut || same_field(child, field, strict, 0))
            })
        };
        let missing_required = fields.iter().any(|field| {
            field.required == Some(true) && strict && !param.children.iter().any(|child| child.name == field.name)
        });
        param.children.iter().all(known) && !missing_required
    }
}

/// What a type name without fields stands for.
fn resolve(types: &[Named<'_>], param: &Param, around: &[Around]) -> Option<usize> {
    let ty = VendorType::read(&param.ty);
    let name = ty.named()?;
    let is_it = |id: &usize| types[*id].vendor.as_deref() == Some(name);
    around.iter().rev().map(|object| object.id).find(|id| is_it(id)).or_else(|| (0..types.len()).find(|id| is_it(id)))
}
