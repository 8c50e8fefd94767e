//! A run that remembers leaves what a run that does not remember leaves, byte for byte, whatever happened in between.
//!
//! Two trees get the same edits, at random from a seed. In one, cargo's target folder is there and so is a memory; in the other none.
//! `OPENTOP_REGEN_EDITS` says how many edits: `OPENTOP_REGEN_EDITS=2000 cargo test -p opentop-cli --lib regen::tests`.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

const SEED: u64 = 20_261_127;

/// A folder with specs, an output, and perhaps a target folder.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new(remembers: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        if remembers {
            fs::create_dir(dir.path().join("target")).unwrap();
            fs::write(dir.path().join("target/CACHEDIR.TAG"), "").unwrap();
        }
        Self(dir)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn args(&self, options: &Choice) -> Args {
        Args {
            spec: Some(self.path("spec")),
            out: Some(self.path("out")),
            runtime: Some(env!("CARGO_PKG_VERSION").to_owned()),
            name: Some(options.name.to_owned()),
            publish: options.publish,
            force: options.force,
            layout: options.layout,
            ..Args::default()
        }
    }

    /// What the run said of the specs, and whether it ended well.
    fn run(&self, options: &Choice) -> (bool, Vec<String>) {
        let args = self.args(options);
        let done = run(&args).unwrap() == Outcome::Done;
        // The same once more, without writing: with what is remembered now, and without.
        let sources = specs::read(&self.path("spec")).unwrap();
        let out = Out::open(&self.path("out"), false).unwrap();
        let existing = out.hashes().unwrap();
        let made = package::options(&args, &self.path("out")).unwrap();
        let layout = if options.layout == Crates::Crate { Layout::Crate } else { Layout::Crates };
        let said = |memory: &Memory| {
            let known = memory.known();
            let job = Job { sources: &sources, layout, options: &made, known, only: None };
            let (ran, output) = run::run(&job, &|| Output::new(&out, &existing, true)).unwrap();
            let said: Vec<String> = ran.diagnostics.iter().map(|finding| format!("{finding:?}")).collect();
            let changes = (!has_errors(&ran.diagnostics)).then(|| output.changes(true).unwrap());
            (said, changes.map(sorted))
        };
        let remembered = said(&Memory::of(&self.path("out"), layout, &made, &sources));
        assert_eq!(remembered, said(&Memory::none()));
        (done, remembered.0)
    }

    fn out(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        files(&self.path("out"), &self.path("out"), &mut found);
        found
    }
}

/// What is chosen on the command line.
#[derive(Clone, Copy)]
struct Choice {
    name: &'static str,
    publish: bool,
    layout: Crates,
    force: bool,
}

fn sorted(mut changes: Changes) -> Changes {
    changes.same.sort();
    changes
}

fn files(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(root, &path, found);
        } else {
            found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
}

fn spec(method: &str, category: &str, random: &mut fastrand::Rng) -> String {
    let write = random.bool();
    let effect = if write { "write" } else { "read" };
    let request: String = (0..random.usize(..9))
        .map(|at| {
            let required = if random.bool() { ", required: true" } else { "" };
            format!("    p{at}: {{ type: String, example: e{}{required}, description: 参数 }}\n", random.u8(..4))
        })
        .collect();
    let request = if request.is_empty() {
        "request: { fields: {} }\n".to_owned()
    } else {
        format!("request:\n  fields:\n{request}")
    };
    // The first makes a warning, by its name.
    let ty = ["Response", "Gift", "Result"][random.usize(..3)];
    format!(
        "api: {method}\ncategory: {category}\ntitle: 标题{}\nsession: none\neffect: {effect}\n{request}\
         response:\n  fields:\n    r: {{ type: {ty}, description: 结果 }}\n\
         types:\n  {ty}:\n    fields:\n      n: {{ type: Number, description: 数{} }}\n",
        random.u8(..9),
        random.u8(..9)
    )
}

