//! Rows as CSV (RFC 4180, UTF-8, lines that end with `\n`). What is absent is an empty cell.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use csv::Writer;

use crate::export::rows::Rows;
use crate::export::stop::Stop;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn write(rows: &Rows, headings: &[&str], with_mark: bool, file: &File) -> Result<(), Stop> {
    let failed = |error: &dyn std::fmt::Display| Stop::Broken(format!("cannot write the CSV: {error}"));
    let mut buffer = BufWriter::with_capacity(1 << 16, file);
    if with_mark {
        buffer.write_all(BYTE_ORDER_MARK).map_err(|error| failed(&error))?;
    }
    let mut out = Writer::from_writer(buffer);
    out.write_record(headings).map_err(|error| failed(&error))?;
    rows.for_each(|cells| {
        out.write_record(cells.iter().map(|cell| cell.text().unwrap_or_default())).map_err(|error| failed(&error))
    })?;
    out.flush().map_err(|error| failed(&error))
}
