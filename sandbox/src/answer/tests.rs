#![allow(clippy::unwrap_used, clippy::panic)]

use opentop_model::model::Samples;
use serde_json::{Value, json};

use crate::testing::{BILLS, Client, LIST, QUERY, REDEEM, bills_call, builder, list_call, model, state};

fn parsed(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

fn gifts(count: i64) -> Vec<Value> {
    (1..=count).map(|id| json!({ "gift_id": id, "price": "12.30" })).collect()
}

#[test]
fn a_sample_in_xml_is_answered_in_every_form() {
    let state = state();
    let wrapped = list_call(QUERY).call(&state);
    let expected = r#"{"alibaba_example_gift_list_response":{"result":{"success":true,"page_no":1,"total":1,"gifts":{"gift_d_t_o":[{"gift_id":7104300007405429232,"name":"拿铁 & 中<1>","price":12.50,"sent":"2024-02-29 08:00:00","tags":{"string":["a","b"]},"ext":"{\"a\":1}"}]},"extra":"x"},"request_id":"sandbox0000000001"}}"#;
    assert_eq!(wrapped, expected);
    let reduced = list_call(QUERY).and("simplify", "true").call(&state);
    let expected = r#"{"result":{"success":true,"page_no":1,"total":1,"gifts":[{"gift_id":7104300007405429232,"name":"拿铁 & 中<1>","price":12.50,"sent":"2024-02-29 08:00:00","tags":["a","b"],"ext":"{\"a\":1}"}],"extra":"x"},"request_id":"sandbox0000000002"}"#;
    assert_eq!(reduced, expected);
    let xml = list_call(QUERY).with("format", "xml").and("simplify", "true").call(&state);
    let expected = "<?xml version=\"1.0\" encoding=\"utf-8\" ?><alibaba_example_gift_list_response><result><success>true</success>\
        <page_no>1</page_no><total>1</total><gifts list=\"true\"><gift_d_t_o><gift_id>7104300007405429232</gift_id>\
        <name>拿铁 &amp; 中&lt;1&gt;</name><price>12.50</price><sent>2024-02-29 08:00:00</sent><tags list=\"true\"><string>a</string>\
        <string>b</string></tags><ext>{&quot;a&quot;:1}</ext></gift_d_t_o></gifts><extra>x</extra></result>\
        <request_id>sandbox0000000003</request_id></alibaba_example_gift_list_response>";
    assert_eq!(xml, expected);
}

#[test]
fn a_sample_in_json_keeps_exact_numbers() {
    let body = bills_call().and("simplify", "true").call(&state());
    let expected = r#"{"has_next":false,"bills":[{"bid":20423101520012,"amount":1.10,"book_time":"2013-01-13 04:47:12","kind":101},{"bid":2,"amount":-0.05}],"request_id":"sandbox0000000001"}"#;
    assert_eq!(body, expected);
    let wrapped = parsed(&bills_call().call(&state()));
    assert_eq!(
        wrapped["example_bills_get_response"]["bills"]["bill"].as_array().unwrap().len(),
        2,
        "`taobao.` is not in the envelope"
    );
}

#[test]
fn without_a_sample_the_examples_answer_and_recursion_ends() {
    let body = Client::new(REDEEM).and("code", "c").and("simplify", "true").call(&state());
    let expected = r#"{"node":{"id":7,"price":1.00,"numbers":[1,2],"flags":[true]},"message":"好 <&>","request_id":"sandbox0000000001"}"#;
    assert_eq!(body, expected);
    let wrapped = Client::new(REDEEM).and("code", "c").call(&state());
    assert!(wrapped.contains(r#""numbers":{"number":[1,2]},"flags":{"boolean":[true]}"#), "{wrapped}");
}

#[test]
fn only_the_fields_asked_for_are_answered_and_unknown_names_are_ignored() {
    let state = state();
    let body = bills_call().with("fields", "bid, book_time,nothing").and("simplify", "true").call(&state);
    let expected = json!({"has_next": false, "bills": [{"bid": 20423101520012_u64, "book_time": "2013-01-13 04:47:12"}, {"bid": 2}], "request_id": "sandbox0000000001"});
    assert_eq!(parsed(&body), expected);
}

#[test]
fn a_list_of_text_that_names_no_fields_filters_nothing() {
    let mut model = model();
    for api in model.apis.iter_mut().filter(|api| api.method == BILLS) {
        api.request.fields[0].values.truncate(0);
        api.request.fields[0].example = Some("nick one,nick two".to_owned());
    }
    let state = builder().model(model).build_state().unwrap();
    let body = parsed(&bills_call().with("fields", "bid").and("simplify", "true").call(&state));
    assert_eq!(body["bills"][0]["kind"], 101);
}

#[test]
fn own_records_are_paged_as_asked() {
    let state = builder().with_records(LIST, gifts(5)).build_state().unwrap();
    let page = |query: &str| {
        let body = parsed(&list_call(query).and("simplify", "true").call(&state));
        let result = &body["result"];
        let ids: Vec<i64> =
            result["gifts"].as_array().unwrap().iter().map(|gift| gift["gift_id"].as_i64().unwrap()).collect();
        (
            ids,
            result["total"].as_i64().unwrap(),
            result["page_no"].as_i64().unwrap(),
            result["success"].as_bool().unwrap(),
        )
    };
    let table: [(&str, &[i64], i64); 6] = [
        (r#"{"page_no":1,"brand_id":"b"}"#, &[1, 2], 1),
        (r#"{"page_no":2,"brand_id":"b"}"#, &[3, 4], 2),
        (r#"{"page_no":3,"brand_id":"b"}"#, &[5], 3),
        (r#"{"page_no":4,"brand_id":"b"}"#, &[], 4),
        (r#"{"page_no":"2","page_size":3,"brand_id":"b"}"#, &[4, 5], 2),
        (r#"{"page_no":9223372036854775807,"page_size":100,"brand_id":"b"}"#, &[], i64::MAX),
    ];
    for (query, ids, number) in table {
        assert_eq!(page(query), (ids.to_vec(), 5, number, true), "{query}");
    }
    assert!(list_call(QUERY).call(&state).contains(r#""gifts":{"gift_d_t_o":[{"gift_id":1,"price":12.30},"#));
}

#[test]
fn the_last_page_says_so() {
    let records = (1..=41).map(|id| json!({ "bid": id, "amount": "0.10", "extra": {"a": 1} })).collect();
    let state = builder().with_records(BILLS, records).build_state().unwrap();
    let page = |number: &str| {
        let body = parsed(
            &bills_call().with("fields", "bid,extra").and("page_no", number).and("simplify", "true").call(&state),
        );
        (body["has_next"].as_bool().unwrap(), body["bills"].as_array().unwrap().len(), body["bills"][0].clone())
    };
    assert_eq!(page("1"), (true, 40, json!({"bid": 1, "extra": {"a": 1}})));
    assert_eq!(page("2"), (false, 1, json!({"bid": 41, "extra": {"a": 1}})));
    assert_eq!(page("3"), (false, 0, Value::Null));
}

#[test]
fn empty_records_are_an_empty_page() {
    let state = builder().with_records(LIST, vec![]).build_state().unwrap();
    assert!(list_call(QUERY).call(&state).contains(r#""total":0,"gifts":{"gift_d_t_o":[]}"#));
    assert!(list_call(QUERY).with("format", "xml").call(&state).contains("<gifts list=\"true\"></gifts>"));
}

#[test]
fn own_responses_come_in_turn_and_the_last_one_stays() {
    let responses = vec![
        json!({"message": "one"}),
        json!({"alibaba_example_gift_redeem_response": {"message": "two", "node": {"price": 0.5}}}),
    ];
    let state = builder().with_records(REDEEM, responses).build_state().unwrap();
    let call = || parsed(&Client::new(REDEEM).and("code", "c").and("simplify", "true").call(&state));
    assert_eq!(call()["message"], "one");
    assert_eq!(call()["node"]["price"], 0.5);
    assert_eq!(call()["message"], "two");
    let fixed = builder().answer(BILLS, json!({"bills": []})).build_state().unwrap();
    let body = bills_call().and("simplify", "true").call(&fixed);
    assert_eq!(body, r#"{"bills":[],"request_id":"sandbox0000000001"}"#);
}

#[test]
fn a_sample_that_cannot_be_used_is_told_and_the_examples_answer() {
    let broken = [
        Samples { response_json: Some("{\"a\":,}".into()), ..Samples::default() },
        Samples { response_xml: Some("<a><b></a>".into()), ..Samples::default() },
        Samples { response_xml: Some("<error_response><code>50</code></error_response>".into()), ..Samples::default() },
        Samples { response_xml: Some("<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>".into()), ..Samples::default() },
        Samples { response_xml: Some("<a>".repeat(100_000)), ..Samples::default() },
        Samples { response_xml: Some("a & b".into()), ..Samples::default() },
    ];
    for samples in broken {
        let mut model = model();
        for api in &mut model.apis {
            api.samples = samples.clone();
        }
        let state = builder().model(model).build_state().unwrap();
        assert_eq!(state.warnings().len(), 3, "{samples:?}: {:?}", state.warnings());
        let body = parsed(&list_call(QUERY).and("simplify", "true").call(&state));
        assert_eq!(body["result"]["total"], 1, "one page of one item");
        assert_eq!(body["result"]["gifts"][0]["gift_id"], 1);
    }
}

#[test]
fn values_of_a_sample_that_do_not_fit_are_left_out_and_told() {
    let mut model = model();
    for api in model.apis.iter_mut().filter(|api| api.method == BILLS) {
        api.samples.response_json =
            Some(r#"{"has_next":"perhaps","bills":[{"bid":"x","amount":"1","kind":2},7]}"#.into());
    }
    let state = builder().model(model).build_state().unwrap();
    let body = bills_call().and("simplify", "true").call(&state);
    assert_eq!(body, r#"{"has_next":false,"bills":[{"amount":1,"kind":2}],"request_id":"sandbox0000000001"}"#);
    assert_eq!(
        state.warnings(),
        [
            "taobao.example.bills.get: response_json: has_next: expected Boolean, got \"perhaps\"; left out of the answer",
            "taobao.example.bills.get: response_json: bills[0].bid: expected Number, got \"x\"; left out of the answer",
            "taobao.example.bills.get: response_json: bills[1]: expected an object, got a number; left out of the answer",
        ]
    );
}

fn dated_bills() -> Vec<Value> {
    let times = [
        "2013-01-13 03:59:59",
        "2013-01-13 04:00:00",
        "2013-01-13 04:30:00",
        "2013-01-13 05:00:00",
        "2013-01-13 05:00:01",
    ];
    times.into_iter().zip(1..).map(|(time, bid)| json!({ "bid": bid, "book_time": time })).collect()
}

#[test]
fn dated_items_are_those_of_the_span_asked_for_both_ends_included() {
    let state = builder().with_records(BILLS, dated_bills()).dated_by(BILLS, "book_time").build_state().unwrap();
    let bids = |call: Client| {
        let body = parsed(&call.and("simplify", "true").call(&state));
        let bids: Vec<i64> =
            body["bills"].as_array().unwrap().iter().map(|bill| bill["bid"].as_i64().unwrap()).collect();
        (bids, body["has_next"].as_bool().unwrap())
    };
    let span = |start: &str, end: &str| bills_call().and("start_time", start).and("end_time", end);
    let hour = || span("2013-01-13 04:00:00", "2013-01-13 05:00:00");
    assert_eq!(bids(hour()), (vec![2, 3, 4], false));
    assert_eq!(bids(hour().and("page_size", "2")), (vec![2, 3], true));
    assert_eq!(bids(hour().and("page_size", "2").and("page_no", "2")), (vec![4], false));
    assert_eq!(bids(span("2013-01-14 04:00:00", "2013-01-14 04:00:00")), (vec![], false));
}

#[test]
fn items_that_cannot_be_dated_do_not_start() {
    let wrong = |builder: crate::SandboxBuilder| builder.build_state().unwrap_err().to_string();
    let undated = wrong(builder().with_records(BILLS, vec![json!({ "bid": 1 })]).dated_by(BILLS, "book_time"));
    assert!(undated.ends_with("item 0 has no date in `book_time`"), "{undated}");
    let none = wrong(builder().dated_by(BILLS, "book_time"));
    assert!(none.ends_with("there are no records that could be dated"), "{none}");
    assert!(wrong(builder().dated_by("alibaba.example.none", "x")).contains("no specification describes"));
}

#[test]
fn a_list_whose_elements_have_a_name_of_their_own_is_answered_with_it() {
    let mut model = model();
    let types = model.apis.iter_mut().flat_map(|api| &mut api.types);
    for field in types.flat_map(|named| &mut named.object.fields).filter(|field| field.wire == "numbers") {
        field.element = Some("no".to_owned());
    }
    let state = builder().model(model).build_state().unwrap();
    let wrapped = Client::new(REDEEM).and("code", "c").call(&state);
    assert!(wrapped.contains(r#""numbers":{"no":[1,2]}"#), "{wrapped}");
}

fn ids(body: &str) -> Vec<i64> {
    let items = parsed(body)["bills"].as_array().unwrap().clone();
    items.iter().map(|bill| bill["bid"].as_i64().unwrap()).collect()
}

#[test]
fn the_page_of_a_sample_is_the_only_one() {
    let state = state();
    let page = |number: i64| {
        let body = list_call(&format!(r#"{{"page_no":{number},"brand_id":"b"}}"#)).and("simplify", "true").call(&state);
        let result = parsed(&body)["result"].clone();
        (
            result["gifts"].as_array().unwrap().len(),
            result["total"].as_i64().unwrap(),
            result["page_no"].as_i64().unwrap(),
        )
    };
    assert_eq!([page(1), page(2)], [(1, 1, 1), (0, 1, 2)]);
    let bills = |number: &str| bills_call().and("page_no", number).and("simplify", "true").call(&state);
    assert_eq!((ids(&bills("1")).len(), ids(&bills("2")).len()), (2, 0));
    assert!(bills("1").starts_with(r#"{"has_next":false,"#));
}

#[test]
fn windows_over_any_year_find_a_sample_once_and_the_documented_call_finds_it() {
    let mut model = model();
    for api in model.apis.iter_mut().filter(|api| api.method == BILLS) {
        api.request.fields[3].example = Some("2012-02-29 09:00:00".to_owned());
    }
    let state = builder().model(model).build_state().unwrap();
    let span = |start: &str, end: &str| {
        let call = bills_call().and("start_time", start).and("end_time", end).and("simplify", "true");
        ids(&call.call(&state)).len()
    };
    for year in [2012, 2013, 2024, 2025] {
        let windows = (1..=12).flat_map(|month| (1..=28).map(move |day| (month, day)));
        let found: usize = windows
            .flat_map(|(month, day)| (8..11).map(move |hour| (month, day, hour)))
            .map(|(month, day, hour)| {
                let hour = format!("{year}-{month:02}-{day:02} {hour:02}");
                span(&format!("{hour}:00:00"), &format!("{hour}:59:59"))
            })
            .sum();
        // 29 February is not among the days that every month has.
        let leap = || span(&format!("{year}-02-29 09:00:00"), &format!("{year}-02-29 09:30:00"));
        let leap = if year % 4 == 0 { leap() } else { 0 };
        assert_eq!(found + leap, 2, "{year}");
    }
}

#[test]
fn records_that_have_a_date_are_dated_without_being_told() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let builder = builder().on_event(move |event| sender.lock().unwrap().send(event.to_string()).unwrap());
    let state = builder.with_records(BILLS, dated_bills()).build_state().unwrap();
    let call = bills_call().and("start_time", "2013-01-13 04:00:00").and("end_time", "2013-01-13 05:00:00");
    assert_eq!(ids(&call.and("simplify", "true").call(&state)), [2, 3, 4]);
    let notices: Vec<String> = receiver.try_iter().filter(|line| line.contains("book_time")).collect();
    assert_eq!(notices, [format!("{BILLS}: a call gets the records whose `book_time` lies in its span")]);
}

#[test]
fn records_as_text_stay_exact() {
    let records = r#"[{"bid":7104300007405429232,"amount":1.10},{"bid":2,"amount":-0.050}]"#;
    let state = builder().with_json_records(BILLS, records).build_state().unwrap();
    let body = bills_call().and("simplify", "true").call(&state);
    assert!(body.contains(r#"[{"bid":7104300007405429232,"amount":1.10},{"bid":2,"amount":-0.050}]"#), "{body}");
    let broken = builder().with_json_records(BILLS, "[{]").build_state().unwrap_err().to_string();
    assert!(broken.contains("expected a JSON array of records: "), "{broken}");
}