/// One edit of both trees. Gives back what it was.
fn edit(trees: [&Tree; 2], options: &mut Choice, random: &mut fastrand::Rng) -> String {
    let specs: Vec<String> = trees[1].out_of("spec");
    let methods: Vec<&String> =
        specs.iter().filter(|path| !path.ends_with("category.yaml") && !path.ends_with(".override.yaml")).collect();
    let out: Vec<String> = trees[1].out().into_keys().collect();
    let category = ["alpha", "beta", "gamma-x", "delta"][random.usize(..4)];
    let on_both = |change: &dyn Fn(&Tree)| trees.iter().for_each(|tree| change(tree));
    match random.usize(..16) {
        0..=3 => {
            let method = format!("alibaba.thing{}.{}", random.u8(..12), ["get", "add"][random.usize(..2)]);
            let text = spec(&method, category, random);
            let title = format!("title: 类目{}\n", random.u8(..3));
            on_both(&|tree| {
                tree.write(&format!("spec/{category}/category.yaml"), &title);
                tree.write(&format!("spec/{category}/{method}.yaml"), &text);
            });
            format!("write {category}/{method}")
        }
        4 if !methods.is_empty() => {
            let gone = methods[random.usize(..methods.len())];
            on_both(&|tree| fs::remove_file(tree.path(&format!("spec/{gone}"))).unwrap());
            format!("remove {gone}")
        }
        5 if !methods.is_empty() => {
            let from = methods[random.usize(..methods.len())];
            let to = from.replace(".get.yaml", ".query.yaml").replace(".add.yaml", ".create.yaml");
            on_both(&|tree| {
                let text = fs::read_to_string(tree.path(&format!("spec/{from}"))).unwrap();
                fs::remove_file(tree.path(&format!("spec/{from}"))).unwrap();
                let text = text.replacen(".get\n", ".query\n", 1).replacen(".add\n", ".create\n", 1);
                tree.write(&format!("spec/{to}"), &text);
            });
            format!("rename {from}")
        }
        6 if !methods.is_empty() => {
            let touched = methods[random.usize(..methods.len())];
            let line = ["# a comment\n", "deprecated: gone\n", "no_such_key: 1\n", "module: same\n"][random.usize(..4)];
            on_both(&|tree| {
                let path = tree.path(&format!("spec/{touched}"));
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, if text.contains(line) { text.replace(line, "") } else { text + line }).unwrap();
            });
            format!("touch {touched}: {line}")
        }
        7 if !methods.is_empty() => {
            let of = methods[random.usize(..methods.len())].strip_suffix(".yaml").unwrap();
            let name = of.split_once('/').unwrap().1;
            let text = format!("corrects: {name}\nbecause: x{}\nset:\n  title: 改{}\n", random.u8(..3), random.u8(..3));
            on_both(&|tree| tree.write(&format!("spec/{of}.override.yaml"), &text));
            format!("override {of}")
        }
        8 => {
            let gone: Vec<&String> = specs.iter().filter(|path| path.ends_with(".override.yaml")).collect();
            let Some(gone) = gone.first() else { return "nothing".to_owned() };
            on_both(&|tree| fs::remove_file(tree.path(&format!("spec/{gone}"))).unwrap());
            format!("remove {gone}")
        }
        9 | 10 if !out.is_empty() => {
            let edited = &out[random.usize(..out.len())];
            on_both(&|tree| {
                let path = tree.path(&format!("out/{edited}"));
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, text + "// by hand\n").unwrap();
            });
            format!("edit {edited} by hand")
        }
        11 if !out.is_empty() => {
            let gone = &out[random.usize(..out.len())];
            on_both(&|tree| fs::remove_file(tree.path(&format!("out/{gone}"))).unwrap());
            format!("delete {gone}")
        }
        12 => {
            options.name = ["opentop", "house-top"][random.usize(..2)];
            options.publish = random.bool();
            options.layout = [Crates::Crate, Crates::Crates][random.usize(..2)];
            "change the options".to_owned()
        }
        13 => {
            on_both(&|tree| tree.write("out/notes.txt", "mine\n"));
            "add a file of one's own".to_owned()
        }
        14 => {
            for memory in fs::read_dir(trees[0].path("target/opentop-regen")).into_iter().flatten() {
                let path = memory.unwrap().path();
                let mut bytes = fs::read(&path).unwrap();
                if let Some(at) = (!bytes.is_empty()).then(|| random.usize(..bytes.len())) {
                    bytes[at] ^= 1 << random.u8(..8);
                }
                fs::write(&path, bytes).unwrap();
            }
            "damage the memory".to_owned()
        }
        _ => "nothing".to_owned(),
    }
}

impl Tree {
    fn out_of(&self, folder: &str) -> Vec<String> {
        let mut found = BTreeMap::new();
        files(&self.path(folder), &self.path(folder), &mut found);
        found.into_keys().collect()
    }
}

#[test]
fn a_run_that_remembers_leaves_what_a_run_without_memory_leaves() {
    let edits = std::env::var("OPENTOP_REGEN_EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let mut random = fastrand::Rng::with_seed(SEED);
    let (remembers, forgets) = (Tree::new(true), Tree::new(false));
    let mut options = Choice { name: "opentop", publish: false, layout: Crates::Crate, force: false };
    for tree in [&remembers, &forgets] {
        tree.write("spec/alpha/category.yaml", "title: x\n");
    }
    let (mut done, mut refused) = (0, 0);
    for round in 0..edits {
        options.force = false;
        let many = random.usize(1..4);
        let said: Vec<String> = (0..many).map(|_| edit([&remembers, &forgets], &mut options, &mut random)).collect();
        let ended = remembers.run(&options);
        assert_eq!(ended, forgets.run(&options), "{round}: {said:?}");
        assert_eq!(remembers.out(), forgets.out(), "{round}: {said:?}");
        if ended.0 {
            done += 1;
        } else {
            refused += 1;
            options.force = true;
            assert_eq!(remembers.run(&options), forgets.run(&options), "{round}, forced: {said:?}");
            assert_eq!(remembers.out(), forgets.out(), "{round}, forced: {said:?}");
            // What is wrong with the specs is mended by taking them away.
            if !remembers.run(&options).0 && random.bool() {
                for tree in [&remembers, &forgets] {
                    fs::remove_dir_all(tree.path("spec")).unwrap();
                    tree.write("spec/alpha/category.yaml", "title: x\n");
                }
            }
        }
    }
    assert!(forgets.0.path().join("target").metadata().is_err());
    assert!(fs::read_dir(remembers.path("target/opentop-regen")).unwrap().count() == 1, "nothing was remembered");
    println!("{edits} rounds of edits: {done} runs done, {refused} refused");
    assert!(edits < 50 || (done > edits / 4 && refused > 0));
}
