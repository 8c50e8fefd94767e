//! How the server misbehaves.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Something that goes wrong once. The first group befalls the next connection, the second the next message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TmcFault {
    /// The connection is refused with a code and words.
    Refuse(i32, String),
    /// The connection is never answered.
    NoAck,
    /// The connection is accepted without a token.
    AckWithoutToken,
    /// The connection is accepted under no flag.
    AckWithoutFlag,
    /// The connection ends without an answer.
    Drop,
    /// The message comes with the token of another connection.
    ForeignToken,
    /// A close frame with this code comes instead of the message.
    Close(u16),
    /// Bytes that are no frame come before the message.
    Garbage,
    /// The message comes twice.
    Duplicate,
    /// The message's content is packed by gzip.
    Gzip,
    /// The message's business id is a number.
    NumericDataId,
    /// The message's kind is unknown.
    UnknownKind,
}

impl TmcFault {
    fn is_of_connection(&self) -> bool {
        use TmcFault::{AckWithoutFlag, AckWithoutToken, Drop, NoAck, Refuse};
        matches!(self, Refuse(..) | NoAck | AckWithoutToken | AckWithoutFlag | Drop)
    }
}

#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<VecDeque<TmcFault>>);

impl Faults {
    pub(super) fn push(&self, faults: impl IntoIterator<Item = TmcFault>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
    }

    pub(super) fn of_connection(&self) -> Option<TmcFault> {
        self.take(TmcFault::is_of_connection)
    }

    pub(super) fn of_message(&self) -> Option<TmcFault> {
        self.take(|fault| !fault.is_of_connection())
    }

    fn take(&self, fits: impl Fn(&TmcFault) -> bool) -> Option<TmcFault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = faults.iter().position(fits)?;
        faults.remove(at)
    }
}
