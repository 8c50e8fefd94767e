//! Processes that write through a journal and are killed at random instants. Every execution is reported or in the journal, and nothing
//! is sent twice.
//!
//! `OPENTOP_KILLS` says how often each of the four set-ups is killed (10), `OPENTOP_SEED` at which instants. Both are printed:
//! `OPENTOP_KILLS=1000 cargo test -p opentop-runtime --features reqwest,ureq --test kills -- --nocapture`
//!
//! The planted defect is a journal that removes an entry when its write is done, before the call returns. It has to be caught.

#![cfg(all(feature = "reqwest", feature = "ureq"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod child;
mod server;

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use opentop_runtime::{FileJournal, StoredWrite};

use crate::child::{Kind, Orders, key_of};
use crate::server::{Random, Server};

/// The applications that share a journal.
const APPS: [&str; 2] = ["1001", "1002"];

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A folder of its own, removed afterwards.
struct Scene {
    folder: PathBuf,
    server: Server,
    random: Random,
    kind: Kind,
    forgetful: bool,
    started: u32,
}

/// What was found at the end.
struct Found {
    kills: u64,
    executions: usize,
    /// Reported by the process that made the call, before it died.
    reported: usize,
    /// Reported after a crash, from the answer in the journal.
    from_answer: usize,
    /// Reported after a crash, since the server knew of them.
    from_server: usize,
    /// Not executed before the crash, and sent by the next process.
    resumed: usize,
    /// Entries of another application that were offered to a client, and refused.
    refused: usize,
    lost: usize,
    doubles: usize,
    /// Reported and never executed.
    invented: usize,
    /// Sent in the name of another application.
    foreign: usize,
    files_left: usize,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, executions, reported, from_answer, from_server, resumed, refused, .. } = self;
        let Self { lost, doubles, invented, foreign, files_left, .. } = self;
        write!(
            f,
            "{kills} kills, {executions} executions: {reported} reported by their callers; after a crash {from_answer} from the \
             stored answer, {from_server} by asking the server, {resumed} by sending what had not arrived; {refused} refused to another \
             application. Lost {lost}, twice {doubles}, invented {invented}, of another application {foreign}, files left {files_left}"
        )
    }
}

