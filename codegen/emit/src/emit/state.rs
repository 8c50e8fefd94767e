//! The type parameters of a builder, and the fields that hold them.

use super::code::{Code, code};
use crate::plan::{BuilderPlan, StructPlan};

/// How many parameters of one tuple are not yet a complex type to clippy.
const PARAMETERS: usize = 7;
/// How many parameters of a builder are not yet one either.
const MOST_PARAMETERS: usize = 12;

/// Whether the builder's type is one that clippy calls complex.
pub(super) fn is_complex(plan: &StructPlan) -> bool {
    plan.builder.as_ref().is_some_and(|builder| parameters(builder).len() > MOST_PARAMETERS)
}

/// The builder's type parameters that stand for required fields.
pub(super) fn states(builder: &BuilderPlan) -> Vec<Code> {
    (0..builder.required().count()).map(|at| code!("P{}", at)).collect()
}

/// All type parameters of a builder.
pub(super) fn parameters(builder: &BuilderPlan) -> Vec<Code> {
    let mut all = states(builder);
    all.extend(builder.of_request.then(|| Code::fixed("B")));
    all
}

/// The fields that hold the builder's parameters, each with its share of them.
pub(super) fn markers(parameters: &[Code]) -> impl Iterator<Item = (Code, &[Code])> {
    let name = |at: usize| if at == 0 { Code::fixed("state") } else { code!("state_{}", at + 1) };
    parameters.chunks(PARAMETERS).enumerate().map(move |(at, share)| (name(at), share))
}

/// The names of these fields.
pub(super) fn marker_names(builder: &BuilderPlan) -> Vec<String> {
    markers(&parameters(builder)).map(|(marker, _)| marker.to_string()).collect()
}

pub(super) fn marker_values(builder: &BuilderPlan) -> Code {
    Code::lines(markers(&parameters(builder)).map(|(marker, _)| code!("{}: ::core::marker::PhantomData,", marker)))
}

/// Parameters in angle brackets, where there are any.
pub(super) fn angles(parameters: &[Code]) -> Code {
    if parameters.is_empty() { Code::default() } else { Code::list("<", parameters, ">") }
}

/// The bounds that every required field is set, one a line.
pub(super) fn all_set(builder: &BuilderPlan) -> Vec<Code> {
    states(builder).iter().map(|parameter| code!("{}: rt::IsSet,", parameter)).collect()
}
