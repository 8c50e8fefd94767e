#![allow(clippy::unwrap_used)]
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::likely;

/// A slip of one finger: a letter left out, put in, changed, or swapped with its neighbour.
fn slip(name: &str, random: &mut fastrand::Rng) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = random.usize(..letters.len() - 1);
    match random.u8(..4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, random.lowercase()),
        2 => letters[at] = random.lowercase(),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// The CPU time of this thread, which a busy machine does not change much; elsewhere than on Linux, time itself.
fn cpu_time(since: Instant) -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = text.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// How many of `count` slips have the name they were made of first, and how much CPU time a look-up took: the median and the slowest.
fn recognised(names: &[String], count: usize, seed: u64) -> (usize, [Duration; 2], Vec<String>) {
    let began = Instant::now();
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut right, mut times, mut wrong) = (0, Vec::new(), Vec::new());
    for _ in 0..count {
        // A slip that makes another method's name is no misspelling.
        let (name, typed) = loop {
            let name = &names[random.usize(..names.len())];
            let typed = slip(name, &mut random);
            if !known.contains(typed.as_str()) {
                break (name, typed);
            }
        };
        let started = cpu_time(began);
        let found = likely(&typed, names.iter().map(String::as_str));
        times.push(cpu_time(began) - started);
        if found.first() == Some(&name.as_str()) {
            right += 1;
        } else {
            wrong.push(format!("{typed}: expected {name}, got {found:?}"));
        }
    }
    times.sort();
    (right, [times[count / 2], times[count - 1]], wrong)
}

/// Names like the platform's: a vendor, a category, nouns, a verb.
fn invented(count: usize) -> Vec<String> {
    const NOUNS: [&str; 40] = [
        "item",
        "items",
        "trade",
        "trades",
        "order",
        "orders",
        "refund",
        "logistics",
        "address",
        "shop",
        "seller",
        "buyer",
        "user",
        "users",
        "coupon",
        "card",
        "brand",
        "store",
        "stock",
        "sku",
        "skus",
        "price",
        "picture",
        "video",
        "category",
        "props",
        "promotion",
        "activity",
        "member",
        "point",
        "invoice",
        "bill",
        "account",
        "flow",
        "report",
        "campaign",
        "adgroup",
        "keyword",
        "creative",
        "message",
    ];
    const VERBS: [&str; 12] =
        ["get", "query", "list", "add", "update", "delete", "create", "search", "sync", "confirm", "cancel", "set"];
    let mut random = fastrand::Rng::with_seed(20_261_127);
    let mut names = BTreeSet::new();
    while names.len() < count {
        let vendor = ["taobao", "taobao", "alibaba", "tmall", "aliexpress"][random.usize(..5)];
        let nouns: Vec<&str> = (0..random.usize(1..4)).map(|_| NOUNS[random.usize(..NOUNS.len())]).collect();
        names.insert(format!("{vendor}.{}.{}", nouns.join("."), VERBS[random.usize(..VERBS.len())]));
    }
    names.into_iter().collect()
}

/// `OPENTOP_TYPOS` says how many; run it optimised to see the time.
#[test]
fn of_a_hundred_slips_98_have_the_right_method_first() {
    let count = std::env::var("OPENTOP_TYPOS").ok().and_then(|text| text.parse().ok()).unwrap_or(400);
    let (right, took, wrong) = recognised(&invented(5_020), count, 7);
    println!("invented: {right} of {count} right, median and slowest {took:?}");
    assert!(right * 100 >= count * 98, "{right} of {count}: {}", wrong.join("\n"));
    if !cfg!(debug_assertions) {
        assert!(took[1] < Duration::from_millis(20), "{took:?}");
    }
}

#[test]
fn of_a_hundred_slips_98_have_the_right_method_of_the_corpus_first() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("SKIPPED: no corpus beside the repository ({} is not there)", corpus.display());
        return;
    }
    let mut names = Vec::new();
    for category in std::fs::read_dir(corpus).unwrap() {
        for file in std::fs::read_dir(category.unwrap().path()).into_iter().flatten() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let api = value.get("data").unwrap_or(&value);
            names.extend(
                api.get("name").and_then(|name| name.as_str()).filter(|name| name.contains('.')).map(str::to_owned),
            );
        }
    }
    names.sort();
    names.dedup();
    assert!(names.len() > 100, "{} names", names.len());
    let (right, took, wrong) = recognised(&names, 2_000, 7);
    println!("corpus: {right} of 2000 right among {}, median and slowest {took:?}", names.len());
    assert!(right >= 1_960, "{right} of 2000: {}", wrong.join("\n"));
}

#[test]
fn what_is_no_slip_is_found_by_what_it_contains_or_by_its_words() {
    let names = ["taobao.trades.sold.get", "taobao.trade.get", "alibaba.gift.card.query", "taobao.item.get"];
    assert_eq!(likely("sold.get", names), ["taobao.trades.sold.get"]);
    assert_eq!(likely("gift.card.list.page", names), ["alibaba.gift.card.query"]);
    assert_eq!(likely("TAOBAO.ITEM.GTE", names)[0], "taobao.item.get");
    assert!(likely("zzz", names).is_empty() && likely("", names).is_empty());
    assert_eq!(super::question("gift.card", names), "; did you mean alibaba.gift.card.query?");
}
