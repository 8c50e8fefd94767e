//! `opentop new NAME`: a crate that builds: a build script, one method, a program that calls it, a test against the sandbox.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::crate_name;
use crate::outcome::Outcome;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to make; its last part is the crate's name.
    #[arg(value_name = "NAME")]
    path: PathBuf,
    /// Take the crates of opentop from a checkout of its repository, not from the registry.
    #[arg(long, value_name = "DIR")]
    checkout: Option<PathBuf>,
}

/// The crates that a new crate uses, and their folders in the repository.
const CRATES: [(&str, &str); 3] =
    [("opentop-build", "codegen/build"), ("opentop-runtime", "runtime"), ("opentop-sandbox", "sandbox")];

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let shown = args.path.display();
    let name = args.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if let Some(wrong) = wrong_name(name) {
        eprintln!("error: `{name}` cannot be a crate's name: {wrong}");
        return Ok(Outcome::Usage);
    }
    if args.path.exists() {
        bail!("{shown} already exists: choose another name, or add methods to that crate with `opentop add`");
    }
    let patch = args.checkout.as_deref().map(patch).transpose()?.unwrap_or_default();
    let place = || format!("cannot write {shown}");
    let parent = args.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(place)?;
    // Made beside its place and moved there: nobody meets half a crate.
    let staged = tempfile::Builder::new().prefix(".opentop-new-").tempdir_in(parent).with_context(place)?;
    for (path, text) in files(name, &patch) {
        let path = staged.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(parent)).with_context(place)?;
        fs::write(path, text).with_context(place)?;
    }
    // Temporary folders are their owner's alone; a crate is as any other folder.
    let made = parent.join(format!(".opentop-new-{}-{name}", std::process::id()));
    fs::create_dir(&made).with_context(place)?;
    let moved = fs::read_dir(staged.path()).and_then(|entries| {
        entries.into_iter().try_for_each(|entry| {
            let entry = entry?;
            fs::rename(entry.path(), made.join(entry.file_name()))
        })
    });
    if let Err(error) = moved.and_then(|()| fs::rename(&made, &args.path)) {
        let _ = fs::remove_dir_all(&made);
        return Err(error).with_context(place);
    }
    println!("{shown}: a crate with one method, alibaba.example.gift.get, which is an invented example");
    println!("next: cd {shown} && cargo test; then describe real methods with `opentop add FILE`");
    Ok(Outcome::Done)
}

/// Why cargo would refuse a name, or the code here.
fn wrong_name(name: &str) -> Option<&'static str> {
    // What the crate depends on, and a folder of cargo's.
    const TAKEN: [&str; 4] = ["opentop-sandbox", "opentop-build", "tokio", "build"];
    if name.contains(|letter: char| letter.is_ascii_uppercase()) {
        return Some("expected lower-case letters");
    }
    crate_name::problem(name).or_else(|| TAKEN.contains(&name).then_some("it is taken; choose another"))
}

/// The end of a manifest that takes the project's crates from a checkout.
fn patch(checkout: &Path) -> Result<String> {
    let mut patch = "\n[patch.crates-io]\n".to_owned();
    for (name, folder) in CRATES {
        let path = checkout.join(folder);
        let found = path.join("Cargo.toml").is_file();
        let path = path.canonicalize().ok().filter(|_| found).with_context(|| {
            format!(
                "{}: expected a checkout of the repository of opentop, with {folder}/Cargo.toml",
                checkout.display()
            )
        })?;
        let path = path.to_str().context("expected the checkout in a path of Unicode, which Cargo.toml can hold")?;
        patch.push_str(&format!("{name} = {{ path = {path:?} }}\n"));
    }
    Ok(patch)
}

/// Every file of the crate.
fn files(name: &str, patch: &str) -> Vec<(&'static str, String)> {
    let library = name.replace('-', "_");
    let fill = |text: &str| text.replace("@CRATE@", &library).replace("@NAME@", name);
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nopentop-runtime = {{ version = \"0.1\", features = [\"reqwest\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\n\
         [build-dependencies]\nopentop-build = \"0.1\"\n\n[dev-dependencies]\nopentop-sandbox = \"0.1\"\n{patch}"
    );
    let build = "fn main() {\n    opentop_build::Config::new(\"top\").build();\n}\n";
    let lib =
        "//! The methods that `top` describes: `api::<category>::<method>`.\n\nopentop_runtime::include_sdk!();\n";
    vec![
        ("Cargo.toml", manifest),
        ("build.rs", build.to_owned()),
        (".gitignore", "/target\n".to_owned()),
        ("README.md", fill(include_str!("new/readme.md"))),
        ("src/lib.rs", lib.to_owned()),
        ("src/main.rs", fill(include_str!("new/main.rs.txt"))),
        ("tests/sandbox.rs", fill(include_str!("new/test.rs.txt"))),
        ("top/example/category.yaml", "title: Example\n".to_owned()),
        ("top/example/alibaba.example.gift.get.yaml", include_str!("new/method.yaml").to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_method_of_a_new_crate_is_sound() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("shop");
        run(&Args { path: path.clone(), checkout: None }).unwrap();
        let sources = crate::specs::read(&path.join("top")).unwrap();
        let loaded = opentop_model::load(&sources);
        assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
        assert_eq!(loaded.model.apis.len(), 1);
        let entries: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(entries.len(), 1, "{entries:?}");
        assert!(run(&Args { path, checkout: None }).is_err(), "what is there is not replaced");
    }

    #[test]
    fn a_new_crate_finds_a_checkout() {
        let dir = tempfile::tempdir().unwrap();
        let checkout = dir.path().join("a \"checkout\" 仓库");
        let new = |path: &str| run(&Args { path: dir.path().join(path), checkout: Some(checkout.clone()) });
        let said = format!("{:#}", new("early").unwrap_err());
        assert!(said.contains("expected a checkout") && said.contains("codegen/build/Cargo.toml"), "{said}");
        assert!(!dir.path().join("early").exists());
        for (_, folder) in CRATES {
            fs::create_dir_all(checkout.join(folder)).unwrap();
            fs::write(checkout.join(folder).join("Cargo.toml"), "").unwrap();
        }
        new("shop").unwrap();
        let manifest = fs::read_to_string(dir.path().join("shop/Cargo.toml")).unwrap();
        let (_, patch) = manifest.split_once("\n[patch.crates-io]\n").unwrap();
        let root = checkout.canonicalize().unwrap().display().to_string().replace('"', "\\\"");
        assert_eq!(
            patch.lines().collect::<Vec<_>>(),
            CRATES.map(|(name, folder)| format!("{name} = {{ path = \"{root}/{folder}\" }}"))
        );
    }

    #[test]
    fn names_that_cargo_refuses_are_refused() {
        for name in ["", "1shop", "Shop", "my shop", "shöp", "fn", "test", "tokio"] {
            assert!(wrong_name(name).is_some(), "{name}");
        }
        assert!(wrong_name("shop-2").is_none());
    }
}
