//! Collects what the rest of the crate needs to know of a planned method.

use super::code::Code;
use super::listed::Listed;
use super::options::Options;
use super::{demo, state, wire_tests};
use crate::plan::{ApiPlan, CategoryPlan};

/// What the rest of the crate needs of a method. `tested`: with the test of its request on the wire.
pub(super) fn listed(category: &CategoryPlan, api: &ApiPlan, tested: Option<&Options>) -> Listed {
    let tested = tested.filter(|_| !api.is_message());
    let test = tested.map_or_else(Code::default, |options| wire_tests::test(category, api, options));
    Listed {
        at: api.at,
        category: category.name.clone(),
        method: api.method.clone(),
        module: api.module.clone(),
        title: api.title.clone(),
        protocol: api.protocol,
        effect: api.effect,
        effect_confirmed: api.effect_confirmed,
        complex: api.structs().any(state::is_complex),
        strictness: demo::strictness(api),
        test: test.as_str().to_owned(),
    }
}
