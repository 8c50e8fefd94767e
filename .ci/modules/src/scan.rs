//! Reads the items of one module: definitions, imports, modules below, and every path in the code.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, ItemMod, ItemUse, Macro, Path, UseTree, Visibility};

/// How a path is mentioned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By a private `use`.
    Import,
    /// By a `use` that hands the name on: no dependency unless the file uses the name itself.
    Reexport,
    /// In code.
    Code,
}

/// A path in a file.
pub struct Mention {
    /// Its parts, for example `crate`, `wire`, `sign`.
    pub path: Vec<String>,
    /// The line, counted from 1.
    pub line: usize,
    /// Where it stands.
    pub kind: Kind,
}

/// What stands in one module.
#[derive(Default)]
pub struct Scan {
    /// Names of items.
    pub defined: BTreeSet<String>,
    /// Names of `macro_rules!` macros.
    pub macros: Vec<String>,
    /// Names that `use` brings in, and what they stand for.
    pub imported: Vec<(String, Vec<String>)>,
    /// Paths of `use path::*`.
    pub globs: Vec<Vec<String>>,
    /// Every path, with its line.
    pub mentions: Vec<Mention>,
    /// Modules below.
    pub submodules: Vec<Submodule>,
}

/// `mod name;` or `mod name { … }`.
pub struct Submodule {
    /// Its name.
    pub name: String,
    /// What `#[path = "…"]` says.
    pub path: Option<String>,
    /// What stands between the braces; none for a file of its own.
    pub content: Option<Scan>,
}

/// Reads the items of a module.
pub fn scan(items: &[Item]) -> Scan {
    let mut scan = Scan::default();
    for item in items {
        if !attributes(item).iter().any(only_for_tests) {
            scan.define(item);
        }
        scan.visit_item(item);
    }
    scan
}

impl Scan {
    fn define(&mut self, item: &Item) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Macro(item) => match &item.ident {
                Some(name) => {
                    self.macros.push(name.to_string());
                    name
                }
                None => return,
            },
            _ => return,
        };
        self.defined.insert(name.to_string());
    }

    fn mention(&mut self, path: Vec<String>, line: usize, kind: Kind) {
        self.mentions.push(Mention { path, line, kind });
    }

    fn import(&mut self, tree: &UseTree, before: &[String], kind: Kind) {
        let mut path = before.to_vec();
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.import(&tree.tree, &path, kind);
            }
            UseTree::Group(tree) => tree.items.iter().for_each(|tree| self.import(tree, before, kind)),
            UseTree::Glob(_) => self.globs.push(path),
            UseTree::Name(tree) => self.import_one(path, &tree.ident, &tree.ident, kind),
            UseTree::Rename(tree) => self.import_one(path, &tree.ident, &tree.rename, kind),
        }
    }

    fn import_one(&mut self, mut path: Vec<String>, name: &syn::Ident, as_name: &syn::Ident, kind: Kind) {
        let line = name.span().start().line;
        let mut as_name = as_name.to_string();
        if name == "self" {
            if as_name == "self" {
                as_name = path.last().cloned().unwrap_or_default();
            }
        } else {
            path.push(name.to_string());
        }
        if as_name != "_" {
            self.imported.push((as_name, path.clone()));
        }
        self.mention(path, line, kind);
    }

    /// Finds paths in the text of a macro, which syn does not parse. `with_crate` says whether `$crate::…` counts.
    fn tokens(&mut self, tokens: TokenStream, with_crate: bool) {
        let mut tokens = tokens.into_iter().peekable();
        let mut after_dot = false;
        let mut after_dollar = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream(), with_crate),
                TokenTree::Ident(first) => {
                    let line = first.span().start().line;
                    let mut path = vec![first.to_string()];
                    while let Some(TokenTree::Punct(colon)) = tokens.peek() {
                        if colon.as_char() != ':' || colon.spacing() != proc_macro2::Spacing::Joint {
                            break;
                        }
                        tokens.next();
                        tokens.next();
                        match tokens.peek() {
                            Some(TokenTree::Ident(name)) => path.push(name.to_string()),
                            _ => break,
                        }
                        tokens.next();
                    }
                    if !after_dot && (!after_dollar || (with_crate && path[0] == "crate")) {
                        self.mention(path, line, Kind::Code);
                    }
                    (after_dot, after_dollar) = (false, false);
                }
                TokenTree::Punct(punct) => {
                    after_dot = punct.as_char() == '.';
                    after_dollar = punct.as_char() == '$';
                }
                TokenTree::Literal(_) => (after_dot, after_dollar) = (false, false),
            }
        }
    }
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_item(&mut self, item: &'ast Item) {
        if attributes(item).iter().any(only_for_tests) {
            return;
        }
        match item {
            // What an exported macro expands to is the business of the crate that calls it.
            Item::Macro(item) if item.ident.is_some() => {
                let exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
                self.tokens(item.mac.tokens.clone(), !exported);
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        if !attributes.iter().any(only_for_tests) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let path =
            item.attrs.iter().find(|attribute| attribute.path().is_ident("path")).and_then(
                |attribute| match &attribute.meta.require_name_value().ok()?.value {
                    syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
                    _ => None,
                },
            );
        let content = item.content.as_ref().map(|(_, items)| scan(items));
        self.submodules.push(Submodule { name: item.ident.to_string(), path, content });
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_some() {
            return;
        }
        let kind = if matches!(item.vis, Visibility::Inherited) { Kind::Import } else { Kind::Reexport };
        self.import(&item.tree, &[], kind);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if let (None, Some(first)) = (&path.leading_colon, path.segments.first()) {
            let parts = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.mention(parts, first.ident.span().start().line, Kind::Code);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone(), true);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// Whether an attribute keeps an item for tests alone: `cfg(test)`, `cfg(all(test, …))`.
fn only_for_tests(attribute: &Attribute) -> bool {
    if !attribute.path().is_ident("cfg") {
        return false;
    }
    let Ok(list) = attribute.meta.require_list() else { return false };
    let mut words = BTreeSet::new();
    words_of(list.tokens.clone(), &mut words);
    words.contains("test") && !words.contains("not") && !words.contains("any")
}

fn words_of(tokens: TokenStream, into: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => {
                into.insert(word.to_string());
            }
            TokenTree::Group(group) => words_of(group.stream(), into),
            _ => {}
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
