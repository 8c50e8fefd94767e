//! Which Rust names the types and fields of a method have. Looks at one method alone.
//!
//! A name that the spec gives (`rust_name`) is taken first. Then each element takes the name that its own makes, in the order of the spec;
//! where that is taken, the later one gets a number.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Api, Field, Object};
use crate::rust_names::{FieldIdent, TypeName};

/// Names of the language that generated code uses, and which a type of the same name would hide. As paths they would cost the compiler
/// more.
const PRELUDE: &[&str] = &["Box", "Default", "From", "Into", "IntoIterator", "Iterator", "Option", "String", "Vec"];

/// The identifiers of all fields of a method, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldNames {
    /// Of the request.
    pub request: Vec<FieldIdent>,
    /// Of the response.
    pub response: Vec<FieldIdent>,
    /// Of each type.
    pub types: Vec<Vec<FieldIdent>>,
}

impl FieldNames {
    /// Decides them. Where an object is flattened, its fields and the parameters beside it are set on one builder, so no two of them have
    /// the same name: the object's fields take theirs first, save for names that the spec gives.
    #[must_use]
    pub fn of(api: &Api) -> Self {
        let none = BTreeSet::new();
        let mut names = FieldNames {
            request: Vec::new(),
            response: object(&api.response, &none, None),
            types: api.types.iter().map(|ty| object(&ty.object, &none, None)).collect(),
        };
        let flattened = api.flatten.filter(|_| api.request.fields.len() > 1);
        let inside = flattened.and_then(|at| Some((at, api.request.fields.get(at)?.ty.object()?)));
        let Some((at, id)) = inside else {
            names.request = object(&api.request, &none, None);
            return names;
        };
        let beside = api.request.fields.iter().enumerate().filter(|(index, _)| *index != at);
        let given: BTreeSet<FieldIdent> = beside.filter_map(|(_, field)| given(field)).collect();
        let inside = object(&api.named(id).object, &given, None);
        let taken = inside.iter().flat_map(|ident| [ident.clone(), twin(ident)]).collect();
        names.request = object(&api.request, &taken, Some(at));
        names.types[id.0] = inside;
        names
    }
}

/// The name that the enum of a field asks for; `None` where nothing makes one.
#[must_use]
pub fn asked_enum(field: &Field) -> Option<TypeName> {
    field.enum_name.as_deref().and_then(TypeName::new).or_else(|| TypeName::new(&field.wire))
}

fn given(field: &Field) -> Option<FieldIdent> {
    field.rust_name.as_deref().and_then(FieldIdent::new)
}

/// The name of the setter that takes an `Option`.
fn twin(ident: &FieldIdent) -> FieldIdent {
    ident.prefixed("maybe_")
}

/// The identifiers of an object's fields. None is among those `taken` elsewhere, but that of the field `free`.
fn object(object: &Object, elsewhere: &BTreeSet<FieldIdent>, free: Option<usize>) -> Vec<FieldIdent> {
    let mut taken: BTreeSet<FieldIdent> = object.fields.iter().filter_map(given).collect();
    // By stem: the number to try next.
    let mut next: BTreeMap<FieldIdent, usize> = BTreeMap::new();
    let mut idents = Vec::with_capacity(object.fields.len());
    // Setters `maybe_…` of the fields before: a later field of such a name would take one of them.
    let mut twins: BTreeSet<FieldIdent> = BTreeSet::new();
    for (at, field) in object.fields.iter().enumerate() {
        let ident = given(field).unwrap_or_else(|| {
            let stem = FieldIdent::new(&field.wire).unwrap_or_else(|| FieldIdent::numbered(at + 1));
            let is_taken = |ident: &FieldIdent, taken: &BTreeSet<FieldIdent>| {
                taken.contains(ident) || twins.contains(ident) || (free != Some(at) && elsewhere.contains(ident))
            };
            let mut ident = stem.clone();
            while is_taken(&ident, &taken) {
                let number = next.entry(stem.clone()).or_insert(2);
                ident = stem.counted(*number);
                *number += 1;
            }
            ident
        });
        twins.insert(twin(&ident));
        taken.insert(ident.clone());
        idents.push(ident);
    }
    idents
}

/// The type names of one method's module. Names that differ only in case count as equal.
#[derive(Debug, Clone)]
pub struct TypeScope {
    taken: BTreeSet<String>,
    /// By stem: the number to try next, so that thousands of one name are not each compared with all.
    next: BTreeMap<String, usize>,
}

impl TypeScope {
    /// A scope in which the module's own types have their names.
    #[must_use]
    pub fn of(api: &Api) -> Self {
        let own = if api.is_message() {
            vec![TypeName::content()]
        } else {
            vec![TypeName::request(), TypeName::request().with("Builder"), TypeName::response(), TypeName::checked()]
        };
        let prelude = PRELUDE.iter().map(|name| name.to_lowercase());
        TypeScope { taken: own.iter().map(TypeName::folded).chain(prelude).collect(), next: BTreeMap::new() }
    }

    /// Takes `name` and, where it will have one, its builder's; `false` where one of them is taken.
    pub fn claim(&mut self, name: &TypeName, builder: bool) -> bool {
        let mut wanted = vec![name.folded()];
        if builder {
            wanted.push(name.with("Builder").folded());
        }
        if wanted.iter().any(|name| self.taken.contains(name)) {
            return false;
        }
        self.taken.extend(wanted);
        true
    }

    /// Takes `name`, or the first of `name2`, `name3` … that is free.
    pub fn claim_counted(&mut self, name: &TypeName, builder: bool) -> TypeName {
        if self.claim(name, builder) {
            return name.clone();
        }
        let mut number = self.next.get(&name.folded()).copied().unwrap_or(2);
        loop {
            let counted = name.with(&number.to_string());
            number += 1;
            if self.claim(&counted, builder) {
                self.next.insert(name.folded(), number);
                return counted;
            }
        }
    }

    /// Takes `name` for an enum, or what it is called where a type has that name: `KindValue`.
    pub fn claim_enum(&mut self, name: &TypeName) -> TypeName {
        if self.claim(name, false) { name.clone() } else { self.claim_counted(&name.with("Value"), false) }
    }

    /// The names of a method's types, by their index: those that the spec gives first, then those that keep their name, then the others.
    pub fn name_types(&mut self, api: &Api) -> Vec<TypeName> {
        let wanted: Vec<Option<TypeName>> =
            api.types.iter().map(|ty| TypeName::new(ty.rust_name.as_deref().unwrap_or(&ty.name))).collect();
        let rank = |at: usize| match &api.types[at] {
            ty if ty.rust_name.is_some() => 0,
            ty if wanted[at].as_ref().is_some_and(|name| name.as_str() == ty.name) => 1,
            _ => 2,
        };
        let mut names: Vec<Option<TypeName>> = vec![None; api.types.len()];
        for turn in 0..3 {
            for (at, ty) in api.types.iter().enumerate().filter(|(at, _)| rank(*at) == turn) {
                let stem = wanted[at].clone().or_else(|| TypeName::new(&format!("Type{}", at + 1)));
                let stem = stem.expect("invariant: `Type` and a number is a name");
                names[at] = Some(self.claim_counted(&stem, ty.in_request));
            }
        }
        names.into_iter().flatten().collect()
    }
}
