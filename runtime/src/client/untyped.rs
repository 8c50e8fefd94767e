//! Calls of methods without a specification: parameters in, JSON out.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

use crate::call::error::{ConfigError, Error};
use crate::call::method::{Effect, MethodInfo};
use crate::call::parameters::Parameters;
use crate::call::parse_response::ResponseMeta;
use crate::call::stored_write::StoredWrite;
use crate::client::calls::Calls;
use crate::client::core::{self, Payload};
use crate::client::mode::Mode;
use crate::client::pending::WriteError;
use crate::client::reply::Reply;
use crate::client::scope::Scope;
use crate::wire::table::NoFields;
use crate::wire::value::Json;

/// What an untyped call returns: the result, or a future of it with an async client.
pub type UntypedOutput<C> = <<C as Calls>::Mode as Mode>::Out<Result<Reply<Json>, WriteError<Untyped>>>;

/// A call of a method without a specification.
///
/// ```
/// # use opentop_runtime::{Effect, Parameters, WriteError, blocking::Client, transport::*};
/// # let lost = TransportError::new(SendStage::MaybeSent, TransportErrorKind::Timeout);
/// # let mock = MockTransport::new().fail(lost);
/// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock).build()?;
/// let parameters = Parameters::from_pairs([("trace_no", "42")])?;
/// let result = client.call_untyped("taobao.example.gift.redeem", Effect::Write, parameters);
/// if let Err(WriteError::Unknown(pending)) = result {
///     let call = pending.request();                   // an `Untyped`
///     assert_eq!(call.method(), "taobao.example.gift.redeem");
///     assert_eq!(call.parameters().iter().count(), 1);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Untyped {
    info: MethodInfo,
    parameters: Parameters,
}

impl Untyped {
    /// # Errors
    ///
    /// If `method` is not a method name.
    pub(crate) fn new(method: &str, effect: Effect, parameters: Parameters) -> Result<Self, Error> {
        let info =
            MethodInfo::untyped(method, effect).ok_or_else(|| ConfigError::MethodName { name: method.to_owned() })?;
        Ok(Self { info, parameters })
    }

    /// The method's full name.
    pub fn method(&self) -> &str {
        &self.info.name
    }

    /// The business parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    pub(crate) fn info(&self) -> &MethodInfo {
        &self.info
    }
}

/// Shows the names of the parameters, not their values.
impl fmt::Debug for Untyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Untyped").field("method", &self.info.name).field("parameters", &self.parameters).finish()
    }
}

/// Makes the call.
pub(super) async fn call(scope: &Scope, call: Untyped) -> Result<Reply<Json>, WriteError<Untyped>> {
    let (info, payload) = (&call.info, Payload::Untyped(&call.parameters));
    match info.effect {
        Effect::Read => {
            let meta = core::read(scope, info, payload, &mut NoFields).await.map_err(WriteError::Failed)?;
            Ok(Reply::new(inside(info, &meta), meta))
        }
        Effect::Write => match core::write(scope, info, payload, &mut NoFields).await {
            Ok(done) => Ok(Reply::of_write(inside(info, &done.meta), done)),
            Err(failure) => Err(WriteError::new(failure, call)),
        },
    }
}

/// Makes it again.
pub(super) async fn resume(
    scope: &Scope,
    stored: StoredWrite,
    call: Untyped,
) -> Result<Reply<Json>, WriteError<Untyped>> {
    match core::resume(scope, &call.info, (stored, None), &mut NoFields).await {
        Ok(done) => Ok(Reply::of_write(inside(&call.info, &done.meta), done)),
        Err(failure) => Err(WriteError::new(failure, call)),
    }
}

/// What the envelope holds, or the whole answer if there is no envelope.
fn inside(info: &MethodInfo, meta: &ResponseMeta) -> Json {
    let text = meta.raw().trim_start_matches('\u{feff}');
    let inside = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text)
        .ok()
        .and_then(|mut root| root.remove(&*info.envelope))
        .map(|inside| Json::checked(inside.get()));
    inside.unwrap_or_else(|| Json::checked(text))
}
