//! Follows a path to the file that defines what it names, through every re-export on the way.

use std::collections::BTreeSet;

use crate::tree::Crate;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it names.
    pub target: Target,
    /// Whether the path as it is written goes through a re-export of the crate's root.
    pub through_root: bool,
}

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A module, by number.
    Module(usize),
    /// Something defined in a file, by number.
    File(usize),
}

/// Follows `path` as it is written in module `from`; `None` if it leaves the crate.
pub fn resolve(krate: &Crate, from: usize, path: &[String]) -> Option<Found> {
    let mut through_root = false;
    let target = Search { krate, seen: BTreeSet::new() }.path(from, path, Some(&mut through_root))?;
    Some(Found { target, through_root })
}

struct Search<'a> {
    krate: &'a Crate,
    /// Names that are being looked up: `use` can go in circles.
    seen: BTreeSet<(usize, String)>,
}

impl Search<'_> {
    fn path(&mut self, from: usize, path: &[String], mut root: Option<&mut bool>) -> Option<Target> {
        let mut at = from;
        let mut rest = path;
        while let [first, more @ ..] = rest {
            match first.as_str() {
                "crate" => at = 0,
                "super" => at = self.krate.modules[at].parent?,
                "self" => {}
                _ => break,
            }
            rest = more;
        }
        let mut target = Target::Module(at);
        for (place, name) in rest.iter().enumerate() {
            let Target::Module(module) = target else { break };
            let last = place + 1 == rest.len();
            target = self.name(module, name, last, root.as_deref_mut(), from)?;
        }
        Some(target)
    }

    /// Looks a name up in a module. Between `mod x` and another item `x`, the end of a path takes the item.
    fn name(
        &mut self,
        module: usize,
        name: &str,
        last: bool,
        mut root: Option<&mut bool>,
        from: usize,
    ) -> Option<Target> {
        let here = &self.krate.modules[module];
        let child = here.children.get(name).map(|child| Target::Module(*child));
        if here.defined.contains(name) && (last || child.is_none()) {
            return Some(Target::File(here.file));
        }
        if !last && child.is_some() {
            return child;
        }
        if !self.seen.insert((module, name.to_owned())) {
            return child;
        }
        let krate = self.krate;
        let mut found = None;
        for (alias, path) in &krate.modules[module].imported {
            if alias == name {
                found = found.or_else(|| self.path(module, path, None));
            }
        }
        if found.is_some()
            && module == 0
            && krate.modules[from].file != here.file
            && let Some(root) = root.as_deref_mut()
        {
            *root = true;
        }
        for path in &krate.modules[module].globs {
            if found.is_some() || child.is_some() {
                break;
            }
            if let Some(Target::Module(other)) = self.path(module, path, None)
                && other != module
            {
                found = self.name(other, name, last, root.as_deref_mut(), from);
            }
        }
        self.seen.remove(&(module, name.to_owned()));
        found.or(child)
    }
}
