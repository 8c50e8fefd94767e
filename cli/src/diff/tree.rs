//! The tree of a commit, and the spec files that a walk of it meets. Links are followed as on disk. No I/O.
//!
//! What a link leads to outside of the repository is not in the commit, so such a link is an error here.

use std::collections::BTreeMap;

/// Folders within folders, as in the folder itself.
const MAX_DEPTH: usize = 8;
/// Files and folders that are looked at: links may lead to one folder by many ways.
const MAX_ENTRIES: usize = 200_000;
/// Links that one path may lead over, as on Linux.
const MAX_LINKS: usize = 40;

/// What stands at a path of a commit.
#[derive(Debug)]
pub(super) enum Node {
    Folder(BTreeMap<String, Node>),
    /// The object that has its bytes.
    File(String),
    /// Where it leads.
    Link(String),
    /// A commit of another repository.
    Module,
}

/// A file of a tree: the object that has its bytes, and its path from the spec folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) object: String,
    pub(super) path: String,
}

/// The whole tree of a commit.
#[derive(Debug, Default)]
pub(super) struct Tree {
    root: BTreeMap<String, Node>,
}

impl Tree {
    /// Adds what stands at a path from the root.
    pub(super) fn add(&mut self, path: &str, node: Node) {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut folder = &mut self.root;
        for part in parts(folders) {
            let inner = folder.entry(part.to_owned()).or_insert_with(|| Node::Folder(BTreeMap::new()));
            let Node::Folder(inner) = inner else { return };
            folder = inner;
        }
        folder.insert(name.to_owned(), node);
    }

    /// The YAML files below `spec`, sorted by path: those that the folder itself would give. `Ok(None)`: there is no such folder.
    ///
    /// # Errors
    /// Every link that leads nowhere, in a circle, or out of the repository, with its path.
    pub(super) fn specs(&self, spec: &str) -> Result<Option<Vec<Entry>>, Vec<String>> {
        let Ok(real) = self.resolve(&[], spec, &mut { MAX_LINKS }) else { return Ok(None) };
        let Some(Node::Folder(folder)) = self.at(&real) else {
            // The root is no node of its own.
            return if real.is_empty() { self.walk(&self.root, real).map(Some) } else { Ok(None) };
        };
        self.walk(folder, real).map(Some)
    }

    fn walk<'a>(&'a self, folder: &'a BTreeMap<String, Node>, real: Vec<&'a str>) -> Result<Vec<Entry>, Vec<String>> {
        let mut walk =
            Walk { tree: self, above: vec![real], entries: Vec::new(), problems: Vec::new(), left: MAX_ENTRIES };
        walk.folder(folder, "");
        let Walk { mut entries, problems, .. } = walk;
        if !problems.is_empty() {
            return Err(problems);
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    fn at(&self, path: &[&str]) -> Option<&Node> {
        let (last, folders) = path.split_last()?;
        let mut folder = &self.root;
        for part in folders {
            let Node::Folder(inner) = folder.get(*part)? else { return None };
            folder = inner;
        }
        folder.get(*last)
    }

    /// The real path of `target`, seen from the folder with the real path `from`. Links on the way are followed.
    fn resolve<'a>(&'a self, from: &[&'a str], target: &'a str, links: &mut usize) -> Result<Vec<&'a str>, Lost> {
        // A path of another system, `C:\specs` for instance, is a name here: there is no such file.
        if target.starts_with('/') {
            return Err(Lost::Outside);
        }
        let mut real = from.to_vec();
        for part in target.split('/').filter(|part| !matches!(*part, "" | ".")) {
            if part == ".." {
                real.pop().ok_or(Lost::Outside)?;
                continue;
            }
            if matches!(self.at(&real), Some(Node::File(_))) {
                return Err(Lost::Nowhere);
            }
            real.push(part);
            match self.at(&real) {
                Some(Node::Folder(_) | Node::File(_)) => {}
                Some(Node::Module) => return Err(Lost::Module),
                None => return Err(Lost::Nowhere),
                Some(Node::Link(next)) => {
                    *links = links.checked_sub(1).ok_or(Lost::Circle)?;
                    real.pop();
                    real = self.resolve(&real, next, links)?;
                }
            }
        }
        Ok(real)
    }
}

