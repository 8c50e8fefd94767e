//! Reads the YAML files of a spec folder at a git revision, through the git command.
//!
//! Files are chosen as in the folder itself. Objects are read without a checkout: no file and no index changes.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use opentop_model::diagnostic::SourceFile;

use super::tree::{Entry, Node, Tree};

/// The largest file that is read, as in the folder itself.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// Every YAML file that stood in `spec` at `revision`, sorted by path.
///
/// # Errors
/// Where git is not there, `spec` is in no checkout, the revision is unknown, or the folder was not there yet.
pub(crate) fn read(spec: &Path, revision: &str) -> Result<Vec<SourceFile>> {
    // A revision is an argument of git, never an option.
    ensure!(!revision.is_empty() && !revision.starts_with('-'), "`{revision}` is not a git revision");
    let shown = spec.display();
    let Some(prefix) = ask(spec, &["rev-parse", "--show-prefix"])? else {
        bail!(
            "{shown} is in no git checkout, so there is nothing to compare with: run this in a clone of the repository"
        );
    };
    let Some(commit) = ask(spec, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])? else {
        bail!("{}", unknown(spec, revision)?);
    };
    let prefix = prefix.trim_end_matches('/');
    let missing = || format!("there was no folder {prefix} at `{revision}`: name a later revision with --against REV");
    let list = |tree: &str| ask(spec, &["ls-tree", "-r", "-z", "--full-tree", tree]);
    // A link may lead anywhere in the repository. Without one, the folder alone is listed.
    let folder = list(&format!("{commit}:{prefix}"))?;
    let has_links = |listing: &str| listing.split('\0').filter_map(listed).any(|(mode, ..)| mode == LINK);
    let entries = match folder.filter(|listing| !has_links(listing)) {
        Some(listing) => tree(spec, &listing)?.specs(""),
        None => tree(spec, &list(&commit)?.unwrap_or_default())?.specs(prefix),
    };
    match entries {
        Ok(Some(entries)) => contents(spec, &entries),
        Ok(None) => bail!("{}", missing()),
        Err(problems) => {
            let lines: String = problems.iter().map(|problem| format!("\n  {shown}/{problem}")).collect();
            bail!("at `{revision}` links cannot be followed: name a revision without them with --against REV{lines}")
        }
    }
}

