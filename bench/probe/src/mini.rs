//! Lists for miniserde in both shapes of JSON. Everything else of that baseline is strict, which is in its favour: numbers are
//! numbers, dates and decimals stay text, nothing is checked.

use miniserde::de::{Deserialize, Map, Seq, Visitor};
use miniserde::ser::{self, Serialize};
use miniserde::{Result, make_place};

/// A list: an array, or an object that wraps one.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

make_place!(Place);

impl<T: Deserialize> Deserialize for List<T> {
    fn begin(out: &mut Option<Self>) -> &mut dyn Visitor {
        Place::new(out)
    }
    fn default() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

impl<T: Deserialize> Visitor for Place<List<T>> {
    fn null(&mut self) -> Result<()> {
        self.out = Some(List(Vec::new()));
        Ok(())
    }
    fn seq(&mut self) -> Result<Box<dyn Seq + '_>> {
        Ok(Box::new(Array { out: &mut self.out, items: Vec::new(), element: None }))
    }
    fn map(&mut self) -> Result<Box<dyn Map + '_>> {
        Ok(Box::new(Wrapper { out: &mut self.out, inner: None }))
    }
}

struct Array<'a, T> {
    out: &'a mut Option<List<T>>,
    items: Vec<T>,
    element: Option<T>,
}

impl<T: Deserialize> Seq for Array<'_, T> {
    fn element(&mut self) -> Result<&mut dyn Visitor> {
        self.items.extend(self.element.take());
        Ok(T::begin(&mut self.element))
    }
    fn finish(&mut self) -> Result<()> {
        self.items.extend(self.element.take());
        *self.out = Some(List(std::mem::take(&mut self.items)));
        Ok(())
    }
}

struct Wrapper<'a, T> {
    out: &'a mut Option<List<T>>,
    inner: Option<List<T>>,
}

impl<T: Deserialize> Map for Wrapper<'_, T> {
    fn key(&mut self, _: &str) -> Result<&mut dyn Visitor> {
        Ok(List::<T>::begin(&mut self.inner))
    }
    fn finish(&mut self) -> Result<()> {
        *self.out = Some(self.inner.take().unwrap_or_default());
        Ok(())
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn begin(&self) -> ser::Fragment<'_> {
        self.0.begin()
    }
}
