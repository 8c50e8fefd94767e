//! Each rule by one example: what is given, what is said.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::sample_tables::{Channel, Gift, RedeemRequest, date};
use crate::wire::decode::from_json;
use crate::wire::table::{FieldMut, TypeInfo};
use crate::wire::value::File;

/// A request that breaks nothing.
fn valid() -> RedeemRequest {
    RedeemRequest { request_id: Some("a1".to_owned()), brand_id: Some("b".to_owned()), ..RedeemRequest::default() }
}

fn said(request: &RedeemRequest) -> Vec<String> {
    violations(request).iter().map(ToString::to_string).collect()
}

fn gift() -> Gift {
    Gift { gift_id: Some(1), ..Gift::default() }
}

#[test]
fn a_request_that_breaks_nothing_has_no_violations() {
    assert_eq!(said(&valid()), [""; 0]);
}

#[test]
fn every_rule_says_where_what_and_how_to_cure_it() {
    let decimal = crate::sample_tables::decimal;
    let cases: [(RedeemRequest, &[&str]); 16] = [
        (RedeemRequest { request_id: None, ..valid() }, &["request_id: required and not set; set it"]),
        (
            RedeemRequest { brand_id: None, ..valid() },
            &["the request: at least one of `brand_id`, `out_brand_id` must be set; set one of them"],
        ),
        (
            RedeemRequest { brand_id: Some(String::new()), ..valid() },
            &[
                "brand_id: empty text cannot be sent; leave it out",
                "the request: at least one of `brand_id`, `out_brand_id` must be set; set one of them",
            ],
        ),
        (
            RedeemRequest { phone: Some("1".repeat(12)), ..valid() },
            &["phone: must be at most 11 characters long (got 12); shorten it"],
        ),
        (
            RedeemRequest { tags: vec!["a,b".to_owned()], ..valid() },
            &[
                "tags[0]: an element of a comma-joined list cannot hold a comma (got a,b); give the parts as elements of their own",
            ],
        ),
        (
            RedeemRequest { tags: vec!["a".to_owned(), String::new()], ..valid() },
            &["tags[1]: empty text cannot be sent; leave it out"],
        ),
        (
            RedeemRequest { tags: vec!["a".to_owned(); 4], ..valid() },
            &["tags: must have at most 3 elements (got 4); send fewer, in several calls"],
        ),
        (
            RedeemRequest { tags: vec!["abcde".to_owned(), "fgh".to_owned()], ..valid() },
            &["tags: must be at most 8 characters long (got 9); shorten it"],
        ),
        (
            RedeemRequest { page_no: Some(0), ..valid() },
            &["page_no: must be at least 1 (got 0); give a value inside the limits"],
        ),
        (
            RedeemRequest { types: vec![106, 107], ..valid() },
            &["types[1]: must be at most 106 (got 107); give a value inside the limits"],
        ),
        (
            RedeemRequest { picture: Some(File::new("a", "12345")), ..valid() },
            &["picture: must be at most 4 bytes (got 5); send a smaller file"],
        ),
        (
            RedeemRequest { channel: Some(Channel::from("")), ..valid() },
            &["channel: empty text cannot be sent; leave it out"],
        ),
        (
            RedeemRequest {
                start: Some(date("2020-01-02 00:00:00")),
                end: Some(date("2020-01-01 00:00:00")),
                ..valid()
            },
            &[
                "the request: `start` must not be after `end` (got 2020-01-02 00:00:00 to 2020-01-01 00:00:00); swap the two",
            ],
        ),
        (
            RedeemRequest {
                start: Some(date("2020-01-01 00:00:00")),
                end: Some(date("2020-01-02 00:00:01")),
                ..valid()
            },
            &[
                "the request: from `start` to `end` must be at most 1 day (got 86401 seconds, 2020-01-01 00:00:00 to 2020-01-02 00:00:01); ask for shorter spans, in several calls",
            ],
        ),
        (
            RedeemRequest { gift: Some(Box::new(Gift { price: Some(decimal("99.990001")), ..gift() })), ..valid() },
            &["gift.price: must be at most 99.99 (got 99.990001); give a value inside the limits"],
        ),
        (
            RedeemRequest {
                gifts: vec![gift(), Gift { name: Some("12345".to_owned()), ..Gift::default() }],
                ..valid()
            },
            &[
                "gifts[1].gift_id: required and not set; set it",
                "gifts[1].name: must be at most 4 characters long (got 5); shorten it",
            ],
        ),
    ];
    for (request, expected) in cases {
        assert_eq!(said(&request), expected);
    }
}