impl Scene {
    fn new(kind: Kind, forgetful: bool) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("kills-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(folder.join("logs")).unwrap();
        let seed = number("OPENTOP_SEED", 20_261_127);
        Self { folder, server: Server::start(seed), random: Random(seed), kind, forgetful, started: 0 }
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// Starts a process, and waits until it is about to begin.
    fn start(&mut self, app: &str, drain: bool) -> Child {
        self.started += 1;
        let orders = Orders {
            kind: self.kind,
            journal: self.journal(),
            log: self.folder.join("logs").join(self.started.to_string()),
            port: self.server.port(),
            app: app.to_owned(),
            nonce: self.started.to_string(),
            forgetful: self.forgetful,
            drain,
        };
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "a_process_that_writes", "--ignored", "--nocapture"])
            .env(Orders::NAME, orders.to_text());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("ready")), "the process did not begin");
        child
    }

    /// Kills one process after another.
    fn one_at_a_time(&mut self, kills: u64) {
        for kill in 0..kills {
            let mut child = self.start(APPS[usize::try_from(kill % 2).unwrap()], false);
            std::thread::sleep(Duration::from_micros(self.random.below(200_000)));
            child.kill().unwrap();
            child.wait().unwrap();
            if !self.forgetful {
                self.server.settle();
                let (reported, kept) = (self.reported(), self.in_journal());
                for key in self.server.executions().keys() {
                    assert!(reported.contains(key) || kept.contains(key), "{key} is lost after {kill} kills");
                }
                // In both only while nobody has acknowledged it.
                let known = self.logged("acknowledged");
                let stale: Vec<&String> = known.iter().filter(|key| kept.contains(*key)).collect();
                assert!(stale.is_empty(), "acknowledged and still in the journal: {stale:?}");
            }
        }
    }

    /// Kills one of three that share the journal, again and again.
    fn three_at_once(&mut self, kills: u64) {
        let mut children: Vec<Child> = (0..3).map(|at| self.start(APPS[at % 2], false)).collect();
        for _ in 0..kills {
            std::thread::sleep(Duration::from_micros(self.random.below(60_000)));
            let at = usize::try_from(self.random.below(3)).unwrap();
            children[at].kill().unwrap();
            children[at].wait().unwrap();
            children[at] = self.start(APPS[at % 2], false);
        }
        for mut child in children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// The first words of what processes reported, or the keys that follow one.
    fn logged(&self, word: &str) -> Vec<String> {
        let files = fs::read_dir(self.folder.join("logs")).unwrap();
        let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect::<String>();
        texts.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' ').map(str::to_owned)).collect()
    }

    fn reported(&self) -> BTreeSet<String> {
        ["called", "answer", "server", "resumed"].iter().flat_map(|word| self.logged(word)).collect()
    }

    fn in_journal(&self) -> BTreeSet<String> {
        let Ok(files) = fs::read_dir(self.journal()) else { return BTreeSet::new() };
        let entries = files.map(|file| file.unwrap().path()).filter(|path| path.extension().unwrap() == "json");
        entries.map(|path| key_of(&StoredWrite::from_json(&fs::read_to_string(path).unwrap()).unwrap())).collect()
    }

    /// Lets a last process of each application deal with what is left, and counts.
    fn end(mut self, kills: u64) -> Found {
        for app in APPS {
            let mut child = self.start(app, true);
            assert!(child.wait().unwrap().success());
        }
        drop(FileJournal::open(self.journal()).unwrap());
        let (reported, executions) = (self.reported(), self.server.executions());
        assert_eq!(self.logged("wrong"), [] as [&str; 0]);
        let found = Found {
            kills,
            executions: executions.len(),
            reported: self.logged("called").len(),
            from_answer: self.logged("answer").len(),
            from_server: self.logged("server").len(),
            resumed: self.logged("resumed").len(),
            refused: self.logged("refused").len(),
            lost: executions.keys().filter(|key| !reported.contains(*key)).count(),
            doubles: executions.values().filter(|times| **times > 1).count(),
            invented: reported.iter().filter(|key| !executions.contains_key(*key)).count(),
            foreign: self.server.foreign(),
            files_left: fs::read_dir(self.journal()).unwrap().count(),
        };
        println!("{:?}, {}: {found}", self.kind, if self.forgetful { "the planted defect" } else { "as it is" });
        found
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn attack(kind: Kind, at_once: bool) {
    let kills = number("OPENTOP_KILLS", 10);
    println!(
        "{kind:?}, {} at once: {kills} kills, seed {}",
        if at_once { 3 } else { 1 },
        number("OPENTOP_SEED", 20_261_127)
    );
    let mut scene = Scene::new(kind, false);
    if at_once {
        scene.three_at_once(kills)
    } else {
        scene.one_at_a_time(kills)
    }
    let found = scene.end(kills);
    let wrong = (found.lost, found.doubles, found.invented, found.foreign, found.files_left);
    assert_eq!(wrong, (0, 0, 0, 0, 0), "{found}");
    assert!(found.executions > 0, "nothing was tried: {found}");
}

#[test]
fn blocking_one_process() {
    attack(Kind::Blocking, false);
}

#[test]
fn blocking_three_processes_share_a_journal() {
    attack(Kind::Blocking, true);
}

#[test]
fn async_one_process() {
    attack(Kind::Async, false);
}

#[test]
fn async_three_processes_share_a_journal() {
    attack(Kind::Async, true);
}

#[test]
fn a_journal_that_forgets_before_the_caller_knows_is_caught() {
    let kills = number("OPENTOP_KILLS", 10).max(30);
    for kind in [Kind::Blocking, Kind::Async] {
        let mut scene = Scene::new(kind, true);
        scene.one_at_a_time(kills);
        let found = scene.end(kills);
        assert!(found.lost > 0, "{found}");
    }
}

/// Not a test of its own: the process that the tests above kill.
#[test]
#[ignore = "started by the tests of this file"]
fn a_process_that_writes() {
    if let Some(orders) = Orders::given() {
        child::run(&orders);
    }
}
