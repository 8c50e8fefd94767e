//! What a build script tells cargo: one instruction a line on standard output.

use std::fmt;
use std::path::Path;

use opentop_model::diagnostic::Severity;

/// Instructions, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Messages(String);

impl Messages {
    /// Cargo looks at the times of this folder and of everything in it.
    pub(crate) fn rerun_if_changed(&mut self, folder: &Path) {
        self.instruct("rerun-if-changed", &folder.display().to_string());
    }

    /// A finding, which cargo shows behind the package's name.
    pub(crate) fn finding(&mut self, severity: Severity, line: &str) {
        let kind = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        self.instruct(kind, line);
    }

    /// With an error, after which cargo ends the build.
    pub(crate) fn error(mut self, line: &str) -> Self {
        self.finding(Severity::Error, line);
        self
    }

    /// Cargo ends an instruction at the end of its line.
    fn instruct(&mut self, key: &str, value: &str) {
        let value = value.replace(['\n', '\r'], " ");
        self.0.push_str(&format!("cargo::{key}={value}\n"));
    }
}

impl fmt::Display for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
