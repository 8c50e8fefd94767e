//! The sandbox as clients see it that nobody here wrote: the npm packages `topSdk`, `topsdk` and `node-taobao-topclient` (md5, plain
//! parameters, the machine's local time, hence `TZ=Asia/Shanghai`).
//!
//! Skipped, loudly, where there is no npm, or no way to its registry.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use opentop_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::repository::root;

const BILLS: &str = "taobao.bill.book.bills.get";
const DEDUCTION: &str = "alibaba.alsc.crm.recharge.dedut.update";
const CLIENTS: [&str; 3] = ["topSdk", "topsdk", "node-taobao-topclient"];
const FILES: [&str; 3] = ["package.json", "package-lock.json", "call.js"];

/// Says why a proof is missing, where a test run cannot overlook it.
fn skip(because: &str) {
    eprintln!("\n*** SKIPPED: the npm packages did not call the sandbox: {because} ***\n");
}

/// The folder with the installed packages; an error says what is missing.
fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm");
    fs::create_dir_all(&folder).unwrap();
    for name in FILES {
        fs::copy(root().join("tests/npm").join(name), folder.join(name)).unwrap();
    }
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"])
        .current_dir(&folder)
        .output()
        .map_err(|error| format!("npm cannot be run: {error}"))?;
    if output.status.success() { Ok(folder) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Lets both packages make these calls, in this order. One object for each: client, name, and response or error.
fn call(folder: &Path, sandbox: &Sandbox, calls: &Value) -> Vec<Value> {
    let file = folder.join(format!("calls-{}.json", sandbox.address().port()));
    fs::write(&file, calls.to_string()).unwrap();
    let output = Command::new("node")
        .arg("call.js")
        .arg(&file)
        .current_dir(folder)
        .env("TZ", "Asia/Shanghai")
        .env("OPENTOP_ENDPOINT", sandbox.endpoint())
        .env("OPENTOP_APP_KEY", sandbox.app_key())
        .env("OPENTOP_APP_SECRET", sandbox.app_secret())
        .output()
        .unwrap();
    fs::remove_file(&file).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn clients_that_others_published_get_the_right_answers() {
    let folder = match install() {
        Ok(folder) => folder,
        Err(because) => return skip(&because),
    };
    let records = vec![json!({"bid": 1, "amount": 1230, "journal_type": 101}), json!({"bid": 2, "amount": -4})];
    let sandbox =
        Sandbox::builder().spec_dir(root().join("spec")).with_records(BILLS, records).start_blocking().unwrap();
    let bills = |session: &str| {
        let mut params = json!({"fields": "bid,amount", "account_id": "1", "start_time": "2013-01-01 00:00:00", "end_time": "2013-01-02 00:00:00"});
        if !session.is_empty() {
            params["session"] = session.into();
        }
        params
    };
    let remark = "中文 & =+%\"<>~*😀";
    let inner = json!({"request_id": "k", "operator_id": "1", "outer_order_id": "2", "value": 3, "biz_channel": "CS", "brand_id": "3", "shop_id": "4", "remark": remark});
    let answers = call(
        &folder,
        &sandbox,
        &json!([
            {"name": "bills", "method": BILLS, "params": bills(sandbox.session())},
            {"name": "no session", "method": BILLS, "params": bills("")},
            {"name": "expired session", "method": BILLS, "params": bills("x")},
            {"name": "wrong secret", "method": BILLS, "params": bills(sandbox.session()), "secret": "x"},
            {"name": "unknown method", "method": "taobao.example.none.get", "params": {}},
            {"name": "rule", "method": BILLS, "params": {"session": sandbox.session(), "fields": "bid"}},
            {"name": "deduction", "method": DEDUCTION, "params": {"param_dedut_open_req": inner.to_string()}},
        ]),
    );
    assert_eq!(answers.len() % CLIENTS.len(), 0, "{answers:#?}");
    for (client, answers) in CLIENTS.into_iter().zip(answers.chunks(answers.len() / CLIENTS.len())) {
        let names: Vec<_> =
            answers.iter().map(|answer| (answer["client"].as_str().unwrap(), &answer["name"])).collect();
        assert_eq!((names.len(), names[0].0), (7, client), "{answers:#?}");
        let items = json!([{"bid": 1, "amount": 1230}, {"bid": 2, "amount": -4}]);
        assert_eq!(sorted(&answers[0]["response"]["bills"]["book_bill"]), sorted(&items), "{client}");
        assert_eq!(answers[0]["response"]["has_next"], false);
        for (at, code) in [(1, 26), (2, 27), (3, 25), (4, 22), (5, 40)] {
            assert_eq!(answers[at]["error"]["code"], code, "{client}: {}", answers[at]);
        }
        assert_eq!(answers[6]["response"]["result"]["biz_success"], true, "{client}: {}", answers[6]);
    }
    let received = sandbox.received();
    let deductions: Vec<_> = received.iter().filter(|call| call.method == DEDUCTION).collect();
    assert_eq!(deductions.len(), CLIENTS.len());
    assert!(deductions.iter().all(|call| {
        let sent: Value = serde_json::from_str(call.parameter("param_dedut_open_req").unwrap()).unwrap();
        sent == inner
    }));
}

/// The members of each item by name: clients need not keep their order.
fn sorted(items: &Value) -> Vec<Vec<(String, f64)>> {
    let members = |item: &Value| {
        let object = item.as_object().unwrap();
        let mut members: Vec<_> = object.iter().map(|(name, value)| (name.clone(), number(value))).collect();
        members.sort_by(|left, right| left.0.cmp(&right.0));
        members
    };
    items.as_array().unwrap().iter().map(members).collect()
}

/// A number, or one that a client kept as text.
fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap()
}