#[test]
fn what_just_fits_is_no_violation() {
    let price = Some(crate::sample_tables::decimal("99.9900"));
    let request = RedeemRequest {
        start: Some(date("2020-01-01 00:00:00")),
        end: Some(date("2020-01-02 00:00:00")),
        tags: vec!["ab".to_owned(), "cd".to_owned(), "ef".to_owned()],
        gift: Some(Box::new(Gift { name: Some("四个字了".to_owned()), price, ..gift() })),
        page_no: Some(1),
        ..valid()
    };
    assert_eq!(said(&request), [""; 0]);
}

#[test]
fn length_counts_utf_16_code_units() {
    let request = RedeemRequest { gifts: vec![Gift { name: Some("😀😀😀".to_owned()), ..gift() }], ..valid() };
    assert_eq!(said(&request), ["gifts[0].name: must be at most 4 characters long (got 6); shorten it"]);
}

#[test]
fn in_an_object_lists_are_arrays_so_commas_pass_and_length_is_each_elements() {
    let codes = vec!["a,b".to_owned(), "long".to_owned()];
    let request = RedeemRequest { gifts: vec![Gift { codes, ..gift() }], ..valid() };
    assert_eq!(said(&request), ["gifts[0].codes[1]: must be at most 3 characters long (got 4); shorten it"]);
}

#[test]
fn a_sensitive_value_is_not_repeated() {
    let request = RedeemRequest { phone: Some("13800000000-secret".to_owned()), ..valid() };
    assert!(!said(&request).concat().contains("138"));
}

/// Objects whose every value is sensitive, since they themselves are.
#[derive(Default)]
struct Hidden {
    request: Option<RedeemRequest>,
    gifts: Vec<Gift>,
}

impl Table for Hidden {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new(
            "Hidden",
            &["request", "gifts"],
            &[(0, Constraint::Sensitive), (1, Constraint::Sensitive)],
            &[],
        );
        &INFO
    }
    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        match index {
            0 => FieldMut::Object(&mut self.request),
            1 => FieldMut::Objects(&mut self.gifts),
            _ => FieldMut::None,
        }
    }
    fn field(&self, index: usize) -> FieldRef<'_> {
        match index {
            0 => FieldRef::Object(&self.request),
            1 => FieldRef::Objects(&self.gifts),
            _ => FieldRef::None,
        }
    }
}

#[test]
fn what_stands_in_a_sensitive_object_is_not_repeated_either() {
    let price = Some(crate::sample_tables::decimal("77777"));
    let request = RedeemRequest {
        page_no: Some(-7777),
        types: vec![7777],
        gift: Some(Box::new(Gift { price, ..gift() })),
        start: Some(date("7777-01-01 00:00:00")),
        end: Some(date("2020-01-01 00:00:00")),
        ..valid()
    };
    let hidden = Hidden { request: Some(request), gifts: vec![Gift { price, ..gift() }] };
    let said: Vec<String> = violations(&hidden).iter().map(ToString::to_string).collect();
    assert!(said.len() == 5 && !said.concat().contains("777"), "{said:#?}");
}

#[test]
fn all_violations_come_at_once() {
    let request = RedeemRequest { page_no: Some(0), tags: vec![String::new()], ..RedeemRequest::default() };
    let kinds: Vec<_> = violations(&request).into_iter().map(|violation| (violation.path, violation.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("request_id".to_owned(), ViolationKind::Required),
            ("tags[0]".to_owned(), ViolationKind::EmptyText),
            ("page_no".to_owned(), ViolationKind::Min { limit: "1" }),
            (String::new(), ViolationKind::AtLeastOneOf { fields: vec!["brand_id", "out_brand_id"] }),
        ]
    );
}

/// In an object it is JSON text, which has quotes; between others in a list it has commas.
#[test]
fn white_space_alone_is_refused_where_it_would_be_a_whole_parameter() {
    let request = RedeemRequest {
        request_id: Some("\u{3000}".into()),
        tags: vec![" \t".into()],
        brand_id: Some("\u{a0}".into()),
        ..valid()
    };
    let said: Vec<String> = violations(&request).iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["request_id", "tags"].map(|path| format!("{path}: white space alone cannot be sent; leave it out"))
    );
    let request = RedeemRequest { tags: vec![" ".into(), " ".into()], ..valid() };
    assert_eq!(violations(&request), []);
}

#[test]
fn dynamic_input_is_checked_alike() {
    let request: RedeemRequest = from_json(r#"{"brand_id": "", "gift": {}}"#).unwrap();
    let paths: Vec<_> = violations(&request).into_iter().map(|violation| violation.path).collect();
    assert_eq!(paths, ["request_id", "gift.gift_id", "brand_id", ""]);
}
