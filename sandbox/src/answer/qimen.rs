//! Answers of Qimen: XML with the root `response`, or JSON; `flag` and `code` say how the call went.

use super::{write_json, write_xml};
use crate::call::{Call, Format, Refusal};
use crate::http::HttpResponse;
use crate::node::{Members, Node};

/// The root of an answer.
const ROOT: &str = "response";

/// The answer to an admitted call. `flag`: whether success is told by `flag` as well.
pub(crate) fn answered(call: &Call<'_>, content: Members, format: Format, flag: bool) -> HttpResponse {
    let api = &call.entry.api;
    let is_rooted = matches!(api.response.fields.as_slice(), [only] if only.wire == ROOT && only.ty.object().is_some());
    let mut members = content;
    if is_rooted {
        members = members
            .into_iter()
            .flat_map(|(_, node)| if let Node::Object(inner) = node { inner } else { Vec::new() })
            .collect();
    }
    let text = |name: &str, text: &str| (name.to_owned(), Node::Text(text.to_owned()));
    members.retain(|(name, _)| !matches!(name.as_str(), "flag" | "code" | "message" | "sub_code" | "sub_message"));
    let mut all = Vec::with_capacity(members.len() + 3);
    all.extend(flag.then(|| text("flag", "success")));
    all.push(text("code", "0"));
    all.extend(flag.then(|| text("message", "ok")));
    all.extend(members);
    written(&all, format, false)
}

/// The answer to a refused call.
pub(crate) fn refused(refusal: &Refusal, format: Format, request_id: &str) -> HttpResponse {
    let text = |name: &str, text: &str| (name.to_owned(), Node::Text(text.to_owned()));
    let mut members =
        vec![text("flag", "failure"), text("code", &refusal.code.to_string()), text("message", &refusal.msg)];
    // With a cause, so that it differs from a refusal of the party that is called.
    let cause = refusal.msg.split(':').next().unwrap_or_default().to_lowercase().replace(' ', "-");
    let sub_code = refusal.sub_code.clone().unwrap_or_else(|| format!("isv.{cause}"));
    members.push(text("sub_code", &sub_code));
    members.extend(refusal.sub_msg.as_deref().map(|message| text("sub_message", message)));
    members.push(text("request_id", request_id));
    written(&members, format, true)
}

fn written(members: &Members, format: Format, is_wrapped: bool) -> HttpResponse {
    let (content_type, body) = match format {
        Format::Json if is_wrapped => {
            let wrapped = vec![(ROOT.to_owned(), Node::Object(members.clone()))];
            ("application/json;charset=utf-8", write_json::reduced(&wrapped))
        }
        Format::Json => ("application/json;charset=utf-8", write_json::reduced(members)),
        Format::Xml => ("text/xml;charset=utf-8", write_xml::document(ROOT, members)),
    };
    HttpResponse { status: 200, content_type, body, location: None }
}
