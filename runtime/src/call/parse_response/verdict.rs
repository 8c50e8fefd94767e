//! Whether an answer that was read says that the call was done.

use crate::call::method::{Effect, MethodInfo, SuccessFlag};
#[cfg(feature = "qimen")]
use crate::wire::decode::QimenStatus;
use crate::wire::table::{FieldRef, Table, at};

/// What the response's success flag says.
pub(super) enum Success {
    Done,
    Refused(SuccessFlag),
    /// The specification has a flag, and the response of a write does not.
    Unknown,
}

impl Success {
    /// Checks the flag, if the specification declares one.
    pub(super) fn of(info: &MethodInfo, model: &dyn Table) -> Self {
        let Some(flag) = info.success_flag else { return Self::Done };
        match at(model, flag.ok) {
            Some(FieldRef::Bool(Some(true))) => Self::Done,
            Some(FieldRef::Bool(Some(false))) => Self::Refused(flag),
            // An absent flag says nothing of a read that has its data: real answers leave it empty.
            _ if info.effect == Effect::Read => Self::Done,
            _ => Self::Unknown,
        }
    }
}

/// What an answer of Qimen says of the call.
#[cfg(feature = "qimen")]
pub(super) enum Verdict {
    Done,
    Refused(QimenStatus),
    /// Neither flag nor code says whether a write was done.
    Unknown,
}

#[cfg(feature = "qimen")]
impl Verdict {
    /// `flag` decides; where there is none, `code` does, which is 0 or absent where all went well.
    pub(super) fn of(info: &MethodInfo, status: QimenStatus) -> Self {
        let is_zero = status.code.as_deref().map(|code| code.trim() == "0");
        match (status.flag.as_deref().map(str::trim), is_zero) {
            (Some("success"), _) | (None, Some(true)) => Self::Done,
            (Some("failure"), _) | (None, Some(false)) => Self::Refused(status),
            (None, None) if status.sub_code.is_some() => Self::Refused(status),
            (None, None) if !status.is_xml => Self::Done,
            _ if info.effect == Effect::Read => Self::Done,
            _ => Self::Unknown,
        }
    }
}
