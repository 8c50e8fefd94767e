//! Suggestions for a method as a whole: paging, the outcome, the idempotency key. They stand under `suggested` and have
//! no effect.

use super::tree::{Map, Tree};

/// Adds what the fields' names and words suggest.
pub(super) fn suggest(spec: &mut Map) {
    let mut found = Map::default();
    let reads = spec.map("suggested").and_then(|review| review.text("effect")) == Some("read");
    if let Some(paging) = paging(spec).filter(|_| reads || spec.text("effect") == Some("read")) {
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

/// A field by its path from the request or the response, through objects that are no lists.
struct Found<'a> {
    path: String,
    key: &'a str,
    field: &'a Map,
}

/// The fields of a side and of the single objects in it, outermost first.
fn reachable<'a>(spec: &'a Map, side: &str) -> Vec<Found<'a>> {
    let mut found: Vec<Found<'a>> = Vec::new();
    let Some(fields) = spec.map(side).and_then(|object| object.map("fields")) else { return found };
    let mut open: Vec<(String, &Map)> = vec![(String::new(), fields)];
    let mut seen: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some((way, fields)) = open.get(at).map(|(way, fields)| (way.clone(), *fields)) {
        at += 1;
        for (key, field) in &fields.0 {
            let Tree::Map(field) = field else { continue };
            let path = if way.is_empty() { key.clone() } else { format!("{way}.{key}") };
            let ty = field.text("type").unwrap_or_default();
            if let Some((ty, inner)) = spec
                .map("types")
                .and_then(|types| types.0.iter().find(|(name, _)| name == ty))
                .and_then(|(name, object)| match object {
                    Tree::Map(object) => Some((name.as_str(), object.map("fields")?)),
                    Tree::Text(_) | Tree::List(_) => None,
                })
                && !seen.contains(&ty)
                && way.matches('.').count() < 3
            {
                seen.push(ty);
                open.push((path.clone(), inner));
            }
            found.push(Found { path, key, field });
        }
    }
    found
}

/// A name as names are compared.
fn plain(name: &str) -> String {
    super::code::squeeze(name)
}

fn named<'f, 'a>(fields: &'f [Found<'a>], ty: &str, names: &[&str]) -> Option<&'f Found<'a>> {
    names
        .iter()
        .find_map(|name| fields.iter().find(|found| found.field.text("type") == Some(ty) && plain(found.key) == *name))
}

fn paging(spec: &Map) -> Option<Map> {
    let (request, response) = (reachable(spec, "request"), reachable(spec, "response"));
    let page = named(
        &request,
        "Number",
        &["pageno", "pagenum", "pagenumber", "pageindex", "currentpage", "curpage", "currpage", "page", "pn", "pageid"],
    )?;
    let is_list = |found: &&Found<'_>| {
        let ty = found.field.text("type").and_then(|ty| ty.strip_suffix(" []"));
        ty.is_some_and(|ty| spec.map("types").is_some_and(|types| types.get(ty).is_some()))
    };
    let lists: Vec<&Found<'_>> = response.iter().filter(is_list).collect();
    let [items] = lists.as_slice() else { return None };
    let mut paging = Map::default();
    paging.push("page", page.path.as_str());
    if let Some(size) =
        named(&request, "Number", &["pagesize", "pagecount", "perpage", "size", "limit", "rows", "pagelimit"])
    {
        paging.push("size", size.path.as_str());
    }
    paging.push("items", items.path.as_str());
    let has_next = named(&response, "Boolean", &["hasnext", "hasmore", "hasnextpage"]).map(|found| ("has_next", found));
    let totals = [
        "totalresults",
        "totalresult",
        "total",
        "totalcount",
        "totalnum",
        "totalitem",
        "totalitems",
        "totalrecord",
        "totalrecords",
        "totalsize",
    ];
    let total = named(&response, "Number", &totals).map(|found| ("total_items", found));
    let pages = named(&response, "Number", &["totalpage", "totalpages", "totalpagenum", "pagetotal"])
        .map(|found| ("total_pages", found));
    let (key, end) = has_next.or(total).or(pages)?;
    paging.push(key, end.path.as_str());
    // Members leave the list while one walks: from the last page back, says the vendor.
    let words = [spec.text("description"), page.field.text("description")];
    let backwards = ["从最后一页", "最后一页开始", "从后往前", "倒序翻页", "从尾页"];
    if words.iter().flatten().any(|text| backwards.iter().any(|word| text.contains(word))) {
        paging.push("order", "last_first");
    }
    Some(paging)
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
