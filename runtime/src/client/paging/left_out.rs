//! Counts the items that a lenient call left out of a page: they still are of the list.

use crate::call::method::PagedRequest;
use crate::wire::decode::{DecodeError, DecodeIssue};
use crate::wire::table::{FieldRef, Table};

/// How many items of a lenient answer did not fit and were left out whole.
pub(super) fn items<R: PagedRequest>(skipped: &DecodeError, response: &R::Response) -> usize {
    let Some(path) = R::INFO.paging.and_then(|paging| wire_path(response, paging.items)) else { return 0 };
    let is_item = |issue: &&DecodeIssue| {
        let rest = issue.path.strip_prefix(path.as_str());
        // Between the list and its index, a wrapper may name the elements.
        let index = rest.and_then(|rest| rest.strip_suffix(']')).and_then(|rest| rest.rsplit_once('['));
        index.is_some_and(|(wrapper, index)| {
            let is_wrapper = wrapper.is_empty() || (wrapper.starts_with('.') && !wrapper[1..].contains(['.', '[']));
            is_wrapper && index.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    skipped.issues().iter().filter(is_item).count()
}

/// The wire names on the way to a field, joined by dots.
fn wire_path(root: &dyn Table, path: &[u16]) -> Option<String> {
    let (mut table, mut names) = (root, Vec::new());
    for (depth, index) in path.iter().enumerate() {
        names.push(*table.info().fields.get(usize::from(*index))?);
        if depth + 1 < path.len() {
            let FieldRef::Object(slot) = table.field((*index).into()) else { return None };
            table = slot.get()?;
        }
    }
    Some(names.join("."))
}
