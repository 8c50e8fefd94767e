//! The whole table at once: every HTTP status, every code of the platform, every kind of cause, every kind of call.
//!
//! A cell says who is called again (`r` a read, `w` a write, `d` a write to a server that dedupes) and what a write is held for (`F`
//! failed, `U` unknown). The text below is reviewed by eye; a change of any rule shows in it.

#![allow(clippy::unwrap_used)]
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::{Attempt, Decision, RetryPolicy, decide};
use crate::call::error::Error;
use crate::call::method::{Effect, MethodInfo, SessionRequirement};
use crate::call::outcome::{WriteOutcome, evidence, outcome_of};
use crate::wire::gateway_error::GatewayError;

/// A method whose specification says nothing of errors.
const FACTS: MethodInfo = MethodInfo::new("a.b", "a_b_response", Effect::Write, SessionRequirement::None);

/// All codes that the platform's tables name, and some that none does.
const CODES: [i64; 47] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
    33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 47, 50, 53, 100, 900,
];

const CAUSES: [&str; 8] = [
    "",
    "isv.invalid-parameter",
    "isv.session-expired",
    "isp.remote-service-error",
    "isp.top-parse-error",
    "accesscontrol.limited-by-api-access-count",
    "invalid-sessionkey",
    "6001",
];

fn cell(error: &Error) -> String {
    let again = |effect, deduped| {
        let (elapsed, timeout) = (Duration::ZERO, Duration::from_secs(30));
        let attempt = Attempt { number: 1, effect, deduped, error, asked: None, elapsed, timeout, budget: true };
        !matches!(decide(&RetryPolicy::default(), &attempt), Decision::GiveUp(_))
    };
    let calls = [('r', Effect::Read, false), ('w', Effect::Write, false), ('d', Effect::Write, true)];
    let calls: String =
        calls.map(|(name, effect, deduped)| if again(effect, deduped) { name } else { '-' }).iter().collect();
    format!("{calls} {}", if outcome_of(error) == WriteOutcome::Failed { 'F' } else { 'U' })
}

fn refused(status: u16, code: i64, cause: &str, ambiguous: bool) -> String {
    let sub_code = (!cause.is_empty()).then(|| cause.to_owned());
    let error = Box::new(GatewayError { code: code.into(), sub_code, ..GatewayError::default() });
    let executed = evidence::executed(&FACTS, &error);
    let status = StatusCode::from_u16(status).unwrap();
    cell(&Error::Gateway { error, status, ambiguous, executed, raw: Bytes::new() })
}

/// One row: under 2xx, 3xx, 4xx, 5xx, and with an answer in the same body. No status differs from the others of its hundred.
fn row(code: i64, cause: &str) -> String {
    let mut row = String::new();
    for hundred in [200, 300, 400, 500] {
        let first = refused(hundred, code, cause, false);
        for status in hundred..hundred + 100 {
            assert_eq!(refused(status, code, cause, false), first, "{status} {code} {cause}");
        }
        write!(row, " | {first}").unwrap();
    }
    write!(row, " | {}", refused(200, code, cause, true)).unwrap();
    row
}

/// `3 5-7 9` for 3, 5, 6, 7, 9.
fn spans(codes: &[i64]) -> String {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    for code in codes {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *code => *last = *code,
            _ => spans.push((*code, *code)),
        }
    }
    let span = |(first, last): &(i64, i64)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    spans.iter().map(span).collect::<Vec<_>>().join(" ")
}

fn table() -> String {
    let mut table = String::from("codes | 2xx | 3xx | 4xx | 5xx | with an answer\n");
    for cause in CAUSES {
        writeln!(table, "{}", if cause.is_empty() { "no cause" } else { cause }).unwrap();
        let mut rows: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        CODES.iter().for_each(|code| rows.entry(row(*code, cause)).or_default().push(*code));
        let mut rows: Vec<(Vec<i64>, String)> = rows.into_iter().map(|(row, codes)| (codes, row)).collect();
        rows.sort();
        rows.iter().for_each(|(codes, row)| writeln!(table, "  {}{row}", spans(codes)).unwrap());
    }
    table
}

/// Statuses whose body is no refusal.
fn bare() -> String {
    let mut rows: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for status in (300..=599).filter_map(|status| StatusCode::from_u16(status).ok()) {
        rows.entry(cell(&Error::Status { status, excerpt: String::new(), raw: Bytes::new() }))
            .or_default()
            .push(status.as_u16().into());
    }
    rows.iter().map(|(cell, statuses)| format!("{cell}: {}\n", spans(statuses))).collect()
}

const EXPECTED: &str = "\
codes | 2xx | 3xx | 4xx | 5xx | with an answer
no cause
  3 14-20 35-39 50 100 900 | --- U | --- U | --- U | r-d U | --- U
  4-8 | r-d F | r-d U | r-d F | r-d U | r-d U
  9 11-13 21-34 40-44 47 53 | --- F | --- U | --- F | --- U | --- U
  10 | r-d U | r-d U | r-d U | r-d U | r-d U
isv.invalid-parameter
  3-44 47 50 53 100 900 | --- F | --- U | --- F | --- U | --- U
isv.session-expired
  3-44 47 50 53 100 900 | --- F | --- U | --- F | --- U | --- U
isp.remote-service-error
  3-8 10 14-20 35-39 50 100 900 | r-d U | r-d U | r-d U | r-d U | r-d U
  9 11-13 21-34 40-44 47 53 | --- U | --- U | --- U | --- U | --- U
isp.top-parse-error
  3-44 47 50 53 100 900 | --- U | --- U | --- U | --- U | --- U
accesscontrol.limited-by-api-access-count
  3-8 10 14-20 35-39 50 100 900 | r-d F | r-d U | r-d F | r-d U | r-d U
  9 11-13 21-34 40-44 47 53 | --- F | --- U | --- F | --- U | --- U
invalid-sessionkey
  3-44 47 50 53 100 900 | --- F | --- U | --- F | --- U | --- U
6001
  3 14-20 35-39 50 100 900 | --- U | --- U | --- U | r-d U | --- U
  4-8 | r-d F | r-d U | r-d F | r-d U | r-d U
  9 11-13 21-34 40-44 47 53 | --- F | --- U | --- F | --- U | --- U
  10 | r-d U | r-d U | r-d U | r-d U | r-d U
";

#[test]
fn every_refusal_under_every_status_is_as_reviewed() {
    let table = table();
    assert!(table == EXPECTED, "{table}");
}

#[test]
fn every_other_status_is_as_reviewed() {
    assert_eq!(bare(), "--- U: 300-428 430-499\nr-d U: 429 500-599\n");
}

/// What the table must hold whatever it says, in the platform's own terms.
#[test]
fn no_row_repeats_what_must_not_be_repeated() {
    let signature_and_permission = [11, 12, 13, 24, 25, 26, 27, 28, 29];
    for (code, cause) in CODES.iter().flat_map(|code| CAUSES.map(|cause| (*code, cause))) {
        let row = row(code, cause);
        assert!(!row.contains('w'), "a write that may have been done: {code} {cause}");
        if cause.starts_with("isv.") || cause == "invalid-sessionkey" || signature_and_permission.contains(&code) {
            assert!(!row.contains(['r', 'd']), "a refusal: {code} {cause}");
        }
        if cause.starts_with("isp.") {
            assert!(!row.contains('F'), "the service broke: {code} {cause}");
        }
    }
}
