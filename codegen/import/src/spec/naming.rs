//! Makes type names from the vendor's type or field names that cannot be type names themselves.

use crate::vendor_type::{Base, VendorType};

/// A type name without the characters that none has.
pub(super) fn clean(name: &str) -> String {
    let simple = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let made = if simple { name.to_owned() } else { camel(name) };
    if made.starts_with(|first: char| first.is_ascii_alphabetic()) { made } else { format!("Type{made}") }
}

/// `gift_list` → `GiftList`; other characters part words.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::new();
    for part in name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        let (first, rest) = part.split_at(1);
        out.push_str(&first.to_ascii_uppercase());
        out.push_str(rest);
    }
    if out.starts_with(|first: char| first.is_ascii_alphabetic()) { out } else { format!("Type{out}") }
}

/// Names that mean a scalar type.
pub(super) fn is_reserved(name: &str) -> bool {
    !matches!(VendorType::read(name).base, Base::Named(_))
}

#[cfg(test)]
mod tests {
    use super::{camel, clean, is_reserved};

    #[test]
    fn type_names_are_words() {
        for (name, made) in [
            ("ItemDTO", "ItemDTO"),
            ("item_dto", "item_dto"),
            ("Map<String,Gift>", "MapStringGift"),
            ("a.b$C", "ABC"),
            ("2d", "Type2d"),
            ("礼品", "Type"),
        ] {
            assert_eq!(clean(name), made);
        }
        assert_eq!(camel("gift_list"), "GiftList");
        assert!(is_reserved("String") && is_reserved("Field List") && !is_reserved("Gift"));
    }
}
