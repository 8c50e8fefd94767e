//! Program 1: reconciles the flows of a shop with its own books, page by page.

use std::collections::BTreeMap;

use opentop::api::alsc::crm_recharge_accountflows_get as flows;
use opentop::{Client, Error};
use serde_json::json;

use crate::FLOWS;
use crate::gateway::{Gateway, folder};

/// What the books and the platform disagree about: (order, in the books, at the platform).
pub(crate) type Differences = Vec<(String, Option<i64>, Option<i64>)>;

/// A page of flows of one shop.
pub(crate) fn flows_of_the_shop() -> flows::Request {
    flows::Request::builder().brand_id("1").shop_id("2").page_no(1).page_size(20).build()
}

async fn reconcile(client: &Client, mut books: BTreeMap<String, i64>) -> Result<Differences, Error> {
    let mut differences = Vec::new();
    let mut items = flows_of_the_shop().items(client);
    while let Some(flow) = items.try_next().await? {
        let order = flow.outer_order_id.unwrap_or_default();
        let ours = books.remove(&order);
        if ours != flow.order_value {
            differences.push((order, ours, flow.order_value));
        }
    }
    differences.extend(books.into_iter().map(|(order, value)| (order, Some(value), None)));
    Ok(differences)
}

/// 53 flows, as a file for `--records`.
pub(crate) fn flows_file() -> String {
    let flow = |n: i64| json!({ "flow_id": (9_007_199_254_740_993_i64 + n).to_string(), "outer_order_id": n.to_string(), "order_value": -n });
    serde_json::Value::from((0..53).map(flow).collect::<Vec<_>>()).to_string()
}

#[tokio::test]
async fn fifty_three_flows_on_three_pages_are_reconciled() {
    let folder = folder(&[("flows.json", flows_file())]);
    let records = format!("{FLOWS}={}", folder.path().join("flows.json").display());
    let gateway = Gateway::start(&["--records", &records]);
    let mut books: BTreeMap<String, i64> = (0..53).map(|n| (n.to_string(), -n)).collect();
    assert_eq!(reconcile(&gateway.client(), books.clone()).await.unwrap(), []);
    books.insert("7".to_owned(), -8);
    books.insert("99".to_owned(), -1);
    let found = reconcile(&gateway.client(), books).await.unwrap();
    assert_eq!(found, [("7".to_owned(), Some(-8), Some(-7)), ("99".to_owned(), Some(-1), None)]);
    let log = gateway.log(6);
    assert_eq!(log.len(), 6, "three pages each time, one line a call: {log:?}");
    assert!(log.iter().all(|line| line.contains(FLOWS) && line.contains(": ok")), "{log:?}");
}

/// Without records, the sample is a list of one page.
#[tokio::test]
async fn a_sample_is_a_list_that_ends() {
    let gateway = Gateway::start(&[]);
    let client = gateway.client();
    let first = flows_of_the_shop().send(&client).await.unwrap();
    let total = first.result.as_ref().and_then(|result| result.total_size);
    assert_eq!((first.items().len(), total), (1, Some(1)));
    let mut items = flows_of_the_shop().items(&client);
    let mut came = 0;
    while items.try_next().await.unwrap().is_some() {
        came += 1;
    }
    assert_eq!(came, 1);
    let page_9 = flows::Request::builder().brand_id("1").shop_id("2").page_no(9).page_size(20);
    assert!(page_9.send(&client).await.unwrap().items().is_empty());
}
