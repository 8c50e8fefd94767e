//! Gathers the open enums of a method from the listed values of its fields. Fields share an enum where its name and its values are
//! the same.

use std::collections::{BTreeMap, BTreeSet};

use super::field_docs;
use super::scope::renamed;
use super::types::{EnumPlan, VariantPlan};
use crate::doctext::{is_invisible, visible};
use opentop_model::diagnostic::{Code, Diagnostic};
use opentop_model::model::{Api, Field, Object, Scalar, Type, TypeId};
use opentop_model::naming::{TypeScope, asked_enum};
use opentop_model::rust_names::{TypeName, VariantName};

/// The object a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// The request itself.
    Request,
    /// The response itself.
    Response,
    /// A named type.
    Type(TypeId),
}

/// The enums of a method.
#[derive(Debug, Default)]
pub(super) struct Enums {
    /// In the order of their first field.
    pub(super) list: Vec<EnumPlan>,
    /// Which one a field has.
    by_field: BTreeMap<(Owner, usize), usize>,
}

impl Enums {
    /// The enum of a field, if it has listed values.
    pub(super) fn of(&self, owner: Owner, field: usize) -> Option<&EnumPlan> {
        self.by_field.get(&(owner, field)).map(|&at| &self.list[at])
    }
}

/// Every object of a method that is generated: request, response, and the types one of them reaches.
pub(super) fn objects(api: &Api) -> impl Iterator<Item = (Owner, &Object)> {
    let types = api.types.iter().enumerate().filter(|(_, ty)| ty.in_request || ty.in_response);
    let roots = [(Owner::Request, &api.request), (Owner::Response, &api.response)];
    roots.into_iter().chain(types.map(|(at, ty)| (Owner::Type(TypeId(at)), &ty.object)))
}

/// Gathers the enums of a method.
pub(super) fn gather(api: &Api, scope: &mut TypeScope, findings: &mut Vec<Diagnostic>) -> Enums {
    let mut enums = Enums::default();
    // By the name the spec asks for, folded: which enums have it, and the field that was first.
    let mut known: BTreeMap<String, (usize, &Field)> = BTreeMap::new();
    for (owner, object) in objects(api) {
        for (at, field) in object.fields.iter().enumerate() {
            let Some(numeric) = listed_kind(field) else { continue };
            let wanted = wanted_name(field, enums.list.len());
            let variants = variants(field, findings);
            if let Some(&(first, other)) = known.get(&wanted.folded()) {
                if same_values(&enums.list[first], numeric, &variants) {
                    enums.by_field.insert((owner, at), first);
                    continue;
                }
                findings.push(conflict(&wanted, field, other));
                continue;
            }
            let name = claim(&wanted, field, scope, findings);
            known.entry(wanted.folded()).or_insert((enums.list.len(), field));
            enums.by_field.insert((owner, at), enums.list.len());
            enums.list.push(EnumPlan { docs: field_docs::enumeration(field), name, numeric, variants });
        }
    }
    enums
}

/// Whether a field has an enum, and whether that is one of numbers.
fn listed_kind(field: &Field) -> Option<bool> {
    if field.values.is_empty() {
        return None;
    }
    match field.ty {
        Type::Scalar(Scalar::Number) | Type::Scalars(Scalar::Number) => {
            field.values.iter().all(|value| value.value.parse::<i64>().is_ok()).then_some(true)
        }
        Type::Scalar(Scalar::String) | Type::Scalars(Scalar::String) => Some(false),
        _ => None,
    }
}

/// The name that the enum of a field asks for; blank where nothing makes one.
pub(crate) fn wanted_enum_name(field: &Field) -> String {
    asked_enum(field).map_or_else(String::new, |name| name.as_str().to_owned())
}

fn wanted_name(field: &Field, count: usize) -> TypeName {
    asked_enum(field)
        .or_else(|| TypeName::new(&format!("Listed{}", count + 1)))
        .expect("invariant: `Listed` and a number is a name")
}

fn same_values(plan: &EnumPlan, numeric: bool, variants: &[VariantPlan]) -> bool {
    let key = |variant: &VariantPlan| (variant.value.clone(), variant.name.clone());
    plan.numeric == numeric && plan.variants.iter().map(key).eq(variants.iter().map(key))
}

fn conflict(name: &TypeName, field: &Field, other: &Field) -> Diagnostic {
    Diagnostic::error(Code::EnumConflict, field.at, format!("two fields have an enum `{name}` with different values"))
        .label("these values")
        .also(other.at, "and these")
        .help(format!("name one of them: `enum: {}`", name.with("Kind")))
}

fn claim(wanted: &TypeName, field: &Field, scope: &mut TypeScope, findings: &mut Vec<Diagnostic>) -> TypeName {
    let name = scope.claim_enum(wanted);
    if name != *wanted {
        findings.push(renamed(Code::RenamedEnum, field.at, "enum", wanted.as_str(), name.as_str()));
    }
    name
}

fn variants(field: &Field, findings: &mut Vec<Diagnostic>) -> Vec<VariantPlan> {
    let mut taken = BTreeSet::new();
    let mut plans = Vec::with_capacity(field.values.len());
    for (at, listed) in field.values.iter().enumerate() {
        if listed.value.chars().any(is_invisible) {
            let message = format!("the listed value `{}` holds an invisible character", visible(&listed.value));
            findings.push(Diagnostic::error(Code::InvisibleCharacter, listed.at, message).help("write it without"));
        }
        let own = VariantName::new(listed.name.as_deref(), &listed.value);
        let stem = own.clone().unwrap_or_else(|| VariantName::numbered(at + 1));
        let mut name = stem.clone();
        let mut number = 2;
        while !taken.insert(name.as_str().to_owned()) {
            name = stem.counted(number);
            number += 1;
        }
        if own.as_ref() != Some(&name) {
            let vendor = listed.name.as_deref().unwrap_or(&listed.value);
            findings.push(
                renamed(Code::RenamedVariant, listed.at, "listed value", vendor, name.as_str())
                    .help("give it a `name` of its own"),
            );
        }
        plans.push(VariantPlan { docs: field_docs::variant(listed), name, value: listed.value.clone() });
    }
    plans
}
