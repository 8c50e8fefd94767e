//! Descriptions of real methods of Qimen: imported, generated, compiled, called. They are not part of the repository: without them this
//! test says so and passes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use opentop_import::{Context, import};
use opentop_model::diagnostic::SourceFile;
use opentop_model::model::{Api, Object, Protocol, Scalar, Type};
use opentop_model::rust_names::ModuleName;
use opentop_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::repository::{output, root};

fn descriptions() -> Vec<SourceFile> {
    let named = std::env::var_os("OPENTOP_CORPUS").map(PathBuf::from);
    let corpus = named.unwrap_or_else(|| root().join("../shared/corpus"));
    let Ok(folders) = fs::read_dir(&corpus) else {
        eprintln!("SKIPPED: the descriptions of real methods are not at {}", corpus.display());
        return Vec::new();
    };
    let mut found = Vec::new();
    for folder in folders.flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.contains("_qimen_") && name.ends_with(".json") {
                let path = format!("{}/{name}", folder.file_name().to_string_lossy());
                found.push(SourceFile { path, text: fs::read_to_string(file.path()).unwrap() });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// A value for every field, so that every one goes over the wire.
fn filled(api: &Api, object: &Object, depth: usize) -> Value {
    let scalar = |scalar: Scalar| match scalar {
        Scalar::Number => json!(7),
        Scalar::Boolean => json!(true),
        Scalar::Date => json!("2016-01-01 12:00:00"),
        Scalar::Price | Scalar::BigDecimal => json!("1.50"),
        Scalar::Json | Scalar::Map => json!({ "key1": "v <1>" }),
        Scalar::String | Scalar::Bytes => json!("中 & <x>"),
    };
    let fields = object.fields.iter().filter_map(|field| {
        let value = match &field.ty {
            Type::Scalar(of) if !field.values.is_empty() && *of == Scalar::String => json!(field.values[0].value),
            Type::Scalar(of) => scalar(*of),
            Type::Scalars(of) => json!([scalar(*of)]),
            Type::Object(_) | Type::Objects(_) if depth > 6 => return None,
            Type::Object(id) => filled(api, &api.named(*id).object, depth + 1),
            Type::Objects(id) => json!([filled(api, &api.named(*id).object, depth + 1)]),
        };
        let cut = match (value, field.limits.max_length) {
            (Value::String(text), Some(most)) if text.len() > most as usize => json!("x"),
            (value, _) => value,
        };
        Some((field.wire.clone(), cut))
    });
    Value::Object(fields.collect())
}

/// A program that sends every request in every form.
fn program(apis: &[&Api]) -> String {
    let mut calls = String::new();
    for api in apis {
        let module = ModuleName::of_method(&api.method, &api.category);
        let path = format!("api::{}::{module}::Request", ModuleName::of_category(&api.category));
        let request = filled(api, &api.request, 0).to_string();
        let _ = writeln!(calls, "        send::<{path}>({request:?}, client).await;");
    }
    format!(
        r#"#[allow(clippy::all)]
mod sdk {{ opentop_runtime::include_sdk!(); }}
use sdk::api;
use opentop_runtime::{{Client, Endpoint, Qimen, QimenBody, Request, WriteRequest}};

async fn send<R: Sendable>(text: &str, client: &Client) {{ R::go(text, client).await }}
trait Sendable: Request {{ fn go(text: &str, client: &Client) -> impl Future<Output = ()>; }}
impl<R: WriteRequest + opentop_runtime::NoSessionRequest> Sendable for R {{
    async fn go(text: &str, client: &Client) {{
        let request: R = opentop_runtime::from_json(text).unwrap();
        let sent = opentop_runtime::__private::v1::send_write(request, client).await;
        println!("{{}} {{}}", R::INFO.name(), sent.map_or_else(|error| error.to_string(), |_| "done".to_owned()));
    }}
}}

#[tokio::main(flavor = "current_thread")]
async fn main() {{
    let variable = |name: &str| std::env::var(name).unwrap();
    let at = |path: &str| Endpoint::custom(&format!("{{}}{{path}}", variable("AT"))).unwrap();
    let cloud = |body| Qimen::cloud("1").body(body).endpoint(at("/router/qm"));
    let classic = Qimen::classic().customer_id("c").endpoint(at("/router/qimen/service"));
    for qimen in [classic, cloud(QimenBody::Form), cloud(QimenBody::Json), cloud(QimenBody::Xml)] {{
        let client = &Client::builder().app_key(variable("KEY")).app_secret(variable("SECRET")).qimen(qimen).build().unwrap();
{calls}    }}
}}
"#
    )
}

fn crate_at(folder: &Path, specs: &[SourceFile], main: &str) {
    for spec in specs {
        let path = folder.join("top").join(&spec.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &spec.text).unwrap();
    }
    let at = |path: &str| root().join(path).display().to_string();
    let manifest = format!(
        "[package]\nname = \"real-qimen\"\nedition = \"2024\"\n[dependencies]\n\
         opentop-runtime = {{ path = {:?}, features = [\"reqwest\", \"qimen\", \"spi\"] }}\n\
         tokio = {{ version = \"1\", features = [\"rt\", \"macros\", \"net\", \"time\"] }}\n\
         [build-dependencies]\nopentop-build = {{ path = {:?} }}\n[workspace]\n",
        at("runtime"),
        at("codegen/build")
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("build.rs"), "fn main() { opentop_build::Config::new(\"top\").build(); }\n").unwrap();
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/main.rs"), main).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn real_methods_of_qimen_are_imported_generated_compiled_and_called() {
    let inputs = descriptions();
    if inputs.is_empty() {
        return;
    }
    let categories = inputs.iter().map(|input| input.path.split('/').next().unwrap().to_owned());
    let mut specs: Vec<SourceFile> = categories
        .map(|name| SourceFile { path: format!("{name}/category.yaml"), text: "title: x\n".to_owned() })
        .collect();
    specs.dedup_by(|one, other| one.path == other.path);
    for input in &inputs {
        let category = input.path.split('/').next().unwrap().to_owned();
        let context = Context { category: Some(category), ..Context::default() };
        let imported = import(std::slice::from_ref(input), &context);
        specs.extend(imported.files.into_iter().map(|file| SourceFile { path: file.path, text: file.text }));
    }
    let loaded = opentop_model::load(&specs);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    let apis: Vec<&Api> = loaded.model.apis.iter().collect();
    assert!(apis.len() >= 6 && apis.iter().all(|api| api.protocol() == Some(Protocol::Qimen)), "{}", apis.len());

    let folder = tempfile::tempdir().unwrap();
    crate_at(folder.path(), &specs, &program(&apis));
    let sandbox = Sandbox::builder().spec_dir(folder.path().join("top")).start().await.unwrap();
    let mut run = Command::new(env!("CARGO"));
    run.args(["run", "--offline", "--quiet"]).current_dir(folder.path());
    run.env("CARGO_TARGET_DIR", root().join("target/golden")).env_remove("RUSTFLAGS");
    run.env("AT", format!("http://{}", sandbox.address()));
    run.env("KEY", sandbox.app_key()).env("SECRET", sandbox.app_secret());
    let (code, said) = tokio::task::spawn_blocking(move || output(&mut run)).await.unwrap();
    assert_eq!(code, 0, "{said}");
    let done = said.lines().filter(|line| line.ends_with(" done")).count();
    assert_eq!(done, 4 * apis.len(), "{said}");
    assert_eq!(sandbox.received().len(), done);
    eprintln!("{} methods, each in 4 forms", apis.len());
}
