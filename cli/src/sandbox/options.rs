//! Reads the values of the options of `opentop sandbox`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use opentop_sandbox::{Fault, Flows, Ledger, SandboxBuilder};

/// The faults of the next calls of one method, or of any.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FaultScript {
    method: Option<String>,
    faults: Vec<Fault>,
}

/// Where records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Records {
    File(String, PathBuf),
    Folder(PathBuf),
}

impl FaultScript {
    pub(super) fn apply(&self, builder: SandboxBuilder) -> SandboxBuilder {
        match &self.method {
            Some(method) => builder.push_faults_for(method, self.faults.clone()),
            None => builder.push_faults(self.faults.clone()),
        }
    }
}

impl Records {
    /// Methods, and the JSON text of their records.
    pub(super) fn read(&self) -> Result<Vec<(String, String)>> {
        let text = |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
        match self {
            Records::File(method, path) => Ok(vec![(method.clone(), text(path)?)]),
            Records::Folder(folder) => {
                let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
                let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
                paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
                paths.sort();
                if paths.is_empty() {
                    bail!("{} holds no METHOD.json", folder.display());
                }
                let named = |path: &PathBuf| {
                    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    Ok((name, text(path)?))
                };
                paths.iter().map(named).collect()
            }
        }
    }
}

pub(super) fn records(text: &str) -> Result<Records, String> {
    Ok(match text.split_once('=') {
        Some((method, file)) if !method.is_empty() && !file.is_empty() => Records::File(method.to_owned(), file.into()),
        Some(_) => return Err("expected METHOD=FILE or a folder".to_owned()),
        None => Records::Folder(text.into()),
    })
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("expected NAME=VALUE, got `{text}`"))?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn ledger(text: &str) -> Result<(String, Ledger), String> {
    let parts: Vec<&str> = text.split(':').collect();
    let (method, account, amount, opening, after) = match *parts.as_slice() {
        [method, account, amount, opening] => (method, account, amount, opening, None),
        [method, account, amount, opening, after] => (method, account, amount, opening, Some(after)),
        _ => return Err(format!("expected four or five parts with `:` between them, got {}", parts.len())),
    };
    let opening = opentop_runtime::Decimal::from_str_exact(opening)
        .map_err(|_| format!("expected an amount that accounts begin with, got `{opening}`"))?;
    let ledger = Ledger::new(account, amount, opening);
    Ok((method.to_owned(), after.map_or(ledger.clone(), |after| ledger.after(after))))
}

pub(super) fn flows(text: &str) -> Result<(String, Flows), String> {
    let mut parts = text.splitn(3, ':');
    let (Some(write), Some(list)) = (parts.next(), parts.next()) else {
        return Err(format!("expected WRITE:LIST or WRITE:LIST:FIELD=SOURCE,…, got `{text}`"));
    };
    let mut flows = Flows::new(list);
    for part in parts.next().unwrap_or_default().split(',').filter(|part| !part.is_empty()) {
        flows = match part.strip_prefix('?') {
            Some(filter) => pair(filter).map(|(mine, theirs)| flows.filter(mine, theirs))?,
            None => pair(part).map(|(field, source)| flows.field(field, source))?,
        };
    }
    Ok((write.to_owned(), flows))
}

pub(super) fn faults(text: &str) -> Result<FaultScript, String> {
    let (method, script) = text.split_once(':').ok_or_else(|| format!("expected METHOD:FAULT, got `{text}`"))?;
    let mut faults = Vec::new();
    for part in script.split(',') {
        let (fault, times) = match part.rsplit_once('*') {
            Some((fault, times)) => {
                let number = times.parse::<usize>().ok().filter(|times| (1..=100_000).contains(times));
                (fault, number.ok_or_else(|| format!("expected a number from 1 to 100000 behind `*`, got `{times}`"))?)
            }
            None => (part, 1),
        };
        let fault: Fault = fault.parse().map_err(|error: opentop_sandbox::UnknownFault| error.to_string())?;
        faults.extend(std::iter::repeat_n(fault, times));
    }
    Ok(FaultScript { method: (method != "*").then(|| method.to_owned()), faults })
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| format!("expected a number from 0 to 1, got `{text}`"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_ledger_is_read_from_its_parts() {
        let (method, read) = ledger("a.b.c:req.card:req.value:100.50:result.left").unwrap();
        assert_eq!(method, "a.b.c");
        let opening: opentop_runtime::Decimal = "100.50".parse().unwrap();
        assert_eq!(read, Ledger::new("req.card", "req.value", opening).after("result.left"));
        for wrong in ["", "a:b:c", "a:b:c:much", "a:b:c:1:d:e"] {
            assert!(ledger(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn flows_are_read_from_their_parts() {
        let expected =
            Flows::new("x.get").field("id", "{id}").field("value", "-req.value").filter("q.order", "req.order");
        let read = flows("x.update:x.get:id={id},value=-req.value,?q.order=req.order").unwrap();
        assert_eq!(read, ("x.update".to_owned(), expected));
        assert_eq!(flows("x.update:x.get").unwrap().1, Flows::new("x.get"));
        for wrong in ["x.update", "x.update:x.get:id", "x.update:x.get:?q"] {
            assert!(flows(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn faults_are_read_as_a_script() {
        let script = faults("x.get:none,delay-after=5s*2,isv=isv.a:B").unwrap();
        let delay = Fault::DelayAfter(std::time::Duration::from_secs(5));
        let isv = Fault::Isv { sub_code: "isv.a:B".to_owned() };
        assert_eq!(script.faults, [Fault::None, delay.clone(), delay, isv]);
        assert_eq!((script.method.as_deref(), faults("*:html").unwrap().method), (Some("x.get"), None));
        for wrong in ["html", "x:explode", "x:html*0", "x:html*x", "x:"] {
            assert!(faults(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn records_are_a_file_of_a_method_or_a_folder() {
        assert_eq!(records("x.get=a.json"), Ok(Records::File("x.get".to_owned(), "a.json".into())));
        assert_eq!(records("folder"), Ok(Records::Folder("folder".into())));
        assert!(records("=a").is_err() && records("x=").is_err());
        let folder = tempfile::tempdir().unwrap();
        let folder_records = Records::Folder(folder.path().to_owned());
        assert!(folder_records.read().is_err());
        for name in ["b.get.json", "a.get.json", "README.md"] {
            std::fs::write(folder.path().join(name), "[]").unwrap();
        }
        let names: Vec<String> = folder_records.read().unwrap().into_iter().map(|(method, _)| method).collect();
        assert_eq!(names, ["a.get", "b.get"]);
    }

    #[test]
    fn a_share_lies_between_nothing_and_all() {
        assert_eq!((share("0"), share("0.25"), share("1")), (Ok(0.0), Ok(0.25), Ok(1.0)));
        for wrong in ["-0.1", "1.1", "NaN", "inf", "x"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
