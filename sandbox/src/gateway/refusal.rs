//! The gateway's refusals: the platform's codes, each with its message, a cause and a cure.

use crate::call::Refusal;
use crate::faults::fault::Fault;

/// What a fault answers in the place of an execution.
pub(super) fn instead_of_executing(fault: &Fault) -> Option<Refusal> {
    match fault {
        Fault::Isv { sub_code } => Some(Refusal::business(sub_code, "refused, as the sandbox was told to".to_owned())),
        Fault::Isp { sub_code, executed: false } => Some(broken(sub_code)),
        Fault::Ban { seconds } => Some(Refusal {
            code: 7,
            msg: "App Call Limited".to_owned(),
            sub_code: Some("accesscontrol.limited-by-api-access-count".to_owned()),
            sub_msg: Some(format!("This ban will last for {seconds} more seconds")),
        }),
        _ => None,
    }
}

/// What a fault answers after an execution.
pub(super) fn after_executing(fault: &Fault) -> Option<Refusal> {
    match fault {
        Fault::Isp { sub_code, .. } => Some(broken(sub_code)),
        _ => None,
    }
}

fn broken(sub_code: &str) -> Refusal {
    Refusal::business(sub_code, "the service broke, as the sandbox was told to".to_owned())
}

/// The platform's codes that the sandbox gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    HttpActionNotAllowed,
    MissingMethod,
    InvalidMethod,
    InvalidFormat,
    MissingSignature,
    InvalidSignature,
    MissingSession,
    InvalidSession,
    MissingAppKey,
    InvalidAppKey,
    MissingTimestamp,
    InvalidTimestamp,
    MissingVersion,
    InvalidVersion,
    MissingArguments,
    InvalidArguments,
    InvalidEncoding,
}

impl Code {
    /// Number and message.
    const fn row(self) -> (i64, &'static str) {
        match self {
            Code::HttpActionNotAllowed => (9, "Http action not allowed"),
            Code::MissingMethod => (21, "Missing method"),
            Code::InvalidMethod => (22, "Invalid method"),
            Code::InvalidFormat => (23, "Invalid format"),
            Code::MissingSignature => (24, "Missing signature"),
            Code::InvalidSignature => (25, "Invalid signature"),
            Code::MissingSession => (26, "Missing session"),
            Code::InvalidSession => (27, "Invalid session"),
            Code::MissingAppKey => (28, "Missing app Key"),
            Code::InvalidAppKey => (29, "Invalid app Key"),
            Code::MissingTimestamp => (30, "Missing timestamp"),
            Code::InvalidTimestamp => (31, "Invalid timestamp"),
            Code::MissingVersion => (32, "Missing version"),
            Code::InvalidVersion => (33, "Invalid version"),
            Code::MissingArguments => (40, "Missing required arguments"),
            Code::InvalidArguments => (41, "Invalid arguments"),
            Code::InvalidEncoding => (47, "Invalid encoding"),
        }
    }

    /// The `sub_code` that the platform gives with the code. Recorded answers have one for these two alone.
    const fn sub_code(self) -> Option<&'static str> {
        match self {
            Code::InvalidSession => Some("invalid-sessionkey"),
            Code::InvalidAppKey => Some("isv.appkey-not-exists"),
            _ => None,
        }
    }

    /// A refusal with this code; `sub_msg` says what is wrong and what to do.
    pub(crate) fn because(self, sub_msg: impl Into<String>) -> Refusal {
        let (code, msg) = self.row();
        Refusal {
            code,
            msg: msg.to_owned(),
            sub_code: self.sub_code().map(str::to_owned),
            sub_msg: Some(sub_msg.into()),
        }
    }

    /// A refusal about one parameter. The platform names it in the message: `Invalid arguments:PATH`.
    pub(crate) fn at(self, path: &str, sub_msg: impl Into<String>) -> Refusal {
        let mut refusal = self.because(sub_msg);
        refusal.msg = format!("{}:{path}", refusal.msg);
        refusal
    }
}
