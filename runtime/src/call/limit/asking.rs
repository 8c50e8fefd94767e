//! A call that asks for its turn.

use std::time::Duration;

use crate::call::method::MethodInfo;
use crate::call::setup::Setup;
use crate::wire::secret::AccessToken;

/// A call that asks for its turn.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) info: &'a MethodInfo,
    pub(crate) session: Option<&'a AccessToken>,
    pub(crate) timeout: Duration,
    /// Whether it waits until a ban is over, if its deadline lets it.
    pub(crate) waits_for_bans: bool,
}
