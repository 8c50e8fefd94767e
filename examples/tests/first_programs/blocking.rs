//! Program 4: the same reading without a runtime. It gives the same.

use opentop::{Endpoint, blocking};

use crate::bills::{bills_file, year};
use crate::gateway::{Gateway, folder};
use crate::reconcile::{flows_file, flows_of_the_shop};
use crate::{BILLS, FLOWS};

#[test]
fn flows_and_bills_come_once_each() {
    let folder = folder(&[(&format!("{BILLS}.json"), bills_file()), (&format!("{FLOWS}.json"), flows_file())]);
    let gateway = Gateway::start(&["--records", folder.path().to_str().unwrap()]);
    let endpoint = Endpoint::custom(&gateway.endpoint).unwrap();
    let builder = blocking::Client::builder().endpoint(endpoint).app_key(&gateway.app_key);
    let client = builder.app_secret(&gateway.app_secret).build().unwrap();

    let values = flows_of_the_shop().items(&client).map(|flow| Ok(flow?.order_value.unwrap_or(0)));
    let sum: i64 = values.collect::<Result<Vec<_>, opentop::Error>>().unwrap().iter().sum();
    assert_eq!(sum, -(0..53).sum::<i64>());

    let shop = client.session(gateway.session.as_str());
    let mut bids = year().by_time_window(&shop).items().map(|bill| bill.unwrap().bid.unwrap()).collect::<Vec<_>>();
    bids.sort_unstable();
    assert_eq!(bids, (1000..1730).collect::<Vec<i64>>());
}
