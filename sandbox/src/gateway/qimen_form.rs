//! The two forms of Qimen.

use crate::call::Format;
use crate::http::{QIMEN_CLOUD_PATHS, QIMEN_PATH};
use crate::parameters::Parameters;

/// The two forms of Qimen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// XML, for a customer (`customerId`).
    Classic,
    /// A form, JSON or XML, for an application (`target_app_key`).
    Cloud,
}

impl Form {
    /// The form that a path serves.
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            QIMEN_PATH => Some(Self::Classic),
            _ => QIMEN_CLOUD_PATHS.contains(&path).then_some(Self::Cloud),
        }
    }

    /// The language of its answers.
    pub(super) fn format(self, parameters: &Parameters) -> Format {
        match self {
            Self::Classic => Format::Xml,
            Self::Cloud => Format::asked(parameters).unwrap_or(Format::Json),
        }
    }

    /// Whether an answer that reports success says so by `flag`. The vendor's client of the cloud form takes a flag for a failure.
    pub(super) fn has_flag(self) -> bool {
        self == Self::Classic
    }
}
