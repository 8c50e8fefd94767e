//! Open enums of the serde derive baseline: listed values become variants without an allocation, others keep their text.

/// Declares an open enum of text, with what serde derive would need a buffer for (`untagged`) written by hand.
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $wire:literal),* $(,)? }) => {
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum $name { $($variant,)* Unknown(::std::string::String) }

        impl $crate::values::Lenient for $name {
            const EXPECTED: &'static str = "text";
            fn from_text(text: &str) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(match text { $($wire => Self::$variant,)* other => Self::Unknown(other.to_owned()) })
            }
            fn from_bool(value: bool) -> ::core::option::Option<Self> { Self::from_text(&value.to_string()) }
            fn from_int(value: i64) -> ::core::option::Option<Self> { Self::from_text(&value.to_string()) }
            fn from_fraction(value: f64) -> ::core::option::Option<Self> { Self::from_text(&value.to_string()) }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(match self { $(Self::$variant => $wire,)* Self::Unknown(text) => text })
            }
        }
    };
}
