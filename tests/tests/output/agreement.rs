//! `diff --check-breaking` and the compiler say the same: of each change of a specification, a program that used everything before is
//! compiled with what is generated after.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use opentop_codegen::{Options, changes, modules};
use opentop_model::diagnostic::SourceFile;
use opentop_model::diff::Class;
use opentop_model::model::Model;

use crate::support::repository::root;

const LIST: &str = include_str!("../../fixtures/agreement/list.yaml");
const REDEEM: &str = include_str!("../../fixtures/agreement/redeem.yaml");
const USER: &str = include_str!("../../fixtures/agreement/user.rs");

/// What a change does to a program that used everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// It does not compile.
    Stops,
    /// It compiles, and something else happens: a call is refused, or the same code means another thing.
    Means,
    /// It compiles and does what it did.
    Nothing,
}
use Does::{Means, Nothing, Stops};

/// What is changed, in pieces that stand in one of the two specifications once, and what that does.
type Row = (&'static str, &'static [(&'static str, &'static str)], Does);

const ROWS: &[Row] = &[
    ("the effect, from read", &[("effect: read", "effect: write")], Stops),
    ("a session that is not needed any more", &[("session: required", "session: optional")], Nothing),
    ("a session that is needed now", &[("session: none", "session: required")], Stops),
    ("the module's name", &[("effect: read", "effect: read\nmodule: gifts")], Stops),
    (
        "paging is gone",
        &[("paging: { page: page_no, size: page_size, has_next: has_next, items: result.gifts, item_key: id }\n", "")],
        Stops,
    ),
    ("the item's key", &[(", item_key: id", "")], Means),
    (
        "the span is gone, and with it the windows",
        &[("  rules:\n    - max_span: { start: start, end: end, days: 30 }\n", "")],
        Stops,
    ),
    ("a shorter span", &[("days: 30", "days: 7")], Means),
    ("a longer span", &[("days: 30", "days: 60")], Nothing),
    ("an optional parameter", &[("    extra:", "    more: { type: String }\n    extra:")], Nothing),
    (
        "a required parameter",
        &[("    extra:", "    more: { type: String, required: true, example: 1 }\n    extra:")],
        Stops,
    ),
    ("a parameter is gone", &[("    extra: { type: String, description: 另 }\n", "")], Stops),
    (
        "a parameter becomes required",
        &[("extra: { type: String,", "extra: { type: String, required: true, example: 1,")],
        Stops,
    ),
    ("a parameter becomes optional", &[("end: { type: Date, required: true,", "end: { type: Date,")], Nothing),
    ("a parameter's type", &[("amount: { type: Number,", "amount: { type: Boolean,")], Stops),
    ("one becomes many", &[("extra: { type: String,", "extra: { type: \"String []\",")], Stops),
    ("a tighter bound", &[("max: 100", "max: 50")], Means),
    ("a looser bound", &[("max: 100", "max: 200")], Nothing),
    ("a name on the wire", &[("extra: { type: String,", "extra: { type: String, wire: more,")], Stops),
    (
        "a name on the wire with the same Rust name",
        &[("extra: { type: String,", "extra: { type: String, wire: Extra,")],
        Means,
    ),
    ("values are listed", &[("extra: { type: String,", "extra: { type: String, values: [ { value: A } ],")], Stops),
    ("values are listed no more", &[("values: [ { value: ON }, { value: OFF, name: Gone } ], ", "")], Stops),
    ("a listed value is gone", &[("{ value: ON }, ", "")], Stops),
    ("a listed value more", &[("{ value: ON }", "{ value: ON }, { value: NEW }")], Nothing),
    ("a listed value's name", &[("name: Gone", "name: Away")], Stops),
    (
        "two listed values change names",
        &[("value: 1, name: Gold", "value: 1, name: Iron"), ("value: 2, name: Iron", "value: 2, name: Gold")],
        Means,
    ),
    ("an enum's name", &[("state: { type: String,", "state: { type: String, enum: GiftState,")], Stops),
    (
        "a value takes the name of another",
        &[("{ value: OFF, name: Gone }", "{ value: O-N, name: ON }, { value: OFF, name: Gone }")],
        Nothing,
    ),
    ("a value before another takes its name", &[("{ value: ON }", "{ value: O_n, name: ON }, { value: ON }")], Means),
    ("a type's name", &[("  Maker:\n", "  Producer:\n"), ("maker: { type: Maker,", "maker: { type: Producer,")], Stops),
    (
        "a type takes an enum's name",
        &[
            ("maker: { type: Maker,", "level_of: { type: Level }\n      maker: { type: Maker,"),
            ("  Maker:\n", "  Level:\n    fields:\n      a: { type: String }\n  Maker:\n"),
        ],
        Stops,
    ),
    ("a response's type is sent as well", &[("    extra:", "    gift: { type: Maker }\n    extra:")], Stops),
    (
        "a type contains itself",
        &[(
            "      name: { type: String, description: 名 }",
            "      name: { type: String }\n      above: { type: Maker }",
        )],
        Stops,
    ),
    ("a field of the answer is gone", &[("      made: { type: Date, description: 产 }\n", "")], Stops),
    ("a field of the answer more", &[("      made:", "      model: { type: String }\n      made:")], Nothing),
    (
        "a field of the answer has a truer type",
        &[("price: { type: Number,", "price: { type: Number, as: BigDecimal,")],
        Stops,
    ),
    ("another unit", &[("unit: yuan", "unit: fen")], Means),
    (
        "a field takes the name of another",
        &[("      made:", "      Id: { type: String, wire: Id }\n      made:")],
        Nothing,
    ),
    (
        "a field before another takes its name",
        &[("      id: {", "      Id: { type: String, wire: Id }\n      id: {")],
        Stops,
    ),
    (
        "a twin's name is taken by a field before",
        &[("    page_no: {", "    maybe_page_no: { type: String }\n    page_no: {")],
        Stops,
    ),
    (
        "a twin's name is wanted by a field behind",
        &[("    extra:", "    maybe_page_no: { type: String }\n    extra:")],
        Nothing,
    ),
    (
        "words",
        &[
            ("title: 礼品列表", "title: 列表"),
            ("description: 每页", "description: 页数"),
            ("default: \"40\"", "default: \"20\""),
        ],
        Nothing,
    ),
    ("a deprecation", &[("extra: { type: String,", "extra: { type: String, deprecated: old,")], Nothing),
    ("a redacted field", &[("extra: { type: String,", "extra: { type: String, sensitive: true,")], Nothing),
    ("the effect, from write", &[("effect: write", "effect: read")], Stops),
    ("no parameter is flattened", &[("flatten: true\n", "")], Stops),
    ("the flag of the outcome is gone", &[("outcome: { ok: result.success, code: result.code }\n", "")], Stops),
    ("the code of the outcome is gone", &[(", code: result.code }", " }")], Stops),
    (
        "the outcome has a message too",
        &[("code: result.code }", "code: result.code, message: result.message }")],
        Nothing,
    ),
    ("the idempotency key is gone", &[("idempotency_key: req.request_id\n", "")], Means),
    ("another wider choice", &[("[gift_id, gift_code]", "[gift_id, gift_code, amount]")], Nothing),
    ("a narrower choice", &[("at_least_one_of:", "exactly_one_of:")], Means),
    (
        "a field of the flattened object takes a parameter's name",
        &[("      gift_id:", "      trace: { type: Number }\n      gift_id:")],
        Stops,
    ),
    ("a parameter beside the flattened one", &[("    trace:", "    note: { type: String }\n    trace:")], Nothing),
    (
        "the flattened object is optional",
        &[("req: { type: RedeemReq, required: true,", "req: { type: RedeemReq,")],
        Nothing,
    ),
    (
        "a list's elements have another type",
        &[("items: { type: \"RedeemItem []\",", "items: { type: \"String []\",")],
        Stops,
    ),
];

