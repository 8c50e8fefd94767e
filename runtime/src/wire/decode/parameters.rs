//! The parameters of a request back into its model: the inverse of [`crate::wire::encode::parameters`].

use super::error::{DecodeError, DecodeIssue};
use crate::wire::encode::Parameter;
use crate::wire::table::{FieldMut, Table};

/// The parameters that are text, as one JSON document. Those that the request does not have are left out.
///
/// A list of texts that hold commas comes back as more, shorter texts: the wire does not tell them apart.
pub(super) fn as_document<'a>(
    parameters: impl Iterator<Item = (&'a str, &'a Parameter)>,
    request: &mut dyn Table,
) -> String {
    let mut text = String::from("{");
    for (name, value) in parameters {
        let (Some(index), Parameter::Text(value)) = (index_of(request, name), value) else { continue };
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&quoted(name));
        text.push(':');
        text.push_str(&json_of(&request.field_mut(index), value));
    }
    text.push('}');
    text
}

/// Puts the parameters that are files into the request.
pub(super) fn put_files<'a>(
    parameters: impl Iterator<Item = (&'a str, &'a Parameter)>,
    request: &mut dyn Table,
) -> Result<(), DecodeError> {
    for (name, value) in parameters {
        let (Some(index), Parameter::File(file)) = (index_of(request, name), value) else { continue };
        let FieldMut::File(slot) = request.field_mut(index) else {
            let problem = "expected no file, found one".to_owned();
            return Err(DecodeError::new(vec![DecodeIssue { path: name.to_owned(), problem }], 0, None));
        };
        *slot = Some(file.clone());
    }
    Ok(())
}

fn index_of(request: &dyn Table, name: &str) -> Option<usize> {
    request.info().fields.iter().position(|field| *field == name)
}

/// The value of a parameter as JSON.
fn json_of(field: &FieldMut<'_>, value: &str) -> String {
    match field {
        FieldMut::Object(_) | FieldMut::Objects(_) | FieldMut::Jsons(_) => value.to_owned(),
        list if list.is_list() => {
            let items: Vec<String> = value.split(',').map(quoted).collect();
            format!("[{}]", items.join(","))
        }
        _ => quoted(value),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use crate::sample_tables::{Everything, everything};
    use crate::wire::decode::parameters;
    use crate::wire::encode::{self, Parameter};

    #[test]
    fn every_kind_of_parameter_comes_back() {
        let request = everything();
        let encoded = encode::parameters(&request);
        let mut back = Everything::default();
        parameters(|| encoded.iter().map(|(name, value)| (*name, value)), &mut back).expect("what was encoded decodes");
        assert_eq!(encode::parameters(&back), encoded);
    }

    #[test]
    fn parameters_of_others_are_left_out_and_what_does_not_fit_is_named() {
        let text = |value: &str| Parameter::Text(value.to_owned());
        let mut request = Everything::default();
        let (other, wrong) = (text("1"), text("x"));
        parameters(|| [("target_app_key", &other)].into_iter(), &mut request).expect("left out");
        let error = parameters(|| [("int", &wrong)].into_iter(), &mut request).expect_err("no number");
        assert_eq!(error.issues()[0].path, "int");
    }
}
