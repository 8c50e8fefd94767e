//! What a method is: the types of its request and response, and the facts of its specification.

mod paging;

use std::borrow::Cow;

pub use paging::{PageBy, PageOrder, Paging, PagingEnd};

use crate::wire::table::{FieldPath, Table};

/// Whether a call changes data on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Only reads. May be repeated freely.
    Read,
    /// Changes something. Is never sent twice by accident.
    Write,
}

/// Whether a refused write may have been done all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Executed {
    /// The call was refused before anything was done.
    No,
    /// The service may have begun.
    Maybe,
}

/// Whether a method takes the access token of a user (`session`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionRequirement {
    /// Not needed.
    None,
    /// Accepted, not needed.
    Optional,
    /// The gateway refuses the call without one (code 26).
    Required,
}

/// Where a response says whether the business operation succeeded. The gateway's own error envelope is separate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuccessFlag {
    /// A Boolean: true means done.
    pub ok: FieldPath,
    /// The business result code.
    pub code: Option<FieldPath>,
    /// The business message.
    pub message: Option<FieldPath>,
}

impl SuccessFlag {
    /// A flag at this path.
    #[must_use]
    pub const fn new(ok: FieldPath) -> Self {
        Self { ok, code: None, message: None }
    }

    /// With the path of the business result code.
    #[must_use]
    pub const fn code(mut self, path: FieldPath) -> Self {
        self.code = Some(path);
        self
    }

    /// With the path of the business message.
    #[must_use]
    pub const fn message(mut self, path: FieldPath) -> Self {
        self.message = Some(path);
        self
    }
}

/// The facts of one method, from its specification.
///
/// ```
/// use opentop_runtime::{Effect, MethodInfo};
///
/// let info = MethodInfo::untyped("taobao.time.get", Effect::Read).expect("a method's name");
/// assert_eq!((info.name(), info.envelope()), ("taobao.time.get", "time_get_response"));
/// assert_eq!(MethodInfo::untyped("time", Effect::Read), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MethodInfo {
    /// The method's full name, `alibaba.…` or `taobao.…`.
    pub(crate) name: Cow<'static, str>,
    /// The root of its response: the method without a leading `taobao.`, dots to underscores, then `_response`.
    pub(crate) envelope: Cow<'static, str>,
    /// Reads or writes.
    pub effect: Effect,
    /// Whether it takes a session.
    pub session: SessionRequirement,
    /// The request's field by which the server recognises a repeated write.
    pub idempotency_key: Option<FieldPath>,
    /// Where the response says whether the business operation succeeded.
    pub success_flag: Option<SuccessFlag>,
    /// How it pages.
    pub paging: Option<Paging>,
    /// What the specification says of errors, by their codes: whether the write may have been done.
    pub executed: &'static [(&'static str, Executed)],
    /// Whether it has no specification. Its answer must then come in its envelope, which alone tells that it is one.
    pub(crate) untyped: bool,
    /// Whether Qimen carries it.
    pub(crate) qimen: bool,
}

impl MethodInfo {
    /// A method with a specification.
    #[must_use]
    pub const fn new(name: &'static str, envelope: &'static str, effect: Effect, session: SessionRequirement) -> Self {
        Self {
            name: Cow::Borrowed(name),
            envelope: Cow::Borrowed(envelope),
            effect,
            session,
            idempotency_key: None,
            success_flag: None,
            paging: None,
            executed: &[],
            untyped: false,
            qimen: false,
        }
    }

    /// The method's full name, `alibaba.…` or `taobao.…`.
    #[must_use]
    pub const fn name(&self) -> &str {
        text(&self.name)
    }

    /// The root of its response: the method without a leading `taobao.`, dots to underscores, then `_response`.
    #[must_use]
    pub const fn envelope(&self) -> &str {
        text(&self.envelope)
    }

    /// With the path of the parameter by which the server recognises a repeated write.
    #[must_use]
    pub const fn idempotency_key(mut self, path: FieldPath) -> Self {
        self.idempotency_key = Some(path);
        self
    }

    /// With the flag that says whether the business operation succeeded.
    #[must_use]
    pub const fn success_flag(mut self, flag: SuccessFlag) -> Self {
        self.success_flag = Some(flag);
        self
    }

    /// With the way it pages.
    #[must_use]
    pub const fn paging(mut self, paging: Paging) -> Self {
        self.paging = Some(paging);
        self
    }

