//! Decides builders: of single structs, and of a request one of whose parameters is flattened.

use super::members;
use super::types::{BuilderPlan, FieldPlan, RustType, SetterPlan, StructPlan};
use opentop_model::rust_names::{FieldIdent, TypeName};

/// The builder of a struct.
pub(super) fn of_struct(name: &TypeName, fields: &[FieldPlan]) -> BuilderPlan {
    let fields = fields.iter().enumerate().map(|(index, field)| (None, index, field, field.required));
    builder(name, fields.collect())
}

/// Flattens parameter `at` of a request. Where it is the only one, its object's builder builds the request too; else the request's
/// builder sets the fields of both; no two of them have the same name.
pub(super) fn flatten(request: &mut StructPlan, at: usize, types: &mut [StructPlan]) {
    let Some(parameter) = request.fields.get(at) else { return };
    let Some(reference) = parameter.ty.object() else { return };
    let Some(object) = types.iter_mut().find(|ty| ty.name == reference.name && ty.scope == reference.scope) else {
        return;
    };
    if request.fields.len() == 1 {
        request.builder = None;
        if let Some(builder) = &mut object.builder {
            builder.of_request = true;
        }
        return;
    }
    let inside = object
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| (Some(parameter.ident.clone()), index, field, parameter.required && field.required));
    let beside = request.fields.iter().enumerate().filter(|(index, _)| *index != at);
    let beside = beside.map(|(index, field)| (None, index, field, field.required));
    request.builder = Some(builder(&request.name, inside.chain(beside).collect()));
}

/// A builder of these fields: the parameter they stand in, their index, the field, and whether it must be set.
fn builder(name: &TypeName, fields: Vec<(Option<FieldIdent>, usize, &FieldPlan, bool)>) -> BuilderPlan {
    let idents: Vec<FieldIdent> = fields.iter().map(|(.., field, _)| field.ident.clone()).collect();
    let twins: Vec<bool> = fields.iter().map(|(.., field, required)| !required && has_twin(&field.ty)).collect();
    let names = members::setters(&idents, &twins);
    let setters = names.into_iter().zip(fields).map(|((name, maybe), (inside, index, field, required))| SetterPlan {
        name,
        maybe,
        required,
        inside,
        index,
        field: field.ident.clone(),
        wire: field.wire.clone(),
        ty: field.ty.clone(),
        docs: field.docs.clone(),
        deprecated: field.deprecated.clone(),
    });
    BuilderPlan { name: name.with("Builder"), setters: setters.collect(), of_request: false }
}

/// Whether a setter has a twin that takes an `Option`. A list has none: an empty one is not sent.
fn has_twin(ty: &RustType) -> bool {
    !ty.is_list()
}
