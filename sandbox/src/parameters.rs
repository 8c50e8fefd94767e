//! The parameters of a call, as received.

use bytes::Bytes;

/// The parameters that every method has; all others are the method's own.
const SYSTEM: [&str; 11] = [
    "app_key",
    "format",
    "method",
    "partner_id",
    "session",
    "sign",
    "sign_method",
    "simplify",
    "target_app_key",
    "timestamp",
    "v",
];

/// Text parameters and files, as received.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// Every text parameter, the system's included.
    pub(crate) text: Vec<(String, String)>,
    /// Every file.
    pub(crate) files: Vec<File>,
    /// Whether a body came with a GET. It is not read.
    pub(crate) ignored_body: bool,
}

/// A file that came with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) file_name: String,
    pub(crate) media_type: Option<String>,
    pub(crate) content: Bytes,
}

impl Parameters {
    /// The first value of `name`. Values that are empty or hold only white space are absent, as for the vendor's own clients.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.text.iter().find(|(candidate, value)| candidate == name && !is_blank(value));
        found.map(|(_, value)| value.as_str())
    }

    /// The method's own text parameters.
    pub(crate) fn business(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.text.iter().filter(|(name, _)| !is_system(name));
        all.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// System parameters that came more than once, each named once.
    pub(crate) fn repeated_system(&self) -> Vec<&'static str> {
        let count = |name: &str| {
            self.text.iter().filter(|(other, _)| other == name).count()
                + self.files.iter().filter(|file| file.name == name).count()
        };
        SYSTEM.into_iter().filter(|name| count(name) > 1).collect()
    }
}

fn is_system(name: &str) -> bool {
    SYSTEM.contains(&name)
}

/// Whether a value is empty or holds only what Java takes for white space. The vendor's Java neither signs nor sends such values.
pub(crate) fn is_blank(value: &str) -> bool {
    let is_white = |letter: char| match letter {
        '\u{1c}'..='\u{1f}' => true,
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{85}' => false,
        other => other.is_whitespace(),
    };
    value.chars().all(is_white)
}
