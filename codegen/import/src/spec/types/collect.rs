//! Which objects of a method are one type, and what each type is called.
//!
//! - Two objects with one type name are one type where they agree: the same fields with the same types (in any order), and of fields
//!   that a caller sends the same requirement and limits. An object without fields of its own agrees with any.
//! - An object inside an object of its own type is that type where its fields are some of it: the description stops at some depth.
//! - Other objects of the name get names of their own, in document order: the parent field in front (`gift: Result` → `GiftResult`),
//!   else a number behind (`Result2`). The list keeps the vendor's element name (`element`).
//! - An object without a type name is called after its field. Characters that no type name has are dropped.
//! - A type name without fields stands for the object of that name around it, else the first one of the method; where there is none,
//!   it is `Json`.

use std::collections::{HashMap, HashSet};

use opentop_model::diagnostic::Code;

use crate::described::{Described, Findings, Param};
use crate::spec::agree::{agree, same_field};
use crate::spec::naming::{camel, clean, is_reserved};
use crate::spec::side::Side;
use crate::vendor_type::VendorType;

/// A type: its name, and the objects that are it.
#[derive(Debug)]
pub(super) struct Named<'a> {
    pub(super) name: String,
    /// The vendor's name; `None` if the description has none.
    pub(super) vendor: Option<String>,
    /// The fullest first, else in document order.
    pub(super) objects: Vec<(&'a [Param], Side)>,
}

/// The types so far.
pub(super) struct Collector<'a> {
    pub(super) types: Vec<Named<'a>>,
    pub(super) by_object: HashMap<*const Param, usize>,
    taken: HashSet<String>,
    /// Types without fields, and the types around them.
    pub(super) references: Vec<(&'a Param, Vec<Around>)>,
    around: Vec<Around>,
    pub(super) endless: HashSet<*const Param>,
}

/// An object around a parameter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    id: usize,
    /// Whether the object around it always holds it.
    always: bool,
}

fn is_always(param: &Param) -> bool {
    // A required list is not empty either.
    param.required == Some(true)
}

/// Whether type `id`, which stands around `param`, always holds `param`.
pub(super) fn is_endless(param: &Param, id: usize, around: &[Around]) -> bool {
    let Some(at) = around.iter().rposition(|object| object.id == id) else { return false };
    is_always(param) && around[at + 1..].iter().all(|object| object.always)
}

impl<'a> Collector<'a> {
    /// Goes through all objects.
    pub(super) fn of(described: &'a Described, findings: &mut Findings) -> Self {
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
        collector
    }

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

/// What a type name without fields stands for.
pub(super) fn resolve(types: &[Named<'_>], param: &Param, around: &[Around]) -> Option<usize> {
    let ty = VendorType::read(&param.ty);
    let name = ty.named()?;
    let is_it = |id: &usize| types[*id].vendor.as_deref() == Some(name);
    around.iter().rev().map(|object| object.id).find(|id| is_it(id)).or_else(|| (0..types.len()).find(|id| is_it(id)))
}
