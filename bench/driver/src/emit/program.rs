//! Writes programs that use what was generated: the ones whose size is compared, and the one that times decoding, encoding and
//! signing.
//!
//! A program that *uses* a method reads its request from JSON, encodes it, decodes its response, and calls `Debug`, `Clone` and
//! (where there is one) `PartialEq` of it.

use std::fmt::Write as _;
use std::path::Path;

use super::{Files, manifest, path_dependency};

/// A subject of the size comparison: how one method is used.
pub(crate) trait Subject {
    /// The body of a function from `text: &str` to `usize`, for the method at this index.
    fn body(&self, index: usize) -> String;
}

/// Ours, by the path of each request type.
pub(crate) struct Ours<'a>(pub(crate) &'a [String]);
/// A derive crate, by the module of each method and its envelope.
pub(crate) struct Derived<'a>(pub(crate) &'a [String], pub(crate) Vec<&'a str>);
/// progenitor's crate, by the names of each request and response.
pub(crate) struct Progenitor<'a>(pub(crate) &'a [(String, String)]);

impl Subject for Ours<'_> {
    fn body(&self, index: usize) -> String {
        format!("::opentop_bench_probe::ours::used::<{}>(text)", self.0[index])
    }
}

impl Subject for Derived<'_> {
    fn body(&self, index: usize) -> String {
        let (module, envelope) = (&self.0[index], self.1[index]);
        format!(
            "use ::models_serde::{module}::{{Request, Response}};\n    \
             let request = ::serde_json::from_str::<Request>(text).unwrap_or_default();\n    \
             let answer = ::opentop_bench_probe::lenient::answer::<Response>(text, {envelope:?});\n    \
             let read = answer.is_ok();\n    \
             let answer = answer.unwrap_or_default();\n    \
             let sent = ::serde_json::to_string(&request).map_or(0, |sent| sent.len());\n    \
             sent + format!(\"{{request:?}}{{answer:?}}\").len() + usize::from(read && answer.clone() == answer)"
        )
    }
}

impl Subject for Progenitor<'_> {
    fn body(&self, index: usize) -> String {
        let (request, response) = &self.0[index];
        format!(
            "use ::models_progenitor::types::{{{request} as Request, {response} as Response}};\n    \
             let request = ::serde_json::from_str::<Request>(text);\n    \
             let answer = ::serde_json::from_str::<Response>(text);\n    \
             let sent = request.as_ref().map_or(0, |request| ::serde_json::to_string(request).map_or(0, |sent| sent.len()));\n    \
             sent + format!(\"{{request:?}}{{answer:?}}\").len() + usize::from(answer.as_ref().is_ok_and(|answer| {{ drop(answer.clone()); true }}))"
        )
    }
}

/// A program that uses the methods at these indices.
pub(crate) fn uses(name: &str, subject: &dyn Subject, indices: &[usize], dependencies: &[(&str, String)]) -> Files {
    let mut main = format!("//! Calls {} methods.\n\n", indices.len());
    for index in indices {
        _ = writeln!(main, "fn method_{index}(text: &str) -> usize {{\n    {}\n}}\n", subject.body(*index));
    }
    main += "fn main() {\n    let text = std::io::read_to_string(std::io::stdin()).unwrap_or_default();\n    \
             let wanted = std::env::args().nth(1).and_then(|index| index.parse().ok()).unwrap_or(0_usize);\n    \
             let methods: &[fn(&str) -> usize] = &[\n";
    for index in indices {
        _ = writeln!(main, "        method_{index},");
    }
    main += "    ];\n    println!(\"{}\", methods[wanted % methods.len()](&text));\n}\n";
    let mut files = Files::default();
    files.add("src/main.rs", main);
    files.add("Cargo.toml", manifest(name, dependencies));
    files
}

/// What the timing program decodes.
pub(crate) struct Wire<'a> {
    /// The response type of the generated crate.
    pub(crate) ours: &'a str,
    /// The module of the method in the derive crates.
    pub(crate) module: &'a str,
    pub(crate) envelope: &'a str,
}

/// The program that times, with its `count` feature the one that counts allocations.
pub(crate) fn wire(wire: &Wire<'_>, folders: &WireFolders<'_>, feature: &str) -> Files {
    let subject = format!(
        "//! What is decoded and encoded.\n\n\
         pub type Ours = {};\n\
         pub type Derived = ::models_serde::{module}::Response;\n\
         pub type Mini = ::models_mini::{module}::Response;\n\
         pub type MiniAnswer = ::models_mini::{module}::Answer;\n\
         pub const ENVELOPE: &str = {:?};\n",
        wire.ours,
        wire.envelope,
        module = wire.module,
    );
    let registry = |version: &str| format!("{version:?}");
    let dependencies = [
        ("opentop", path_dependency(folders.ours, &[feature, "xml"])),
        ("opentop-runtime", path_dependency(folders.runtime, &["xml"])),
        ("opentop-bench-probe", path_dependency(folders.probe, &["xml"])),
        ("models-serde", path_dependency(folders.serde, &[])),
        ("models-mini", path_dependency(folders.mini, &[])),
        ("form_urlencoded", registry("1")),
        ("hmac", registry("0.13")),
        ("md-5", registry("0.11")),
        ("miniserde", registry("0.1")),
        ("serde_json", registry("1")),
        ("sha2", registry("0.11")),
    ];
    let mut files = Files::default();
    files.add("src/cases.rs", include_str!("../../../wire/src/cases.rs"));
    files.add("src/main.rs", include_str!("../../../wire/src/main.rs"));
    files.add("src/subject.rs", subject);
    let mut manifest = manifest("wire", &dependencies);
    // A profiler wants names; the size of this program is not compared.
    manifest = manifest.replace("strip = true", "debug = \"line-tables-only\"");
    manifest += "\n[features]\ncount = []\n";
    files.add("Cargo.toml", manifest);
    files
}

/// Where the timing program finds its dependencies.
pub(crate) struct WireFolders<'a> {
    pub(crate) ours: &'a Path,
    pub(crate) runtime: &'a Path,
    pub(crate) probe: &'a Path,
    pub(crate) serde: &'a Path,
    pub(crate) mini: &'a Path,
}
