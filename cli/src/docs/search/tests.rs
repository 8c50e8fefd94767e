//! The index and the engine together, in node: what is found, how soon, and that nothing breaks it. Skipped, aloud, where node is not there.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use opentop_import::{Context, import};
use opentop_model::diagnostic::SourceFile;
use opentop_model::load;
use opentop_model::model::{Api, Field, Model};
use serde_json::{Value, json};

use super::{Entry, files};
use crate::docs::site::Site;

/// The folder with the scripts that node runs.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/search")
}

fn model(sources: &[SourceFile]) -> Model {
    let loaded = load(sources);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    loaded.model
}

fn invented(count: usize) -> Model {
    model(&specs(count))
}

/// Specifications of methods like the platform's: a category's nouns, verbs, Chinese titles, types, error codes.
fn specs(count: usize) -> Vec<SourceFile> {
    const NOUNS: [(&str, &str); 16] = [
        ("trade", "交易"),
        ("order", "订单"),
        ("refund", "退款"),
        ("item", "商品"),
        ("sku", "规格"),
        ("shop", "店铺"),
        ("logistics", "物流"),
        ("coupon", "优惠券"),
        ("member", "会员"),
        ("invoice", "发票"),
        ("stock", "库存"),
        ("address", "地址"),
        ("rate", "评价"),
        ("picture", "图片"),
        ("supplier", "供应商"),
        ("warehouse", "仓库"),
    ];
    const VERBS: [(&str, &str); 6] =
        [("get", "查询"), ("add", "新增"), ("update", "修改"), ("delete", "删除"), ("list", "列表"), ("sync", "同步")];
    const DETAILS: [(&str, &str); 8] = [
        ("id", "编号"),
        ("name", "名称"),
        ("status", "状态"),
        ("price", "价格。精确到2位小数；单位：元"),
        ("created", "创建时间，格式yyyy-MM-dd HH:mm:ss"),
        ("remark", "备注"),
        ("count", "数量"),
        ("type", "类型"),
    ];
    let mut sources: Vec<SourceFile> = Vec::new();
    let pairs = NOUNS.iter().flat_map(|one| NOUNS.iter().map(move |two| (one, two)));
    let names = pairs.flat_map(|pair| VERBS.iter().map(move |verb| (pair, verb)));
    for (number, (((one, one_zh), (two, two_zh)), (verb, verb_zh))) in names.take(count).enumerate() {
        let title = if one == two { format!("{verb_zh}{one_zh}") } else { format!("{verb_zh}{one_zh}的{two_zh}") };
        let path = if one == two { format!("example.{one}.{verb}") } else { format!("example.{one}.{two}.{verb}") };
        let upper = |word: &str| word[..1].to_uppercase() + &word[1..];
        let kind = format!("{}{}DTO", upper(one), upper(two));
        let (detail, detail_zh) = DETAILS[number % DETAILS.len()];
        let (other, other_zh) = DETAILS[(number / 7 + 3) % DETAILS.len()];
        let text = format!(
            "api: {path}\ncategory: {one}\ntitle: {title}\ndescription: {one_zh}接口：{verb_zh}与{two_zh}有关的{detail_zh}\n\
             session: none\neffect: read\nrequest:\n  fields:\n    {two}_{detail}: {{ type: String, description: '{two_zh}的{detail_zh}' }}\n    \
             query{number}: {{ type: {kind}, description: 第{number}号参数 }}\nresponse:\n  fields:\n    \
             result: {{ type: '{kind} []', description: '{one_zh}结果' }}\ntypes:\n  {kind}:\n    description: '{one_zh}和{two_zh}'\n    fields:\n      \
             {one}_{two}_{other}: {{ type: String, description: '{one_zh}中{two_zh}的{other_zh}' }}\n\
             errors:\n  - {{ code: 'isv.{one}-{two}-{verb}-error', message: {two_zh}不存在, solution: 检查{two_zh}编号 }}\n"
        );
        sources.push(SourceFile { path: format!("{one}/{path}.yaml"), text });
    }
    let used: Vec<String> = sources.iter().map(|source| source.path.clone()).collect();
    for (noun, title) in
        NOUNS.into_iter().filter(|(noun, _)| used.iter().any(|path| path.starts_with(&format!("{noun}/"))))
    {
        sources.push(SourceFile { path: format!("{noun}/category.yaml"), text: format!("title: {title}API\n") });
    }
    sources
}

