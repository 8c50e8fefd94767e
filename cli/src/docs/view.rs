//! What the pages say, as plain data: made of a method's specification and of the names and texts that the generator decides for it, so that
//! the site, the Markdown reference and rustdoc say the same.

mod calls;
mod samples;
pub(crate) mod text;
mod tree;

use opentop_codegen::Reference;
use opentop_codegen::plan::Side;
use opentop_model::model::{Api, Effect, Executed, Protocol, Session};

use crate::markdown::plain;
use samples::Sample;
use text::{Html, Links, both, inline};
pub(crate) use tree::{Node, Tree};

/// A method's page.
pub(crate) struct MethodView<'a> {
    pub(crate) method: &'a str,
    pub(crate) title: Html,
    /// The title as text.
    pub(crate) plain_title: String,
    pub(crate) description: Vec<Html>,
    pub(crate) traits: Traits,
    /// What is to be known beside the parameters, in sentences.
    pub(crate) facts: Vec<Html>,
    /// The path of its module in Rust, and the feature that turns it on.
    pub(crate) module: String,
    pub(crate) feature: String,
    pub(crate) request: Tree,
    pub(crate) response: Tree,
    pub(crate) errors: Vec<ErrorView>,
    /// Whether an error says what became of a write.
    pub(crate) says_executed: bool,
    pub(crate) calls: Vec<Sample>,
    pub(crate) answers: Vec<Sample>,
    pub(crate) refusals: Vec<Sample>,
}

/// What a reader wants to know of a method at a glance.
#[derive(Clone, Copy)]
pub(crate) struct Traits {
    pub(crate) writes: bool,
    /// Whether a person has said so.
    pub(crate) confirmed: bool,
    pub(crate) session: Session,
    pub(crate) session_confirmed: bool,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) deprecated: bool,
}

/// A row of the error table.
pub(crate) struct ErrorView {
    /// Of the first row with this code.
    pub(crate) id: Option<String>,
    pub(crate) code: String,
    pub(crate) message: Html,
    pub(crate) solution: Html,
    pub(crate) executed: Option<Executed>,
}

/// A method in a list.
pub(crate) struct Row {
    pub(crate) method: String,
    /// From the site's root.
    pub(crate) page: String,
    pub(crate) title: Html,
    pub(crate) traits: Traits,
}

impl Traits {
    pub(crate) fn of(api: &Api) -> Traits {
        Traits {
            writes: api.effect == Effect::Write,
            confirmed: api.suggested_effect.is_none(),
            session: api.session,
            session_confirmed: api.suggested_session.is_none(),
            protocol: api.protocol(),
            deprecated: api.deprecated.is_some(),
        }
    }

    pub(crate) fn needs_session(&self) -> bool {
        self.session == Session::Required
    }

    pub(crate) fn accepts_session(&self) -> bool {
        self.session == Session::Optional
    }

    /// Whether the platform calls it.
    pub(crate) fn is_incoming(&self) -> bool {
        self.protocol == Some(Protocol::Spi)
    }

    /// Whether it is a message that the platform sends.
    pub(crate) fn is_message(&self) -> bool {
        self.protocol == Some(Protocol::Tmc)
    }

    pub(crate) fn is_qimen(&self) -> bool {
        self.protocol == Some(Protocol::Qimen)
    }
}

impl<'a> MethodView<'a> {
    pub(crate) fn of(api: &'a Api, reference: &Reference, links: &Links<'_>) -> MethodView<'a> {
        let plan = &reference.plan;
        let mut ids = tree::Ids::default();
        let request = Tree::of(api, plan, Side::Request, links, &mut ids);
        let response = Tree::of(api, plan, Side::Response, links, &mut ids);
        let errors = api.errors.iter().zip(&plan.errors).map(|(row, said)| ErrorView {
            id: ids.claim(format!("e-{}", row.code.trim())),
            code: plain(&said.code),
            message: inline(&said.message, links),
            solution: inline(&said.solution, links),
            executed: row.executed,
        });
        let errors: Vec<ErrorView> = errors.collect();
        MethodView {
            method: &api.method,
            title: inline(&plan.title, links),
            plain_title: plain(&plan.title),
            description: plan.description.iter().map(|line| inline(line, links)).collect(),
            traits: Traits::of(api),
            facts: plan.facts.iter().map(|fact| both(fact, links)).collect(),
            module: format!("opentop::api::{}::{}", reference.category.module, plan.module),
            feature: reference.category.feature.to_string(),
            request,
            response,
            says_executed: errors.iter().any(|row| row.executed.is_some()),
            errors,
            calls: calls::of(api, reference),
            answers: samples::answers(api),
            refusals: samples::refusals(api),
        }
    }
}
