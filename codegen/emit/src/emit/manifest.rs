//! Writes the crate's manifest, with one feature per category (or family of them), and tells rustfmt that this crate's code is formatted
//! already.

use std::fmt::Write as _;

use super::crates::{dependencies, name};
use super::listed::Listed;
use super::options::{Examples, Layout, Options, Runtime};
use crate::plan::Plan;
use opentop_model::files::{Comment, seal};

/// `Cargo.toml`.
pub(super) fn cargo(plan: &Plan<Listed>, layout: Layout, options: &Options) -> (String, String) {
    let mut out = String::new();
    let version = toml_string(&options.version);
    let _ = writeln!(out, "[package]\nname = {}", toml_string(&options.name));
    let _ = writeln!(out, "version = {version}");
    if !options.publish {
        out.push_str("# --publish takes this line away.\npublish = false\n");
    }
    out.push_str(HEAD);
    // The licence and the repository of another crate are its owner's to say.
    out.push_str(if options.name == "opentop" { PROJECT } else { "readme = \"README.md\"\n" });
    out.push_str(TARGETS_LISTED);
    if options.standalone {
        out.push_str("\n# A workspace of its own, wherever it stands.\n[workspace]\n");
    }
    out.push_str(LINTS);
    if layout == Layout::Crate && plan.apis().any(|(_, api)| api.complex) {
        out.push_str(COMPLEX);
    }
    out.push_str("\n[dependencies]\n");
    let _ = writeln!(out, "opentop-runtime = {{ {}, default-features = false }}", runtime(&options.runtime));
    if layout == Layout::Crates {
        out.push_str(&dependencies(plan, options));
    }
    out.push_str("\n[dev-dependencies]\n");
    match &options.examples {
        Examples::Shown | Examples::Mounted { .. } => out.push_str(TOKIO),
        Examples::Tested { sandbox } => {
            let _ = writeln!(out, "opentop-sandbox = {{ path = {} }}", toml_string(sandbox));
            out.push_str(TOKIO_OF_TESTS);
        }
    }
    if options.examples == Examples::Shown {
        out.push_str(LIB);
    }
    out.push_str(TARGETS);
    out.push_str(FEATURES);
    features(plan, layout, options, &mut out);
    ("Cargo.toml".to_owned(), seal(Comment::Toml, &options.spec, &out))
}

/// The manifest of a category's crate.
pub(super) fn of_category(name: &str, at: &Runtime, complex: bool, options: &Options) -> String {
    let mut out = format!("[package]\nname = {}\nversion = {}\n", toml_string(name), toml_string(&options.version));
    if !options.publish {
        out.push_str("# --publish takes this line away.\npublish = false\n");
    }
    out.push_str(HEAD);
    out.push_str(if options.name == "opentop" { PROJECT } else { "readme = \"README.md\"\n" });
    out.push_str("\n[lib]\n# The examples name the crate that this is a part of.\ndoctest = false\n");
    out.push_str(LINTS);
    if complex {
        out.push_str(COMPLEX);
    }
    let _ = writeln!(out, "\n[dependencies]\nopentop-runtime = {{ {}, default-features = false }}", runtime(at));
    out
}

fn features(plan: &Plan<Listed>, layout: Layout, options: &Options, out: &mut String) {
    let features = plan.features();
    out.push_str("# Every category.\nfull = [\n");
    for feature in features.keys() {
        let _ = writeln!(out, "    {},", toml_string(feature.as_str()));
    }
    out.push_str("]\n");
    if features.values().any(|categories| categories.len() > 1) {
        out.push_str(FAMILIES);
    }
    for (feature, categories) in &features {
        if categories.len() > 1 {
            let names: Vec<&str> = categories.iter().map(|category| category.name.as_str()).collect();
            let _ = writeln!(out, "# {}", names.join(", "));
        }
        let crates = categories.iter().filter(|_| layout == Layout::Crates);
        let crates: Vec<String> = crates.map(|category| format!("\"dep:{}\"", name(category, options))).collect();
        let _ = writeln!(out, "{feature} = [{}]", crates.join(", "));
    }
}

/// `rustfmt.toml`.
pub(super) fn rustfmt(options: &Options) -> (String, String) {
    let text = "# Formatted when it is generated.\ndisable_all_formatting = true\n";
    ("rustfmt.toml".to_owned(), seal(Comment::Toml, &options.spec, text))
}

