//! What an import knows besides its inputs.

use opentop_model::diagnostic::SourceFile;

/// What an import knows besides its inputs.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Titles of categories and their names: from the `category.yaml` files, vendor titles included.
    pub categories: Vec<(String, String)>,
    /// The category of everything that is imported, where a person says so.
    pub category: Option<String>,
    /// What exists: `<category>/<method>.yaml`, `<category>/<method>.vendor.json` and `<category>/category.yaml`, as they
    /// stand.
    pub existing: Vec<SourceFile>,
}
