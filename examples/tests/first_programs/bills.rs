//! Program 3: a year of bills by windows of 30 days, continued after the session has expired.

use opentop::api::bill::book_bills_get as bills;
use opentop::{Client, Cursor, Error};
use serde_json::json;

use crate::BILLS;
use crate::gateway::{Gateway, folder};

/// All bills of the year 2026.
pub(crate) fn year() -> bills::Request {
    bills::Request::builder()
        .fields([bills::BookBillField::Bid, bills::BookBillField::Amount])
        .account_id(20001021)
        .start_time("2026-01-01 00:00:00".parse().unwrap())
        .end_time("2026-12-31 23:59:59".parse().unwrap())
        .page_size(40)
        .build()
}

/// Reads on from `cursor`. What was read stays read, also where it ends in an error.
async fn read(client: &Client, token: &str, cursor: &mut Option<Cursor>, bids: &mut Vec<i64>) -> Result<(), Error> {
    let mut items = match cursor.take() {
        Some(cursor) => year().by_time_window(&client.session(token)).resume_at(&cursor)?.items(),
        None => year().by_time_window(&client.session(token)).items(),
    };
    loop {
        match items.try_next().await {
            Ok(Some(bill)) => bids.extend(bill.bid),
            Ok(None) => return Ok(()),
            Err(error) => {
                *cursor = items.cursor();
                return Err(error);
            }
        }
    }
}

/// Two bills a day, as a file for `--records`.
pub(crate) fn bills_file() -> String {
    let start: opentop::DateTime = "2026-01-01 08:00:00".parse().unwrap();
    let bill = |n: i64| {
        let time = opentop::DateTime::from_unix_millis(start.unix_millis() + n * 12 * 3_600_000).unwrap();
        json!({ "bid": 1000 + n, "amount": n, "book_time": time.to_string() })
    };
    serde_json::Value::from((0..730).map(bill).collect::<Vec<_>>()).to_string()
}

#[tokio::test]
async fn a_year_of_bills_goes_on_after_an_expired_session() {
    let folder = folder(&[(&format!("{BILLS}.json"), bills_file())]);
    let fault = format!("{BILLS}:none*5,expired-session");
    let gateway = Gateway::start(&["--records", folder.path().to_str().unwrap(), "--fault", &fault]);
    let (client, mut cursor, mut bids) = (gateway.client(), None, Vec::new());
    let error = read(&client, &gateway.session, &mut cursor, &mut bids).await.unwrap_err();
    assert!(error.is_session() && !bids.is_empty(), "{error}");
    // The user authorises again.
    read(&client, &gateway.session, &mut cursor, &mut bids).await.unwrap();
    bids.sort_unstable();
    assert_eq!(bids, (1000..1730).collect::<Vec<i64>>(), "every bill once");
    let log = gateway.log(0);
    assert!(
        log.iter().any(|line| line.contains("27 Invalid session") && line.ends_with("[fault: expired-session]")),
        "{log:?}"
    );
}

/// Without records, the sample's one bill lies in one of the windows.
#[tokio::test]
async fn a_sample_shows_once_in_a_year_of_windows() {
    let gateway = Gateway::start(&[]);
    let (mut cursor, mut bids) = (None, Vec::new());
    read(&gateway.client(), &gateway.session, &mut cursor, &mut bids).await.unwrap();
    assert_eq!(bids.len(), 1);
}
