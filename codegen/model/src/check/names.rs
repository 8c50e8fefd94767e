//! Which names are safe: on the wire, as file names, and as a start for names in the output. Says what is wrong with one, and the cure.

use crate::rust_names::{FieldIdent, ModuleName, TypeName, is_keyword};

/// What is wrong with a name, and what to do.
pub type Wrong = (&'static str, &'static str);

/// The parameters the platform itself sends with every call.
const COMMON: [&str; 11] = [
    "method",
    "app_key",
    "target_app_key",
    "sign_method",
    "sign",
    "session",
    "timestamp",
    "format",
    "v",
    "partner_id",
    "simplify",
];

/// File names that some systems keep for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A method's name: `alibaba.example.gift.redeem`.
pub fn method(name: &str) -> Option<Wrong> {
    let help = "write the method as the page has it: letters, digits, `.`, `_` and `-`";
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    if name.is_empty() || !name.chars().all(safe) {
        Some(("has other characters than letters, digits, `.`, `_` and `-`", help))
    } else if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        Some(("does not begin with a letter", help))
    } else if name.contains("..") || name.ends_with('.') {
        Some(("has an empty part between its dots", help))
    } else if name.len() > 128 {
        Some(("is longer than 128 characters", help))
    } else if is_device(name) {
        Some(("begins like a device of some systems, and cannot be a file name there", help))
    } else {
        None
    }
}

/// A category: a folder, a module and a feature.
pub fn category(name: &str) -> Option<Wrong> {
    let help = "name the folder in lower-case letters, digits, `_` and `-`, beginning with a letter";
    let safe = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '-');
    if name.is_empty() || !name.chars().all(safe) {
        Some(("has other characters than lower-case letters, digits, `_` and `-`", help))
    } else if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        Some(("does not begin with a letter", help))
    } else if name.len() > 64 {
        Some(("is longer than 64 characters", help))
    } else if is_device(name) {
        Some(("is a device of some systems, and cannot be a folder there", help))
    } else {
        None
    }
}

/// The name of a method's Rust module, in a category.
pub fn module(name: &str, category: &str) -> Option<Wrong> {
    let help = "write a name such as `orders_get`: lower-case letters, digits and `_`, beginning with a letter";
    let safe = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if name.is_empty() || !name.chars().all(safe) {
        Some(("has other characters than lower-case letters, digits and `_`", help))
    } else if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        Some(("does not begin with a letter", help))
    } else if name.len() > 128 {
        Some(("is longer than 128 characters", help))
    } else if is_keyword(name) || is_device(name) {
        Some(("is a keyword of Rust, or a device of some systems", help))
    } else if name == ModuleName::of_category(category).as_str() {
        Some(("is the name of its category's module", help))
    } else {
        None
    }
}

/// The name of a field in Rust.
pub fn rust_field(name: &str) -> Option<Wrong> {
    let help = "write a name such as `item_id_2`: lower-case letters, digits and `_`, beginning with a letter";
    let kept = FieldIdent::new(name).is_some_and(|ident| ident.bare() == name);
    (!kept || name.len() > 128).then_some(("is not an identifier in snake case", help))
}

/// The name of a type in Rust.
pub fn rust_type(name: &str) -> Option<Wrong> {
    let help = "write a name such as `Result2`: letters and digits, beginning with a capital";
    let kept = TypeName::new(name).is_some_and(|made| made.as_str() == name);
    (!kept || name.len() > 128).then_some(("is not an identifier in camel case, or is a type parameter's", help))
}

/// A field's name on the wire.
pub fn wire(name: &str) -> Option<Wrong> {
    let help = "write the name as the page has it; if the page has it like that, the platform cannot carry it";
    let safe = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '$' | ':' | '@');
    if name.is_empty() {
        Some(("is empty", help))
    } else if name.chars().count() > 128 {
        Some(("is longer than 128 characters", help))
    } else if !name.chars().all(safe) {
        Some(("has other characters than letters, digits, `_`, `.`, `-`, `$`, `:` and `@`", help))
    } else {
        None
    }
}

/// A type's name.
pub fn named_type(name: &str) -> Option<Wrong> {
    let help = "name the type as the page does, in letters and digits";
    let safe = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '$' | '<' | '>');
    if super::types::scalar(name).is_some() || name == "Field List" {
        Some(("is the name of a scalar type", "choose another name, and use it in every `type:` that means this one"))
    } else if !name.chars().any(char::is_alphanumeric) || !name.chars().all(safe) {
        Some(("is no name: blanks, brackets and the like cannot be told from the notation of types", help))
    } else if name.chars().count() > 128 {
        Some(("is longer than 128 characters", help))
    } else {
        None
    }
}

/// Whether the platform sends a parameter of this name with every call.
pub fn is_common(name: &str) -> bool {
    COMMON.contains(&name)
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or("").to_ascii_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::{category, method, module, named_type, wire};

    #[test]
    fn methods_of_the_platform_pass_and_traps_do_not() {
        for name in
            ["alibaba.example.gift.redeem", "taobao.example.userInfo.get", "m-example.aliyuncs.com.Do.2015-03-01"]
        {
            assert_eq!(method(name), None, "{name}");
        }
        for name in ["", "../x", "a/b", "a..b", "a.", "1a", "a b", "a\0", "con.x", "品.x", &"a".repeat(129)] {
            assert!(method(name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn categories_are_folders_everywhere() {
        assert!(category("example_2").is_none());
        for name in ["", "Example", "a.b", "..", "nul", "com1", "2x"] {
            assert!(category(name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn module_is_an_identifier_of_its_own() {
        assert!(module("orders_get", "example").is_none());
        for name in ["", "Orders", "a-b", "a.b", "1a", "_a", "type", "con", "example", "品"] {
            assert!(module(name, "example").is_some(), "{name:?}");
        }
    }

    #[test]
    fn wire_names_and_types_keep_what_the_platform_has() {
        for name in ["brand_id", "type", "reentry.employee", "品牌", "X", "item_d_t_o"] {
            assert_eq!(wire(name), None, "{name}");
        }
        for name in ["", "a b", "a&b", "a=b", "<a>", "a\n"] {
            assert!(wire(name).is_some(), "{name:?}");
        }
        assert!(named_type("ItemDTO").is_none() && named_type("String").is_some() && named_type("A []").is_some());
    }
}