/// Why a link cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    Nowhere,
    Circle,
    Outside,
    Module,
}

impl Lost {
    fn said(self, target: &str) -> String {
        match self {
            Lost::Nowhere => format!("this link leads nowhere: there is no {target}"),
            Lost::Circle => format!("this link to {target} leads in a circle"),
            Lost::Outside => {
                format!("this link leads out of the repository, to {target}: git does not know what was there")
            }
            Lost::Module => {
                format!("this link leads into a submodule, to {target}: its files are in another repository")
            }
        }
    }
}

struct Walk<'a> {
    tree: &'a Tree,
    /// The real paths of the folders we are inside of.
    above: Vec<Vec<&'a str>>,
    entries: Vec<Entry>,
    problems: Vec<String>,
    left: usize,
}

impl<'a> Walk<'a> {
    fn folder(&mut self, folder: &'a BTreeMap<String, Node>, prefix: &str) {
        let here = self.above.last().cloned().unwrap_or_default();
        for (name, node) in folder.iter().filter(|(name, _)| !name.starts_with('.')) {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            let path = format!("{prefix}{name}");
            if self.left == 0 {
                self.problems.push(format!(
                    "{path}: expected at most {MAX_ENTRIES} files and folders: do links lead to one folder by many ways?"
                ));
                return;
            }
            let (real, node) = match node {
                Node::Link(target) => match self.tree.resolve(&here, target, &mut { MAX_LINKS - 1 }) {
                    Ok(real) => match self.tree.at(&real) {
                        Some(node) => (real, node),
                        // A link to the root, which is above every folder.
                        None => continue,
                    },
                    Err(lost) => {
                        self.problems.push(format!("{path}: {}", lost.said(target)));
                        continue;
                    }
                },
                node => ([&here[..], &[name.as_str()]].concat(), node),
            };
            match node {
                Node::Folder(inner) => self.subfolder(inner, real, &path),
                Node::File(object) if is_yaml(name) => self.entries.push(Entry { object: object.clone(), path }),
                Node::File(_) | Node::Link(_) | Node::Module => {}
            }
        }
    }

