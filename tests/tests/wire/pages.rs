//! What the four documentation pages say comes out typed: every row, every leaf of every sample, in every format.

use std::collections::BTreeMap;

use opentop::Request;
use opentop::api::{alsc, bill, wdk};
use opentop_model::model::{Api, Object};
use opentop_runtime::__private::engine::decode;
use opentop_runtime::__private::engine::table::{Leaf, Table, leaves};

use crate::support::repository::specs;

/// One page: its fixture, its method, the rows of its two tables, the leaves of its sample and how many of these are blank.
struct Page {
    name: &'static str,
    method: &'static str,
    request_rows: usize,
    response_rows: usize,
    leaves: usize,
    blank: usize,
}

const PAGES: [Page; 4] = [
    Page {
        name: "accountflows_get",
        method: "alibaba.alsc.crm.recharge.accountflows.get",
        request_rows: 14,
        response_rows: 30,
        leaves: 28,
        blank: 0,
    },
    Page {
        name: "dedut_update",
        method: "alibaba.alsc.crm.recharge.dedut.update",
        request_rows: 15,
        response_rows: 31,
        leaves: 25,
        blank: 1,
    },
    Page {
        name: "book_bills_get",
        method: "taobao.bill.book.bills.get",
        request_rows: 7,
        response_rows: 12,
        leaves: 11,
        blank: 0,
    },
    Page {
        name: "order_backflow",
        method: "alibaba.wdk.finance.order.backflow",
        request_rows: 9,
        response_rows: 33,
        leaves: 29,
        blank: 3,
    },
];

fn fixture(name: &str) -> String {
    let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of an object's table on the page. A type that stands in several places has its rows in each of them.
fn rows(api: &Api, object: &Object) -> usize {
    object.fields.iter().map(|field| 1 + field.ty.object().map_or(0, |id| rows(api, &api.named(id).object))).sum()
}

#[test]
fn every_row_of_the_pages_is_in_the_specs() {
    let loaded = opentop_model::load(&specs());
    for page in PAGES {
        let api = loaded.model.apis.iter().find(|api| api.method == page.method).unwrap();
        assert_eq!(
            (rows(api, &api.request), rows(api, &api.response)),
            (page.request_rows, page.response_rows),
            "{}",
            page.method
        );
        let text = fixture(&format!("pages/{}.txt", page.name));
        assert!(text.contains(&api.title), "{}: title", page.method);
        let objects = [&api.request, &api.response].into_iter().chain(api.types.iter().map(|named| &named.object));
        for field in objects.flat_map(|object| &object.fields) {
            for written in
                [Some(&field.wire), Some(&field.description), field.example.as_ref(), Some(&field.vendor_type)]
            {
                let written = written.map_or("", String::as_str);
                assert!(text.contains(written), "{}: {} says {written:?}, the page does not", page.method, field.key);
            }
        }
    }
}

/// Path → text of every leaf element of an XML sample, by a reader that shares nothing with ours; list elements are numbered.
fn sample_leaves(xml: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut way: Vec<String> = Vec::new();
    for line in xml.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let name = line.trim_start_matches(['<', '/']).split(['>', ' ']).next().unwrap().to_owned();
        if line.starts_with("</") {
            way.pop();
        } else if let Some((text, _)) = line.split_once('>').unwrap().1.split_once("</") {
            let path = way.iter().skip(1).map(String::as_str).chain([name.as_str()]).collect::<Vec<_>>().join(".");
            found.insert(path, text.replace("&quot;", "\""));
        } else {
            way.push(name);
        }
    }
    found
}

/// The path of a decoded leaf as the XML sample writes it: `list[0].x` → `list.<element>.x`.
fn as_in_sample(path: &str, sample: &BTreeMap<String, String>) -> String {
    if !path.contains("[0]") {
        return path.to_owned();
    }
    let (list, rest) = path.split_once("[0].").unwrap();
    let start = format!("{list}.");
    sample
        .keys()
        .find(|known| known.starts_with(&start) && known.ends_with(&format!(".{rest}")))
        .cloned()
        .unwrap_or_default()
}

fn check<R: Request>(page: &Page)
where
    R::Response: PartialEq + std::fmt::Debug,
{
    assert_eq!(R::INFO.name(), page.method);
    let decoded = ["xml", "wrapped.json", "simplified.json"].map(|kind| {
        let text = fixture(&format!("answers/{}.{kind}", page.name));
        let mut model = R::Response::default();
        let seen = if kind == "xml" {
            decode::xml(&text, R::INFO.envelope(), &mut model)
        } else {
            decode::json(&text, R::INFO.envelope(), &mut model)
        };
        assert!(seen.unwrap().recognised);
        model
    });
    let [xml, wrapped, simplified] = decoded;
    assert_eq!(xml, wrapped);
    assert_eq!(xml, simplified);

    let sample = sample_leaves(&fixture(&format!("answers/{}.xml", page.name)));
    let blank = sample.values().filter(|text| matches!(text.as_str(), "" | "null")).count();
    assert_eq!((sample.len(), blank), (page.leaves, page.blank), "{}: the sample itself", page.method);
    let typed = leaves(&xml as &dyn Table);
    assert_eq!(typed.len(), page.leaves - page.blank, "{}: {typed:?}", page.method);
    for (path, leaf) in &typed {
        let place = as_in_sample(path, &sample);
        let shown = match leaf {
            Leaf::Text(text) => text.clone(),
            // `Number 20`: the type, then the text.
            other => other.to_string().split_once(' ').unwrap().1.to_owned(),
        };
        assert_eq!(sample.get(&place), Some(&shown), "{}: {path}", page.method);
        assert!(!matches!(leaf, Leaf::Json(_)), "{}: {path} is typed Json, and the page does not say so", page.method);
    }
    insta::assert_snapshot!(
        format!("leaves_{}", page.name),
        typed.iter().map(|(path, leaf)| format!("{path} = {leaf:?}")).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn the_sample_of_stored_value_flows_comes_out_whole() {
    check::<alsc::crm_recharge_accountflows_get::Request>(&PAGES[0]);
}

#[test]
fn the_sample_of_stored_value_deduction_comes_out_whole() {
    check::<alsc::crm_recharge_dedut_update::Request>(&PAGES[1]);
}

#[test]
fn the_sample_of_account_bills_comes_out_whole() {
    check::<bill::book_bills_get::Request>(&PAGES[2]);
}

#[test]
fn the_sample_of_finance_order_backflow_comes_out_whole() {
    check::<wdk::finance_order_backflow::Request>(&PAGES[3]);
}