fn sources(edits: &[(&str, &str)]) -> Vec<SourceFile> {
    let mut texts = [LIST.to_owned(), REDEEM.to_owned()];
    for (from, to) in edits {
        let there: Vec<usize> = (0..texts.len()).filter(|at| texts[*at].contains(from)).collect();
        assert!(there.len() == 1 && texts[there[0]].matches(from).count() == 1, "{from:?} is in {there:?}");
        texts[there[0]] = texts[there[0]].replace(from, to);
    }
    let [list, redeem] = texts;
    let file = |path: &str, text: String| SourceFile { path: format!("example/{path}.yaml"), text };
    vec![
        file("alibaba.example.gift.list", list),
        file("alibaba.example.gift.redeem", redeem),
        file("category", "title: 示例\n".to_owned()),
    ]
}

fn model(edits: &[(&str, &str)]) -> (Model, Vec<SourceFile>) {
    let sources = sources(edits);
    let loaded = opentop_model::load(&sources);
    assert!(!loaded.has_errors(), "{edits:?}: {:#?}", loaded.diagnostics);
    (loaded.model, sources)
}

/// Writes the program with the modules of the changed specifications, as the binary `name`.
fn program(dir: &Path, name: &str, edits: &[(&str, &str)]) {
    let (model, sources) = model(edits);
    let generated = modules(&model, &sources, &Options::default());
    assert!(!generated.has_errors(), "{edits:?}: {:?}", generated.diagnostics);
    let to = dir.join("src/bin").join(name);
    for (path, text) in &generated.files.0 {
        let path = to.join("api").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::write(to.join("main.rs"), USER).unwrap();
}

/// The binaries that do not compile, with what the compiler says first.
fn stopped(dir: &Path) -> Vec<(String, String)> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["check", "--offline", "--bins", "--keep-going", "--message-format=json"]).current_dir(dir);
    // Where the test of whole crates compiles its dependencies.
    command.env("CARGO_TARGET_DIR", root().join("target/golden")).env_remove("RUSTFLAGS");
    let output = command.output().unwrap();
    let messages: Vec<serde_json::Value> =
        output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let errors = messages.iter().filter(|message| message["message"]["level"] == "error");
    let mut found: Vec<(String, String)> = Vec::new();
    for error in errors {
        let name = error["target"]["name"].as_str().unwrap().to_owned();
        if found.iter().all(|(known, _)| *known != name) {
            found.push((name, error["message"]["message"].as_str().unwrap_or_default().to_owned()));
        }
    }
    let finished = messages.iter().any(|message| message["reason"] == "build-finished");
    assert!(finished, "{}", String::from_utf8_lossy(&output.stderr));
    found
}

