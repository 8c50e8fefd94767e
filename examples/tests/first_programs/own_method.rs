//! Program 6: a method of one's own beside the public ones, from a second folder of specifications, under random faults.

use opentop::{Effect, Parameters};

use crate::FLOWS;
use crate::gateway::{Gateway, folder};
use crate::reconcile::flows_of_the_shop;

const OWN: &str = "acme.example.stock.get";

fn spec() -> String {
    format!(
        "api: {OWN}\ncategory: acme\ntitle: Stock\nsession: none\neffect: read\n\
         request:\n  fields:\n    sku: {{ type: String, required: true, max_length: 8, description: sku }}\n\
         response:\n  fields:\n    left: {{ type: Number, example: 12, description: left }}\n"
    )
}

#[tokio::test]
async fn a_second_folder_adds_methods_to_the_first() {
    let folder = folder(&[
        ("acme/category.yaml", "title: Acme\n".to_owned()),
        (&format!("acme/{OWN}.yaml"), spec()),
        ("stock.json", r#"[{"left": 7}]"#.to_owned()),
    ]);
    let own = folder.path().to_str().unwrap();
    let records = format!("{OWN}={own}/stock.json");
    let gateway = Gateway::start(&["--spec", "spec", "--spec", own, "--records", &records]);
    let client = gateway.client();
    let call = |sku: &str| client.call_untyped(OWN, Effect::Read, Parameters::from_pairs([("sku", sku)]).unwrap());
    let reply = call("A-1").await.unwrap();
    assert!(reply.as_str().starts_with(r#"{"left":7,"#), "{}", reply.as_str());
    let refused = call("A-1234567").await.unwrap_err().to_string();
    assert!(refused.contains("41: Invalid arguments:sku"), "{refused}");
    assert_eq!(flows_of_the_shop().send(&client).await.unwrap().items().len(), 1);
    let log = gateway.log(3);
    assert_eq!(log.len(), 3, "{log:?}");
    for (line, (method, verdict)) in log.iter().zip([(OWN, "ok"), (OWN, "41 Invalid arguments:sku"), (FLOWS, "ok")]) {
        assert!(line.contains(&format!("{method}: {verdict}")), "{line}");
    }
}

/// Half of the calls go wrong: each says in the log which fault it met, and reads get through all the same.
#[tokio::test]
async fn every_fault_shows_in_the_log() {
    let gateway = Gateway::start(&["--fault", &format!("{FLOWS}:status=502,none,html,none,half-body,none")]);
    let client = gateway.client();
    for _ in 0..3 {
        assert_eq!(flows_of_the_shop().send(&client).await.unwrap().items().len(), 1);
    }
    let log = gateway.log(6);
    let faults: Vec<&str> =
        log.iter().map(|line| line.rsplit_once("[fault: ").map_or("", |(_, fault)| fault)).collect();
    assert_eq!(faults, ["status=502]", "", "html]", "", "half-body]", ""], "{log:?}");
}

/// `sandbox | head` ends the reader and not the gateway.
#[tokio::test]
async fn a_reader_of_the_log_may_leave() {
    let gateway = Gateway::start_unread(&[]);
    for _ in 0..3 {
        assert_eq!(flows_of_the_shop().send(&gateway.client()).await.unwrap().items().len(), 1);
    }
}