/// The vendor's descriptions, where they are at hand; they are no part of the repository.
fn corpus() -> Option<Model> {
    let named = std::env::var_os("OPENTOP_CORPUS").map(PathBuf::from);
    let corpus = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"));
    let Ok(folders) = fs::read_dir(&corpus) else {
        eprintln!("SKIPPED: the descriptions of real methods are not at {}", corpus.display());
        return None;
    };
    let mut inputs = Vec::new();
    for folder in folders.flatten().map(|folder| folder.path()) {
        for path in fs::read_dir(&folder).into_iter().flatten().flatten().map(|file| file.path()) {
            let name = path.strip_prefix(&corpus).unwrap().to_string_lossy().replace('\\', "/");
            inputs.push(SourceFile { path: name, text: fs::read_to_string(&path).unwrap() });
        }
    }
    inputs.sort_by(|one, other| one.path.cmp(&other.path));
    let imported = import(&inputs, &Context::default());
    let files = imported.files.into_iter().map(|ready| SourceFile { path: ready.path, text: ready.text });
    let categories = imported.categories.into_iter().map(|(path, text)| SourceFile { path, text });
    Some(model(&files.chain(categories).collect::<Vec<_>>()))
}

/// The methods `count` times, under new names from the second time on.
fn copies(model: &Model, count: usize) -> Model {
    let mut all = Model { categories: model.categories.clone(), apis: Vec::new() };
    for api in &model.apis {
        for copy in 0..count {
            let mut api = api.clone();
            if copy > 0 {
                let (first, rest) = api.method.split_once('.').unwrap_or(("x", &api.method));
                api.method = format!("{first}.copy{copy}.{rest}");
            }
            all.apis.push(api);
        }
    }
    all
}

fn write(folder: &Path, model: &Model) {
    let pages: Vec<String> = model.apis.iter().map(|api| format!("{}/{}.html", api.category, api.method)).collect();
    let title = |api: &Api| model.categories.iter().find(|one| one.name == api.category).map_or("", |one| &one.title);
    let entries = model.apis.iter().zip(&pages).map(|(api, page)| Entry { api, category: title(api), page });
    for (path, text) in files(entries) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// What a method holds, from the model alone: what the queries are made of and judged by.
fn truth(api: &Api) -> Value {
    let objects = [&api.request, &api.response].into_iter().chain(api.types.iter().map(|named| &named.object));
    let fields: Vec<&Field> = objects.flat_map(|object| &object.fields).collect();
    let types = api.types.iter().map(|named| named.name.as_str());
    let texts = fields.iter().map(|field| field.description.as_str()).chain([api.description.as_str()]);
    json!({
        "method": api.method,
        "title": api.title,
        "fields": fields.iter().map(|field| &field.wire).collect::<Vec<_>>(),
        "types": types.collect::<Vec<_>>(),
        "codes": api.errors.iter().map(|row| &row.code).collect::<Vec<_>>(),
        "texts": texts.collect::<Vec<_>>(),
    })
}

/// Runs a script in node; what it says is shown, and it fails where the script does. `None` without node.
fn node(script: &str, arguments: &[&str]) -> Option<String> {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/assets/search-engine.js");
    let ran = Command::new("node").arg(scripts().join(script)).arg(engine).args(arguments).output();
    let Ok(ran) = ran else {
        eprintln!("SKIPPED: the search cannot be tried, because there is no node on the PATH");
        return None;
    };
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    println!("{said}");
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    Some(said)
}

fn quality(model: &Model, queries: &str) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), model);
    let mut lines = String::new();
    for api in &model.apis {
        writeln!(lines, "{}", truth(api)).unwrap();
    }
    let truth = folder.path().join("truth.jsonl");
    fs::write(&truth, lines).unwrap();
    let seed = std::env::var("OPENTOP_SEARCH_SEED").unwrap_or_else(|_| "1".to_owned());
    node("quality.mjs", &[folder.path().to_str().unwrap(), truth.to_str().unwrap(), queries, &seed]);
}

