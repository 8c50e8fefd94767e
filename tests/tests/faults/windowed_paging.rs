//! A year of bills, read in windows of 30 days and pages of 100 while the network misbehaves: every record once.

use std::collections::BTreeMap;
use std::time::Duration;

use opentop::api::bill::book_bills_get::BookBillField;
use opentop::api::bill::book_bills_get::Request as BillBookBillsGetRequest;
use opentop::retry::{RetryBudget, RetryPolicy};
use opentop::{Client, DateTime, Endpoint, Request};
use opentop_sandbox::{Fault, HangUp, RandomFaults, Sandbox};
use serde_json::{Value, json};

use crate::support::repository::root;

const RECORDS: i64 = 25_000;
const SEED: u64 = 20_261_123;

fn at(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn start() -> DateTime {
    at("2013-01-01 00:00:00")
}

/// Bills all over the year, the first and the last second included; some share their second, and the seconds at which windows
/// of 30 days meet have several.
fn records() -> Vec<Value> {
    let (first, last) = (start().unix_millis(), at("2013-12-31 23:59:59").unix_millis());
    let spread = |number: i64| first + (last - first) / 1_000 * number / (RECORDS - 1) * 1_000;
    let seam = |number: i64| first + (number % 12 + 1) * 30 * 86_400_000;
    let record = |number: i64| {
        let millis = if number % 250 == 7 { seam(number / 250) } else { spread(number) };
        let time = DateTime::from_unix_millis(millis).unwrap().to_string();
        json!({ "bid": number, "amount": number % 997, "book_time": time })
    };
    (0..RECORDS).map(record).collect()
}

fn sandbox() -> Sandbox {
    let method = BillBookBillsGetRequest::INFO.name();
    Sandbox::builder()
        .spec_dir(root().join("spec"))
        .with_records(method, records())
        .dated_by(method, "book_time")
        .start_blocking()
        .unwrap()
}

fn client(sandbox: &Sandbox) -> Client {
    Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint()).unwrap())
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .retries(RetryPolicy::default().initial_backoff(Duration::from_millis(1)))
        .retry_budget(RetryBudget::unlimited())
        .build()
        .unwrap()
}

fn request() -> BillBookBillsGetRequest {
    BillBookBillsGetRequest::builder()
        .fields([BookBillField::Bid, BookBillField::BookTime])
        .account_id(1)
        .start_time(start())
        .end_time(at("2013-12-31 23:59:59"))
        .page_size(100)
        .build()
}

/// Transient faults, which a repeated read gets over. (A server that answers with an empty list lies; nobody can tell.)
fn troubles() -> Vec<Fault> {
    let transient = |fault: &Fault| match fault {
        Fault::DelayBefore(_) | Fault::DelayAfter(_) | Fault::CutRequest { .. } | Fault::CutResponse { .. } => true,
        Fault::Reset { .. } | Fault::HalfBody | Fault::Html { .. } => true,
        Fault::Status { status, .. } => *status >= 500,
        Fault::Isp { sub_code, .. } => sub_code != "isp.null-pointer-exception",
        other => other.is_harmless(),
    };
    let faults = RandomFaults::new(SEED).longest_delay(Duration::from_millis(2)).filter(transient);
    // Two of five calls go wrong; now and then enough in a row that the call is given up and the reader resumes.
    let mut script: Vec<Fault> =
        faults.zip(0..800).map(|(fault, turn)| if turn % 5 < 3 { Fault::None } else { fault }).collect();
    for turn in (100..800).step_by(150) {
        script[turn..turn + 8].fill(Fault::CutResponse { after: 60, how: HangUp::Rst });
    }
    script
}

