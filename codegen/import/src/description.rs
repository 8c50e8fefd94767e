//! Reads the JSON description of a method, as the site's document service returns it: bare, or wrapped in `{"success": …,
//! "data": {…}}`.
//!
//! Unknown keys are ignored. Samples are recognised by their content, not by their keys.

use super::described::{Described, Findings, Limits, Param, Refusal, Source};
use super::json::{self, Json, Value};
use super::tree::Map;
use opentop_model::diagnostic::Code;
use opentop_model::model::{ErrorRow, Samples};

/// The most parameters and fields.
const MAX_PARAMS: usize = 50_000;

/// Whether a text is JSON rather than a page.
pub(super) fn is_description(text: &str) -> bool {
    text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with(['{', '['])
}

pub(super) fn read(text: &str, findings: &mut Findings) -> Result<Described, Refusal> {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let value = json::strict(&text[mark..]).map_err(|broken| {
        let start = mark + broken.at;
        let letter = text.get(start..).and_then(|rest| rest.chars().next());
        let at = findings.place(start, start + letter.map_or(0, char::len_utf8));
        Refusal::new(
            Code::UnreadablePage,
            at,
            format!("this is no JSON: {}", broken.why),
            "here",
            "save the description again, whole",
        )
    })?;
    let mut reader = Reader { findings, mark, count: 0 };
    let api = unwrapped(&value);
    let Some(method) = word(api, &["name", "apiName", "api_name"]).filter(|name| !name.trim().is_empty()) else {
        let at = reader.place(api);
        let help = "a description has `name`, `requestParams` and `responseParams`";
        return Err(Refusal::new(
            Code::NotAnApiPage,
            at,
            "the JSON describes no method: it has no `name`",
            "no `name` here",
            help,
        ));
    };
    let request = reader.params(list(api, &["requestParams", "request_params"]), true)?;
    let response = reader.params(list(api, &["responseParams", "response_params"]), false)?;
    if api.get("requestParams").or(api.get("responseParams")).is_none()
        && request.is_empty()
        && response.is_empty()
        && word(api, &["apiChineseName", "description"]).is_none()
    {
        let at = reader.place(api);
        let help = "a description has `name`, `requestParams` and `responseParams`";
        return Err(Refusal::new(
            Code::NotAnApiPage,
            at,
            "the JSON describes no method: it has no parameters",
            "no `requestParams` here",
            help,
        ));
    }
    let at = api.get("name").map_or_else(|| reader.place(api), |name| reader.place(name));
    let mut samples = Samples::default();
    find_samples(api, 0, &mut samples);
    Ok(Described {
        at,
        dialect: super::root::dialect(method.trim(), at, None, reader.findings),
        method: method.trim().to_owned(),
        title: word(api, &["apiChineseName", "title", "chineseName"]).unwrap_or_default().trim().to_owned(),
        description: word(api, &["description", "desc"]).unwrap_or_default().trim().to_owned(),
        request,
        response,
        samples,
        errors: errors(api),
        source: Source::Json,
        ..Described::default()
    })
}

/// The description inside its wrapper.
fn unwrapped(value: &Value) -> &Value {
    let mut api = value;
    for _ in 0..3 {
        match api.get("data").filter(|_| api.get("name").is_none()) {
            Some(inner) => api = inner,
            None => break,
        }
    }
    api
}

fn word(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| value.get(key)?.text())
}

fn list<'a>(value: &'a Value, keys: &[&str]) -> &'a [Value] {
    keys.iter().find_map(|key| value.get(key)?.items()).unwrap_or_default()
}

struct Reader<'a> {
    findings: &'a mut Findings,
    /// Bytes before the JSON.
    mark: usize,
    count: usize,
}