#[test]
fn the_compiler_and_the_diff_agree() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let runtime = root().join("runtime").display().to_string().replace('\\', "/");
    fs::write(
        dir.join("Cargo.toml"),
        format!("[package]\nname = \"agreement\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nopentop-runtime = {{ path = \"{runtime}\" }}\n[workspace]\n"),
    )
    .unwrap();
    fs::copy(root().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    program(dir, "unchanged", &[]);
    for (at, (_, edits, _)) in ROWS.iter().enumerate() {
        program(dir, &format!("change{at}"), edits);
    }
    let stopped = stopped(dir);
    assert!(stopped.iter().all(|(name, _)| name != "unchanged"), "the program is wrong: {stopped:#?}");
    let (old, _) = model(&[]);
    let mut wrong = Vec::new();
    for (at, (what, edits, does)) in ROWS.iter().enumerate() {
        let compiler = stopped.iter().find(|(name, _)| *name == format!("change{at}")).map(|(_, said)| said);
        let told = changes(&old, &model(edits).0);
        let breaking: Vec<String> = told
            .iter()
            .filter(|change| change.class == Class::Breaking)
            .map(|change| format!("{} {}", change.kind.id(), change.path))
            .collect();
        if compiler.is_some() != (*does == Stops) || breaking.is_empty() != (*does == Nothing) {
            wrong.push(format!("{what} ({does:?}): the compiler says {compiler:?}, the diff {breaking:?}"));
        }
    }
    println!("{} changes, {} stop the compiler", ROWS.len(), stopped.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), ROWS.len(), wrong.join("\n"));
}

#[test]
fn the_changes_are_many_and_of_every_kind() {
    assert!(ROWS.len() >= 30);
    let names: BTreeSet<&str> = ROWS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), ROWS.len());
    for does in [Stops, Means, Nothing] {
        assert!(ROWS.iter().filter(|(.., is)| *is == does).count() >= 8, "{does:?}");
    }
}
