//! An object seen from its method: fields by key and by wire name, types as a spec writes them.

use crate::model::{Api, Field, Object, Type};

/// An object of one method.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    api: &'a Api,
    pub(super) object: &'a Object,
}

impl<'a> View<'a> {
    pub(super) fn new(api: &'a Api, object: &'a Object) -> View<'a> {
        View { api, object }
    }

    /// A field's type, as a spec writes it.
    pub(super) fn type_of(self, field: &Field) -> String {
        match field.ty {
            Type::Scalar(scalar) => scalar.name().to_owned(),
            Type::Scalars(scalar) => format!("{scalar} []"),
            Type::Object(id) => self.api.named(id).name.clone(),
            Type::Objects(id) => format!("{} []", self.api.named(id).name),
        }
    }

    pub(super) fn find(self, key: &str) -> Option<&'a Field> {
        self.object.fields.iter().find(|field| field.key == key)
    }

    /// The only field with this wire name; `None` if there are several.
    pub(super) fn only(self, wire: &str) -> Option<&'a Field> {
        let mut with = self.object.fields.iter().filter(|field| field.wire == wire);
        let first = with.next()?;
        with.next().is_none().then_some(first)
    }
}
