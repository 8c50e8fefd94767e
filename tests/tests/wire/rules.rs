//! One table of cases for two implementations: the client's checks before sending, and the sandbox's on arrival.

use opentop::Request;
use opentop::api::{alsc, bill, wdk};
use opentop_model::model::Api;
use opentop_runtime::__private::engine::encode::{Parameter, parameters};
use opentop_runtime::__private::engine::validate::violations;

use crate::support::repository::specs;

/// What both must say of a request.
struct Case {
    name: &'static str,
    request: &'static str,
    /// Paths, and the rule at each: `required`, `max_items`, … in any order. Empty: the request is sound.
    broken: &'static [(&'static str, &'static str)],
}

const DEDUCTION: &[Case] = &[
    Case {
        name: "one id of each pair is enough",
        request: r#"{"param_dedut_open_req":{"request_id":"k","operator_id":"1","outer_order_id":"2","value":1,"biz_channel":"CS","out_brand_id":"3","shop_id":"4"}}"#,
        broken: &[],
    },
    Case {
        name: "an unlisted channel is sent",
        request: r#"{"param_dedut_open_req":{"request_id":"k","operator_id":"1","outer_order_id":"2","value":1,"biz_channel":"NEW","brand_id":"3","out_shop_id":"4"}}"#,
        broken: &[],
    },
    Case { name: "the only parameter is required", request: "{}", broken: &[("param_dedut_open_req", "Required")] },
    Case {
        name: "all that is missing is told at once",
        request: r#"{"param_dedut_open_req":{"remark":"x"}}"#,
        broken: &[
            ("param_dedut_open_req.operator_id", "Required"),
            ("param_dedut_open_req.outer_order_id", "Required"),
            ("param_dedut_open_req.request_id", "Required"),
            ("param_dedut_open_req.value", "Required"),
            ("param_dedut_open_req.biz_channel", "Required"),
            ("param_dedut_open_req", "AtLeastOneOf"),
            ("param_dedut_open_req", "AtLeastOneOf"),
        ],
    },
];

const FLOWS: &[Case] = &[
    Case {
        name: "pages count from 1",
        request: r#"{"param_page_query_account_flows_open_req":{"brand_id":"1","shop_id":"2","page_no":0}}"#,
        broken: &[("param_page_query_account_flows_open_req.page_no", "Min")],
    },
    Case {
        name: "a brand and a shop are needed",
        request: r#"{"param_page_query_account_flows_open_req":{"page_no":1}}"#,
        broken: &[
            ("param_page_query_account_flows_open_req", "AtLeastOneOf"),
            ("param_page_query_account_flows_open_req", "AtLeastOneOf"),
        ],
    },
];

const BILLS: &[Case] = &[
    Case {
        name: "30 days to the second, 100 a page, ten types",
        request: r#"{"fields":["bid"],"account_id":1,"start_time":"2013-01-01 00:00:00","end_time":"2013-01-31 00:00:00","page_size":100,"page_no":1,"journal_types":[101,102,103,104,105,106,101,102,103,104]}"#,
        broken: &[],
    },
    Case {
        name: "a second more, one more, one too few",
        request: r#"{"fields":["bid"],"account_id":1,"start_time":"2013-01-01 00:00:00","end_time":"2013-01-31 00:00:01","page_size":101,"page_no":0,"journal_types":[1,2,3,4,5,6,7,8,9,10,11]}"#,
        broken: &[("page_no", "Min"), ("page_size", "Max"), ("journal_types", "MaxItems"), ("", "Span")],
    },
    Case {
        name: "the end before the start",
        request: r#"{"fields":["bid"],"account_id":1,"start_time":"2013-01-14 10:05:25","end_time":"2013-01-14 09:56:48"}"#,
        broken: &[("", "Span")],
    },
    Case {
        name: "an unknown field name is sent, the gateway ignores it",
        request: r#"{"fields":["no_such_field"],"account_id":1,"start_time":"2013-01-01 00:00:00","end_time":"2013-01-01 00:00:00"}"#,
        broken: &[],
    },
    Case {
        name: "the joined names have at most 300 characters",
        request: r#"{"fields":["a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789","a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789"],"account_id":1,"start_time":"2013-01-01 00:00:00","end_time":"2013-01-01 00:00:00"}"#,
        broken: &[("fields", "MaxLength")],
    },
    Case {
        name: "an empty list is no list",
        request: r#"{"fields":[],"account_id":1,"start_time":"2013-01-01 00:00:00","end_time":"2013-01-01 00:00:00"}"#,
        broken: &[("fields", "Required")],
    },
];

const ORDERS: &[Case] = &[
    Case {
        name: "lists within objects",
        request: r#"{"finance_order_detail_request":{"current_page":1,"page_size":100,"shop_codes":["a","b,c"],"start_time":"2019-01-11 00:00:01","end_time":"2019-01-11 23:59:00"}}"#,
        broken: &[],
    },
    Case {
        name: "each required one by its path",
        request: r#"{"finance_order_detail_request":{"current_page":0,"end_time":"2019-01-11 23:59:00"}}"#,
        broken: &[
            ("finance_order_detail_request.current_page", "Min"),
            ("finance_order_detail_request.page_size", "Required"),
            ("finance_order_detail_request.start_time", "Required"),
        ],
    },
];

/// `MaxSpan { … }` and `Order { … }` are one rule of the page to both.
fn kind(shown: &str) -> &str {
    match shown.split([' ', '{', '(']).next().unwrap() {
        span if span.contains("Span") || span.contains("Order") || span.contains("Backwards") => "Span",
        other => other,
    }
}

fn sorted(mut found: Vec<(String, String)>) -> Vec<(String, String)> {
    found.sort();
    found
}

fn check<R: Request>(apis: &[Api], cases: &[Case]) {
    let api = apis.iter().find(|api| api.method == R::INFO.name()).unwrap();
    for case in cases {
        let request: R = opentop::from_json(case.request).unwrap();
        let expected = sorted(case.broken.iter().map(|(path, kind)| ((*path).into(), (*kind).into())).collect());

        let found = violations(&request);
        let by_client =
            found.iter().map(|one| (one.path.clone(), kind(&format!("{:?}", one.kind)).to_owned())).collect();
        assert_eq!(sorted(by_client), expected, "the client, {}", case.name);

        let sent = parameters(&request);
        let text: Vec<_> = sent
            .iter()
            .map(|(name, value)| match value {
                Parameter::Text(text) => (*name, text.as_str()),
                other => panic!("{other:?}"),
            })
            .collect();
        let found = opentop_sandbox::check::violations(api, text, []);
        let by_sandbox =
            found.iter().map(|one| (one.path.clone(), kind(&format!("{:?}", one.kind)).to_owned())).collect();
        assert_eq!(sorted(by_sandbox), expected, "the sandbox, {}", case.name);
    }
}

#[test]
fn the_client_and_the_sandbox_agree_on_every_case() {
    let loaded = opentop_model::load(&specs());
    assert!(!loaded.has_errors());
    let apis = &loaded.model.apis;
    check::<alsc::crm_recharge_dedut_update::Request>(apis, DEDUCTION);
    check::<alsc::crm_recharge_accountflows_get::Request>(apis, FLOWS);
    check::<bill::book_bills_get::Request>(apis, BILLS);
    check::<wdk::finance_order_backflow::Request>(apis, ORDERS);
}
