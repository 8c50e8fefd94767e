//! Reads a month of bills, one window of time after another, and adds up what was booked: exactly, and every bill once.

use std::collections::BTreeMap;

use opentop::DateTime;
use opentop::api::bill::book_bills_get as bills;
use opentop_examples::client_of;
use opentop_sandbox::Sandbox;
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder()
        .with_records("taobao.bill.book.bills.get", a_month_of_bills())
        .dated_by("taobao.bill.book.bills.get", "book_time")
        .start()
        .await?;
    let shop = client_of(&sandbox)?.session(sandbox.session());

    let from: DateTime = "2026-02-01 00:00:00".parse()?;
    let month = bills::Request::builder()
        .fields([bills::BookBillField::Bid, bills::BookBillField::JournalType, bills::BookBillField::Amount])
        .account_id(20001021)
        .start_time(from)
        .end_time(from.end_of_month())
        .page_size(100)
        .build();

    let (mut count, mut sums) = (0, BTreeMap::new());
    let mut items = month.by_time_window(&shop).items();
    while let Some(bill) = items.try_next().await? {
        count += 1;
        // Fen, as whole numbers: nothing is rounded.
        *sums.entry(bill.journal_type.map(|kind| kind.to_string()).unwrap_or_default()).or_insert(0) +=
            bill.amount.unwrap_or(0);
    }
    println!("{count} bills");
    for (kind, sum) in &sums {
        println!("journal type {kind}: {}.{:02} yuan", sum / 100, sum % 100);
    }
    assert_eq!((count, sums.get("101")), (280, Some(&14_280)));
    Ok(())
}

/// Ten bills a day for 28 days; every second one books 1.02 yuan.
fn a_month_of_bills() -> Vec<Value> {
    let bill = |number: u32| {
        let (day, hour) = (number / 10 + 1, number % 10 + 8);
        json!({
            "bid": 1000 + number,
            "journal_type": if number.is_multiple_of(2) { 101 } else { 102 },
            "amount": 102,
            "book_time": format!("2026-02-{day:02} {hour:02}:00:00"),
        })
    };
    (0..280).map(bill).collect()
}

#[test]
fn it_runs() {
    main().expect("the example runs");
}