/// How often each bill came, how many errors were met, and how many calls the gateway saw.
async fn read(sandbox: &Sandbox, client: &Client) -> (BTreeMap<i64, u32>, u32) {
    let call = client.session(sandbox.session());
    let (mut came, mut resumed) = (BTreeMap::new(), 0);
    let mut cursor: Option<String> = None;
    loop {
        let mut pages = request().by_time_window(&call);
        if let Some(text) = &cursor {
            pages = pages.resume_at(&text.parse().unwrap()).unwrap();
        }
        let mut bills = pages.items();
        loop {
            match bills.try_next().await {
                Ok(Some(bill)) => *came.entry(bill.bid.unwrap()).or_default() += 1,
                Ok(None) => return (came, resumed),
                Err(error) => {
                    assert!(resumed < 50, "{error}");
                    // As after a restart: all that is left of the reader is the text of its cursor.
                    cursor = Some(bills.cursor().unwrap().to_string());
                    resumed += 1;
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn every_bill_of_a_year_comes_once_whatever_the_network_does() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    sandbox.push_faults(troubles());
    let (came, resumed) = read(&sandbox, &client).await;
    let faults = sandbox.fired_faults().len();
    println!(
        "seed {SEED}: {} bills, {} calls, {faults} faults, resumed {resumed} times",
        came.len(),
        sandbox.received().len()
    );
    assert_eq!(came.len(), usize::try_from(RECORDS).unwrap());
    let repeated: Vec<_> = came.iter().filter(|(_, times)| **times != 1).collect();
    assert!(repeated.is_empty(), "came more than once: {repeated:?}");
    assert!(faults > 50 && resumed > 0, "nothing was tried: {faults} faults, resumed {resumed} times");
}

/// A reader in a process of its own, so that its memory is nobody else's. Run by the test below.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "a part of `memory_stays_flat_over_a_year`, which sets what it needs"]
async fn reader_process() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let client = Client::builder()
        .endpoint(Endpoint::custom(&variable("OPENTOP_ENDPOINT")).unwrap())
        .app_key(variable("OPENTOP_APP_KEY"))
        .app_secret(variable("OPENTOP_APP_SECRET"))
        .build()
        .unwrap();
    let mut bills = request().by_time_window(&client.session(variable("OPENTOP_SESSION"))).items();
    let (mut count, mut early) = (0_i64, 0);
    while bills.try_next().await.unwrap().is_some() {
        count += 1;
        if count == RECORDS / 5 {
            early = resident_kib();
        }
    }
    println!("\nread {count} early {early} late {}", resident_kib());
}

#[cfg(target_os = "linux")]
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_stays_flat_over_a_year() {
    let sandbox = sandbox();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["faults::windowed_paging::reader_process", "--exact", "--ignored", "--nocapture"])
        .env("OPENTOP_ENDPOINT", sandbox.endpoint())
        .env("OPENTOP_APP_KEY", sandbox.app_key())
        .env("OPENTOP_APP_SECRET", sandbox.app_secret())
        .env("OPENTOP_SESSION", sandbox.session())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("read ")).unwrap_or_else(|| panic!("{text}"));
    let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    println!("{line} (KiB)");
    let [count, early, late] = numbers[..] else { panic!("{line}") };
    assert_eq!(count, RECORDS.unsigned_abs());
    // Four fifths of the bills, kept, would be megabytes.
    assert!(late < early + 3_072, "{line}");
}

#[tokio::test]
async fn the_count_sees_a_reader_that_does_not_know_the_seams() {
    // The planted defect: windows that meet in one second, read one by one and simply put together.
    let sandbox = sandbox();
    let client = client(&sandbox);
    let call = client.session(sandbox.session());
    let mut came: BTreeMap<i64, u32> = BTreeMap::new();
    let window = 30 * 86_400_000;
    for index in 0..2 {
        let from = DateTime::from_unix_millis(start().unix_millis() + index * window).unwrap();
        let to = DateTime::from_unix_millis(start().unix_millis() + (index + 1) * window).unwrap();
        let request = BillBookBillsGetRequest::builder()
            .fields([BookBillField::Bid])
            .account_id(1)
            .start_time(from)
            .end_time(to)
            .page_size(100)
            .build();
        let mut bills = request.items(&call);
        while let Some(bill) = bills.try_next().await.unwrap() {
            *came.entry(bill.bid.unwrap()).or_default() += 1;
        }
    }
    let repeated = came.values().filter(|times| **times > 1).count();
    assert!(repeated > 5, "the seam has {repeated} bills");
}
