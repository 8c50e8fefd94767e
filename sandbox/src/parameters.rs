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
    /// The first value of `name`; an empty one is absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.text.iter().find(|(candidate, value)| candidate == name && !value.is_empty());
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
