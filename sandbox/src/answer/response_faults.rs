//! Faults in the content of a response: other shapes, nulls, emptied lists, unknown fields.
//!
//! A client must tolerate the harmless ones and notice the harmful ones.

use crate::call::Format;
use crate::faults::fault::Fault;
use crate::json::Json;
use crate::node::{Members, Node};

/// How an answer differs from what the call asked for.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent flags")]
pub(crate) struct ResponseFaults {
    pub(super) other_shape: bool,
    pub(super) contradiction: bool,
    numbers_as_text: bool,
    empty_lists: bool,
    nulls: bool,
    unknown_fields: bool,
}

impl ResponseFaults {
    pub(crate) fn under(fault: &Fault) -> Self {
        ResponseFaults {
            other_shape: *fault == Fault::OtherShape,
            contradiction: *fault == Fault::Contradiction,
            numbers_as_text: *fault == Fault::NumbersAsText,
            empty_lists: *fault == Fault::EmptyLists,
            nulls: *fault == Fault::Nulls,
            unknown_fields: *fault == Fault::UnknownFields,
        }
    }

    pub(super) fn change(&self, members: &mut Members) {
        let mut fields = 0_usize;
        self.object(members, &mut fields);
    }

    fn object(&self, members: &mut Members, fields: &mut usize) {
        for (_, node) in members.iter_mut() {
            self.node(node, fields);
        }
        if self.unknown_fields {
            let inner = vec![("is_new".to_owned(), Node::Bool(true))];
            members.insert(0, ("sandbox_unknown".to_owned(), Node::Text("<&\"".to_owned())));
            members.push(("sandbox_unknown_object".to_owned(), Node::Object(inner)));
        }
    }

    fn node(&self, node: &mut Node, fields: &mut usize) {
        match node {
            Node::Object(members) => return self.object(members, fields),
            Node::List(list) if self.empty_lists => list.items.clear(),
            Node::List(list) => list.items.iter_mut().for_each(|item| self.node(item, fields)),
            Node::Number(text) if self.numbers_as_text => *node = Node::Text(std::mem::take(text)),
            Node::Bool(flag) if self.numbers_as_text => *node = Node::Text(flag.to_string()),
            _ => {}
        }
        if self.nulls && !matches!(node, Node::List(_)) {
            if fields.is_multiple_of(2) {
                *node = Node::Json(Json::Null);
            }
            *fields += 1;
        }
    }
}

/// Puts an error beside the answer, inside the document.
pub(super) fn contradict(body: &mut String, format: Format) {
    let (end, error) = match format {
        Format::Json => (
            body.rfind('}'),
            r#","error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.contradiction"}"#,
        ),
        Format::Xml => (
            body.rfind("</"),
            "<error_response><code>15</code><msg>Remote service error</msg><sub_code>isv.contradiction</sub_code></error_response>",
        ),
    };
    if let Some(end) = end {
        body.insert_str(end, error);
    }
}