impl Reader<'_> {
    fn place(&self, value: &Value) -> opentop_model::diagnostic::Place {
        // The first line of an object is enough to find it.
        let end = if matches!(value.kind, Json::Map(_) | Json::List(_)) { value.start + 1 } else { value.end };
        self.findings.place(self.mark + value.start, self.mark + end)
    }

    fn params(&mut self, values: &[Value], request: bool) -> Result<Vec<Param>, Refusal> {
        let mut params = Vec::with_capacity(values.len());
        for value in values {
            self.count += 1;
            if self.count > MAX_PARAMS {
                let message = format!("the description has more than {MAX_PARAMS} parameters and fields");
                return Err(Refusal::new(
                    Code::UnreadablePage,
                    self.place(value),
                    message,
                    "the first one too many",
                    "cut it down to one method",
                ));
            }
            let at = value.get("name").map_or_else(|| self.place(value), |name| self.place(name));
            let name = word(value, &["name"]).unwrap_or_default();
            if name.trim().is_empty() {
                let help = "give it its name, if it has one";
                self.findings.warn(
                    Code::UnclearRow,
                    at,
                    "a parameter has no name: left out, with its fields",
                    "no `name`",
                    help,
                );
                continue;
            }
            // Descriptions hold zeros where nothing was set.
            let zero = |text: &String| text.trim().parse::<f64>().is_ok_and(|value| value == 0.0);
            let limit = |keys: &[&str]| word(value, keys).filter(|text| !zero(text)).unwrap_or_default();
            let default = word(value, &["defaultValue", "default_value"]).unwrap_or_default();
            let children = self.params(list(value, &["subParams", "sub_params"]), request)?;
            params.push(Param {
                at,
                name: name.trim().to_owned(),
                ty: word(value, &["type"]).unwrap_or_default().trim().to_owned(),
                required: request
                    .then(|| word(value, &["required"]).is_some_and(|word| matches!(word.as_str(), "true" | "1"))),
                example: word(value, &["demoValue", "demo_value", "example"]).unwrap_or_default(),
                description: word(value, &["description", "desc"]).unwrap_or_default(),
                limits: Limits {
                    default,
                    max_length: limit(&["maxLength"]),
                    max_items: limit(&["maxListSize"]),
                    min: limit(&["minValue"]),
                    max: limit(&["maxValue"]),
                },
                element: None,
                suggested: Map::default(),
                children,
            });
        }
        Ok(params)
    }
}

/// Samples are texts that start like one; the first of each kind counts.
fn find_samples(value: &Value, depth: usize, samples: &mut Samples) {
    let entries: Vec<&Value> = match &value.kind {
        Json::Map(entries) => entries
            .iter()
            .filter(|(key, _)| key != "requestParams" && key != "responseParams")
            .map(|(_, value)| value)
            .collect(),
        Json::List(items) => items.iter().collect(),
        _ => return,
    };
    for value in entries {
        if let Json::Text(text) = &value.kind {
            let start = text.trim_start();
            let error = start.contains("error_response");
            let place = match start.chars().next() {
                Some('<') if error => &mut samples.error_xml,
                Some('<') if start.contains("_response") => &mut samples.response_xml,
                Some('{') if error => &mut samples.error_json,
                Some('{') if start.contains("_response") => &mut samples.response_json,
                _ => continue,
            };
            place.get_or_insert_with(|| super::page::dedent(text.trim_end()));
        } else if depth < 3 {
            find_samples(value, depth + 1, samples);
        }
    }
}

fn errors(api: &Value) -> Vec<ErrorRow> {
    let rows = list(api, &["errorCodes", "errors", "apiErrDocModels", "errorCodeList"]);
    let row = |value: &Value| {
        let code = word(value, &["code", "errorCode", "error_code"]).filter(|code| !code.trim().is_empty())?;
        let message = word(value, &["message", "msg", "errorMsg", "description", "desc"]).unwrap_or_default();
        Some(ErrorRow {
            code: code.trim().to_owned(),
            message,
            solution: word(value, &["solution"]).unwrap_or_default(),
            executed: None,
        })
    };
    rows.iter().filter_map(row).collect()
}
