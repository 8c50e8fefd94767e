//! `opentop export` as a process: every row once whatever kills it, and files that read back equal.
//!
//! `OPENTOP_EXPORT_KILLS=100 cargo test -p opentop-cli --test export -- killed --nocapture` kills it a hundred times.
//! `OPENTOP_EXPORT_ROWS=1000000 cargo test --release -p opentop-cli --test export -- rate --nocapture` compares a long export with reading
//! the same pages without writing.
#![allow(clippy::unwrap_used, clippy::panic)]

mod export_support;

use std::fs;
use std::time::{Duration, Instant};

use export_support::{LIST, PLAIN, Shop, read_pages, records, text};
use opentop_sandbox::Fault;

/// The rows that a file of JSON lines should hold.
fn expected_lines(count: usize) -> Vec<serde_json::Value> {
    let zoned = |text: &serde_json::Value| format!("{}+08:00", text.as_str().unwrap().replace(' ', "T"));
    let row = |record: serde_json::Value| {
        let mut row = serde_json::Map::new();
        for (name, value) in record.as_object().unwrap() {
            match (name.as_str(), value) {
                ("paid_at", date) => {
                    row.insert(name.clone(), zoned(date).into());
                }
                ("buyer", buyer) => {
                    for (inner, value) in buyer.as_object().unwrap() {
                        row.insert(format!("buyer.{inner}"), value.clone());
                    }
                }
                ("items", items) => {
                    let mut items = items.clone();
                    for item in items.as_array_mut().unwrap() {
                        item["sent_at"] = zoned(&item["sent_at"]).into();
                    }
                    row.insert(name.clone(), items);
                }
                ("extra", json) => {
                    row.insert(name.clone(), serde_json::from_str(json.as_str().unwrap()).unwrap());
                }
                _ => {
                    row.insert(name.clone(), value.clone());
                }
            }
        }
        serde_json::Value::from(row)
    };
    records(count).into_iter().map(row).collect()
}

fn lines(path: &std::path::Path) -> Vec<serde_json::Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_row_and_every_digit_is_in_json_lines() {
    let shop = Shop::with(records(230));
    let done = shop.export(&["--out", "a.jsonl"]);
    assert!(done.status.success() && text(&done).contains("230 rows in a.jsonl"), "{}", text(&done));
    assert!(!text(&done).contains("rows/s"), "it is quiet where nobody looks: {}", text(&done));
    assert_eq!(lines(&shop.path("a.jsonl")), expected_lines(230));
    assert_eq!(shop.files(), ["a.jsonl"]);
}

