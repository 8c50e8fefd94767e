//! The type parameters of a builder: `S`, a tuple of the states of its required fields, and `B`, what a flattened object builds.

use super::code::{Code, code};
use crate::plan::{BuilderPlan, StructPlan};

/// How many states a builder's type may name before clippy calls it complex.
const MOST_STATES: usize = 6;

/// Whether the builder's type is one that clippy calls complex.
pub(super) fn is_complex(plan: &StructPlan) -> bool {
    plan.builder.as_ref().is_some_and(|builder| builder.required().count() > MOST_STATES)
}

/// The states of required fields, as parameters of `impl` blocks.
pub(super) fn states(builder: &BuilderPlan) -> Vec<Code> {
    (0..builder.required().count()).map(|at| code!("P{}", at)).collect()
}

/// The parameters of the builder's type.
pub(super) fn parameters(builder: &BuilderPlan) -> Vec<Code> {
    let state = builder.required().next().map(|_| Code::fixed("S"));
    state.into_iter().chain(builder.of_request.then(|| Code::fixed("B"))).collect()
}

/// The parameters of the `impl` block with the setters.
pub(super) fn impl_parameters(builder: &BuilderPlan) -> Vec<Code> {
    states(builder).into_iter().chain(builder.of_request.then(|| Code::fixed("B"))).collect()
}

/// The builder's type with these states, building `target`.
pub(super) fn with_states(builder: &BuilderPlan, states: &[Code], target: &'static str) -> Code {
    let mut arguments = Vec::new();
    if !states.is_empty() {
        arguments.push(tuple(states));
    }
    arguments.extend(builder.of_request.then(|| Code::fixed(target)));
    code!("{}{}", builder.name, angles(&arguments))
}

/// A tuple, whatever the number of its elements.
pub(super) fn tuple(elements: &[Code]) -> Code {
    let comma = Code::fixed(if elements.len() == 1 { "," } else { "" });
    code!("({}{})", Code::commas(elements.iter().cloned()), comma)
}

/// The field that holds the parameters, where there are any.
pub(super) fn marker(builder: &BuilderPlan) -> Code {
    match parameters(builder).as_slice() {
        [] => Code::default(),
        [one] => code!("state: rt::PhantomData<{}>,", one),
        several => code!("state: rt::PhantomData<{}>,", tuple(several)),
    }
}

/// The value of that field.
pub(super) fn marker_value(builder: &BuilderPlan) -> Code {
    Code::fixed(if parameters(builder).is_empty() { "" } else { "state: rt::PhantomData," })
}

/// Parameters in angle brackets, where there are any.
pub(super) fn angles(parameters: &[Code]) -> Code {
    if parameters.is_empty() { Code::default() } else { Code::list("<", parameters, ">") }
}

/// The bounds that every required field is set, one a line.
pub(super) fn all_set(builder: &BuilderPlan) -> Vec<Code> {
    states(builder).iter().map(|parameter| code!("{}: rt::IsSet,", parameter)).collect()
}
