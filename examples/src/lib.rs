//! What the examples share: a client of a sandbox.

use opentop::{Client, Endpoint, Error};
use opentop_sandbox::Sandbox;

/// A client of this sandbox. For the platform itself: `Client::new(app_key, app_secret)`.
///
/// # Errors
///
/// See [`opentop::ClientBuilder::build`].
pub fn client_of(sandbox: &Sandbox) -> Result<Client, Error> {
    Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint())?)
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .build()
}