#[test]
fn a_csv_has_headings_of_the_spec_in_both_languages() {
    let shop = Shop::with(records(30));
    assert!(shop.export(&["--out", "a.csv"]).status.success());
    let bytes = fs::read(shop.path("a.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let names = [
        "order_id",
        "outer_id",
        "amount",
        "rate",
        "paid_at",
        "closed",
        "buyer.name",
        "buyer.level",
        "items",
        "tags",
        "extra",
        "note",
    ];
    assert_eq!(headings, names);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let of =
        |row: &csv::StringRecord, name: &str| row[names.iter().position(|known| *known == name).unwrap()].to_owned();
    for (row, expected) in rows.iter().zip(expected_lines(30)) {
        for name in names {
            let wanted = match &expected[name] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let got = of(row, name);
            let same_json = || serde_json::from_str::<serde_json::Value>(&got).ok().as_ref() == Some(&expected[name]);
            assert!(
                got == wanted || matches!(name, "items" | "tags" | "extra") && same_json(),
                "{name}: {got} {wanted}"
            );
        }
    }
    assert_eq!(rows.len(), 30);
    assert!(shop.export(&["--out", "a.csv", "--headings", "zh"]).status.success());
    let chinese = fs::read_to_string(shop.path("a.csv")).unwrap();
    let heading = chinese.lines().next().unwrap();
    assert_eq!(
        heading,
        "\u{feff}订单号,outer_id,实付金额,费率,付款时间,closed,买家.昵称,买家.等级,items,tags,extra,note"
    );
    assert_eq!(chinese.lines().count(), fs::read_to_string(shop.path("a.csv")).unwrap().lines().count());
}

#[cfg(feature = "parquet")]
#[test]
fn a_parquet_file_reads_back_equal() {
    use arrow_array::{Array as _, cast::AsArray as _, types};
    use arrow_schema::{DataType, TimeUnit};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    let shop = Shop::with(records(230));
    assert!(shop.export(&["--out", "a.jsonl"]).status.success());
    let done = shop.export(&["--out", "a.parquet"]);
    assert!(done.status.success(), "{}", text(&done));
    let file = fs::File::open(shop.path("a.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let schema = reader.schema().clone();
    let of_type = |name: &str| schema.field_with_name(name).unwrap().data_type().clone();
    assert_eq!(of_type("order_id"), DataType::Int64);
    assert_eq!(of_type("outer_id"), DataType::Utf8);
    assert_eq!(of_type("amount"), DataType::Decimal128(38, 9));
    assert_eq!(of_type("paid_at"), DataType::Timestamp(TimeUnit::Microsecond, Some("+08:00".into())));
    let mut rows = Vec::new();
    for batch in reader.build().unwrap().map(Result::unwrap) {
        for row in 0..batch.num_rows() {
            let mut object = serde_json::Map::new();
            for (field, column) in schema.fields().iter().zip(batch.columns()) {
                if column.is_null(row) {
                    continue;
                }
                let name = field.name().as_str();
                let value = match field.data_type() {
                    DataType::Int64 => column.as_primitive::<types::Int64Type>().value(row).into(),
                    DataType::Boolean => column.as_boolean().value(row).into(),
                    DataType::Decimal128(..) => {
                        let units = column.as_primitive::<types::Decimal128Type>().value(row);
                        opentop_runtime::Decimal::from_i128_with_scale(units, 9).normalize().to_string().into()
                    }
                    DataType::Timestamp(..) => {
                        let micros = column.as_primitive::<types::TimestampMicrosecondType>().value(row);
                        let date = opentop_runtime::DateTime::from_unix_millis(micros / 1000).unwrap();
                        format!("{}+08:00", date.to_string().replace(' ', "T")).into()
                    }
                    _ if matches!(name, "items" | "tags" | "extra") => {
                        serde_json::from_str(column.as_string::<i32>().value(row)).unwrap()
                    }
                    _ => column.as_string::<i32>().value(row).into(),
                };
                object.insert(name.to_owned(), value);
            }
            rows.push(serde_json::Value::from(object));
        }
    }
    let mut expected = lines(&shop.path("a.jsonl"));
    for row in &mut expected {
        for name in ["amount", "rate"] {
            if let Some(text) = row[name].as_str() {
                let number: opentop_runtime::Decimal = text.parse().unwrap();
                row[name] = number.normalize().to_string().into();
            }
        }
    }
    let expected: Vec<serde_json::Value> = expected
        .into_iter()
        .map(|row| {
            row.as_object()
                .unwrap()
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        })
        .collect();
    assert_eq!(rows, expected);
}

#[cfg(feature = "parquet")]
#[test]
fn a_decimal_that_parquet_would_round_is_an_error_and_the_rows_are_kept() {
    let mut all = records(3);
    all[1]["rate"] = "0.0000000001".into();
    let shop = Shop::with(all);
    fs::write(shop.path("a.parquet"), "old").unwrap();
    let refused = shop.export(&["--out", "a.parquet"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused).contains("0.0000000001 has more than 9 decimals"), "{}", text(&refused));
    assert_eq!(fs::read_to_string(shop.path("a.parquet")).unwrap(), "old");
    let before = shop.calls();
    let done = shop.export(&["--out", "a.parquet", "--resume", "--decimals", "text"]);
    assert!(done.status.success(), "{}", text(&done));
    assert_eq!(shop.calls(), before, "nothing is asked again");
    assert_eq!(shop.files(), ["a.parquet"]);
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_parquet_the_cure_is_named() {
    let shop = Shop::with(records(1));
    let refused = shop.export(&["--out", "a.parquet"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("--features parquet"), "{}", text(&refused));
    assert_eq!((shop.files(), shop.calls()), (Vec::<String>::new(), 0));
}

#[test]
fn a_killed_export_goes_on_and_every_row_comes_once() {
    let count = std::env::var("OPENTOP_EXPORT_KILLS").map_or(4, |count| count.parse().unwrap());
    let shop = Shop::with(records(1500));
    let small = ["--out", "a.jsonl", "--resume", "page_size=10"];
    let began = Instant::now();
    assert!(shop.export(&small).status.success());
    let whole = began.elapsed();
    let expected = lines(&shop.path("a.jsonl"));
    assert_eq!(expected, expected_lines(1500));
    let mut random = fastrand::Rng::with_seed(7);
    let (mut kills, mut resumed, mut files) = (0, 0, 0);
    while kills < count || files == 0 {
        let mut child = shop.command(&small).spawn().unwrap();
        let part = shop.path("a.jsonl.part");
        resumed += usize::from(part.exists());
        std::thread::sleep(whole.mul_f64(random.f64() * 0.7));
        if kills < count && child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        let ended = child.wait().unwrap();
        // Until its end an export leaves the file that was there.
        assert_eq!(lines(&shop.path("a.jsonl")), expected, "after {kills} kills");
        if part.exists() {
            let spool = fs::read(&part).unwrap();
            for secret in ["canary-secret", "canary-session"] {
                assert!(!spool.windows(secret.len()).any(|found| found == secret.as_bytes()), "{secret} in the spool");
            }
        }
        files += usize::from(ended.success());
    }
    assert!(resumed > 0, "no kill hit an export in its midst");
    println!("{kills} kills, {resumed} resumed, {files} files, each with every row once");
}

#[test]
fn a_spool_that_was_cut_anywhere_gives_every_row_once() {
    let shop = Shop::with(records(60));
    let slow = ["--out", "a.jsonl", "page_size=5"];
    shop.sandbox
        .push_faults_for(LIST, [vec![Fault::None; 7], vec![Fault::Isv { sub_code: "isv.x".to_owned() }]].concat());
    let rejected = shop.export(&slow);
    assert_eq!(rejected.status.code(), Some(3), "{}", text(&rejected));
    assert!(text(&rejected).contains("rows are kept in a.jsonl.part: go on with"), "{}", text(&rejected));
    let spool = fs::read(shop.path("a.jsonl.part")).unwrap();
    let resume = [&slow[..], &["--resume"]].concat();
    let mut random = fastrand::Rng::with_seed(3);
    let cuts: Vec<usize> = (0..12).map(|_| random.usize(..spool.len())).chain([0, 1, spool.len()]).collect();
    for cut in cuts {
        fs::write(shop.path("a.jsonl.part"), &spool[..cut]).unwrap();
        let done = shop.export(&resume);
        assert!(done.status.success(), "cut at {cut}: {}", text(&done));
        assert_eq!(lines(&shop.path("a.jsonl")), expected_lines(60), "cut at {cut}");
    }
}

#[test]
fn an_interrupted_export_is_not_overwritten_and_not_mixed_with_another() {
    let shop = Shop::with(records(60));
    let refused = Fault::Isv { sub_code: "isv.x".to_owned() };
    shop.sandbox.push_faults_for(LIST, vec![Fault::None, refused.clone()]);
    let out = ["--out", "a.csv", "page_size=5"];
    assert_eq!(shop.export(&out).status.code(), Some(3));
    let spool = fs::read(shop.path("a.csv.part")).unwrap();
    for (words, cure) in [
        (vec![], "Go on with --resume, or delete it"),
        (vec!["--resume", "shop_id=2"], "other parameters"),
        (vec!["--resume", "--app-key-of-another"], "read by the application 12345678"),
    ] {
        let other = words.contains(&"--app-key-of-another");
        let words: Vec<&str> =
            out.iter().copied().chain(words.into_iter().filter(|word| !word.contains("another"))).collect();
        let mut command = shop.command(&words);
        if other {
            command.env("OPENTOP_APP_KEY", "7");
        }
        let refused = command.output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
        assert!(text(&refused).contains(cure), "{cure}: {}", text(&refused));
        assert_eq!(fs::read(shop.path("a.csv.part")).unwrap(), spool);
    }
    fs::write(shop.path("b.csv.part"), "precious").unwrap();
    let refused = shop.export(&["--out", "b.csv", "--resume"]);
    assert!(text(&refused).contains("no spool of an export"), "{}", text(&refused));
    assert_eq!(fs::read_to_string(shop.path("b.csv.part")).unwrap(), "precious");
}

#[test]
fn what_cannot_be_exported_is_refused_before_anything_is_sent() {
    let shop = Shop::with(records(1));
    fs::create_dir(shop.path("folder")).unwrap();
    for (words, cure) in [
        (vec!["export", "alibaba.example.order.update", "--out", "a.csv"], "only methods that read"),
        (vec!["export", PLAIN, "--out", "a.csv"], "does not say how it pages"),
        (vec!["export", "alibaba.example.order.lits", "--out", "a.csv"], "did you mean alibaba.example.order.list?"),
        (vec!["export", LIST, "--out", "a.xlsx"], "say --format csv, jsonl or parquet"),
        (vec!["export", LIST, "--out", "nowhere/a.csv"], "there is no folder nowhere"),
        (vec!["export", LIST, "--out", "folder", "--format", "csv"], "is a folder"),
        (vec!["export", LIST, "--out", "a.csv", "--since", "2024-13-01"], "expected `yyyy-MM-dd`"),
        (vec!["export", LIST, "--out", "a.csv", "--since", "2024-02-01", "--until", "2024-01-01"], "swap them"),
        (vec!["export", LIST, "--out", "a.csv", "shop_id=1"], "--since and --until give the span"),
        (
            vec!["export", LIST, "--out", "a.csv", "shop=1", "--since", "2024-01-01", "--until", "2024-02-01"],
            "did you mean",
        ),
        (vec!["export", LIST, "--out", "a.csv", "start=2024-01-01 00:00:00", "--since", "2024-01-01"], "given twice"),
    ] {
        let refused = shop.run(&words);
        assert!(matches!(refused.status.code(), Some(1 | 2)), "{words:?}: {}", text(&refused));
        assert!(text(&refused).contains(cure), "{words:?}: expected {cure}: {}", text(&refused));
    }
    assert_eq!((shop.files(), shop.calls()), (vec!["folder".to_owned()], 0));
}

#[test]
fn another_export_to_the_same_file_waits_its_turn() {
    let shop = Shop::with(records(60));
    shop.sandbox.push_faults_for(LIST, vec![Fault::DelayBefore(Duration::from_secs(60))]);
    let mut first = shop.command(&["--out", "a.csv"]).spawn().unwrap();
    while !shop.path("a.csv.part").exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = shop.export(&["--out", "a.csv", "--resume"]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(text(&second).contains("another export is writing a.csv.part"), "{}", text(&second));
    assert_eq!(second.status.code(), Some(2));
}

/// The most memory that a process had, in MB. `None` where the system does not tell.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? / 1024)
}

#[test]
fn the_rate_and_the_memory_of_an_export() {
    let given = std::env::var("OPENTOP_EXPORT_ROWS").ok().map(|rows| rows.parse().unwrap());
    let rows = given.unwrap_or(3000);
    let shop = Shop::with(records(rows));
    let began = Instant::now();
    assert!(read_pages(&shop, 500) >= rows, "rows where windows meet come twice");
    let reading = began.elapsed();
    println!("reading {rows} rows without writing: {:.1} s", reading.as_secs_f64());
    for format in if cfg!(feature = "parquet") { &["csv", "jsonl", "parquet"][..] } else { &["csv", "jsonl"] } {
        let out = format!("a.{format}");
        let began = Instant::now();
        let mut child = shop.command(&["--out", &out, "page_size=500"]).spawn().unwrap();
        let mut peak = None;
        while child.try_wait().unwrap().is_none() {
            peak = peak_memory(child.id()).or(peak);
            std::thread::sleep(Duration::from_millis(if given.is_some() { 50 } else { 2 }));
        }
        let (ended, rate) = (child.wait_with_output().unwrap(), reading.as_secs_f64() / began.elapsed().as_secs_f64());
        assert!(text(&ended).contains(&format!("{rows} rows in {out}")), "{}", text(&ended));
        println!("{format}: {rate:.2} of that rate, at most {} MB", peak.unwrap_or_default());
        assert!(peak.is_none_or(|peak| peak <= 64), "{peak:?} MB");
        // A short export is not measured: the process itself takes longer than the pages.
        assert!(given.is_none() || rate >= 0.8, "{rate:.2}");
    }
}
