//! Reads a type as the vendor writes it.
//!
//! `T[]` and `T []` are one type, and so are `byte` and `byte[]`. `byte[][]` is a list of them.

/// The platform's scalar types.
const SCALARS: [&str; 10] =
    ["String", "Number", "Boolean", "Date", "Price", "BigDecimal", "Json", "Map", "byte[]", "Field List"];

/// Words of copies on other sites, in lower case, for the platform's own.
const COPIED: [(&str, &str); 13] = [
    ("string", "String"),
    ("number", "Number"),
    ("int", "Number"),
    ("integer", "Number"),
    ("long", "Number"),
    ("bigint", "Number"),
    ("boolean", "Boolean"),
    ("bool", "Boolean"),
    ("date", "Date"),
    ("datetime", "Date"),
    ("decimal", "BigDecimal"),
    ("bigdecimal", "BigDecimal"),
    ("json", "Json"),
];

/// A type, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VendorType {
    pub(super) base: Base,
    pub(super) list: bool,
}

/// What a type, or each element of a list, is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Base {
    /// One of the platform's scalar types.
    Scalar(&'static str),
    /// A type of the method, by the vendor's name.
    Named(String),
    /// Nothing, or `null`.
    Blank,
}

impl VendorType {
    pub(super) fn read(text: &str) -> VendorType {
        let mut name = text.trim();
        let mut brackets = 0;
        while let Some(rest) = name.strip_suffix(']').map(str::trim_end).and_then(|rest| rest.strip_suffix('[')) {
            name = rest.trim_end();
            brackets += 1;
        }
        if name == "byte" {
            return VendorType { base: Base::Scalar("byte[]"), list: brackets > 1 };
        }
        let squeezed = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let base = match SCALARS.iter().find(|scalar| **scalar == squeezed) {
            Some(scalar) => Base::Scalar(scalar),
            None if squeezed == "FieldList" => Base::Scalar("Field List"),
            None if squeezed.is_empty() || squeezed == "null" => Base::Blank,
            None => match COPIED.iter().find(|(copied, _)| squeezed.eq_ignore_ascii_case(copied)) {
                Some((_, own)) => Base::Scalar(own),
                None => Base::Named(squeezed),
            },
        };
        VendorType { base, list: brackets > 0 }
    }

    pub(super) fn is_scalar(&self) -> bool {
        matches!(self.base, Base::Scalar(_))
    }

    /// The vendor's name of an object type.
    pub(super) fn named(&self) -> Option<&str> {
        match &self.base {
            Base::Named(name) => Some(name),
            Base::Scalar(_) | Base::Blank => None,
        }
    }

    /// What list elements are called after by the vendor's rule.
    pub(super) fn element_of(&self) -> &str {
        match &self.base {
            Base::Scalar("byte[]") => "byte",
            Base::Scalar(name) => name,
            Base::Named(name) => name,
            Base::Blank => "String",
        }
    }

    /// `base`, with ` []` where this is a list.
    pub(super) fn with_base(&self, base: &str) -> String {
        if self.list { format!("{base} []") } else { base.to_owned() }
    }
}

/// Whether a word is another site's spelling of a scalar type, which the spec has in the platform's.
pub(super) fn is_copied(word: &str) -> bool {
    !SCALARS.contains(&word) && COPIED.iter().any(|(copied, _)| word.eq_ignore_ascii_case(copied))
}

/// Whether a cell can hold a type: a scalar type, or a name as types have it, with or without brackets.
pub(super) fn looks_like_type(text: &str) -> bool {
    match VendorType::read(text).base {
        Base::Scalar(_) => true,
        Base::Blank => text.trim().starts_with("null"),
        Base::Named(name) => {
            name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$' | '.' | '<' | '>'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Base, VendorType, looks_like_type};

    #[test]
    fn types_are_what_the_vendor_means() {
        for (text, shown) in [
            ("String", "String"),
            ("String[]", "String []"),
            ("String []", "String []"),
            ("byte", "byte[]"),
            ("byte[]", "byte[]"),
            ("byte[][]", "byte[] []"),
            ("Field List", "Field List"),
            ("GiftDTO  []", "GiftDTO []"),
            ("string", "String"),
            ("Int[]", "Number []"),
        ] {
            let ty = VendorType::read(text);
            let base = match &ty.base {
                Base::Scalar(name) => (*name).to_owned(),
                Base::Named(name) => name.clone(),
                Base::Blank => String::new(),
            };
            assert_eq!(ty.with_base(&base), shown, "{text}");
        }
        for text in ["", " ", "null", "null[]", "[]"] {
            assert_eq!(VendorType::read(text).base, Base::Blank, "{text}");
        }
    }

    #[test]
    fn a_cell_that_is_no_type_is_told() {
        assert!(
            ["String", "Item []", "ItemDTO", "null[]", "byte[][]", "item_dto"].iter().all(|text| looks_like_type(text))
        );
        assert!(["", "业务参数", "200", "a b c", "{}"].iter().all(|text| !looks_like_type(text)));
    }
}
