#![allow(clippy::unwrap_used, clippy::panic)]

use opentop_model::model::Api;

use super::violations;
use crate::testing::{BILLS, LIST, REDEEM, model};

fn api(method: &str) -> Api {
    model().apis.into_iter().find(|api| api.method == method).unwrap()
}

/// `path Kind` of everything that is wrong, in order.
fn wrong(method: &str, text: &[(&str, &str)], files: &[&str]) -> Vec<String> {
    let files = files.iter().map(|name| (*name, 4));
    let found = violations(&api(method), text.iter().copied(), files);
    found.iter().map(|violation| format!("{} {:?}", violation.place(), violation.kind)).collect()
}

fn query(json: &str) -> Vec<String> {
    wrong(LIST, &[("query", json)], &[])
}

fn bills(more: &[(&str, &str)]) -> Vec<String> {
    let required = [("fields", "bid"), ("account_id", "1")];
    let needed = required.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    wrong(BILLS, &needed.chain(more.iter().copied()).collect::<Vec<_>>(), &[])
}

#[test]
fn what_the_specification_allows_passes() {
    let full = r#"{"page_no":1,"page_size":100,"tags":["a","b","c"],"min_price":0.01,"from":"2024-01-01 00:00:00",
        "to":"2024-01-31 00:00:00","filters":[{"name":"abc","value":-1},{"name":"d"}],"brand_id":"b","out_brand_id":"o","phone":1}"#;
    assert!(query(full).is_empty());
    assert!(bills(&[("kinds", "101,102,103"), ("exact", "true"), ("page_size", "100")]).is_empty());
    assert!(wrong(REDEEM, &[("code", "x"), ("extra", "{\"a\":[1]}")], &["photo"]).is_empty());
}

