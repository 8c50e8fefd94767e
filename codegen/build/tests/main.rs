//! Crates as users write them, built by cargo: each has specs of its own and a build script that calls this crate.
#![allow(clippy::unwrap_used, clippy::panic)]

mod fixture;

use std::fs;

use fixture::{Fixture, specs};

const BUILD: &str = r#"fn main() {
    opentop_build::Config::new("top").build();
    opentop_build::Config::new("more/orders").name("orders").build();
}"#;

const LIB: &str = r#"#![deny(warnings, missing_docs)]
//! A shop.
top::include_sdk!();
/// Orders.
pub mod orders {
    top::include_sdk!("orders");
}
#[cfg(test)]
mod tests {
    #[test]
    fn three_sdks_in_one_program_speak_through_one_client_type() {
        fn sends<C: top::Caller<R>, R: top::Request>(_: &C, _: &R) {}
        let client = top::Client::builder().app_key("1").app_secret("s").transport(top::transport::MockTransport::new());
        let client = client.build().unwrap().session("token");
        sends(&client, &crate::api::bill::book_bills_get::Request::default());
        sends(&client, &crate::orders::api::wdk::finance_order_backflow::Request::default());
        sends(&client, &opentop::api::bill::book_bills_get::Request::default());
    }
}
"#;

/// A workspace with one member, in a path with blanks and Chinese, on edition 2021, with the runtime under another name.
fn shop() -> Fixture {
    let shop = Fixture::new("一 家 店");
    shop.write("Cargo.toml", "[workspace]\nmembers = [\"shop\"]\nresolver = \"3\"\n[profile.dev]\ndebug = 0\n");
    shop.write(
        "shop/Cargo.toml",
        &fixture::manifest(
            "shop",
            "top = { package = \"opentop-runtime\", path = \"RUNTIME\" }\n\
        opentop = { path = \"OPENTOP\", default-features = false, features = [\"api-bill\"] }",
        ),
    );
    shop.write("shop/build.rs", BUILD);
    shop.write("shop/src/lib.rs", LIB);
    specs(&shop.path("shop/top"), &["alsc", "bill"]);
    specs(&shop.path("shop/more/orders"), &["wdk"]);
    shop
}

#[test]
fn a_crate_with_two_sdks_and_opentop_compiles_without_a_warning_and_is_documented() {
    let shop = shop();
    let tested = shop.cargo(&["test"]).success();
    assert!(tested.contains("three_sdks_in_one_program_speak_through_one_client_type ... ok"), "{tested}");
    // Neither tests nor ignored tests: the examples are no code to rustdoc.
    let (_, doctests) = tested.split_once("Doc-tests").unwrap();
    assert!(doctests.contains("running 0 tests") && doctests.contains("0 ignored"), "{tested}");

    shop.cargo(&["doc", "--no-deps"]).success();
    let page = |path: &str| fs::read_to_string(shop.target().join("doc/shop").join(path)).unwrap();
    let request = page("api/bill/book_bills_get/struct.Request.html");
    assert!(request.contains("crate::api::bill::book_bills_get"), "{request}");
    assert!(page("orders/api/wdk/finance_order_backflow/struct.Request.html").contains("crate::orders::api::wdk"));
    assert!(page("api/bill/index.html").contains("book_bills_get/struct.Request.html"));

    let before = shop.files();
    shop.append("shop/top/bill/category.yaml", "# a comment\n");
    shop.cargo(&["check"]).success();
    assert_eq!(shop.files(), before, "only OUT_DIR is written to");
}

#[test]
fn what_is_written_are_the_tokens_that_regen_writes() {
    let shop = shop();
    let built = shop.cargo(&["check", "--message-format", "json"]).success();
    let out = built
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["reason"] == "build-script-executed")
        .filter(|message| message["package_id"].as_str().is_some_and(|id| id.contains("shop")))
        .find_map(|message| Some(message["out_dir"].as_str()?.to_owned()))
        .unwrap();
    // Without the feature `format` nothing is formatted: a setter is one line.
    for (sdk, category, method) in [
        ("sdk", "alsc", "crm_recharge_accountflows_get"),
        ("sdk", "alsc", "crm_recharge_dedut_update"),
        ("sdk", "bill", "book_bills_get"),
        ("orders", "wdk", "finance_order_backflow"),
    ] {
        let written = fs::read_to_string(format!("{out}/opentop/{sdk}/{category}/{method}.rs")).unwrap();
        let regen = fixture::repository().join(format!("generated/src/api/{category}/{method}.rs"));
        let regen = fs::read_to_string(regen).unwrap();
        assert_ne!(code(&written), written);
        assert_eq!(code(&written), code(&regen), "{method}");
        assert!(!written.contains("#!["), "{method}");
        assert!(!written.contains("cfg("), "{method}");
    }
}