/// The crate asks for the Rust version that this one asks for: its runtime is of the same release.
const HEAD: &str = concat!(
    r#"edition = "2024"
rust-version = ""#,
    env!("CARGO_PKG_RUST_VERSION"),
    r#""
description = "A typed client of the Taobao Open Platform (TOP), generated from descriptions of its methods"
"#,
);

const PROJECT: &str = r#"license = "MIT OR Apache-2.0"
repository = "https://github.com/opentop-rs/opentop"
readme = "README.md"
keywords = ["taobao", "alibaba", "top", "sdk", "api"]
categories = ["api-bindings"]
"#;

const TARGETS_LISTED: &str = r#"# Targets are listed: a category may be called `main`.
autotests = false
autoexamples = false
autobins = false
autobenches = false

[package.metadata.docs.rs]
all-features = true
rustdoc-args = ["--cfg", "docsrs"]
"#;

const LINTS: &str = r#"
[lints.rust]
unsafe_code = "forbid"
missing_docs = "warn"
unexpected_cfgs = { level = "warn", check-cfg = ["cfg(docsrs)"] }
"#;

const COMPLEX: &str = r#"
[lints.clippy]
# A builder's type names the state of every required field, so that the compiler names the one that is missing. An object of this crate has more
# than six, and a type that names more is complex by clippy's count, however it is written.
type_complexity = "allow"
"#;

const TOKIO: &str = "tokio = { version = \"1\", default-features = false, features = [\"rt\", \"net\", \"time\"] }\n";

const TOKIO_OF_TESTS: &str =
    "tokio = { version = \"1\", default-features = false, features = [\"rt\", \"net\", \"time\", \"macros\"] }\n";

const LIB: &str = "
[lib]
# The examples of thousands of methods would take minutes. tests/wire.rs compiles the same requests.
doctest = false
";

const TARGETS: &str = r#"
[[test]]
name = "wire"
path = "tests/wire.rs"

[[example]]
name = "demo"
path = "examples/demo.rs"
required-features = ["full", "reqwest"]
"#;

const FEATURES: &str = r#"
[features]
default = ["reqwest"]
# The async client over reqwest, with rustls and ring.
reqwest = ["opentop-runtime/reqwest"]
# The blocking client over ureq, with rustls and ring.
ureq = ["opentop-runtime/ureq"]
# The same without ring: choose `aws-lc-rs`, or install a provider of TLS for the process.
reqwest-no-provider = ["opentop-runtime/reqwest-no-provider"]
ureq-no-provider = ["opentop-runtime/ureq-no-provider"]
ring = ["opentop-runtime/ring"]
aws-lc-rs = ["opentop-runtime/aws-lc-rs"]
# Answers in GBK.
gbk = ["opentop-runtime/gbk"]
# The message channel, and calls that the platform makes to you.
tmc = ["opentop-runtime/tmc"]
spi = ["opentop-runtime/spi"]
# Calls through Qimen.
qimen = ["opentop-runtime/qimen"]
# Extractors of axum for those calls, and a layer of tower.
spi-axum = ["opentop-runtime/spi-axum"]
spi-tower = ["opentop-runtime/spi-tower"]
# Users' access tokens: consent, exchange, a store that keeps them fresh.
tokens = ["opentop-runtime/tokens"]
# Conversions between `DateTime` and the types of these crates.
chrono-04 = ["opentop-runtime/chrono-04"]
jiff-1 = ["opentop-runtime/jiff-1"]
time-03 = ["opentop-runtime/time-03"]
# Answers in XML.
xml = ["opentop-runtime/xml"]
# serde's traits for every model.
serde = ["opentop-runtime/serde"]
"#;

const FAMILIES: &str = "\
# The registry allows 300 features a crate, and there are more categories than that leaves room for: those whose names begin alike share a
# feature, and stand above it. Paths of modules are the same either way.
";

fn runtime(runtime: &Runtime) -> String {
    match runtime {
        // With the version too: a package that is published keeps that alone.
        Runtime::Path(path) => {
            format!("path = {}, version = {}", toml_string(path), toml_string(env!("CARGO_PKG_VERSION")))
        }
        Runtime::Version(version) => format!("version = {}", toml_string(version)),
    }
}

/// A basic string of TOML.
fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