/// What to do about a revision that git does not know: which there are, and how to get more.
fn unknown(spec: &Path, revision: &str) -> Result<String> {
    let shown = spec.display();
    let tags = ask(spec, &["tag", "--list", "--sort=-creatordate"])?.unwrap_or_default();
    let tags: Vec<&str> = tags.lines().take(5).collect();
    let tags = if tags.is_empty() { "there are no tags here".to_owned() } else { format!("tags: {}", tags.join(", ")) };
    let recent = ask(spec, &["log", "-5", "--format=  %h %cs %s", "--", "."])?.unwrap_or_default();
    let shallow = ask(spec, &["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true");
    let older = if shallow { "\nthis clone is shallow: `git fetch --unshallow` gets the older revisions" } else { "" };
    Ok(format!(
        "git knows no revision `{revision}` here ({tags}); name one with --against REV. The last that changed {shown}:\n{recent}{older}"
    ))
}

fn git(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(arguments).stdin(Stdio::null());
    command
}

/// What git answers, without the line's end; `None` if it refuses.
fn ask(dir: &Path, arguments: &[&str]) -> Result<Option<String>> {
    let output = git(dir, arguments).output().context("cannot run git: install it, or put it on the PATH")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        // Git refuses another user's checkout, and says how to trust it.
        ensure!(!said.contains("dubious ownership"), "git refuses: {}", said.trim());
        return Ok(None);
    }
    let text = String::from_utf8(output.stdout).context("git names a path that is not UTF-8: rename the file")?;
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// `<mode> <kind> <object>\t<path>` for each file: the object and the path, and what it is by its mode.
fn listed(line: &str) -> Option<(&str, &str, &str)> {
    let (facts, path) = line.split_once('\t')?;
    let mut facts = facts.split(' ');
    let (mode, _, object) = (facts.next()?, facts.next()?, facts.next()?);
    Some((mode, object, path))
}

const LINK: &str = "120000";
const MODULE: &str = "160000";

/// The tree that a listing describes. A link's object holds where it leads.
fn tree(spec: &Path, listing: &str) -> Result<Tree> {
    let lines: Vec<_> = listing.split('\0').filter_map(listed).collect();
    let links: Vec<Entry> = lines
        .iter()
        .filter(|(mode, ..)| *mode == LINK)
        .map(|(_, object, path)| Entry { object: (*object).to_owned(), path: (*path).to_owned() })
        .collect();
    let targets = if links.is_empty() { Vec::new() } else { contents(spec, &links)? };
    let mut targets = targets.into_iter();
    let mut tree = Tree::default();
    for (mode, object, path) in lines {
        let node = match mode {
            LINK => Node::Link(targets.next().map(|target| target.text).unwrap_or_default()),
            MODULE => Node::Module,
            _ => Node::File(object.to_owned()),
        };
        tree.add(path, node);
    }
    Ok(tree)
}

/// The bytes of all of them from one process: thousands of specs must not cost thousands.
fn contents(dir: &Path, entries: &[Entry]) -> Result<Vec<SourceFile>> {
    let mut child = git(dir, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run git: install it, or put it on the PATH")?;
    let mut asked = child.stdin.take().context("git takes no questions")?;
    let mut told = BufReader::new(child.stdout.take().context("git gives no answers")?);
    let sources = thread::scope(|scope| {
        // Asked from a thread of its own: git waits with its next answer until the last one is read.
        scope.spawn(move || {
            for entry in entries {
                if writeln!(asked, "{}", entry.object).is_err() {
                    break;
                }
            }
        });
        let read = entries.iter().map(|entry| object(&mut told, entry)).collect::<Result<Vec<_>>>();
        // Closed before the thread is waited for: git ends where nobody reads, and nobody asks then.
        drop(told);
        read
    });
    child.wait().context("git did not end")?;
    sources
}

/// `<object> blob <size>`, a line's end, the bytes, a line's end.
fn object(from: &mut impl BufRead, entry: &Entry) -> Result<SourceFile> {
    let path = &entry.path;
    let mut head = String::new();
    from.read_line(&mut head).with_context(|| format!("cannot read {path} from git"))?;
    let size = head.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse::<u64>().ok());
    let Some(size) = size else {
        bail!(
            "git does not have the text of {path} (it says: {}): a partial clone lacks it, fetch it first",
            head.trim()
        )
    };
    ensure!(size <= MAX_BYTES, "{path} had {size} bytes; at most {MAX_BYTES} are read");
    let mut raw = Vec::new();
    from.by_ref().take(size).read_to_end(&mut raw).with_context(|| format!("cannot read {path} from git"))?;
    let mut end = [0];
    let whole = raw.len() as u64 == size && from.read_exact(&mut end).is_ok();
    ensure!(whole, "git ended within {path}");
    let text = String::from_utf8(raw).with_context(|| format!("{path} was not UTF-8 at that revision"))?;
    Ok(SourceFile { path: path.clone(), text })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn answers_are_read_to_the_byte_and_a_missing_one_is_told() {
        let entry = Entry { object: "0a".to_owned(), path: "a.yaml".to_owned() };
        let mut told = "0a blob 7\nb: 1\n中\n0b blob 0\n\n".replace('7', "8").into_bytes();
        let mut from = told.as_slice();
        assert_eq!(object(&mut from, &entry).unwrap().text, "b: 1\n中");
        assert_eq!(object(&mut from, &entry).unwrap().text, "");
        told.truncate(12);
        assert!(object(&mut told.as_slice(), &entry).unwrap_err().to_string().contains("ended within a.yaml"));
        let missing = object(&mut "0a missing\n".as_bytes(), &entry).unwrap_err().to_string();
        assert!(missing.contains("does not have the text of a.yaml"), "{missing}");
    }

    #[test]
    fn a_revision_is_never_an_option() {
        for revision in ["", "--help", "-x"] {
            assert!(read(Path::new("."), revision).unwrap_err().to_string().contains("not a git revision"));
        }
    }
}