    fn subfolder(&mut self, folder: &'a BTreeMap<String, Node>, real: Vec<&'a str>, path: &str) {
        // What a circular link leads to is read already.
        if self.above.contains(&real) {
            return;
        }
        if self.above.len() > MAX_DEPTH {
            self.left = 0;
            let said = "folders must be nested at most";
            self.problems.push(format!("{path}: {said} {MAX_DEPTH} deep: a spec is `<category>/<method>.yaml`"));
            return;
        }
        self.above.push(real);
        self.folder(folder, &format!("{path}/"));
        self.above.pop();
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn is_yaml(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "yaml" || extension == "yml")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn tree(nodes: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (path, node) in nodes {
            let node = match node.split_once(' ') {
                Some(("to", target)) => Node::Link(target.to_owned()),
                Some(_) => Node::Module,
                None => Node::File((*node).to_owned()),
            };
            tree.add(path, node);
        }
        tree
    }

    fn read(nodes: &[(&str, &str)]) -> Vec<String> {
        let entries = tree(nodes).specs("spec").unwrap().unwrap();
        entries.into_iter().map(|Entry { object, path }| format!("{path} {object}")).collect()
    }

    fn problems(nodes: &[(&str, &str)]) -> Vec<String> {
        tree(nodes).specs("spec").unwrap_err()
    }

    #[test]
    fn visible_yaml_files_are_read_sorted_by_path() {
        let files = read(&[
            ("spec/util/商 品.yml", "1"),
            ("spec/util/a.yaml", "2"),
            ("spec/.hidden/a.yaml", "3"),
            ("spec/util/.a.yaml", "4"),
            ("spec/util/a.yaml.bak", "5"),
            ("spec/README.md", "6"),
            ("spec/util.yaml", "a module"),
            ("other/a.yaml", "7"),
        ]);
        assert_eq!(files, ["util/a.yaml 2", "util/商 品.yml 1"]);
        assert_eq!(tree(&[("a/b.yaml", "1")]).specs("spec"), Ok(None));
        assert_eq!(tree(&[("spec", "1")]).specs("spec"), Ok(None));
        assert_eq!(tree(&[("a/b.yaml", "1")]).specs("").unwrap().unwrap().len(), 1);
    }

    #[test]
    fn links_are_followed_to_files_and_folders_of_the_repository() {
        let files = read(&[
            ("store/one.yaml", "1"),
            ("store/deep/two.yaml", "2"),
            ("store/.hidden", "to one.yaml"),
            ("spec/a/one.yaml", "to ../../store/one.yaml"),
            ("spec/a/again.yaml", "to ./one.yaml"),
            ("spec/b", "to ../store/deep"),
            ("spec/c", "to b"),
            ("spec/through.yaml", "to b/../one.yaml"),
        ]);
        assert_eq!(
            files,
            ["a/again.yaml 1", "a/one.yaml 1", "b/two.yaml 2", "c/two.yaml 2", "through.yaml 1"],
            "`..` behind a link leaves what the link leads to"
        );
        let linked = tree(&[("real/a/x.yaml", "1"), ("spec", "to real")]).specs("spec").unwrap().unwrap();
        assert_eq!(linked, [Entry { object: "1".to_owned(), path: "a/x.yaml".to_owned() }]);
    }

    #[test]
    fn a_link_back_to_a_folder_that_it_lies_in_adds_nothing() {
        let nodes =
            [("spec/a/one.yaml", "1"), ("spec/a/up", "to .."), ("spec/a/same", "to ."), ("spec/a/root", "to ../..")];
        assert_eq!(read(&nodes), ["a/one.yaml 1"]);
    }

    #[test]
    fn every_link_that_cannot_be_followed_is_told_with_its_path() {
        let told = problems(&[
            ("spec/a/one.yaml", "1"),
            ("spec/a/self.yaml", "to self.yaml"),
            ("spec/a/ring", "to ../b/ring"),
            ("spec/b/ring", "to ../a/ring"),
            ("spec/b/gone.yaml", "to ../a/two.yaml"),
            ("spec/b/through.yaml", "to ../a/one.yaml/x"),
            ("spec/c/absolute.yaml", "to /srv/specs/a.yaml"),
            ("spec/c/above.yaml", "to ../../../a.yaml"),
            ("spec/c/module.yaml", "to ../../vendor/a.yaml"),
            ("vendor", "a module"),
        ]);
        assert_eq!(
            told,
            [
                "a/ring: this link to ../b/ring leads in a circle",
                "a/self.yaml: this link to self.yaml leads in a circle",
                "b/gone.yaml: this link leads nowhere: there is no ../a/two.yaml",
                "b/ring: this link to ../a/ring leads in a circle",
                "b/through.yaml: this link leads nowhere: there is no ../a/one.yaml/x",
                "c/above.yaml: this link leads out of the repository, to ../../../a.yaml: git does not know what was there",
                "c/absolute.yaml: this link leads out of the repository, to /srv/specs/a.yaml: git does not know what was there",
                "c/module.yaml: this link leads into a submodule, to ../../vendor/a.yaml: its files are in another repository",
            ]
        );
    }

    #[test]
    fn links_that_multiply_end() {
        let mut nodes = vec![("spec/l0/a.yaml".to_owned(), "1".to_owned())];
        for level in 0..40 {
            for name in 0..8 {
                nodes.push((format!("spec/l{level}/n{name}"), format!("to ../l{}", level + 1)));
            }
        }
        nodes.push(("spec/l40/a.yaml".to_owned(), "1".to_owned()));
        let nodes: Vec<(&str, &str)> = nodes.iter().map(|(path, node)| (path.as_str(), node.as_str())).collect();
        let told = problems(&nodes);
        assert!(told.len() == 1 && told[0].contains("nested at most 8 deep"), "{told:?}");
    }
}
