//! The command line as a process, and what it took.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A run that has ended.
pub(crate) struct Ended {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output, then standard error.
    pub(crate) text: String,
    /// Processor time, which is the same on a busy machine; where the system does not say, the time on the clock.
    pub(crate) took: Duration,
    /// The most memory it held, in bytes; 0 where the system does not say.
    pub(crate) memory: u64,
}

/// The command line that was built with these tests, or the one that `OPENTOP_XTASK` names.
pub(crate) fn xtask() -> Command {
    let other = std::env::var_os("OPENTOP_XTASK").map(PathBuf::from);
    Command::new(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_xtask").into()))
}

/// Runs it to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let file = fs::File::create(&out).unwrap();
    let started = Instant::now();
    let command = command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
    let mut child = command.spawn().unwrap();
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let (mut memory, mut worked) = (0, None);
    let code = loop {
        memory = memory.max(high_water(&process.join("status")));
        worked = processor_time(&process.join("stat")).or(worked);
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let took = worked.unwrap_or_else(|| started.elapsed());
    Ended { code, text: String::from_utf8_lossy(&fs::read(&out).unwrap()).into_owned(), took, memory }
}

/// User and system time, in ticks of a hundredth of a second.
fn processor_time(stat: &Path) -> Option<Duration> {
    let text = fs::read_to_string(stat).ok()?;
    let ticks = text.rsplit_once(')')?.1.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().ok());
    Some(Duration::from_millis(10 * ticks.collect::<Option<Vec<_>>>()?.iter().sum::<u64>()))
}

fn high_water(status: &Path) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// `regen` of a spec folder.
pub(crate) fn regen(spec: &Path, out: &Path) -> Command {
    let mut command = xtask();
    command.arg("regen").arg("--spec").arg(spec).arg("--out").arg(out);
    command
}

/// A small sound method.
pub(crate) fn method(name: &str) -> String {
    format!(
        "api: {name}\ncategory: one\ntitle: {name}\nsession: none\neffect: read\n\
         request: {{ fields: {{ name: {{ type: String, description: x }} }} }}\n\
         response: {{ fields: {{ names: {{ type: 'String []', description: x }} }} }}\n"
    )
}

/// A spec folder with the category `one` and small methods of these names.
pub(crate) fn specs(dir: &Path, names: &[&str]) -> PathBuf {
    let one = dir.join("one");
    fs::create_dir_all(&one).unwrap();
    fs::write(one.join("category.yaml"), "title: one\n").unwrap();
    for name in names {
        fs::write(one.join(format!("{name}.yaml")), method(name)).unwrap();
    }
    dir.to_path_buf()
}

/// A number from the environment.
pub(crate) fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Numbers that follow from a seed, the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (bound.max(1) as u64)).unwrap()
    }

    /// From 1 to `most`, small ones as often as large ones.
    pub(crate) fn size(&mut self, most: usize) -> usize {
        let bits = most.ilog2() as usize + 1;
        let top = 1_usize << self.below(bits);
        (top + self.below(top)).min(most)
    }
}
