//! Paths by wire names: `req.card_id`.

use opentop_model::model::{Api, Object, Path, Type};

/// The path that `text` names by wire names, from `root`; it crosses no list and ends at a scalar.
pub(crate) fn find(api: &Api, root: &Object, text: &str) -> Option<Path> {
    let mut object = Some(root);
    let mut path = Vec::new();
    let mut last = None;
    for name in text.split('.') {
        let index = object?.fields.iter().position(|field| field.wire == name)?;
        let ty = &object?.fields[index].ty;
        path.push(index);
        object = match ty {
            Type::Object(id) => Some(&api.named(*id).object),
            _ => None,
        };
        last = Some(ty);
    }
    matches!(last?, Type::Scalar(_)).then_some(Path(path))
}

/// The wire names on the way to a request field.
pub(crate) fn name(api: &Api, path: &Path) -> String {
    let prefixes = (1..=path.0.len()).map(|length| Path(path.0[..length].to_vec()));
    let names = prefixes.filter_map(|prefix| api.field_at(&api.request, &prefix).map(|field| field.wire.clone()));
    names.collect::<Vec<_>>().join(".")
}

/// The scalars at the root and in its objects, one level deep: the last wire name and the path of each.
pub(crate) fn scalars(api: &Api, root: &Object) -> Vec<(String, Path)> {
    let mut found = Vec::new();
    for (index, field) in root.fields.iter().enumerate() {
        match field.ty {
            Type::Scalar(_) => found.push((field.wire.clone(), Path(vec![index]))),
            Type::Object(id) => {
                let inner = api.named(id).object.fields.iter().enumerate();
                let scalars = inner.filter(|(_, field)| matches!(field.ty, Type::Scalar(_)));
                found.extend(scalars.map(|(at, field)| (field.wire.clone(), Path(vec![index, at]))));
            }
            _ => {}
        }
    }
    found
}
