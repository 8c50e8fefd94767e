//! Fields as a tree that folds. The fields of a type stand where it is met first; other fields of that type link there.

use std::collections::HashSet;

use opentop_codegen::plan::{ApiPlan, FieldPlan, Said, Side, StructPlan};
use opentop_model::model::{Api, Object, TypeId};

use super::text::{Html, Links, both, inline};

/// The fields of the request or of the response.
#[derive(Default)]
pub(crate) struct Tree {
    /// Each object's fields follow the field that holds it, between `Open` and `Close`: specifications choose the depth.
    pub(crate) nodes: Vec<Node>,
    pub(crate) fields: usize,
    /// Whether there is anything to fold.
    pub(crate) nested: bool,
    /// Rules over the root's fields.
    pub(crate) rules: Vec<Html>,
}

pub(crate) enum Node {
    Field(Field),
    Open(Group),
    Close,
}

/// One field.
pub(crate) struct Field {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    /// The vendor's type.
    pub(crate) ty: Html,
    /// Where the fields of its type stand, where that is not below it.
    pub(crate) ty_at: Option<String>,
    pub(crate) required: bool,
    /// Why it should no longer be used.
    pub(crate) deprecated: Option<Html>,
    pub(crate) description: Vec<Html>,
    pub(crate) limits: Vec<Html>,
    pub(crate) values: Vec<Html>,
    pub(crate) example: Html,
}

/// The fields of an object.
pub(crate) struct Group {
    pub(crate) id: Option<String>,
    pub(crate) ty: String,
    pub(crate) description: Html,
    pub(crate) fields: usize,
    pub(crate) open: bool,
    pub(crate) rules: Vec<Html>,
}

/// The anchors of a page. Each is given once.
#[derive(Default)]
pub(crate) struct Ids(HashSet<String>);

impl Ids {
    /// `id` without blanks, where it is free.
    pub(crate) fn claim(&mut self, id: String) -> Option<String> {
        let id = anchored(&id);
        self.0.insert(id.clone()).then_some(id)
    }
}

fn anchored(text: &str) -> String {
    text.chars().map(|letter| if letter.is_whitespace() || letter.is_control() { '_' } else { letter }).collect()
}

/// So many fields are shown unfolded.
const UNFOLDED: usize = 60;

impl Tree {
    pub(crate) fn of(api: &Api, plan: &ApiPlan, side: Side, links: &Links<'_>, ids: &mut Ids) -> Tree {
        let (object, root, side) = match side {
            Side::Request => (&api.request, &plan.request, "p"),
            Side::Response => (&api.response, &plan.response, "r"),
        };
        let said = |lines: &[Said]| lines.iter().map(|line| both(line, links)).collect();
        let mut tree = Tree { rules: said(&root.rule_texts), ..Tree::default() };
        // Where the fields of each type stand, once it was met.
        let mut met: Vec<Option<String>> = vec![None; api.types.len()];
        let mut open: Vec<(&Object, &StructPlan, usize, String)> = vec![(object, root, 0, format!("{side}-"))];
        while let Some((object, plan_of, next, prefix)) = open.last_mut() {
            let (Some(field), Some(field_plan)) = (object.fields.get(*next), plan_of.fields.get(*next)) else {
                open.pop();
                if !open.is_empty() {
                    tree.nodes.push(Node::Close);
                }
                continue;
            };
            *next += 1;
            let path = format!("{prefix}{}", field.wire);
            let ty = field.ty.object();
            let ty_at = ty.and_then(|TypeId(id)| met[id].clone());
            let inside = field_plan.ty.object().and_then(|name| plan.object(name)).filter(|_| ty_at.is_none());
            tree.fields += 1;
            tree.nodes.push(Node::Field(row(field_plan, ids.claim(path.clone()), ty_at, links)));
            if let (Some(id), Some(inside)) = (ty, inside) {
                tree.nested = true;
                let named = api.named(id);
                let anchor = ids.claim(format!("t-{}", named.name));
                met[id.0] = Some(anchor.clone().unwrap_or_else(|| anchored(&path)));
                let about = (!named.description.trim().is_empty()).then(|| inside.docs.first()).flatten();
                tree.nodes.push(Node::Open(Group {
                    id: anchor,
                    ty: named.name.clone(),
                    description: about.map(|line| inline(line, links)).unwrap_or_default(),
                    fields: inside.fields.len(),
                    open: true,
                    rules: said(&inside.rule_texts),
                }));
                open.push((&named.object, inside, 0, format!("{path}.")));
            }
        }
        if tree.fields > UNFOLDED {
            fold(&mut tree.nodes);
        }
        tree
    }
}

/// Leaves the first level open.
fn fold(nodes: &mut [Node]) {
    let mut depth = 0;
    for node in nodes {
        match node {
            Node::Open(group) => {
                depth += 1;
                group.open = depth < 2;
            }
            Node::Close => depth -= 1,
            Node::Field(_) => {}
        }
    }
}

fn row(field: &FieldPlan, id: Option<String>, ty_at: Option<String>, links: &Links<'_>) -> Field {
    let said = &field.reference;
    Field {
        id,
        name: field.wire.as_str().to_owned(),
        ty: both(&said.ty, links),
        ty_at,
        required: field.required,
        deprecated: said.deprecated.as_ref().map(|why| inline(why, links)),
        description: said.description.iter().map(|line| inline(line, links)).collect(),
        limits: said.bounds.iter().chain(&said.rules).map(|limit| both(limit, links)).collect(),
        values: said.values.iter().map(|value| inline(value, links)).collect(),
        example: both(&said.example, links),
    }
}
