//! What an answer of Qimen says of the call.

/// What an answer of Qimen says of the call beside its data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct QimenStatus {
    /// `success` or `failure`. JSON of the cloud form leaves it out where all went well.
    pub(crate) flag: Option<String>,
    /// `0` or a reason.
    pub(crate) code: Option<String>,
    /// The reason in words.
    pub(crate) message: Option<String>,
    /// The cause: `isv.…`, `isp.…`, `sign-check-failure`.
    pub(crate) sub_code: Option<String>,
    /// The cause in words.
    pub(crate) sub_message: Option<String>,
    /// The id of the call.
    pub(crate) request_id: Option<String>,
    /// Whether the answer is XML, which always has the flag.
    pub(crate) is_xml: bool,
}
