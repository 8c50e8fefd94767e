//! A client or a call that is set up wrongly.

use std::fmt;
use std::time::Duration;

use crate::call::endpoint::EndpointError;
use crate::wire::escape::Escaped;

/// What is wrong with the setting up of a client or a call. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// No application key.
    MissingAppKey,
    /// No application secret.
    MissingAppSecret,
    /// A timeout or a body bound of zero.
    ZeroLimit,
    /// No transport.
    MissingTransport,
    /// The limiter's source of turns is async, and the client blocks.
    AsyncSource,
    /// The endpoint's address.
    Endpoint(EndpointError),
    /// Qimen carries the method, and the client was not set up for it.
    MissingQimen,
    /// Qimen carries the method, and the gateway, which takes batches, does not.
    QimenInBatch,
    /// A text with a character that XML cannot hold.
    NotInXml {
        /// The field, by wire names.
        field: String,
    },
    /// The machine's TLS set-up, e.g. no root certificates.
    Tls(String),
    /// No TLS provider: no feature of this crate brings one, and none is installed for the process.
    MissingTlsProvider,
    /// The method works on a user's data only.
    MissingSession,
    /// An empty access token, which would not be sent at all.
    EmptySession,
    /// A parameter without name or value. The platform takes a value of white space alone for none.
    EmptyParameter {
        /// The parameter.
        name: String,
    },
    /// A business parameter that bears the name of one of the gateway's own.
    SystemParameter {
        /// The parameter.
        name: String,
    },
    /// A parameter that is there twice.
    DuplicateParameter {
        /// The parameter.
        name: String,
    },
    /// A file that cannot be read.
    File {
        /// The parameter.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A file without a name, which the gateway refuses.
    FileName {
        /// The parameter.
        name: String,
    },
    /// A batch without calls.
    EmptyBatch,
    /// A batch with too many calls.
    LargeBatch {
        /// How many it has.
        calls: usize,
        /// How many it may have.
        most: usize,
    },
    /// A call of a batch that uploads a file.
    FileInBatch {
        /// The parameter.
        name: String,
    },
    /// A call of a batch was added with another client than the batch is sent with.
    OtherClient {
        /// Which call, counted from 1.
        call: usize,
    },
    /// A ticket of another batch.
    OtherBatch,
    /// The client's endpoint does not tell the address of batches.
    NoBatchEndpoint,
    /// Blocking work panicked, e.g. the reading of a file.
    Panicked,
    /// The journal cannot store the write, and what is not stored is not sent.
    Journal(String),
    /// Invalid method name.
    MethodName {
        /// The name.
        name: String,
    },
    /// A stored write without an idempotency key: no server can recognise it when it comes again.
    NoKey,
    /// A stored write is resumed as another method's.
    OtherMethod {
        /// The method of the request type.
        expected: String,
        /// The method of the pending call.
        pending: String,
    },
    /// A stored write is resumed with a client of another application.
    OtherApp {
        /// The client's app key.
        expected: String,
        /// The app key of the pending call.
        pending: String,
    },
    /// A stored write is resumed with a client of another gateway.
    OtherEndpoint {
        /// The client's endpoint.
        expected: String,
        /// The endpoint of the pending call.
        pending: String,
    },
    /// Somebody else holds the stored write: sends it, or has not yet acknowledged it.
    WriteHeld {
        /// Who.
        owner: String,
        /// For how long at most.
        left: Duration,
    },
    /// The stored write is not what the journal holds any more: somebody else has tried it since it was read.
    WriteChanged,
    /// The journal does not hold the stored write any more: it was acknowledged, or failed for certain.
    WriteEnded,
    /// The journal cannot remove the entry of an acknowledged write.
    Acknowledge(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingAppKey => f.write_str("no app key: give the client `.app_key(…)`"),
            Self::MissingAppSecret => f.write_str("no app secret: give the client `.app_secret(…)`"),
            Self::ZeroLimit => f.write_str("a timeout or the body bound is zero: no call could ever succeed"),
            Self::AsyncSource => f.write_str(
                "expected a limiter whose source of turns blocks, got an async one: make it with `Limiter::shared`",
            ),
            Self::MissingTransport => {
                f.write_str("no transport: give the client `.transport(…)`, or enable the feature `reqwest` (`ureq` for the blocking client)")
            }
            Self::Endpoint(error) => error.fmt(f),
            Self::MissingQimen => f.write_str(
                "Qimen carries the method: enable the feature `qimen` and give the client `.qimen(Qimen::classic())` or `.qimen(Qimen::cloud(…))`",
            ),
            Self::QimenInBatch => f.write_str("Qimen carries the method, and a batch goes to the gateway: send it by itself"),
            Self::NotInXml { field } => {
                write!(f, "`{}` holds a control character, which XML cannot carry: take it out", Escaped(field))
            }
            Self::Tls(cause) => write!(f, "TLS cannot be set up: {}", Escaped(cause)),
            Self::MissingTlsProvider => f.write_str(
                "no TLS provider: enable the feature `ring` or `aws-lc-rs`, or install one for the process with rustls' `CryptoProvider::install_default`",
            ),
            Self::MissingSession => {
                f.write_str("the method needs a session: send it with `client.session(token)`")
            }
            Self::EmptySession => f.write_str("the session is empty: give the access token of a user"),
            Self::EmptyParameter { name } => {
                write!(f, "the extra parameter `{}` has no name or no value, or white space alone: leave it out", Escaped(name))
            }
            Self::SystemParameter { name } => {
                write!(f, "`{}` is a parameter of the gateway itself, which the client sets", Escaped(name))
            }
            Self::DuplicateParameter { name } => write!(
                f,
                "the parameter `{}` is set twice: set it once, on the request where it has a field",
                Escaped(name)
            ),
            Self::File { name, problem } => {
                write!(f, "the file of the parameter `{}` cannot be read: {}", Escaped(name), Escaped(problem))
            }
            Self::FileName { name } => write!(
                f,
                "the file of the parameter `{}` has no name: give it one, `.with_name(\"photo.png\")`",
                Escaped(name)
            ),
            Self::EmptyBatch => f.write_str("the batch has no calls: add one, or do not send it"),
            Self::LargeBatch { calls, most } => {
                write!(f, "a batch must have at most {most} calls (got {calls}): send several batches")
            }
            Self::FileInBatch { name } => write!(
                f,
                "a batch cannot carry files, and the parameter `{}` is one: send this call on its own",
                Escaped(name)
            ),
            Self::OtherClient { call } => write!(
                f,
                "call {call} of the batch was added with another client than the batch is sent with: use one client, or clones of it"
            ),
            Self::OtherBatch => f.write_str("the ticket is of another batch: take the reply from that batch's replies"),
            Self::NoBatchEndpoint => f.write_str(
                "the endpoint does not end in `/rest`, so the address of its batches, `/batch` in that place, is not known: \
                 send the calls one by one",
            ),
            Self::Panicked => f.write_str("reading the request's files panicked: please report it"),
            Self::Journal(problem) => {
                write!(f, "the journal cannot store the write, so it was not sent: {}", Escaped(problem))
            }
            Self::MethodName { name } => {
                write!(f, "`{}` is not a method name: write for example `alibaba.example.gift.get`", Escaped(name))
            }
            Self::NoKey => f.write_str(
                "the pending call has no idempotency key, so the server would do it a second time: ask the server what became of it. \
                 Where it tells calls that repeat by something else, say so: `.retry_writes(Idempotency::GuaranteedByServer)`",
            ),
            Self::OtherMethod { expected, pending } => {
                write!(f, "the pending call is of `{}`, not of `{}`", Escaped(pending), Escaped(expected))
            }
            Self::OtherApp { expected, pending } => write!(
                f,
                "the pending call was made by the app `{}`, the client is of `{}`: resume it with a client of `{0}`",
                Escaped(pending),
                Escaped(expected)
            ),
            Self::OtherEndpoint { expected, pending } => write!(
                f,
                "the pending call was sent to {}, the client calls {}: resume it with a client of {0}",
                Escaped(pending),
                Escaped(expected)
            ),
            Self::WriteHeld { owner, left } => write!(
                f,
                "the pending call is held by {} for up to {} seconds: see then whether the journal's `pending()` yields it",
                Escaped(owner),
                left.as_secs() + 1
            ),
            Self::WriteChanged => f.write_str(
                "somebody has tried the pending call since it was read: read it again with the journal's `pending()`",
            ),
            Self::WriteEnded => f.write_str(
                "the journal does not hold the pending call any more: it was acknowledged, or failed for certain. \
                 If it was never in this journal, resume it with a client without one",
            ),
            Self::Acknowledge(problem) => write!(
                f,
                "the journal cannot remove the entry: {}. Acknowledge the reply again, or the outcome comes back",
                Escaped(problem)
            ),
        }
    }
}

impl std::error::Error for ConfigError {}

impl From<EndpointError> for ConfigError {
    fn from(error: EndpointError) -> Self {
        Self::Endpoint(error)
    }
}
