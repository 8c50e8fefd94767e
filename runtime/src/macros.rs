//! What generated code invokes once per type, so that it needs no `impl` blocks and no `cfg` of its own.
//!
//! Where a table's macro is invoked, `rt` names [`v1`](crate::__private::v1), as in generated code. Short paths, because the compiler
//! keeps every segment of a path in memory, and a generated crate has thousands of tables.

/// Implements `Debug`, `Clone` and `PartialEq` for a [`Table`](crate::__private::v1::Table), and serde's traits where the runtime is
/// built with the feature `serde`.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! table_impls {
    ($table:ty) => {
        $crate::__table_std_impls!($table);
    };
}

/// Implements `Debug`, `Clone`, `PartialEq`, and serde's `Serialize` and `Deserialize` for a [`Table`](crate::__private::v1::Table).
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
        impl rt::Debug for $table {
            #[inline]
            fn fmt(&self, f: &mut rt::Formatter<'_>) -> rt::FmtResult {
                rt::debug(self, f)
            }
        }

        impl rt::Clone for $table {
            #[inline]
            fn clone(&self) -> Self {
                rt::copy(self)
            }
        }

        impl rt::PartialEq for $table {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                rt::equal(self, other)
            }
        }

        impl rt::Eq for $table {}
    };
}

/// Implements `From<&str>`, `From<String>`, `Display` and `as_str()` for an [`OpenEnum`](crate::__private::v1::OpenEnum) of text, and
/// serde's traits where the runtime is built with the feature `serde`.
#[macro_export]
macro_rules! text_enum_impls {
    ($open_enum:ty) => {
        impl $open_enum {
            /// The value as the wire carries it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match $crate::__private::v1::OpenEnum::wire(self) {
                    $crate::Scalar::Text(text) => text,
                    $crate::Scalar::Int(_) => "",
                }
            }
        }

        impl ::core::convert::From<&str> for $open_enum {
            fn from(wire: &str) -> Self {
                <Self as $crate::__private::v1::OpenEnum>::from_wire($crate::Scalar::Text(wire))
            }
        }

        impl ::core::convert::From<::std::string::String> for $open_enum {
            fn from(wire: ::std::string::String) -> Self {
                <Self as $crate::__private::v1::OpenEnum>::from_wire($crate::Scalar::Text(&wire))
            }
        }

        impl ::core::str::FromStr for $open_enum {
            type Err = ::core::convert::Infallible;

            fn from_str(wire: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(::core::convert::From::from(wire))
            }
        }

        $crate::__enum_impls!($open_enum);
    };
}

/// Implements `From<i64>`, `Display` and `as_i64()` for an [`OpenEnum`](crate::__private::v1::OpenEnum) of numbers, and serde's traits
/// where the runtime is built with the feature `serde`.
#[macro_export]
macro_rules! number_enum_impls {
    ($open_enum:ty) => {
        impl $open_enum {
            /// The value as the wire carries it.
            #[must_use]
            pub fn as_i64(&self) -> i64 {
                match $crate::__private::v1::OpenEnum::wire(self) {
                    $crate::Scalar::Int(number) => number,
                    $crate::Scalar::Text(_) => 0,
                }
            }
        }

        impl ::core::convert::From<i64> for $open_enum {
            fn from(wire: i64) -> Self {
                <Self as $crate::__private::v1::OpenEnum>::from_wire($crate::Scalar::Int(wire))
            }
        }

        $crate::__enum_impls!($open_enum);
    };
}

/// Implements `Clone` and `Debug` for a builder, whatever the state of its parameters.
#[macro_export]
macro_rules! builder_impls {
    ($builder:ident<$($state:ident),*> { $($marker:ident),* }) => {
        impl<$($state),*> rt::Clone for $builder<$($state),*> {
            fn clone(&self) -> Self {
                Self { built: rt::Clone::clone(&self.built), $($marker: rt::PhantomData),* }
            }
        }

        /// Shows what was set so far.
        impl<$($state),*> rt::Debug for $builder<$($state),*> {
            fn fmt(&self, f: &mut rt::Formatter<'_>) -> rt::FmtResult {
                rt::Debug::fmt(&self.built, f)
            }
        }
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
                $crate::__private::serialize_scalar($crate::__private::v1::OpenEnum::wire(self), serializer)
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
        impl ::core::cmp::PartialOrd for $open_enum {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }

        /// By the value on the wire.
        impl ::core::cmp::Ord for $open_enum {
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                let of = $crate::__private::v1::OpenEnum::wire;
                ::core::cmp::Ord::cmp(&of(self), &of(other))
            }
        }

        impl ::core::fmt::Display for $open_enum {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&$crate::__private::v1::OpenEnum::wire(self), f)
            }
        }
    };
}

/// Mounts the requests that the build script made from your own folder of specs, as `pub mod api`.
///
/// The build script calls `opentop_build::Config::new("top").build()`. A second folder gets a name there
/// (`Config::new("orders").name("orders")`) and here, and a module around it, of the same name:
///
/// ```ignore
/// opentop_runtime::include_sdk!(); // crate::api::<category>::<method>::Request
///
/// pub mod orders {
///     opentop_runtime::include_sdk!("orders"); // crate::orders::api::<category>::<method>::Request
/// }
/// ```
///
/// The macro is there in the crate `opentop` too: `opentop::include_sdk!()`.
#[macro_export]
macro_rules! include_sdk {
    () => {
        $crate::include_sdk!("sdk");
    };
    ($name:literal) => {
        /// Every method, by category. Types belong to one method each.
        #[allow(dead_code, unreachable_pub, clippy::all, clippy::nursery, clippy::pedantic)]
        pub mod api {
            #[allow(unused_imports)]
            use $crate::__private::v1 as rt;

            ::core::include!(::core::concat!(
                ::core::env!(
                    "OUT_DIR",
                    "include_sdk! needs a build script: write build.rs with `fn main() { opentop_build::Config::new(\"top\").build(); }`"
                ),
                "/opentop/",
                $name,
                ".rs"
            ));
        }
    };
}

/// Compiles items of generated code that needs this revision of the interface; one that this runtime does not have yet is one error, and
/// the items are left out. A release that adds to `__private::v1` adds an arm here.
#[doc(hidden)]
#[macro_export]
macro_rules! __since {
    (1, $version:literal, $($item:item)*) => {
        $($item)*
    };
    ($revision:literal, $version:literal, $($item:item)*) => {
        ::core::compile_error!(::core::concat!(
            "the crate opentop-runtime is older than this generated code, which needs ",
            $version,
            " or later: run `cargo update -p opentop-runtime`, or ask for a newer version in Cargo.toml"
        ));
    };
}
