//! Answers of Qimen, in JSON and XML, with a root and without, and what they say of the call.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::value::RawValue;

use super::envelope::ERROR_ROOT;
use super::error::DecodeError;
use super::qimen_status::QimenStatus;
use super::{Lenient, json, lenient_json, xml_leniently};
use crate::wire::table::{FieldMut, FieldRef, Table, TypeInfo, rooted_mut};

/// The root of an answer.
const RESPONSE: &str = "response";

static STATUS: TypeInfo = TypeInfo::new(
    "QimenStatus",
    &["flag", "code", "message", "sub_code", "sub_message", "request_id", "msg", "sub_msg", "subCode", "subMessage"],
    &[],
    &[],
);

/// The same as a table.
#[derive(Default)]
struct Fields([Option<String>; 10]);

impl Table for Fields {
    fn info(&self) -> &'static TypeInfo {
        &STATUS
    }

    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        self.0.get_mut(index).map_or(FieldMut::None, FieldMut::Text)
    }

    fn field(&self, index: usize) -> FieldRef<'_> {
        self.0.get(index).map_or(FieldRef::None, FieldRef::Text)
    }
}

impl From<Fields> for QimenStatus {
    fn from(Fields(fields): Fields) -> Self {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let [flag, code, message, sub_code, sub_message, request_id, msg, sub_msg, camel_code, camel_message] =
            fields.map(filled);
        Self {
            flag,
            code,
            message: message.or(msg),
            sub_code: sub_code.or(camel_code),
            sub_message: sub_message.or(sub_msg).or(camel_message),
            request_id,
            is_xml: false,
        }
    }
}

/// Reads an answer. Its data go into `into`, below its root; what it says of the call is [`Decoded::status`].
///
/// # Errors
/// Where the text is neither JSON nor XML, or fields do not hold what the model says.
pub(crate) fn qimen(text: &str, into: &mut dyn Table, lenient: bool) -> Result<Lenient, DecodeError> {
    let is_xml = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let inside = rooted_mut(into, RESPONSE);
    let mut fields = Fields::default();
    let mut read = if is_xml {
        let names = inside.info().fields;
        let (text, root) = with_root(text, |name| names.contains(&name) || STATUS.fields.contains(&name));
        let _ = xml_leniently(&text, &root, &mut fields, true);
        Lenient { decoded: xml_leniently(&text, &root, inside, lenient)?, repaired: None }
    } else {
        let root = root_of_json(text);
        let _ = lenient_json(text, &root, &mut fields);
        match lenient {
            true => lenient_json(text, &root, inside)?,
            false => Lenient { decoded: json(text, &root, inside)?, repaired: None },
        }
    };
    let status = QimenStatus { is_xml, ..QimenStatus::from(fields) };
    if read.decoded.error.is_none() {
        // An answer may consist of its status alone.
        let is_told = status.flag.is_some() || status.code.is_some();
        read.decoded.recognised |= is_told;
        read.decoded.ambiguous &= !is_told;
        read.decoded.request_id = read.decoded.request_id.take().or_else(|| status.request_id.clone());
        read.decoded.status = Some(status);
    }
    Ok(read)
}

/// The text with a root element, and its name. An answer without one begins with a field.
fn with_root(text: &str, is_field: impl Fn(&str) -> bool) -> (String, String) {
    let mut reader = Reader::from_str(text);
    let first = loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => break start.name().0.to_owned(),
            Ok(Event::Eof) | Err(_) => return (text.to_owned(), RESPONSE.to_owned()),
            Ok(_) => {}
        }
    };
    let is_root = matches!(&*first, RESPONSE | "result") || first.ends_with("_response") || first.ends_with("Response");
    match () {
        () if first == ERROR_ROOT => (text.to_owned(), RESPONSE.to_owned()),
        () if is_root => (text.to_owned(), first),
        () if is_field(&first) => {
            let body = text.trim_start_matches('\u{feff}').trim_start();
            // A declaration stands before the root.
            let body = body.strip_prefix("<?").and_then(|rest| Some(rest.split_once("?>")?.1)).unwrap_or(body);
            (format!("<{RESPONSE}>{body}</{RESPONSE}>"), RESPONSE.to_owned())
        }
        () => (text.to_owned(), RESPONSE.to_owned()),
    }
}

fn root_of_json(text: &str) -> String {
    let members = serde_json::from_str::<BTreeMap<String, &RawValue>>(text.trim_start_matches('\u{feff}'));
    let roots = members.iter().flatten().filter(|(name, value)| {
        value.get().starts_with('{') && *name != ERROR_ROOT && (*name == RESPONSE || name.ends_with("_response"))
    });
    roots.map(|(name, _)| name.clone()).next().unwrap_or_else(|| RESPONSE.to_owned())
}
