//! What the two transports of this crate share: how a TLS error is found among causes.

use std::error::Error as StdError;

/// Whether an error of this type is among the causes. TLS errors travel inside I/O errors, which hide them from `source()`.
pub(crate) fn has_source<E: StdError + 'static>(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if error.is::<E>() || inner.is_some_and(|inner| has_source::<E>(inner)) {
            return true;
        }
        cause = error.source();
    }
    false
}
