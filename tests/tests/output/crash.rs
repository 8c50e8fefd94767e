//! A run that is killed leaves the tree wholly old, wholly new, or with a journal that the next run carries out.
//!
//! `OPENTOP_KILLS` says how often (default 10). The planted defect, a writer that simply writes, has to be caught.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use opentop_codegen::{Options, generate};
use opentop_model::load;

use crate::support::repository::{output, root, sources_of, tree, xtask};

const METHODS: usize = 150;

/// Specs of many methods, whose titles all say `title`.
fn specs(dir: &Path, title: &str) -> PathBuf {
    let spec = dir.join(format!("spec-{title}"));
    for category in ["one", "two", "three"] {
        fs::create_dir_all(spec.join(category)).unwrap();
        fs::write(spec.join(category).join("category.yaml"), format!("title: {title} {category}\n")).unwrap();
    }
    for number in 0..METHODS {
        let category = ["one", "two", "three"][number % 3];
        let method = format!("alibaba.crash.test{number}");
        let text = format!(
            "api: {method}\ncategory: {category}\ntitle: {title} {number}\nsession: none\neffect: read\n\
             request: {{ fields: {{ name: {{ type: String, description: {title} }} }} }}\n\
             response: {{ fields: {{ names: {{ type: 'String []', description: {title} }} }} }}\n"
        );
        fs::write(spec.join(category).join(format!("{method}.yaml")), text).unwrap();
    }
    spec
}

fn texts(dir: &Path) -> BTreeMap<String, String> {
    tree(dir).into_iter().map(|(path, text, _)| (path, text)).collect()
}

fn restore(out: &Path, files: &BTreeMap<String, String>) {
    let _ = fs::remove_dir_all(out);
    for (path, text) in files {
        let path = out.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Where cargo put the command line: it is run directly, since a kill has to hit it and not cargo.
fn binary() -> PathBuf {
    output(xtask(&["--version"]).current_dir(root()));
    let me = std::env::current_exe().unwrap();
    me.parent().unwrap().parent().unwrap().join(format!("xtask{}", std::env::consts::EXE_SUFFIX))
}

fn regen(binary: &Path, spec: &Path, out: &Path) -> Command {
    let mut command = Command::new(binary);
    command.arg("regen").arg("--spec").arg(spec).arg("--out").arg(out);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A number in `0..bound` that follows from `seed`: the instants are random, and the same in every run.
fn random(seed: &mut u64, bound: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % bound.max(1)
}

#[derive(Debug, Default)]
struct Ends {
    old: usize,
    new: usize,
    journal: usize,
    mixed: usize,
}

/// Two trees and the folder that is to go from one to the other.
struct Trees {
    out: PathBuf,
    old: BTreeMap<String, String>,
    new: BTreeMap<String, String>,
}

impl Trees {
    /// Waits until the child begins to write, or ends.
    fn writing_began(&self, child: &mut Child) {
        let (first, text) = self.old.iter().find(|(path, text)| self.new.get(*path) != Some(*text)).unwrap();
        let (journal, first) = (self.out.join(".opentop-regen/journal"), self.out.join(first));
        while child.try_wait().unwrap().is_none()
            && !journal.exists()
            && fs::read_to_string(&first).is_ok_and(|now| now == *text)
        {}
    }

    /// Kills `command` again and again, at any instant or just after it began to write, and counts what it leaves behind.
    fn kill_often(&self, times: usize, command: impl Fn() -> Command, after: impl Fn()) -> Ends {
        restore(&self.out, &self.old);
        let started = Instant::now();
        assert!(command().status().unwrap().success());
        let whole = u64::try_from(started.elapsed().as_micros()).unwrap();
        let (mut ends, mut seed) = (Ends::default(), 20_261_123);
        for time in 0..times {
            restore(&self.out, &self.old);
            let mut child = command().spawn().unwrap();
            if time % 2 == 0 {
                std::thread::sleep(Duration::from_micros(random(&mut seed, whole + whole / 10)));
            } else {
                self.writing_began(&mut child);
                std::thread::sleep(Duration::from_micros(random(&mut seed, 20_000)));
            }
            child.kill().unwrap();
            child.wait().unwrap();
            let left = texts(&self.out);
            if self.out.join(".opentop-regen/journal").exists() {
                ends.journal += 1;
                after();
            } else if left == self.old {
                ends.old += 1;
            } else if left == self.new {
                ends.new += 1;
            } else {
                ends.mixed += 1;
            }
        }
        ends
    }
}

#[test]
fn a_killed_run_leaves_the_tree_wholly_old_or_new_after_the_next() {
    let times = std::env::var("OPENTOP_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (specs(folder.path(), "old"), specs(folder.path(), "new"));
    let (out, binary) = (folder.path().join("out"), binary());
    assert!(regen(&binary, &after, &out).status().unwrap().success());
    let new = texts(&out);
    fs::remove_dir_all(&out).unwrap();
    assert!(regen(&binary, &before, &out).status().unwrap().success());
    let old = texts(&out);

    let trees = Trees { out: out.clone(), old, new };
    let next_run = || {
        // Even one for the old specs first finishes what was begun, then does its own work.
        assert!(regen(&binary, &before, &out).status().unwrap().success());
        assert_eq!(texts(&out), trees.old);
        assert!(!out.join(".opentop-regen").exists());
    };
    let ends = trees.kill_often(times, || regen(&binary, &after, &out), next_run);
    println!("killed {times} times: {ends:?}");
    assert_eq!(ends.mixed, 0, "{ends:?}");

    let plain = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "output::crash::the_planted_defect_writes_plainly", "--ignored"]);
        command.env("OPENTOP_PLAIN_SPEC", &after).env("OPENTOP_PLAIN_OUT", &out);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let ends = trees.kill_often(times.max(10), plain, || {});
    println!("the planted defect, killed: {ends:?}");
    assert!(ends.mixed > 0, "a plain writer has to be caught: {ends:?}");
}

/// Not a test of its own: the process that the test above kills. It writes the same files with no journal and no rename.
#[test]
#[ignore = "run by a_killed_run_leaves_the_tree_wholly_old_or_new_after_the_next as the planted defect"]
fn the_planted_defect_writes_plainly() {
    let (Some(spec), Some(out)) = (std::env::var_os("OPENTOP_PLAIN_SPEC"), std::env::var_os("OPENTOP_PLAIN_OUT"))
    else {
        return;
    };
    let sources = sources_of(Path::new(&spec));
    let options = Options { standalone: true, ..Options::default() };
    let generated = generate(&load(&sources).model, &sources, &options);
    for (path, text) in &generated.files.0 {
        if path != "Cargo.toml" {
            fs::write(Path::new(&out).join(path), text).unwrap();
        }
    }
}
