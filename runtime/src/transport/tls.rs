//! What the transports of this crate share: the TLS provider, and how a TLS error is found among causes.

use std::error::Error as StdError;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;

use crate::call::error::ConfigError;

/// The TLS provider: the one that the program installed for its process, else the feature's, aws-lc-rs before ring.
///
/// None is installed for the process here: that is the program's choice.
pub(crate) fn provider() -> Result<Arc<CryptoProvider>, ConfigError> {
    match CryptoProvider::get_default() {
        Some(installed) => Ok(Arc::clone(installed)),
        None => feature_provider().map(Arc::new).ok_or(ConfigError::MissingTlsProvider),
    }
}

#[cfg(feature = "aws-lc-rs")]
#[expect(clippy::unnecessary_wraps, reason = "one signature whatever the features")]
fn feature_provider() -> Option<CryptoProvider> {
    Some(rustls::crypto::aws_lc_rs::default_provider())
}

#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
#[expect(clippy::unnecessary_wraps, reason = "one signature whatever the features")]
fn feature_provider() -> Option<CryptoProvider> {
    Some(rustls::crypto::ring::default_provider())
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
fn feature_provider() -> Option<CryptoProvider> {
    None
}

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
