//! Rows as JSON objects, one a line. What is absent is left out. Decimals and dates are strings; lists are JSON.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use crate::export::cell::quoted;
use crate::export::columns::{Column, Kind};
use crate::export::rows::Rows;
use crate::export::stop::Stop;

pub(super) fn write(rows: &Rows, columns: &[Column], headings: &[&str], file: &File) -> Result<(), Stop> {
    let failed = |error| Stop::Broken(format!("cannot write the JSON lines: {error}"));
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let names: Vec<String> = headings.iter().map(|heading| format!("{}:", quoted(heading))).collect();
    let mut line = String::new();
    rows.for_each(|cells| {
        line.clear();
        for ((cell, name), column) in cells.iter().zip(&names).zip(columns) {
            let Some(cell) = cell.text() else { continue };
            line.push(if line.is_empty() { '{' } else { ',' });
            line.push_str(name);
            match column.kind {
                Kind::Int | Kind::Bool | Kind::Json => line.push_str(cell),
                Kind::Text | Kind::Date | Kind::Decimal => line.push_str(&quoted(cell)),
            }
        }
        line.push_str(if line.is_empty() { "{}\n" } else { "}\n" });
        out.write_all(line.as_bytes()).map_err(failed)
    })?;
    out.flush().map_err(failed)
}