#[test]
fn required_parameters_are_missed_at_the_top_and_inside() {
    assert_eq!(wrong(LIST, &[], &[]), ["query Required"]);
    assert_eq!(wrong(LIST, &[("query", "")], &[]), ["query Required"], "an empty value is absent");
    assert_eq!(query("{}"), ["query.page_no Required", "query.brand_id AtLeastOneOf"]);
    assert_eq!(
        query(r#"{"page_no":null,"brand_id":"b","filters":[{"name":""},{}]}"#),
        ["query.page_no Required", "query.filters[0].name Required", "query.filters[1].name Required"]
    );
}

#[test]
fn the_set_of_parameters_is_closed_at_the_top_and_inside() {
    assert_eq!(bills(&[("field", "x"), ("fields2", "")]), ["field Unknown", "fields2 Unknown"]);
    assert_eq!(bills(&[("Account_id", "1")]), ["Account_id Unknown"]);
    assert_eq!(
        query(r#"{"page_no":1,"brand_id":"b","pageNo":1,"filters":[{"name":"a","x":{}}]}"#),
        ["query.pageNo Unknown", "query.filters[0].x Unknown"]
    );
    assert_eq!(wrong(REDEEM, &[("code", "x")], &["other"]), ["other Unknown"]);
}

#[test]
fn a_name_given_twice_is_refused_once_at_the_top_and_inside() {
    assert_eq!(bills(&[("page_no", "1"), ("page_no", "1"), ("page_no", "2")]), ["page_no Repeated"]);
    assert_eq!(query(r#"{"page_no":1,"page_no":1,"brand_id":"b"}"#), ["query.page_no Repeated"]);
    assert_eq!(wrong(REDEEM, &[("code", "x")], &["photo", "photo"]), ["photo Repeated"]);
}

#[test]
fn values_read_as_their_types() {
    assert_eq!(bills(&[("account_id", "1.0")]), ["account_id Type"]);
    assert_eq!(bills(&[("account_id", "9223372036854775808")]), ["account_id Type"]);
    assert_eq!(bills(&[("exact", "1"), ("start_time", "2013-02-29 00:00:00")]), ["start_time Type", "exact Type"]);
    assert_eq!(bills(&[("kinds", "1,,x")]), ["kinds[1] Type", "kinds[2] Type"]);
    assert_eq!(wrong(REDEEM, &[("code", "x"), ("extra", "[1]")], &[]), ["extra Type"]);
    assert_eq!(query("[]"), ["query Type"]);
    assert_eq!(query("{"), ["query Type"]);
    assert_eq!(query(&"[".repeat(100_000)), ["query Type"]);
    assert_eq!(
        query(r#"{"page_no":[1],"brand_id":{},"filters":{"name":"a"},"tags":[{"a":1},null]}"#),
        ["query.page_no Type", "query.tags[0] Type", "query.tags[1] Type", "query.filters Type", "query.brand_id Type"]
    );
    assert_eq!(
        query(r#"{"page_no":1,"brand_id":"b","filters":[[],null,1]}"#),
        ["query.filters MaxItems", "query.filters[0] Type", "query.filters[1] Type", "query.filters[2] Type"]
    );
}

#[test]
fn inside_objects_the_reading_is_lenient_where_it_loses_nothing() {
    assert!(query(r#"{"page_no":"1","brand_id":5,"min_price":"0.010","tags":"a,b,c"}"#).is_empty());
    assert_eq!(query(r#"{"page_no":1,"brand_id":"b","tags":"a,b,c,d"}"#), ["query.tags MaxItems"]);
}

#[test]
fn limits_hold_at_their_edges_with_paths() {
    assert_eq!(bills(&[("page_size", "101")]), ["page_size Max"]);
    assert_eq!(bills(&[("kinds", "1,2,3,4")]), ["kinds MaxItems"]);
    assert!(bills(&[("fields", &"x".repeat(30))]).is_empty());
    assert_eq!(bills(&[("fields", &"x,".repeat(15)[..29])]), [""; 0], "the joined text counts");
    assert_eq!(bills(&[("fields", &"x".repeat(31))]), ["fields MaxLength"]);
    let photo = violations(&api(REDEEM), [("code", "x")], [("photo", 9)]);
    assert_eq!(photo.iter().map(ToString::to_string).collect::<Vec<_>>(), ["photo: must be at most 8 bytes (got 9)"]);
    assert_eq!(
        query(r#"{"page_no":0,"brand_id":"b","min_price":0.009,"filters":[{"name":"abcd"}]}"#),
        ["query.page_no Min", "query.min_price Min", "query.filters[0].name MaxLength"]
    );
}

#[test]
fn length_counts_utf16_code_units() {
    assert!(query(r#"{"page_no":1,"brand_id":"b","note":"五个汉字好"}"#).is_empty());
    assert_eq!(query(r#"{"page_no":1,"brand_id":"b","note":"😀😀😀"}"#), ["query.note MaxLength"]);
}

#[test]
fn rules_over_several_fields() {
    assert_eq!(query(r#"{"page_no":1,"brand_id":""}"#), ["query.brand_id AtLeastOneOf"], "empty is absent");
    assert!(query(r#"{"page_no":1,"out_brand_id":"o"}"#).is_empty());
    assert_eq!(query(r#"{"page_no":1,"brand_id":"b","tags":["a"],"note":"n"}"#), ["query.tags AtMostOneOf"]);
    assert_eq!(wrong(REDEEM, &[], &[]), ["code ExactlyOneOf"]);
    assert_eq!(wrong(REDEEM, &[("code", "a"), ("card", "b")], &[]), ["code ExactlyOneOf"]);
}

#[test]
fn a_span_is_exact_to_the_second_and_in_order() {
    let span = |from: &str, to: &str| bills(&[("start_time", from), ("end_time", to)]);
    assert!(span("2013-01-31 23:30:00", "2013-02-01 00:30:00").is_empty());
    assert_eq!(span("2013-01-31 23:30:00", "2013-02-01 00:30:01"), ["start_time MaxSpan"]);
    assert!(span("2013-01-31 23:30:00", "2013-01-31 23:30:00").is_empty());
    assert_eq!(span("2013-01-31 23:30:01", "2013-01-31 23:30:00"), ["start_time SpanOrder"]);
    assert!(bills(&[("end_time", "2013-01-31 23:30:00")]).is_empty(), "one date alone has no span");
}

#[test]
fn nothing_inside_a_sensitive_object_is_repeated() {
    let mut api = api(LIST);
    api.request.fields[0].sensitive = true;
    let query = r#"{"page_no":"secret","brand_id":"b","min_price":"secret","from":"secret","filters":[{"name":"a","value":"secret"}]}"#;
    let found = violations(&api, [("query", query)], []);
    let said = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(found.len() == 4 && !said.contains("secret"), "{said}");
    // Beside it, everything is.
    let bills = violations(&self::api(BILLS), [("fields", "bid"), ("account_id", "open")], []);
    assert!(bills.iter().any(|violation| violation.to_string().contains("`open`")));
}

#[test]
fn messages_say_what_is_wrong_and_keep_sensitive_values() {
    let all = |json| {
        let found = violations(&api(LIST), [("query", json)], []);
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let text = all(
        r#"{"page_no":0,"page_size":"x","tags":["a","b","c","d"],"note":"123456","phone":"secret","from":"2024-01-01 00:00:00","to":"2024-03-01 00:00:00"}"#,
    );
    let expected = "query.page_no: must be at least 1 (got 0)\n\
        query.page_size: expected a whole number (64 bits), got `x`\n\
        query.tags: must have at most 3 elements (got 4)\n\
        query.note: must be at most 5 characters (UTF-16 code units) (got 6)\n\
        query.phone: expected a whole number (64 bits)\n\
        query.brand_id, query.out_brand_id: expected at least one of them\n\
        query.tags, query.note: expected at most one of them\n\
        query.from, query.to: must be at most 30 days apart";
    assert_eq!(text, expected);
}
