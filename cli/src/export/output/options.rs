//! What a user may choose of the file.

use std::path::Path;

use clap::ValueEnum;

use crate::export::stop::Stop;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text with a line of headings, in UTF-8.
    Csv,
    /// A JSON object a line.
    Jsonl,
    /// Apache Parquet: every column has its type.
    Parquet,
}

/// What columns are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Headings {
    /// By the names of the API.
    Names,
    /// In Chinese, by the first words of the spec's descriptions. A CSV then begins with a byte order mark, for Excel.
    Zh,
}

/// How decimals are kept in Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Decimals {
    /// As DECIMAL(38, 9). A value with more decimals is an error.
    Decimal,
    /// As text, with exactly the digits that came.
    Text,
}

impl Format {
    /// The format that a file's name ends with.
    pub(crate) fn of(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?;
        Format::value_variants().iter().copied().find(|format| {
            format.to_possible_value().is_some_and(|value| value.get_name().eq_ignore_ascii_case(ending))
        })
    }

    /// That this build can write it.
    pub(crate) fn check(self) -> Result<(), Stop> {
        if self == Format::Parquet && !cfg!(feature = "parquet") {
            return Err(Stop::Usage(
                "this opentop was built without Parquet: install it with `cargo install opentop-cli --features parquet`".to_owned(),
            ));
        }
        Ok(())
    }
}
