//! progenitor as a library, run as a process of its own so that its cost can be told.
//!
//! It reads an OpenAPI document in JSON and writes the client as one formatted file, as its own command line does.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use progenitor::{GenerationSettings, Generator, InterfaceStyle};

/// Reads, generates, formats, writes.
pub(crate) fn run(document: &Path, out: &Path, builder: bool) -> Result<()> {
    let text = fs::read_to_string(document).with_context(|| format!("cannot read {}", document.display()))?;
    let document: openapiv3::OpenAPI = serde_json::from_str(&text)?;
    let mut settings = GenerationSettings::new();
    if builder {
        settings.with_interface(InterfaceStyle::Builder);
    }
    let tokens = Generator::new(&settings).generate_tokens(&document).context("progenitor refuses the document")?;
    let file = syn::parse2(tokens).context("progenitor's output is no Rust file")?;
    fs::write(out, prettyplease::unparse(&file)).with_context(|| format!("cannot write {}", out.display()))
}
