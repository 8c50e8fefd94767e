//! Decides the structs of a method: identifiers, Rust types, constraints and documentation of their fields.

use super::enums::{Enums, Owner};
use super::types::{ConstraintPlan, FieldPlan, Kind, RulePlan, RustType, Scope, Side, StructPlan, TypeRef};
use super::{builders, docs, field_docs, members, scope};
use crate::doctext::{is_invisible, line, visible};
use opentop_model::diagnostic::{Code, Diagnostic};
use opentop_model::model::{Api, Field, Object, Rule, Scalar, Type, TypeId};
use opentop_model::naming::FieldNames;
use opentop_model::rust_names::{TypeName, WireName};

/// What is decided of a method before its structs are.
#[derive(Debug)]
pub(super) struct MethodContext<'a> {
    pub(super) api: &'a Api,
    pub(super) types: Vec<TypeName>,
    pub(super) fields: FieldNames,
    pub(super) enums: Enums,
}

/// What a struct is made from: an object with its name and place.
pub(super) struct StructInput<'a> {
    pub(super) object: &'a Object,
    pub(super) owner: Owner,
    pub(super) name: TypeName,
    pub(super) scope: Scope,
    pub(super) side: Side,
    pub(super) docs: Vec<String>,
}

impl MethodContext<'_> {
    /// Decides one struct.
    pub(super) fn plan_struct(&self, input: StructInput<'_>, findings: &mut Vec<Diagnostic>) -> StructPlan {
        let StructInput { object, owner, name, scope: place, side, mut docs } = input;
        let idents = match owner {
            Owner::Request => &self.fields.request,
            Owner::Response => &self.fields.response,
            Owner::Type(id) => &self.fields.types[id.0],
        };
        scope::report_fields(object, idents, findings);
        let required = |field: &Field| side == Side::Request && field.required;
        let getters = members::getters(idents);
        let mut fields = Vec::with_capacity(object.fields.len());
        for (at, ((field, ident), getter)) in object.fields.iter().zip(idents.iter().cloned()).zip(getters).enumerate()
        {
            check_wire(field, findings);
            let ty = self.rust_type(field, owner, at, side);
            let reference = field_docs::reference(field, object, at);
            fields.push(FieldPlan {
                docs: field_docs::field(field, &ident, side, object, at, &reference),
                reference,
                constraints: constraints(field, side),
                required: required(field),
                deprecated: field.deprecated.as_deref().map(line),
                wire: WireName::new(&field.wire),
                element: (self.api.dialect.is_some() && !self.api.is_message() && field.ty.is_list())
                    .then(|| WireName::new(&self.api.element_name(field))),
                getter,
                ident,
                ty,
            });
        }
        let rule_texts = docs::rules(object, side);
        docs.extend(docs::rule_list(&rule_texts));
        let rules = if side == Side::Request { object.rules.iter().map(rule).collect() } else { Vec::new() };
        let builder = (side == Side::Request).then(|| builders::of_struct(&name, &fields));
        StructPlan { name, scope: place, side, docs, fields, rules, rule_texts, builder }
    }

    /// The Rust type of a field. A file is one only at the top level of a request.
    fn rust_type(&self, field: &Field, owner: Owner, at: usize, side: Side) -> RustType {
        if let Some(listed) = self.enums.of(owner, at) {
            let name = TypeRef { name: listed.name.clone(), scope: Scope::Root };
            return if field.ty.is_list() { RustType::Enums(name) } else { RustType::Enum(name) };
        }
        match field.ty {
            Type::Scalar(Scalar::Bytes) if owner == Owner::Request => RustType::One(Kind::File),
            Type::Scalar(scalar) => RustType::One(kind(scalar)),
            Type::Scalars(scalar) => RustType::Many(kind(scalar)),
            Type::Object(id) => RustType::Object(self.type_ref(id, side), self.api.named(id).recursive),
            Type::Objects(id) => RustType::Objects(self.type_ref(id, side)),
        }
    }

    /// A named type as one side sees it.
    pub(super) fn type_ref(&self, id: TypeId, side: Side) -> TypeRef {
        let ty = self.api.named(id);
        let twin = side == Side::Response && ty.in_request && ty.in_response;
        TypeRef { name: self.types[id.0].clone(), scope: if twin { Scope::ResponseModule } else { Scope::Root } }
    }
}

fn kind(scalar: Scalar) -> Kind {
    match scalar {
        Scalar::String | Scalar::Bytes => Kind::Text,
        Scalar::Number => Kind::Int,
        Scalar::Boolean => Kind::Bool,
        Scalar::Date => Kind::Date,
        Scalar::Price | Scalar::BigDecimal => Kind::Decimal,
        Scalar::Json | Scalar::Map => Kind::Json,
    }
}

/// What the runtime checks: bounds of requests only, answers are taken as they come.
fn constraints(field: &Field, side: Side) -> Vec<ConstraintPlan> {
    let mut constraints = Vec::new();
    if side == Side::Request && field.required {
        constraints.push(ConstraintPlan::Required);
    }
    if field.sensitive {
        constraints.push(ConstraintPlan::Sensitive);
    }
    if side == Side::Request {
        let limits = &field.limits;
        constraints.extend(limits.max_length.map(ConstraintPlan::MaxLength));
        constraints.extend(limits.max_items.map(ConstraintPlan::MaxItems));
        constraints.extend(limits.min.clone().map(ConstraintPlan::Min));
        constraints.extend(limits.max.clone().map(ConstraintPlan::Max));
    }
    constraints
}

fn rule(rule: &Rule) -> RulePlan {
    match rule {
        Rule::AtLeastOneOf(fields) => RulePlan::AtLeastOneOf(indices(fields)),
        Rule::AtMostOneOf(fields) => RulePlan::AtMostOneOf(indices(fields)),
        Rule::ExactlyOneOf(fields) => RulePlan::ExactlyOneOf(indices(fields)),
        Rule::MaxSpan { start, end, seconds } => RulePlan::MaxSpan(index(*start), index(*end), *seconds),
    }
}

/// Indices as the table has them; [`super::api`] refuses objects with more fields than fit.
pub(super) fn indices(fields: &[usize]) -> Vec<u16> {
    fields.iter().copied().map(index).collect()
}

/// One index.
pub(super) fn index(field: usize) -> u16 {
    u16::try_from(field).unwrap_or(u16::MAX)
}

fn check_wire(field: &Field, findings: &mut Vec<Diagnostic>) {
    if field.wire.chars().any(is_invisible) {
        let message = format!("the wire name `{}` holds an invisible character", visible(&field.wire));
        findings.push(Diagnostic::error(Code::InvisibleCharacter, field.at, message).help("write it without"));
    }
}
