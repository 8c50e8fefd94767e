//! `cargo xtask sandbox` serves a first real program: the command alone, called over plain HTTP.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use opentop_runtime::__private::v1::sign::{SignMethod, sign};
use opentop_runtime::DateTime;
use serde_json::{Value, json};

const FLOWS: &str = "alibaba.alsc.crm.recharge.accountflows.get";
const DEDUCTION: &str = "alibaba.alsc.crm.recharge.dedut.update";
const BILLS: &str = "taobao.bill.book.bills.get";

/// The command, running. It is killed when this is dropped.
struct Running {
    child: Child,
    address: String,
    lines: Receiver<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(options: &[&str]) -> Running {
    let child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["sandbox", "--port", "0"])
        .args(options)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (sender, lines) = channel();
    let mut running = Running { child, address: String::new(), lines };
    let output = BufReader::new(running.child.stdout.take().unwrap());
    thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    loop {
        let line = running.lines.recv_timeout(Duration::from_secs(60)).unwrap();
        if let Some((_, url)) = line.split_once("endpoint    http://") {
            running.address = url.split('/').next().unwrap().to_owned();
        }
        if line.starts_with("It listens") {
            return running;
        }
    }
}

impl Running {
    /// The answer to a call, reduced.
    fn call(&self, method: &str, own: &[(&str, &str)]) -> Value {
        let answer = self.exchange(method, own);
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// The bytes that come back for a signed call.
    fn exchange(&self, method: &str, own: &[(&str, &str)]) -> String {
        let now = DateTime::now().to_string();
        let mut pairs = vec![
            ("method", method),
            ("app_key", "12345678"),
            ("session", "test-session"),
            ("timestamp", now.as_str()),
            ("v", "2.0"),
            ("format", "json"),
            ("simplify", "true"),
            ("sign_method", "md5"),
        ];
        pairs.extend(own);
        let signature = sign(SignMethod::Md5, &"helloworld".into(), &mut pairs, None);
        pairs.push(("sign", &signature));
        let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let body = body.join("&");
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /router/rest HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The flow ids of a page, and the total.
    fn flows(&self, query: &Value) -> (Vec<Value>, i64) {
        let mut asked = json!({ "brand_id": "1", "shop_id": "2", "page_no": 1 });
        asked.as_object_mut().unwrap().extend(query.as_object().unwrap().clone());
        let answer = self.call(FLOWS, &[("param_page_query_account_flows_open_req", &asked.to_string())]);
        let result = &answer["result"];
        (result["result_list"].as_array().unwrap().clone(), result["total_size"].as_i64().unwrap())
    }

    fn deduct(&self, key: &str, order: &str, value: i64) -> Value {
        self.call(DEDUCTION, &[("param_dedut_open_req", &deduction(key, order, value))])
    }

    /// The bids of the bills between two times.
    fn bills(&self, start: &str, end: &str) -> Vec<i64> {
        let mut bids = Vec::new();
        for page in 1.. {
            let page = page.to_string();
            let answer = self.call(
                BILLS,
                &[
                    ("fields", "bid,book_time"),
                    ("account_id", "1"),
                    ("start_time", start),
                    ("end_time", end),
                    ("page_no", &page),
                    ("page_size", "2"),
                ],
            );
            bids.extend(answer["bills"].as_array().unwrap().iter().map(|bill| bill["bid"].as_i64().unwrap()));
            if answer["has_next"] == false {
                return bids;
            }
        }
        bids
    }

    /// The bids of a year, read month by month.
    fn year_of_bills(&self, year: i32) -> Vec<i64> {
        const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let halves = DAYS.iter().zip(1..).flat_map(|(days, month)| [(month, 1, 15), (month, 16, *days)]);
        let span = |(month, first, last)| {
            let at = |day: u32, time: &str| format!("{year}-{month:02}-{day:02} {time}");
            self.bills(&at(first, "00:00:00"), &at(last, "23:59:59"))
        };
        halves.flat_map(span).collect()
    }
}

fn deduction(key: &str, order: &str, value: i64) -> String {
    json!({
        "request_id": key, "operator_id": "1", "outer_order_id": order, "value": value, "biz_channel": "CS",
        "brand_id": "1", "shop_id": "2", "card_id": "c",
    })
    .to_string()
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn a_list_ends_and_a_year_by_windows_gives_each_record_once() {
    let sandbox = run(&[]);
    assert_eq!((sandbox.flows(&json!({})).0.len(), sandbox.flows(&json!({})).1), (1, 1));
    assert_eq!((sandbox.flows(&json!({ "page_no": 2 })).0.len(), sandbox.flows(&json!({ "page_no": 2 })).1), (0, 1));
    assert_eq!(sandbox.year_of_bills(2025).len(), 1);
    assert_eq!(sandbox.bills("2013-01-14 09:56:48", "2013-01-14 10:05:25").len(), 1, "the documented call");
    let line = sandbox.lines.recv_timeout(Duration::from_secs(5)).unwrap();
    assert_eq!(line, format!("sandbox0000000001 {FLOWS}: ok"));
    assert!(sandbox.bills("2025-03-01 00:00:00", "2025-03-02 00:00:00").is_empty());
    thread::sleep(Duration::from_millis(100));
    let last = sandbox.lines.try_iter().last().unwrap();
    assert!(last.ends_with("ok, the sample is not in the span: it recurs every year at 01-14 09:56:48"), "{last}");
}

#[test]
fn records_come_from_a_file_or_a_folder_and_keep_their_dates() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{BILLS}.json"));
    let record = |bid: u32| json!({ "bid": bid, "book_time": format!("2025-{:02}-28 12:00:00", bid) });
    fs::write(&file, Value::from((1..=12).map(record).collect::<Vec<_>>()).to_string()).unwrap();
    for records in [format!("{BILLS}={}", file.display()), folder.path().display().to_string()] {
        let sandbox = run(&["--records", &records]);
        assert_eq!(sandbox.year_of_bills(2025), (1..=12).collect::<Vec<_>>());
        assert_eq!(sandbox.year_of_bills(2024), [0; 0]);
    }
}

#[test]
fn debits_of_a_ledger_show_in_the_flows_and_can_be_asked_for_after_a_fault() {
    let request = "param_dedut_open_req";
    let ledger = format!("{DEDUCTION}:{request}.card_id:{request}.value:1000");
    let flows = format!(
        "{DEDUCTION}:{FLOWS}:flow_id={{id}},order_value=-{request}.value,current_value={{balance}},gmt_create={{time}},\
         ?param_page_query_account_flows_open_req.out_order_id={request}.outer_order_id"
    );
    let fault = format!("{DEDUCTION}:none,cut-response=0,delay-after=300ms");
    let sandbox = run(&["--ledger", &ledger, "--flows", &flows, "--fault", &fault, "--dedupe", "true"]);
    assert_eq!(sandbox.flows(&json!({})).1, 0);
    assert_eq!(sandbox.deduct("k1", "o1", 10)["result"]["biz_success"], true);
    let lost = sandbox.exchange(DEDUCTION, &[(request, &deduction("k2", "o2", 20))]);
    assert_eq!(lost, "", "the answer was cut");
    let (found, total) = sandbox.flows(&json!({ "out_order_id": "o2" }));
    assert_eq!((total, &found[0]["order_value"], &found[0]["current_value"]), (1, &json!(-20), &json!(970)));
    let begun = Instant::now();
    assert_eq!(sandbox.deduct("k2", "o2", 20)["result"]["biz_success"], true);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(sandbox.flows(&json!({})).1, 2, "executed once");
    let lines: Vec<String> = sandbox.lines.try_iter().collect();
    let faults: Vec<&String> = lines.iter().filter(|line| line.contains("[fault: ")).collect();
    assert_eq!(faults.len(), 2, "{lines:?}");
    assert!(faults[1].ends_with(&format!("{DEDUCTION}: ok [fault: delay-after=300ms]")), "{}", faults[1]);
}

#[test]
fn several_spec_folders_are_served_together() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("util")).unwrap();
    fs::write(folder.path().join("util/category.yaml"), "title: 工具类\n").unwrap();
    let spec = "api: alibaba.example.time.get\ncategory: util\ntitle: 时间\ndescription: 时间\nsession: none\neffect: read\nrequest: { fields: {} }\n\
        response:\n  fields:\n    time: { type: Date, example: '2020-01-01 00:00:00', description: 时间 }\n";
    fs::write(folder.path().join("util/alibaba.example.time.get.yaml"), spec).unwrap();
    let sandbox = run(&["--spec", "spec", "--spec", &folder.path().display().to_string()]);
    assert_eq!(sandbox.call("alibaba.example.time.get", &[])["time"], "2020-01-01 00:00:00");
    assert_eq!(sandbox.flows(&json!({})).1, 1);
}
