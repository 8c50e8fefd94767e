//! Measures what a command costs: CPU, wall time and peak memory, of it and of all that it waited for.
//!
//! The peak is that of the largest single process: for a cargo run, that of rustc.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use wait4::Wait4;

/// What one run of a command cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Cost {
    /// User and system seconds.
    pub(crate) cpu: f64,
    /// Seconds on the wall clock.
    pub(crate) wall: f64,
    /// Peak resident memory in MiB.
    pub(crate) peak: f64,
}

/// Runs a command to its end. What it says is shown only where it fails.
pub(crate) fn run(command: &mut Command) -> Result<Cost> {
    run_to(command, &[0])
}

/// As [`run`], where it may end with one of `codes`.
pub(crate) fn run_to(command: &mut Command, codes: &[i32]) -> Result<Cost> {
    let said = tempfile(command)?;
    let log = std::fs::File::create(&said)?;
    let before = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn();
    let used = child.with_context(|| format!("cannot run {command:?}"))?.wait4()?;
    let wall = before.elapsed().as_secs_f64();
    if !used.status.code().is_some_and(|code| codes.contains(&code)) {
        let text = String::from_utf8_lossy(&std::fs::read(&said)?).into_owned();
        let lines: Vec<_> = text.lines().collect();
        let first = lines.iter().position(|line| line.starts_with("error")).unwrap_or(0);
        bail!(
            "{command:?} ended with {}:\n{}",
            used.status,
            lines[first..].iter().take(40).copied().collect::<Vec<_>>().join("\n")
        );
    }
    let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Ok(Cost { cpu, wall, peak: used.rusage.maxrss as f64 / (1024.0 * 1024.0) })
}

/// Runs it several times, preparing each run, and takes the median of each figure.
pub(crate) fn median_of(runs: usize, mut one: impl FnMut() -> Result<Cost>) -> Result<Cost> {
    let costs: Vec<Cost> = (0..runs.max(1)).map(|_| one()).collect::<Result<_>>()?;
    Ok(median(&costs))
}

/// Runs each of them in turn, several times, so that what else the machine does meets all alike. The medians, in their order.
pub(crate) fn in_turns(runs: usize, ones: &mut [&mut dyn FnMut() -> Result<Cost>]) -> Vec<Result<Cost>> {
    let mut costs: Vec<Result<Vec<Cost>>> = ones.iter().map(|_| Ok(Vec::new())).collect();
    for _ in 0..runs.max(1) {
        for (one, costs) in ones.iter_mut().zip(&mut costs) {
            let Ok(known) = costs else { continue };
            match one() {
                Ok(cost) => known.push(cost),
                Err(error) => *costs = Err(error),
            }
        }
    }
    costs.into_iter().map(|costs| costs.map(|costs| median(&costs))).collect()
}

fn median(costs: &[Cost]) -> Cost {
    let middle = |figure: fn(&Cost) -> f64| {
        let mut figures: Vec<f64> = costs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    Cost { cpu: middle(|cost| cost.cpu), wall: middle(|cost| cost.wall), peak: middle(|cost| cost.peak) }
}

/// Where a command's output goes meanwhile.
fn tempfile(command: &Command) -> Result<std::path::PathBuf> {
    let name = std::path::Path::new(command.get_program()).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let dir = std::env::temp_dir().join(format!("opentop-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    Ok(dir.join(format!("{}.log", name.unwrap_or_default())))
}
