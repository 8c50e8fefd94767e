//! Everything that can go wrong, and what each part of an error says.

pub use crate::call::endpoint::EndpointError;
pub use crate::call::error::{ConfigError, DecodeProblem, Error, TokenError};
pub use crate::call::idempotency::InvalidIdempotencyKey;
pub use crate::call::journal::error::JournalError;
pub use crate::call::limit::{Limited, LimiterError};
pub use crate::call::pager::cursor::InvalidCursor;
pub use crate::call::pager::error::PagingError;
pub use crate::call::stored_write::InvalidStoredWrite;
pub use crate::client::WriteError;
pub use crate::transport::{SendStage, TransportError, TransportErrorKind};
pub use crate::wire::decode::{DecodeError, DecodeIssue};
pub use crate::wire::gateway_error::{GatewayCode, GatewayError, LimitScope, RateLimit, SessionProblem};
pub use crate::wire::validate::{Violation, ViolationKind};
pub use crate::wire::value::DateTimeError;
