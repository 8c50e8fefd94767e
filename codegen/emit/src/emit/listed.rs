//! What the rest of the crate says of a method: enough for lists, features, tests and the choice of examples, and little to keep.

use crate::plan::{Method, ModuleName, WireName};
use opentop_model::diagnostic::Place;
use opentop_model::model::{Effect, Protocol};

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
    /// The protocol that carries it, where that is not the gateway's.
    pub protocol: Option<Protocol>,
    /// Reads or writes.
    pub effect: Effect,
    /// Whether a person has said so.
    pub effect_confirmed: bool,
    /// Whether a builder's type is one that clippy calls complex.
    pub complex: bool,
    /// How much there is to violate.
    pub strictness: usize,
    /// The test of its request on the wire; empty where there are no tests, and of a message.
    pub test: String,
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

    fn protocol(&self) -> Option<Protocol> {
        self.protocol
    }
}
