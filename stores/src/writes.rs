//! The entries of a journal, from their texts.

use opentop_runtime::StoredWrite;
use opentop_runtime::journal::JournalError;

/// The writes in these texts, the oldest first. A text that is no write is an error: it may be somebody's money.
pub(crate) fn read<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<StoredWrite>, JournalError> {
    let mut writes =
        texts.map(StoredWrite::from_json).collect::<Result<Vec<_>, _>>().map_err(JournalError::from_source)?;
    writes.sort_by_cached_key(|write| (write.started(), write.id().to_owned()));
    Ok(writes)
}
