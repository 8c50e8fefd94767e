//! On a full disk the old tree stands: over many sizes of a small file system, a run ends with the new tree or with exactly the old one,
//! and a first run with the whole tree or with nothing.
//!
//! `OPENTOP_DISK_SIZES` says how many sizes (default 12): `OPENTOP_DISK_SIZES=200 cargo test -p xtask disk -- --nocapture`. Mounting a
//! file system needs the rights to do so; without them this is skipped, and says so.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{number, regen, run, specs};

/// A small file system, unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path) -> Option<Disk> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Disk(at.to_path_buf()))
    }

    /// Leaves this many pages beyond those that are used.
    fn leave(&self, pages: u64) {
        let used = Command::new("df").arg("--output=used").arg(&self.0).output().unwrap();
        let used = String::from_utf8(used.stdout).unwrap();
        let used: u64 = used.lines().nth(1).unwrap().trim().parse().unwrap();
        let size = format!("remount,size={}k", (used + pages * 4).max(4));
        assert!(Command::new("mount").args(["-o", &size]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// Every file and folder below `dir`, hidden ones too.
fn everything(dir: &Path) -> BTreeMap<PathBuf, Option<String>> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.insert(path.strip_prefix(dir).unwrap().to_path_buf(), None);
                open.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(dir).unwrap().to_path_buf(), Some(text));
            }
        }
    }
    found
}

fn copy(files: &BTreeMap<PathBuf, Option<String>>, to: &Path) {
    for (path, text) in files {
        match text {
            Some(text) => fs::write(to.join(path), text).unwrap(),
            None => fs::create_dir_all(to.join(path)).unwrap(),
        }
    }
}

#[test]
fn a_full_disk_leaves_the_old_tree_or_makes_the_new_one() {
    let dir = tempfile::tempdir().unwrap();
    let Some(probe) = Disk::mount(&dir.path().join("probe")) else {
        eprintln!("SKIPPED: a_full_disk_leaves_the_old_tree: no file system can be mounted here");
        return;
    };
    drop(probe);
    let names: Vec<String> = (0..24).map(|at| format!("alibaba.disk.m{at}.get")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (before, after) =
        (specs(&dir.path().join("before"), &names[..16]), specs(&dir.path().join("after"), &names[4..]));
    for name in &names[8..12] {
        let file = after.join(format!("one/{name}.yaml"));
        fs::write(&file, fs::read_to_string(&file).unwrap().replace("description: x", "description: changed")).unwrap();
    }
    let trees: Vec<_> = [&before, &after]
        .into_iter()
        .map(|spec| {
            // As deep as on the disk: the way to the runtime is part of the tree.
            let out = spec.join("out");
            assert_eq!(run(&mut regen(spec, &out)).code, Some(0));
            everything(&out)
        })
        .collect();
    let (old, new) = (&trees[0], &trees[1]);
    let sizes = number("OPENTOP_DISK_SIZES", 12) as u64;
    // From nothing to more than a run needs: every file, once beside its place and once in the journal, and some.
    let most = 40 + 2 * new.len() as u64 + new.values().flatten().map(|text| 2 * text.len() as u64 / 4096).sum::<u64>();
    let (mut refused, mut made, mut mixed) = (0, 0, Vec::new());
    for size in 0..sizes {
        let pages = size * most / sizes;
        for first in [false, true] {
            let disk = Disk::mount(&dir.path().join("disk")).unwrap();
            let out = disk.0.join("out");
            if !first {
                fs::create_dir(&out).unwrap();
                copy(old, &out);
            }
            let stood = everything(&disk.0);
            disk.leave(pages);
            let ended = run(&mut regen(&after, &out));
            let left = everything(&disk.0);
            match ended.code {
                Some(0) if everything(&out) == *new => made += 1,
                Some(1) if left == stood => refused += 1,
                code => mixed.push(format!("{pages} pages, first {first}: {code:?} {}", ended.text)),
            }
        }
    }
    eprintln!("{sizes} sizes, each as a first and a later run: {made} made, {refused} refused, {} mixed", mixed.len());
    assert!(mixed.is_empty(), "{}", mixed.join("\n"));
    assert!(made > 0 && refused > 0, "the sizes must reach from too small to enough");
}
