//! Calls of methods whose specification is read while the program runs.

use std::future::Future;
use std::pin::Pin;

use crate::call::method::{Effect, MethodInfo};
use crate::call::parameters::Parameters;
use crate::call::parse_response::ResponseMeta;
use crate::client::core::{self, Payload};
use crate::client::mode::Async;
use crate::client::pending::WriteError;
use crate::client::scoped::ScopedClient;
use crate::wire::table::Table;

/// Sends `parameters` and reads the answer into `model`, which is good only if this returns `Ok`.
pub fn call_table<'a, S>(
    client: &'a ScopedClient<S, Async>,
    info: &'a MethodInfo,
    parameters: &'a Parameters,
    model: &'a mut dyn Table,
) -> Pin<Box<dyn Future<Output = Result<ResponseMeta, WriteError<()>>> + 'a>> {
    Box::pin(async move {
        let payload = Payload::Untyped(parameters);
        match info.effect {
            Effect::Read => core::read(&client.scope, info, payload, model).await.map_err(WriteError::Failed),
            Effect::Write => match core::write(&client.scope, info, payload, model).await {
                Ok(done) => Ok(done.meta),
                Err(failure) => Err(WriteError::new(failure, ())),
            },
        }
    })
}
