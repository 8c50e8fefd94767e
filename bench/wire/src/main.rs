//! Times the cases, or counts their allocations, and prints one JSON object a line.
//!
//! Its arguments are `decode|encode|sign`, the folder with the answers, numbers of items, turns and their milliseconds, and, for a
//! profiler, one subject alone (and of one form).

mod cases;
mod subject;

use std::fs;

#[cfg(feature = "count")]
use opentop_bench_probe::allocations;
use opentop_bench_probe::timer::Case;
use opentop_runtime::SignMethod;

#[cfg(feature = "count")]
#[global_allocator]
static ALLOCATOR: &allocations::StatsAlloc<std::alloc::System> = &allocations::COUNTING;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, bench, folder, items, turns, millis, only @ ..] = &arguments[..] else {
        eprintln!("usage: wire decode|encode|sign FOLDER ITEMS,ITEMS TURNS MILLISECONDS [SUBJECT [FORM]]");
        std::process::exit(2);
    };
    let effort = (turns.parse().expect("a number of turns"), millis.parse().expect("a number of milliseconds"));
    let chosen = |form: &str, mut cases: Vec<Case<'static>>| {
        let form_is_wanted = only.get(1).is_none_or(|only| only == form);
        cases.retain(|case| form_is_wanted && only.first().is_none_or(|only| only == case.subject));
        cases
    };
    if bench == "sign" {
        for method in [SignMethod::Md5, SignMethod::Hmac, SignMethod::HmacSha256] {
            show(bench, method.as_str(), 20, &mut chosen(method.as_str(), cases::signing(method)), effort);
        }
        return;
    }
    for items in items.split(',') {
        let read = |form: &str| fs::read_to_string(format!("{folder}/{items}.{form}")).expect("the answer is there");
        // They live as long as the program, so that cases may borrow them.
        let leaked = |form: &str| &*read(form).leak();
        let (simplified, wrapped, xml) = (leaked("simplified"), leaked("wrapped"), leaked("xml"));
        let count = items.parse().expect("a number of items");
        cases::check(simplified, wrapped, xml);
        if bench == "encode" {
            show(bench, "json", count, &mut chosen("json", cases::encode(simplified)), effort);
            continue;
        }
        for (form, text) in [("simplified", simplified), ("wrapped", wrapped), ("xml", xml)] {
            show(bench, form, count, &mut chosen(form, cases::decode(form, text)), effort);
        }
    }
}

#[cfg(not(feature = "count"))]
fn show(bench: &str, form: &str, items: u64, cases: &mut [Case<'_>], effort: (usize, u64)) {
    use opentop_bench_probe::timer::{Effort, compare};
    let figures = compare(cases, Effort { turns: effort.0, turn: effort.1 * 1_000_000 });
    for (case, nanos) in cases.iter().zip(figures) {
        println!(
            r#"{{"bench":"{bench}","form":"{form}","items":{items},"subject":"{}","nanos":{nanos}}}"#,
            case.subject
        );
    }
}

#[cfg(feature = "count")]
fn show(bench: &str, form: &str, items: u64, cases: &mut [Case<'_>], _: (usize, u64)) {
    for case in cases {
        (case.work)();
        let asked = allocations::count(ALLOCATOR, &mut *case.work);
        println!(
            r#"{{"bench":"{bench}","form":"{form}","items":{items},"subject":"{}","allocations":{},"bytes":{}}}"#,
            case.subject, asked.count, asked.bytes
        );
    }
}
