//! An answer as one typed tree, before it is written as JSON or XML.

use opentop_model::model::{Api, Object, Path, Type};

use crate::json::Json;

/// The members of an object, in order.
pub(crate) type Members = Vec<(String, Node)>;

/// A value of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Text(String),
    /// A number's own text, valid as a JSON number.
    Number(String),
    Bool(bool),
    /// JSON that is passed through.
    Json(Json),
    Object(Members),
    List(List),
}

/// A list, and the name its elements have where a form names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) element: String,
    pub(crate) items: Vec<Node>,
}

/// The value at `path` from the response's root.
pub(crate) fn get<'n>(api: &Api, members: &'n Members, path: &Path) -> Option<&'n Node> {
    let (last, way) = path.0.split_last()?;
    let (mut object, mut members) = (&api.response, members);
    for &index in way {
        let field = object.fields.get(index)?;
        let (Type::Object(id), Node::Object(inner)) = (&field.ty, find(members, &field.wire)?) else { return None };
        (object, members) = (&api.named(*id).object, inner);
    }
    find(members, &object.fields.get(*last)?.wire)
}

/// Puts `node` at `path` from the response's root; objects on the way that are absent are made.
pub(crate) fn set(api: &Api, members: &mut Members, path: &Path, node: Node) {
    let Some((last, way)) = path.0.split_last() else { return };
    let (mut object, mut members) = (&api.response, members);
    for &index in way {
        let Some(field) = object.fields.get(index) else { return };
        let Type::Object(id) = field.ty else { return };
        let at = place(members, object, index);
        if !matches!(members[at].1, Node::Object(_)) {
            members[at].1 = Node::Object(Members::new());
        }
        let Node::Object(inner) = &mut members[at].1 else { return };
        (object, members) = (&api.named(id).object, inner);
    }
    if *last < object.fields.len() {
        let at = place(members, object, *last);
        members[at].1 = node;
    }
}

/// Takes away what stands at `path` from the response's root.
pub(crate) fn remove(api: &Api, members: &mut Members, path: &Path) {
    let Some((last, way)) = path.0.split_last() else { return };
    let (mut object, mut members) = (&api.response, members);
    for &index in way {
        let Some(field) = object.fields.get(index) else { return };
        let inner = members.iter_mut().find(|(name, _)| *name == field.wire).map(|(_, node)| node);
        let (Type::Object(id), Some(Node::Object(inner))) = (&field.ty, inner) else { return };
        (object, members) = (&api.named(*id).object, inner);
    }
    if let Some(field) = object.fields.get(*last) {
        members.retain(|(name, _)| *name != field.wire);
    }
}

fn find<'n>(members: &'n Members, wire: &str) -> Option<&'n Node> {
    members.iter().find(|(name, _)| name == wire).map(|(_, node)| node)
}

/// Where field `index` of `object` stands among `members`; an absent one is inserted in the specification's order.
fn place(members: &mut Members, object: &Object, index: usize) -> usize {
    let wire = &object.fields[index].wire;
    if let Some(at) = members.iter().position(|(name, _)| name == wire) {
        return at;
    }
    let rank = |name: &str| object.fields.iter().position(|field| field.wire == name);
    let later = members.iter().position(|(name, _)| rank(name).is_some_and(|rank| rank > index));
    let at = later.unwrap_or(members.len());
    members.insert(at, (wire.clone(), Node::Object(Members::new())));
    at
}
