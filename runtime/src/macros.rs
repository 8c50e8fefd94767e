//! What generated code invokes once per type, so that it needs no `impl` blocks and no `cfg` of its own.

/// Implements `Debug`, `Clone` and `PartialEq` for a [`Table`](crate::table::Table), and serde's traits where the runtime is
/// built with the feature `serde`.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! table_impls {
    ($table:ty) => {
        $crate::__table_std_impls!($table);
    };
}

/// Implements `Debug`, `Clone`, `PartialEq`, and serde's `Serialize` and `Deserialize` for a [`Table`](crate::table::Table).
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! table_impls {
    ($table:ty) => {
        $crate::__table_std_impls!($table);

        impl $crate::__private::serde::Serialize for $table {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize_table(self, serializer)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $table {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize_table(deserializer)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __table_std_impls {
    ($table:ty) => {
        impl ::core::fmt::Debug for $table {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::table::debug(self, f)
            }
        }

        impl ::core::clone::Clone for $table {
            #[inline]
            fn clone(&self) -> Self {
                $crate::table::copy(self)
            }
        }

        impl ::core::cmp::PartialEq for $table {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::table::equal(self, other)
            }
        }
    };
}

/// Implements `From<&str>`, `From<String>`, `Display` and `as_str()` for an [`OpenEnum`](crate::table::OpenEnum) of text, and
/// serde's traits where the runtime is built with the feature `serde`.
#[macro_export]
macro_rules! text_enum_impls {
    ($open_enum:ty) => {
        impl $open_enum {
            /// The value as the wire carries it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match $crate::table::OpenEnum::wire(self) {
                    $crate::Scalar::Text(text) => text,
                    $crate::Scalar::Int(_) => "",
                }
            }
        }

        impl ::core::convert::From<&str> for $open_enum {
            fn from(wire: &str) -> Self {
                <Self as $crate::table::OpenEnum>::from_wire($crate::Scalar::Text(wire))
            }
        }

        impl ::core::convert::From<::std::string::String> for $open_enum {
            fn from(wire: ::std::string::String) -> Self {
                <Self as $crate::table::OpenEnum>::from_wire($crate::Scalar::Text(&wire))
            }
        }

        $crate::__enum_impls!($open_enum);
    };
}

/// Implements `From<i64>`, `Display` and `as_i64()` for an [`OpenEnum`](crate::table::OpenEnum) of numbers, and serde's traits
/// where the runtime is built with the feature `serde`.
#[macro_export]
macro_rules! number_enum_impls {
    ($open_enum:ty) => {
        impl $open_enum {
            /// The value as the wire carries it.
            #[must_use]
            pub fn as_i64(&self) -> i64 {
                match $crate::table::OpenEnum::wire(self) {
                    $crate::Scalar::Int(number) => number,
                    $crate::Scalar::Text(_) => 0,
                }
            }
        }

        impl ::core::convert::From<i64> for $open_enum {
            fn from(wire: i64) -> Self {
                <Self as $crate::table::OpenEnum>::from_wire($crate::Scalar::Int(wire))
            }
        }

        $crate::__enum_impls!($open_enum);
    };
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_impls {
    ($open_enum:ty) => {
        $crate::__enum_display!($open_enum);
    };
}

#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_impls {
    ($open_enum:ty) => {
        $crate::__enum_display!($open_enum);

        impl $crate::__private::serde::Serialize for $open_enum {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize_scalar($crate::table::OpenEnum::wire(self), serializer)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $open_enum {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize_scalar_enum(deserializer)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __enum_display {
    ($open_enum:ty) => {
        impl ::core::fmt::Display for $open_enum {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&$crate::table::OpenEnum::wire(self), f)
            }
        }
    };
}
