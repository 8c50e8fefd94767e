//! What the rest of the crate says of a method: enough for lists, features, tests and the choice of examples, and little to keep.

use super::code::Code;
use super::options::Options;
use super::{demo, state, wire_tests};
use crate::plan::{ApiPlan, CategoryPlan, Method, ModuleName, WireName};
use opentop_model::diagnostic::Place;
use opentop_model::model::Effect;

/// What the rest of the crate says of a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where the spec names it.
    pub at: Place,
    /// The folder of its category.
    pub category: String,
    /// Its full name.
    pub method: WireName,
    /// Its module.
    pub module: ModuleName,
    /// Its title, as Markdown.
    pub title: String,
    /// Reads or writes.
    pub effect: Effect,
    /// Whether a person has said so.
    pub effect_confirmed: bool,
    /// Whether a builder's type is one that clippy calls complex.
    pub complex: bool,
    /// How much there is to violate.
    pub strictness: usize,
    /// The test of its request on the wire; empty where there are no tests.
    pub test: String,
}

impl Listed {
    pub(super) fn of(category: &CategoryPlan, api: &ApiPlan, tested: Option<&Options>) -> Self {
        let test = tested.map_or_else(Code::default, |options| wire_tests::test(category, api, options));
        Self {
            at: api.at,
            category: category.name.clone(),
            method: api.method.clone(),
            module: api.module.clone(),
            title: api.title.clone(),
            effect: api.effect,
            effect_confirmed: api.effect_confirmed,
            complex: api.structs().any(state::is_complex),
            strictness: demo::strictness(api),
            test: test.as_str().to_owned(),
        }
    }
}

impl Method for Listed {
    fn at(&self) -> Place {
        self.at
    }

    fn method(&self) -> &WireName {
        &self.method
    }

    fn module(&self) -> &ModuleName {
        &self.module
    }

    fn title(&self) -> &str {
        &self.title
    }
}