#[test]
fn invented_methods_are_found() {
    quality(&invented(600), "300");
}

#[test]
fn the_first_results_are_those_that_were_meant() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &invented(600));
    node("expectations.mjs", &[folder.path().to_str().unwrap()]);
}

#[test]
fn real_methods_are_found() {
    let Some(model) = corpus() else { return };
    quality(&model, &std::env::var("OPENTOP_SEARCH_QUERIES").unwrap_or_else(|_| "300".to_owned()));
}

/// What a vendor's page might say to break a page.
const HOSTILE: &str = r##"
api: example.hostile.get
category: hostile
title: "</script><img src=x onerror=alert(1)>\u2028“'\"`${1}"
description: "<b>İstanbul</b> ﬀ 😀 \u202e ]]> --> javascript:alert(1) 订单订单订单"
session: none
effect: read
request:
  fields:
    __proto__: { type: constructor, description: "__proto__ toString" }
    toString: { type: String, description: "<svg onload=alert(1)> &lt;script&gt; 订单" }
response:
  fields:
    hasOwnProperty: { type: "constructor []", description: "" }
types:
  constructor:
    description: "$& $1 \\"
    fields:
      valueOf: { type: String, description: "%E0%A4%A" }
      again: { type: constructor, description: 订单 }
errors:
  - { code: "isv.<script>?q=#x", message: "\"><script>", solution: "订单" }
"##;

fn hostile() -> [SourceFile; 2] {
    let files = [("hostile/category.yaml", "title: <b>x</b>\n"), ("hostile/example.hostile.get.yaml", HOSTILE)];
    files.map(|(path, text)| SourceFile { path: path.to_owned(), text: text.to_owned() })
}

#[test]
fn every_place_that_is_found_is_on_the_site() {
    let mut specs = specs(30);
    specs.extend(hostile());
    specs.extend(opentop_sandbox::built_in_specs());
    let folder = tempfile::tempdir().unwrap();
    for (path, file) in Site::of(&model(&specs), &specs).unwrap().files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.bytes).unwrap();
    }
    node("links.mjs", &[folder.path().to_str().unwrap()]);
}

#[test]
fn hostile_texts_and_queries_break_nothing() {
    let mut model = invented(30);
    model.apis.extend(self::model(&hostile()).apis);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &model);
    let count = std::env::var("OPENTOP_SEARCH_QUERIES").unwrap_or_else(|_| "1000".to_owned());
    node("hostile.mjs", &[folder.path().to_str().unwrap(), &count, "1"]);
}

#[test]
fn scripts_write_text_and_never_markup() {
    for script in [super::ENGINE, include_str!("../assets/search.js")] {
        for way in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "setHTML",
            "DOMParser",
            "fetch(",
        ] {
            assert!(!script.contains(way), "{way}");
        }
    }
}

/// Writes the index of the corpus, and that of the corpus copied up to 5,000 methods, into the folder `OPENTOP_SEARCH_OUT`: for `quality.mjs`
/// and `peers.mjs`.
#[test]
#[ignore = "writes what is measured by hand: see cli/tests/search/README.md"]
fn indexes_to_measure() {
    let Some(model) = corpus() else { return };
    let Some(out) = std::env::var_os("OPENTOP_SEARCH_OUT").map(PathBuf::from) else { return };
    for (name, count) in [("502", 1), ("5020", 10)] {
        let model = copies(&model, count);
        let began = std::time::Instant::now();
        write(&out.join(name), &model);
        println!("{name}: {:?}", began.elapsed());
        let truth: Vec<String> = model.apis.iter().map(|api| truth(api).to_string()).collect();
        fs::write(out.join(name).join("truth.jsonl"), truth.join("\n")).unwrap();
    }
}
