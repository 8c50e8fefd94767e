//! The folder of a run, and the tools it calls there: cargo, and the project's own command line.
//!
//! Everything is written below `bench/target`, and every emitted crate starts from the bench workspace's own lock file, so that
//! two runs compare the same versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};

use crate::measure::{self, Cost};

/// The folders of a run.
pub(crate) struct Work {
    /// The repository.
    pub(crate) root: PathBuf,
    /// What is emitted for this catalogue.
    pub(crate) dir: PathBuf,
    /// The project's command line, built.
    xtask: PathBuf,
    /// How it was built.
    pub(crate) xtask_profile: &'static str,
    /// An earlier build of it, to compare with.
    pub(crate) before: Option<PathBuf>,
    /// Runs of each measured command.
    pub(crate) runs: usize,
}

impl Work {
    /// Opens a working folder, and builds the project's command line where none is given.
    pub(crate) fn open(
        name: &str,
        quick: bool,
        runs: usize,
        given: Option<&Path>,
        before: Option<&Path>,
    ) -> Result<Self> {
        let before = before.map(std::path::absolute).transpose()?;
        let bench = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the bench folder")?;
        let root = bench.parent().context("the repository")?.to_path_buf();
        let dir = bench.join("target/work").join(name);
        fs::create_dir_all(&dir)?;
        if let Some(xtask) = given {
            let xtask = std::path::absolute(xtask)?;
            return Ok(Self { root, dir, xtask, xtask_profile: "given", before, runs });
        }
        let mut build = cargo();
        build.args(["build", "--package", "xtask"]).current_dir(&root);
        let (xtask, xtask_profile) = if quick {
            (root.join("target/debug/xtask"), "dev")
        } else {
            let target = bench.join("target/xtask");
            build.arg("--release").arg("--target-dir").arg(&target);
            (target.join("release/xtask"), "release")
        };
        measure::run(&mut build).context("the project's command line does not build")?;
        Ok(Self { root, dir, xtask, xtask_profile, before, runs })
    }

    /// The crate that the emitted baselines share.
    pub(crate) fn probe(&self) -> PathBuf {
        self.root.join("bench/probe")
    }

    /// The project's command line, from the repository.
    fn xtask(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// `import`, by the earlier build where there is one: the later one reads what it wrote.
    pub(crate) fn import(&self) -> Command {
        let mut command = self.xtask(self.before.as_deref().unwrap_or(&self.xtask));
        command.arg("import");
        command
    }

    /// `regen` of a spec folder into a crate.
    pub(crate) fn regen(&self, spec: &Path, out: &Path) -> Result<Cost> {
        self.regen_by(&self.xtask, spec, out)
    }

    /// `regen` by a build of the command line.
    pub(crate) fn regen_by(&self, program: &Path, spec: &Path, out: &Path) -> Result<Cost> {
        let runtime = self.root.join("runtime");
        let mut command = self.xtask(program);
        measure::run(command.arg("regen").arg("--spec").arg(spec).arg("--out").arg(out).arg("--runtime").arg(runtime))
    }

    /// Reading and checking alone: `lint`, by the earlier build with `before`. It ends with 1 where it has something to say.
    pub(crate) fn lint(&self, before: bool, spec: &Path) -> Result<Cost> {
        let program = self.before.as_deref().filter(|_| before).unwrap_or(&self.xtask);
        measure::run_to(self.xtask(program).arg("lint").arg("--spec").arg(spec), &[0, 1])
    }

    /// Makes `regen` forget what it made.
    pub(crate) fn forget(&self) -> Result<()> {
        remove(&self.root.join("bench/target/opentop-regen"))
    }

    /// Gives an emitted crate the workspace's lock file.
    pub(crate) fn lock(&self, crate_dir: &Path) -> Result<()> {
        let lock = crate_dir.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(self.root.join("bench/Cargo.lock"), lock)?;
        }
        Ok(())
    }

    /// cargo in an emitted crate. All of them share one target folder, so that dependencies are built once.
    pub(crate) fn cargo(&self, crate_dir: &Path, arguments: &[&str]) -> Command {
        let mut command = cargo();
        command.args(arguments).current_dir(crate_dir);
        command.env("CARGO_TARGET_DIR", self.target()).env("CARGO_INCREMENTAL", "0").env_remove("RUSTFLAGS");
        command
    }

    /// The target folder of all emitted crates, of all runs.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join("bench/target/emitted")
    }

    /// What `cargo arguments` costs for the crates whose root files these are, with everything they depend on built before: the roots
    /// are emptied, cargo runs, they are filled again, and the run that follows is the one that is measured.
    pub(crate) fn build_cost(&self, crate_dir: &Path, arguments: &[&str], roots: &[PathBuf]) -> Result<Cost> {
        self.lock(crate_dir)?;
        let texts: Vec<String> = roots.iter().map(fs::read_to_string).collect::<Result<_, _>>()?;
        let restore = || roots.iter().zip(&texts).try_for_each(|(root, text)| fs::write(root, text));
        for root in roots {
            let empty = if root.ends_with("main.rs") { "fn main() {}\n" } else { "" };
            fs::write(root, empty)?;
        }
        let primed = measure::run(&mut self.cargo(crate_dir, arguments));
        restore()?;
        primed.context("the dependencies do not build")?;
        measure::median_of(self.runs, || {
            restore()?;
            measure::run(&mut self.cargo(crate_dir, arguments))
        })
    }
}

/// The cargo that runs us.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// When every file below `dir` was last written, to see which ones a run touched.
pub(crate) fn written_times(dir: &Path) -> Result<Vec<(PathBuf, std::time::SystemTime)>> {
    let mut times = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            times.extend(written_times(&entry.path())?);
        } else {
            times.push((entry.path(), entry.metadata()?.modified()?));
        }
    }
    times.sort();
    Ok(times)
}

/// Takes a folder of ours out of the way, if it is there. It is deleted at the end ([`tidy`]): for minutes after many files were
/// deleted, ext4 spends longer on finding a free inode than on writing a file, and that is not what is measured here.
pub(crate) fn remove(dir: &Path) -> Result<()> {
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    if !dir.exists() {
        return Ok(());
    }
    let retired = retired(dir)?;
    fs::create_dir_all(&retired)?;
    let name = format!("{}-{}", std::process::id(), TAKEN.fetch_add(1, Ordering::Relaxed));
    fs::rename(dir, retired.join(name)).with_context(|| format!("cannot take {} out of the way", dir.display()))
}

/// Deletes what was taken out of the way, by this run and those before.
pub(crate) fn tidy(work: &Work) -> Result<()> {
    match fs::remove_dir_all(retired(&work.dir)?) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Where such folders wait: in the target folder around them, so that nothing else is ever deleted.
fn retired(dir: &Path) -> Result<PathBuf> {
    let target = dir.ancestors().find(|ancestor| ancestor.ends_with("target"));
    let target = target.with_context(|| format!("{} is not below a target folder", dir.display()))?;
    Ok(target.join("retired"))
}
