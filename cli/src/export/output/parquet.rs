//! Rows as Apache Parquet, by the types of the spec: whole numbers INT64, dates microseconds since 1970 in the zone +08:00, decimals
//! DECIMAL(38, 9) or text, everything else text. Every column may be null.

use std::fs::File;
use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Decimal128Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use opentop_runtime::{DateTime, Decimal};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::options::Decimals;
use crate::export::columns::{Column, Kind};
use crate::export::rows::Rows;
use crate::export::stop::Stop;

/// Rows that are handed on at once.
const BATCH: usize = 4096;

/// The size at which a row group ends. Its bytes are in memory until then.
const ROW_GROUP_BYTES: usize = 8 << 20;

/// What every reader knows; "GMT+8" makes some refuse the file.
const ZONE: &str = "+08:00";

const PRECISION: u8 = 38;
const SCALE: u32 = 9;

pub(super) fn write(
    rows: &Rows,
    columns: &[Column],
    headings: &[&str],
    decimals: Decimals,
    file: &File,
) -> Result<(), Stop> {
    let failed = |error: &dyn std::fmt::Display| Stop::Broken(format!("cannot write the Parquet file: {error}"));
    let mut builders: Vec<Builder> = columns.iter().map(|column| Builder::of(column.kind, decimals)).collect();
    let fields =
        builders.iter().zip(headings).map(|(builder, heading)| Field::new(*heading, builder.data_type(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("opentop {}", env!("CARGO_PKG_VERSION")))
        .build();
    let mut writer =
        ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(|error| failed(&error))?;
    let mut count = 0;
    let hand_on = |builders: &mut [Builder], writer: &mut ArrowWriter<&File>| {
        let arrays = builders.iter_mut().map(Builder::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|error| failed(&error))?;
        writer.write(&batch).map_err(|error| failed(&error))?;
        if writer.in_progress_size() >= ROW_GROUP_BYTES {
            writer.flush().map_err(|error| failed(&error))?;
        }
        Ok(())
    };
    rows.for_each(|cells| {
        for ((cell, builder), column) in cells.iter().zip(&mut builders).zip(columns) {
            builder.append(cell.text()).map_err(|cause| Stop::Broken(format!("column {}: {cause}", column.name)))?;
        }
        count += 1;
        if count % BATCH == 0 { hand_on(&mut builders, &mut writer) } else { Ok(()) }
    })?;
    if count % BATCH != 0 {
        hand_on(&mut builders, &mut writer)?;
    }
    writer.close().map(drop).map_err(|error| failed(&error))
}

/// The cells of one column until they are handed on.
enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    Bool(BooleanBuilder),
    Date(TimestampMicrosecondBuilder),
    Decimal(Decimal128Builder),
}

impl Builder {
    fn of(kind: Kind, decimals: Decimals) -> Builder {
        match kind {
            Kind::Int => Builder::Int(Int64Builder::new()),
            Kind::Bool => Builder::Bool(BooleanBuilder::new()),
            Kind::Date => Builder::Date(TimestampMicrosecondBuilder::new().with_data_type(date())),
            Kind::Decimal if decimals == Decimals::Decimal => {
                Builder::Decimal(Decimal128Builder::new().with_data_type(decimal()))
            }
            Kind::Text | Kind::Json | Kind::Decimal => Builder::Text(StringBuilder::new()),
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Builder::Text(_) => DataType::Utf8,
            Builder::Int(_) => DataType::Int64,
            Builder::Bool(_) => DataType::Boolean,
            Builder::Date(_) => date(),
            Builder::Decimal(_) => decimal(),
        }
    }

    fn append(&mut self, cell: Option<&str>) -> Result<(), String> {
        let damaged = |cell: &str| format!("`{cell}` in the spool is damaged: delete it, and export again");
        match self {
            Builder::Text(builder) => builder.append_option(cell),
            Builder::Int(builder) => {
                builder.append_option(cell.map(|cell| cell.parse().map_err(|_| damaged(cell))).transpose()?);
            }
            Builder::Bool(builder) => {
                builder.append_option(cell.map(|cell| cell.parse().map_err(|_| damaged(cell))).transpose()?);
            }
            Builder::Date(builder) => {
                builder.append_option(cell.map(|cell| micros(cell).ok_or_else(|| damaged(cell))).transpose()?);
            }
            Builder::Decimal(builder) => builder.append_option(cell.map(units).transpose()?),
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Builder::Text(builder) => ArrayBuilder::finish(builder),
            Builder::Int(builder) => ArrayBuilder::finish(builder),
            Builder::Bool(builder) => ArrayBuilder::finish(builder),
            Builder::Date(builder) => ArrayBuilder::finish(builder),
            Builder::Decimal(builder) => ArrayBuilder::finish(builder),
        }
    }
}

fn date() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(ZONE.into()))
}

fn decimal() -> DataType {
    DataType::Decimal128(PRECISION, i8::try_from(SCALE).unwrap_or_default())
}

/// `2019-07-30T14:24:45.250+08:00` as microseconds since 1970.
fn micros(cell: &str) -> Option<i64> {
    let text = cell.strip_suffix(ZONE)?.replacen('T', " ", 1);
    let (seconds, millis) = text.split_once('.').unwrap_or((&text, "0"));
    let date: DateTime = seconds.parse().ok()?;
    Some((date.unix_millis() + millis.parse::<i64>().ok()?) * 1000)
}

/// A decimal in units of the last of nine decimals. At most 29 digits and nine more fit a precision of 38.
fn units(cell: &str) -> Result<i128, String> {
    let decimal = Decimal::from_str_exact(cell).map_err(|error| format!("`{cell}`: {error}"))?.normalize();
    let missing = SCALE.checked_sub(decimal.scale()).ok_or_else(|| {
        format!(
            "{cell} has more than {SCALE} decimals; nothing is rounded: go on with --resume and --decimals text, or another --format"
        )
    })?;
    Ok(decimal.mantissa() * 10_i128.pow(missing))
}
