//! A call, as limits see it.

use crate::call::method::Effect;

/// A call, as far as limits count it.
#[derive(Debug, Clone)]
pub(crate) struct Subject<'a> {
    pub(crate) app_key: &'a str,
    pub(crate) method: &'a str,
    /// What stands for the session: not the session itself.
    pub(crate) session: Option<String>,
    pub(crate) effect: Effect,
}
