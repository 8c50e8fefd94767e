//! How an HTTP response is classified (an answer, a refusal, or neither), and what that means for a write.
//!
//! Input: a line that may name a status, `xml`, `silent` (the specification names no flag of success), `read`, and the field that is the
//! business code; then a body. What must hold: success is never said of a body that is cut short, malformed, refused or without the flag; and a write is only called failed
//! where the body says so itself.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Response, StatusCode};
use opentop_runtime::__private::engine::{Reading, ResponseMeta, parse_response};
use opentop_runtime::outcome::{WriteOutcome, outcome_of};
use opentop_runtime::{Effect, Error, Format, MethodInfo};
use serde_json::value::RawValue;

use super::cuts::cuts;
use super::tables::{CODED, ENVELOPE, Everything, FIELDS, READ, SILENT_WRITE, WRITE};
use super::xml::end_of_root;

/// What reads a response.
pub type Interpret<'a> =
    &'a dyn Fn(&MethodInfo, Format, Response<Bytes>, &mut Everything) -> Result<ResponseMeta, Error>;

/// Judges one input.
pub fn run(data: &[u8]) {
    check(data, &|api, format, response, model| parse_response(api, &Reading::strict(format), response, model));
}

/// One response, as the first line describes it.
struct Case<'a> {
    api: &'static MethodInfo,
    format: Format,
    status: StatusCode,
    body: &'a [u8],
}

impl<'a> Case<'a> {
    fn of(data: &'a [u8]) -> Self {
        let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
        let line = String::from_utf8_lossy(&data[..end]);
        let says = |word: &str| line.split(' ').any(|it| it == word);
        let number = line.split(' ').find_map(|it| it.parse::<u16>().ok());
        let coded = CODED.iter().zip(FIELDS).find(|(_, field)| says(field)).map(|(api, _)| api);
        let api = if says("read") {
            &READ
        } else if says("silent") {
            &SILENT_WRITE
        } else {
            coded.unwrap_or(&WRITE)
        };
        Self {
            api,
            format: if says("xml") { Format::Xml } else { Format::Json },
            status: number.and_then(|number| StatusCode::from_u16(number).ok()).unwrap_or(StatusCode::OK),
            body: data.get(end + 1..).unwrap_or_default(),
        }
    }

    fn interpret(&self, body: &[u8], interpret: Interpret<'_>) -> (Everything, Result<ResponseMeta, Error>) {
        let mut response = Response::new(Bytes::copy_from_slice(body));
        *response.status_mut() = self.status;
        let mut model = Everything::default();
        let answer = interpret(self.api, self.format, response, &mut model);
        (model, answer)
    }

    /// The length up to which the body is one document, so that nothing shorter is one.
    fn end(&self) -> Option<usize> {
        let text = std::str::from_utf8(self.body).ok()?;
        match self.format {
            Format::Json => {
                let end = text.trim_ascii_end().len();
                roots(self.body).map(|_| end)
            }
            _ => end_of_root(text),
        }
    }
}

/// The same of any code under test.
pub fn check(data: &[u8], interpret: Interpret<'_>) {
    let case = Case::of(data);
    let (model, answer) = case.interpret(case.body, interpret);
    match &answer {
        Ok(answer) => success(&case, &model, answer),
        Err(error) => failure(&case, &model, error),
    }
    if case.format == Format::Json {
        as_the_roots_say(&case, &answer);
    }
    // A malformed body, an XML one that is read up to the fault, may end like a document.
    let is_whole = !matches!(answer, Err(Error::Decode { .. } | Error::Status { .. }));
    for short in case.end().filter(|_| is_whole).into_iter().flat_map(cuts) {
        match case.interpret(&case.body[..short], interpret).1 {
            Ok(_) => panic!("success was said of a body that was cut after {short} bytes"),
            Err(error) => assert_eq!(outcome_of(&error), WriteOutcome::Unknown, "cut after {short} bytes: {error}"),
        }
    }
}

fn success(case: &Case<'_>, model: &Everything, answer: &ResponseMeta) {
    assert!(case.status.is_success(), "success under {}", case.status);
    assert_eq!(answer.raw_bytes(), case.body);
    assert!(!format!("{answer:?}").contains(char::is_control), "not fit for a log: {:?}", answer.request_id());
    assert!(answer.raw().len() == case.body.len(), "a body that is not UTF-8");
    if case.api.success_flag.is_some() {
        let may_be_absent = case.api.effect == Effect::Read;
        assert!(model.bool == Some(true) || (may_be_absent && model.bool.is_none()), "success without its flag");
    }
}

fn failure(case: &Case<'_>, model: &Everything, error: &Error) {
    let said = format!("{error}");
    assert!(!said.chars().any(|it| it.is_control() && it != '\n'), "not fit for a log: {said:?}");
    let _ = format!("{error:?}");
    let may_be_failed = match error {
        Error::Business { .. } => {
            assert_eq!(model.bool, Some(false));
            true
        }
        Error::Gateway { error, status, ambiguous, .. } => {
            let broke = error.sub_code.as_deref().is_some_and(|code| code.trim().starts_with("isp."));
            (status.is_success() || status.is_client_error()) && !ambiguous && !broke
        }
        _ => false,
    };
    assert!(outcome_of(error) == WriteOutcome::Unknown || may_be_failed, "called failed: {error}");
    assert_eq!(error.raw().map(|raw| &**raw), Some(case.body));
}

/// The members of the root, where the body is an object; of a name given twice the last.
fn roots(body: &[u8]) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(std::str::from_utf8(body).ok()?.trim_start_matches('\u{feff}')).ok()
}

/// Read a second time, by the parser alone.
fn as_the_roots_say(case: &Case<'_>, answer: &Result<ResponseMeta, Error>) {
    let Some(roots) = roots(case.body) else {
        // A refusal is read in text that is nearly JSON as well.
        let is_error = matches!(answer, Err(Error::Decode { .. } | Error::Status { .. } | Error::Gateway { .. }));
        assert!(is_error, "no object, and {answer:?}");
        return;
    };
    if roots.get("error_response").is_some_and(|it| it.get() != "null") {
        let malformed = matches!(answer, Err(Error::Decode { .. } | Error::Status { .. }));
        assert!(malformed || matches!(answer, Err(Error::Gateway { .. })), "a refusal, and {answer:?}");
    }
    if answer.is_ok() {
        let known = |name: &String| name == ENVELOPE || name == "request_id" || FIELDS.contains(&&**name);
        assert!(roots.keys().any(known), "another's answer was taken");
    }
}
