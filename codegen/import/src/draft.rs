//! Suggestions for a method as a whole: paging, the outcome, the idempotency key. They stand under `suggested` and have
//! no effect.

mod fields;
mod paging;

use super::tree::{Map, Tree};
use fields::{Found, named, plain, reachable};

/// Adds what the fields' names and words suggest.
pub(super) fn suggest(spec: &mut Map) {
    let mut found = Map::default();
    let reads = spec.map("suggested").and_then(|review| review.text("effect")) == Some("read");
    if let Some(paging) = paging::suggested(spec).filter(|_| reads || spec.text("effect") == Some("read")) {
        found.push("paging", paging);
    }
    if let Some(outcome) = outcome(spec).filter(|_| !reads) {
        found.push("outcome", outcome);
    }
    if let Some(key) = idempotency_key(spec).filter(|_| !reads) {
        found.push("idempotency_key", key);
    }
    if found.is_empty() {
        return;
    }
    match spec.get_mut("suggested") {
        Some(Tree::Map(review)) => review.0.extend(found.0),
        _ => {
            let at = spec.0.iter().position(|(key, _)| key == "request").unwrap_or(spec.0.len());
            spec.0.insert(at, ("suggested".to_owned(), found.into()));
        }
    }
}

fn outcome(spec: &Map) -> Option<Map> {
    let response = reachable(spec, "response");
    let ok = named(&response, "Boolean", &["success", "issuccess", "bizsuccess", "ok", "resultsuccess", "succeed"])?;
    let way = ok.path.rsplit_once('.').map_or("", |(way, _)| way);
    let beside: Vec<Found<'_>> = response
        .iter()
        .filter(|found| found.path.rsplit_once('.').map_or("", |(way, _)| way) == way)
        .map(|found| Found { path: found.path.clone(), key: found.key, field: found.field })
        .collect();
    let mut outcome = Map::default();
    outcome.push("ok", ok.path.as_str());
    let codes =
        ["bizerrorcode", "errorcode", "errcode", "resultcode", "bizcode", "code", "msgcode", "retcode", "suberrorcode"];
    let messages = [
        "bizerrormsg",
        "errormsg",
        "errormessage",
        "errmsg",
        "errmessage",
        "resultmsg",
        "resultmessage",
        "message",
        "msg",
        "msginfo",
        "errordesc",
        "retmsg",
    ];
    for (key, names) in [("code", &codes[..]), ("message", &messages[..])] {
        // A code may be a number.
        let numbered = || named(&beside, "Number", names).filter(|_| key == "code");
        if let Some(found) = named(&beside, "String", names).or_else(numbered) {
            outcome.push(key, found.path.as_str());
        }
    }
    Some(outcome)
}

/// The parameter by which the server knows a repeated call, as its words say it.
fn idempotency_key(spec: &Map) -> Option<String> {
    let request = reachable(spec, "request");
    let text = |found: &&Found<'_>| found.field.text("type") == Some("String");
    let says = |found: &&Found<'_>| {
        let words = found.field.text("description").unwrap_or_default();
        ["幂等", "防重", "重复提交", "去重", "唯一流水号", "请求唯一", "唯一请求"]
            .iter()
            .any(|word| words.contains(word))
    };
    let names = [
        "requestid",
        "requestno",
        "outrequestno",
        "outbizno",
        "outbizid",
        "bizrequestid",
        "idempotentid",
        "idempotentkey",
        "uuid",
        "requestuuid",
    ];
    request
        .iter()
        .filter(text)
        .find(says)
        .or_else(|| request.iter().filter(text).find(|found| names.contains(&plain(found.key).as_str())))
        .map(|found| found.path.clone())
}
