//! Reads the items of a Rust file back with syn: one line for each item, in order, with the modules before it. Knows nothing of
//! templates and the plan.

use quote::ToTokens;

/// Attributes that generated code has. Any other one is an item that was not planned.
const ATTRIBUTES: &[&str] = &[
    "allow",
    "cfg",
    "cfg_attr",
    "deprecated",
    "derive",
    "doc",
    "inline",
    "must_use",
    "non_exhaustive",
    "path",
    "test",
];

/// The items of a file.
///
/// # Errors
/// Where the text is no Rust.
pub(super) fn of(text: &str) -> Result<Vec<String>, String> {
    let file = syn::parse_file(text).map_err(|error| format!("not Rust: {error}"))?;
    let mut out = Vec::new();
    attributes("", &file.attrs, &mut out);
    for item in &file.items {
        walk("", item, &mut out);
    }
    Ok(out)
}

fn attributes(way: &str, attributes: &[syn::Attribute], out: &mut Vec<String>) {
    for attribute in attributes {
        let path = text(attribute.path());
        if !ATTRIBUTES.contains(&path.as_str()) {
            out.push(format!("{way}#[{path}]"));
        }
    }
}

fn walk(way: &str, item: &syn::Item, out: &mut Vec<String>) {
    match item {
        syn::Item::Struct(item) => {
            attributes(way, &item.attrs, out);
            item.fields.iter().for_each(|field| attributes(way, &field.attrs, out));
            let fields: Vec<String> =
                item.fields.iter().filter_map(|field| field.ident.as_ref().map(ToString::to_string)).collect();
            out.push(format!("{way}struct {} {{{}}}", item.ident, fields.join(" ")));
        }
        syn::Item::Enum(item) => {
            attributes(way, &item.attrs, out);
            item.variants.iter().for_each(|variant| attributes(way, &variant.attrs, out));
            let variants: Vec<String> = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
            out.push(format!("{way}enum {} {{{}}}", item.ident, variants.join(" ")));
        }
        syn::Item::Impl(item) => implementation(way, item, out),
        syn::Item::Mod(item) => {
            attributes(way, &item.attrs, out);
            out.push(format!("{way}mod {}", item.ident));
            for inner in item.content.iter().flat_map(|(_, items)| items) {
                walk(&format!("{way}{}::", item.ident), inner, out);
            }
        }
        syn::Item::Macro(item) => {
            attributes(way, &item.attrs, out);
            out.push(format!("{way}{}!({})", text(&item.mac.path), text(&item.mac.tokens)));
        }
        syn::Item::Use(item) => {
            attributes(way, &item.attrs, out);
            out.push(format!("{way}use {}", text(&item.tree)));
        }
        syn::Item::Fn(item) => {
            attributes(way, &item.attrs, out);
            out.push(format!("{way}fn {}", item.sig.ident));
        }
        other => out.push(format!("{way}something else: {}", text(other))),
    }
}

fn implementation(way: &str, item: &syn::ItemImpl, out: &mut Vec<String>) {
    attributes(way, &item.attrs, out);
    let of = item.trait_.as_ref().map_or_else(String::new, |of| format!("{} for ", text(&of.0)));
    let syn::Type::Path(to) = &*item.self_ty else {
        out.push(format!("{way}something else: {}", text(&item.self_ty)));
        return;
    };
    let to = to.path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string());
    let mut names = Vec::new();
    for part in &item.items {
        names.push(match part {
            syn::ImplItem::Fn(part) => {
                attributes(way, &part.attrs, out);
                part.sig.ident.to_string()
            }
            syn::ImplItem::Const(part) => part.ident.to_string(),
            syn::ImplItem::Type(part) => part.ident.to_string(),
            other => text(other),
        });
    }
    out.push(format!("{way}impl {of}{to} {{{}}}", names.join(" ")));
}

/// Tokens without blanks, and without the comma the formatter puts behind the last of a list.
fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(char::is_whitespace, "").replace(",}", "}")
}