    /// With what the specification says of errors, by their codes.
    #[must_use]
    pub const fn executed(mut self, codes: &'static [(&'static str, Executed)]) -> Self {
        self.executed = codes;
        self
    }

    /// What the specification says of this code.
    pub(crate) fn said_of(&self, code: &str) -> Option<Executed> {
        self.executed.iter().find(|(said, _)| *said == code).map(|(_, executed)| *executed)
    }

    /// A method that Qimen carries instead of the gateway.
    #[must_use]
    pub const fn qimen(mut self) -> Self {
        self.qimen = true;
        self
    }

    /// A method without a specification. `None` if `name` is not a method name such as `taobao.time.get`.
    #[must_use]
    pub fn untyped(name: &str, effect: Effect) -> Option<Self> {
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        };
        (name.contains('.') && name.split('.').all(word)).then(|| Self {
            name: Cow::Owned(name.to_owned()),
            envelope: Cow::Owned(envelope_of(name)),
            untyped: true,
            ..Self::new("", "", effect, SessionRequirement::Optional)
        })
    }
}

#[expect(clippy::ptr_arg, reason = "a constant function cannot dereference a Cow")]
const fn text<'a>(text: &'a Cow<'static, str>) -> &'a str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => text.as_str(),
    }
}

/// The root of a method's answer.
fn envelope_of(method: &str) -> String {
    let name = method.strip_prefix("taobao.").unwrap_or(method);
    format!("{}_response", name.replace('.', "_"))
}

/// A request of one method. Implemented by generated code only.
///
/// ```
/// use opentop_runtime::{Effect, Request};
///
/// fn changes_data<R: Request>(_request: &R) -> bool {
///     R::INFO.effect == Effect::Write
/// }
/// ```
pub trait Request: Table + Default + Send + 'static {
    /// What the gateway answers.
    type Response: Table + Default;
    /// The response once the client has checked it: where the specification names a success flag, its objects are there.
    type Checked: Send + 'static;
    /// The facts of the method.
    const INFO: &'static MethodInfo;

    /// Wraps a response that the client has checked.
    #[doc(hidden)]
    fn checked(response: Self::Response) -> Self::Checked;
}

/// A request that the platform, or another party through it, sends to an application. Implemented by generated code only.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a request that an application is called with")]
pub trait IncomingRequest: Table + Default + Send + 'static {
    /// What the application answers.
    type Response: Table + Default;
    /// The method's full name.
    const METHOD: &'static str;
}

/// The content of a message of one topic. Implemented by generated code only.
#[diagnostic::on_unimplemented(message = "`{Self}` is not the content of a message")]
pub trait MessageContent: Table + Default + Send + 'static {
    /// The topic.
    const TOPIC: &'static str;
}

/// A request that only reads. Implemented by generated code only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` writes",
    label = "only reads can be batched, listed or repeated: send a write on its own"
)]
pub trait ReadRequest: Request {}

/// A request that changes data. Implemented by generated code only.
#[diagnostic::on_unimplemented(message = "`{Self}` only reads", label = "only a write can be pending")]
pub trait WriteRequest: Request {}

/// A request that may go without a session. Implemented by generated code only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` needs the session (access token) of a user",
    label = "send it with `client.session(token)`, not with `client` alone"
)]
pub trait NoSessionRequest: Request {}

/// A request of a list whose specification says how it pages. Implemented by generated code only.
pub trait PagedRequest: ReadRequest {
    /// An item of the list.
    type Item: Send + 'static;

    /// Takes the items out of a page.
    #[doc(hidden)]
    fn items(response: Self::Response) -> Vec<Self::Item>;
}

/// The state of a builder's required parameter that was set.
#[derive(Debug, Clone, Copy)]
pub struct Set;

/// Implemented by the state of a required parameter that was set. Builders ask it of each before `build()` and `send()`.
#[diagnostic::on_unimplemented(message = "the required parameter `{Self}` is not set", label = "set it before this")]
pub trait IsSet {}

impl IsSet for Set {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untyped_method_has_a_name_with_words_and_dots() {
        let info = MethodInfo::untyped("taobao.time.get", Effect::Read).expect("a method name");
        assert_eq!((&*info.name, &*info.envelope), ("taobao.time.get", "time_get_response"));
        for name in ["", "time", "taobao..get", "taobao.time.get ", "taobao.time/get"] {
            assert_eq!(MethodInfo::untyped(name, Effect::Read), None, "{name}");
        }
    }
}