/// The code formatted, without its documentation: the examples in it differ by the path of the module.
fn code(text: &str) -> String {
    let formatted = prettyplease::unparse(&syn::parse_file(text).unwrap());
    formatted.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// A crate whose build script counts its runs.
fn counting(name: &'static str) -> Fixture {
    let fixture = Fixture::new(name);
    fixture
        .write("Cargo.toml", &(fixture::manifest(name, "opentop-runtime = { path = \"RUNTIME\" }") + "[workspace]\n"));
    fixture.write("build.rs", &format!(
        "use std::io::Write as _;\nfn main() {{\n    let file = std::fs::File::options().append(true).create(true).open({:?});\n    \
         file.unwrap().write_all(b\".\").unwrap();\n    opentop_build::Config::new(\"top\").build();\n}}",
        fixture.runs()
    ));
    fixture.write("src/lib.rs", "opentop_runtime::include_sdk!();\n");
    specs(&fixture.path("top"), &["bill"]);
    fixture
}

const BILLS: &str = "top/bill/taobao.bill.book.bills.get.yaml";

#[test]
fn the_script_runs_again_exactly_when_the_folder_changed() {
    let fixture = counting("rerun");
    let runs = |what: &str, expected: usize| {
        fixture.cargo(&["check"]).success();
        let runs = fs::read(fixture.runs()).unwrap().len();
        assert_eq!(runs, expected, "{what}");
    };
    runs("first", 1);
    runs("nothing", 1);
    fixture.append("src/lib.rs", "// a comment\n");
    runs("code", 1);
    fixture.append(BILLS, "# a comment\n");
    runs("changed", 2);
    let text = fs::read_to_string(fixture.path(BILLS)).unwrap();
    fixture.write(
        "top/bill/taobao.bill.copy.get.yaml",
        &text.replace("taobao.bill.book.bills.get", "taobao.bill.copy.get"),
    );
    fixture.write("src/lib.rs", "opentop_runtime::include_sdk!();\npub use api::bill::copy_get::Request;\n");
    runs("added", 3);
    fs::remove_file(fixture.path("top/bill/taobao.bill.copy.get.yaml")).unwrap();
    let failed = fixture.cargo(&["check"]).failure();
    assert!(failed.contains("copy_get"), "{failed}");
    fixture.write("src/lib.rs", "opentop_runtime::include_sdk!();\n");
    runs("deleted", 4);
    fs::rename(fixture.path("top/bill"), fixture.path("top/money")).unwrap();
    let failed = fixture.cargo(&["check"]).failure();
    assert!(failed.contains("top/money/taobao.bill.book.bills.get.yaml:"), "{failed}");
    fs::rename(fixture.path("top/money"), fixture.path("top/bill")).unwrap();
    runs("renamed, and back", 6);
    runs("nothing", 6);
}

#[test]
fn every_mistake_is_an_error_of_the_build_with_file_line_and_cure() {
    let fixture = counting("mistakes");
    let sound = fs::read_to_string(fixture.path(BILLS)).unwrap();
    fixture
        .write(BILLS, &sound.replacen("effect: read", "effect: reed", 1).replacen("type: Number", "type: Numbre", 1));
    fixture.write("top/bill/category.yaml", "title：账单\n");
    for turn in ["at first", "and as long as they are there"] {
        let failed = fixture.cargo(&["check"]).failure();
        for expected in [
            "top/bill/category.yaml:1:1: ",
            "write `: `",
            "top/bill/taobao.bill.book.bills.get.yaml:7:9: expected one of `read` and `write` for `effect`, got `reed`; help: did you mean `read`?",
            "unknown type `Numbre`; help: did you mean `Number`?",
        ] {
            assert!(failed.contains(expected), "{turn}: {expected}\n{failed}");
        }
        assert_eq!(failed.matches("error: mistakes@0.1.0: ").count(), 3, "{turn}: {failed}");
    }
    specs(&fixture.path("top"), &["bill"]);
    fixture.cargo(&["check"]).success();
}

#[test]
fn what_is_wrong_with_the_call_is_said_with_its_cure() {
    let fixture = counting("calls");
    fixture.write("build.rs", "fn main() {}");
    fixture.write("src/lib.rs", "opentop_runtime::include_sdk!(\"never\");\n");
    let failed = fixture.cargo(&["check"]).failure();
    assert!(failed.contains("/opentop/never.rs"), "{failed}");
    fixture.write("src/lib.rs", "opentop_runtime::include_sdk!();\n");
    let build = |calls: &str, expected: &str| {
        fixture.write("build.rs", &format!("fn main() {{ use opentop_build::Config; {calls} }}"));
        let failed = fixture.cargo(&["check"]).failure();
        assert!(failed.contains(expected), "{expected}\n{failed}");
    };
    build("Config::new(\"tip\").build();", "there is no folder tip beside Cargo.toml; help: create it");
    build(
        "Config::new(\"src\").build();",
        "src: there is no YAML file in this folder; help: describe a method in src/<category>",
    );
    build(
        "Config::new(\"top\").name(\"My SDK\").build();",
        "`My SDK` cannot be the name of an SDK; help: use lower-case letters",
    );
    build(
        "for _ in 0..2 { Config::new(\"top\").build(); }",
        "two SDKs are called `sdk`; help: give one of them another name",
    );
    fs::remove_file(fixture.path("build.rs")).unwrap();
    let failed = fixture.cargo(&["check"]).failure();
    assert!(failed.contains("include_sdk! needs a build script: write build.rs with"), "{failed}");
}

/// What it compiles in a user's crate is the cost of a cold build.
#[test]
fn neither_the_import_nor_a_formatter_is_compiled_for_a_build_script() {
    let fixture = counting("tree");
    let tree = fixture.cargo(&["tree", "--edges", "normal,build,no-proc-macro", "--prefix", "none"]).success();
    for package in ["opentop-build", "opentop-codegen", "opentop-model", "yaml_serde"] {
        assert!(tree.contains(package), "{package}\n{tree}");
    }
    for package in ["opentop-import", "prettyplease", "syn v", "rayon", "clap"] {
        assert!(!tree.contains(package), "{package}\n{tree}");
    }
}
