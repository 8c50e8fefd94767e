//! A shop with orders: its spec, its records, a sandbox that serves them, and the command beside it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use opentop_runtime::{Client, DateTime, Effect, Endpoint, Parameters};
use opentop_sandbox::Sandbox;
use serde_json::{Value, json};

pub(crate) const LIST: &str = "alibaba.example.order.list";
pub(crate) const PLAIN: &str = "alibaba.example.order.get";

const SPEC: &str = "\
api: alibaba.example.order.list
category: example
title: 订单列表
session: required
effect: read
paging: { page: page_no, size: page_size, has_next: result.has_next, items: result.orders, item_key: order_id }
request:
  fields:
    shop_id: { type: String, required: true }
    start: { type: Date, required: true }
    end: { type: Date, required: true }
    page_no: { type: Number, required: true, min: 1 }
    page_size: { type: Number, max: 500 }
  rules:
    - max_span: { start: start, end: end, days: 30 }
response:
  fields:
    result: { type: Result }
types:
  Result:
    fields:
      has_next: { type: Boolean }
      orders: { type: 'Order []' }
  Order:
    fields:
      order_id: { type: Number, description: 订单号 }
      outer_id: { type: String }
      amount: { type: Price, description: '实付金额,单位元' }
      rate: { type: BigDecimal, description: 费率（小数） }
      paid_at: { type: Date, description: 付款时间 }
      closed: { type: Boolean }
      buyer: { type: Buyer, description: 买家 }
      items: { type: 'Item []' }
      tags: { type: 'String []' }
      extra: { type: Json }
      note: { type: String }
  Buyer:
    fields:
      name: { type: String, description: 昵称 }
      level: { type: Number, description: 等级 }
  Item:
    fields:
      sku: { type: String }
      price: { type: Price }
      sent_at: { type: Date }
";

const WRITE: &str = "\
api: alibaba.example.order.update
category: example
title: 改
session: none
effect: write
request: { fields: { id: { type: Number } } }
response: { fields: { ok: { type: Boolean } } }
";

const GET: &str = "\
api: alibaba.example.order.get
category: example
title: 查
session: none
effect: read
request: { fields: { id: { type: Number } } }
response: { fields: { ok: { type: Boolean } } }
";

/// Orders of the whole of 2024, some at the very seconds where windows meet.
pub(crate) fn records(count: usize) -> Vec<Value> {
    let first: DateTime = "2024-01-01 00:00:00".parse().unwrap();
    // The method allows 30 days at once. One order in each window's number of them lies where two windows meet.
    let in_a_window = (count as u64 * 30).div_ceil(365).max(1);
    let at = |index: usize| first + Duration::from_secs(30 * 86_400 * index as u64 / in_a_window);
    (0..count).map(|index| record(index, at(index))).collect()
}

fn record(index: usize, at: DateTime) -> Value {
    let note = ["", "a,b", "0012", "=1+1", "  x ", "行\r\n二"][index % 6];
    let mut record = json!({
        "order_id": 9_007_199_254_740_993_i64 + index as i64,
        "outer_id": format!("{:012}", index * 7),
        "amount": format!("{}.{:02}", index * 13, index % 100),
        "paid_at": at.to_string(),
        "buyer": { "name": format!("买家\"{index}\",\n"), "level": index % 7 },
        "note": note,
    });
    if index.is_multiple_of(2) {
        record["closed"] = index.is_multiple_of(4).into();
        record["rate"] = ["79228162514264337593.123456789", "-0.000000001", "1", "0.10"][index / 2 % 4].into();
        record["items"] = json!([{ "sku": format!("0{index}"), "price": "0.10", "sent_at": at.to_string() }]);
    }
    if index.is_multiple_of(3) {
        record["tags"] = json!(["甲", "b,c"]);
        record["extra"] = "{\"a\": 1.10,\n \"b\": [12345678901234567890123]}".into();
    }
    if record["note"] == "" {
        record.as_object_mut().unwrap().remove("note");
    }
    record
}

/// A sandbox, and a folder in which the command runs.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    folder: tempfile::TempDir,
    specs: tempfile::TempDir,
}

impl Shop {
    pub(crate) fn with(records: Vec<Value>) -> Shop {
        let specs = tempfile::tempdir().unwrap();
        let category = specs.path().join("example");
        fs::create_dir(&category).unwrap();
        fs::write(category.join("category.yaml"), "title: 示例\n").unwrap();
        for (name, spec) in [(LIST, SPEC), (PLAIN, GET), ("alibaba.example.order.update", WRITE)] {
            fs::write(category.join(format!("{name}.yaml")), spec).unwrap();
        }
        let sandbox = Sandbox::builder()
            .app("12345678", "canary-secret")
            .session("canary-session")
            .spec_dir(specs.path())
            .with_records(LIST, records)
            .dated_by(LIST, "paid_at")
            .start_blocking()
            .unwrap();
        Shop { sandbox, folder: tempfile::tempdir().unwrap(), specs }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// How many calls the sandbox got.
    pub(crate) fn calls(&self) -> usize {
        self.sandbox.received().len()
    }

    /// Exports the year 2024.
    pub(crate) fn export(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let year = ["export", LIST, "--since", "2024-01-01", "--until", "2024-12-31"];
        let shop = if words.iter().any(|word| word.starts_with("shop_id=")) { &[][..] } else { &["shop_id=1"] };
        self.command_of(&[&year[..], shop, words].concat())
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command_of(words).output().unwrap()
    }

    fn command_of(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opentop"));
        command.current_dir(self.folder.path()).args(words).arg("--spec").arg(self.specs.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).env_remove("OPENTOP_PROFILE");
        command.env("OPENTOP_APP_KEY", self.sandbox.app_key()).env("OPENTOP_APP_SECRET", self.sandbox.app_secret());
        command.env("OPENTOP_SESSION", self.sandbox.session()).env("OPENTOP_ENDPOINT", self.sandbox.endpoint());
        command
    }

    /// What is in the folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Reads the year 2024 by windows of 30 days, page after page, and says how many rows came.
pub(crate) fn read_pages(shop: &Shop, page_size: usize) -> usize {
    let client = Client::builder()
        .endpoint(Endpoint::custom(&shop.sandbox.endpoint()).unwrap())
        .app_key(shop.sandbox.app_key())
        .app_secret(shop.sandbox.app_secret())
        .build()
        .unwrap();
    let client = client.session(shop.sandbox.session());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut start, last): (DateTime, DateTime) =
        ("2024-01-01 00:00:00".parse().unwrap(), "2024-12-31 23:59:59".parse().unwrap());
    let mut rows = 0;
    while start < last {
        let end = (start + Duration::from_secs(30 * 86_400)).min(last);
        for page in 1.. {
            let pairs = [
                ("shop_id", "1".to_owned()),
                ("start", start.to_string()),
                ("end", end.to_string()),
                ("page_no", page.to_string()),
                ("page_size", page_size.to_string()),
            ];
            let parameters = Parameters::from_pairs(pairs).unwrap();
            let reply = runtime.block_on(client.call_untyped(LIST, Effect::Read, parameters)).unwrap();
            let answer: Answer = reply.parse().unwrap();
            rows += answer.result.orders.order.len();
            if !answer.result.has_next {
                break;
            }
        }
        start = end;
    }
    rows
}

#[derive(serde::Deserialize)]
struct Answer {
    result: Page,
}

#[derive(serde::Deserialize)]
struct Page {
    has_next: bool,
    orders: Orders,
}

#[derive(serde::Deserialize)]
struct Orders {
    #[serde(default)]
    order: Vec<Value>,
}
