//! Lists of the serde derive baseline, in every shape that a gateway gives them.
//!
//! A list is an array, an object that wraps one under a single key, null, or the children of an XML element.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::lenient::ScalarSeed;
use crate::values::Lenient;

/// Reads a list of objects.
///
/// # Errors
/// Where it is no list, or an element does not fit.
pub fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_any(ListVisitor { of: Objects(PhantomData), inside: false })
}

/// Reads a list of scalars.
///
/// # Errors
/// Where it is no list, or an element does not fit.
pub fn scalars<'de, T: Lenient, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_any(ListVisitor { of: Scalars(PhantomData), inside: false })
}

/// How one element is read; absent ones are left out.
trait Element<'de>: Copy {
    type Item;
    fn next<A: SeqAccess<'de>>(self, seq: &mut A) -> Result<Option<Option<Self::Item>>, A::Error>;
}

struct Objects<T>(PhantomData<T>);
struct Scalars<T>(PhantomData<T>);

impl<T> Clone for Objects<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Objects<T> {}
impl<T> Clone for Scalars<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Scalars<T> {}

impl<'de, T: Deserialize<'de>> Element<'de> for Objects<T> {
    type Item = T;
    fn next<A: SeqAccess<'de>>(self, seq: &mut A) -> Result<Option<Option<T>>, A::Error> {
        Ok(seq.next_element::<T>()?.map(Some))
    }
}

impl<'de, T: Lenient> Element<'de> for Scalars<T> {
    type Item = T;
    fn next<A: SeqAccess<'de>>(self, seq: &mut A) -> Result<Option<Option<T>>, A::Error> {
        seq.next_element_seed(ScalarSeed(PhantomData))
    }
}

struct ListVisitor<E> {
    of: E,
    /// Whether this is what stands inside a wrapper.
    inside: bool,
}

impl<'de, E: Element<'de>> Visitor<'de> for ListVisitor<E> {
    type Value = Vec<E::Item>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_unit<X: Error>(self) -> Result<Self::Value, X> {
        Ok(Vec::new())
    }
    fn visit_none<X: Error>(self) -> Result<Self::Value, X> {
        Ok(Vec::new())
    }
    fn visit_str<X: Error>(self, text: &str) -> Result<Self::Value, X> {
        if text.is_empty() { Ok(Vec::new()) } else { Err(X::invalid_type(serde::de::Unexpected::Str(text), &self)) }
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = self.of.next(&mut seq)? {
            items.extend(item);
        }
        Ok(items)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(is_attribute) = map.next_key_seed(IsAttribute)? {
            if is_attribute || self.inside {
                map.next_value::<IgnoredAny>()?;
            } else {
                items.extend(map.next_value_seed(Inside(self.of))?);
            }
        }
        Ok(items)
    }
}

/// Reads the array inside a wrapper, or the XML elements of one name.
struct Inside<E>(E);

impl<'de, E: Element<'de>> DeserializeSeed<'de> for Inside<E> {
    type Value = Vec<E::Item>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(ListVisitor { of: self.0, inside: true })
    }
}

/// Reads a key and says whether it is an XML attribute.
struct IsAttribute;

impl<'de> DeserializeSeed<'de> for IsAttribute {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsAttribute {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        Ok(key.starts_with('@') || key.starts_with('$'))
    }
}
