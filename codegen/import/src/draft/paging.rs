//! Suggests how a list pages: by cursor, by page number or by offset, where the names of fields say so.

use super::fields::{Found, named, plain, reachable};
use crate::tree::{Map, Tree};

/// A request's cursor and the response's next one.
const CURSORS: [(&str, &[&str]); 9] = [
    ("cursor", &["nextcursor", "cursor"]),
    ("nextcursor", &["nextcursor"]),
    ("scrollid", &["nextscrollid", "scrollid"]),
    ("pagetoken", &["nextpagetoken", "nexttoken", "pagetoken"]),
    ("nexttoken", &["nexttoken"]),
    ("nextid", &["nextid"]),
    ("nextkey", &["nextkey"]),
    ("start", &["nextstart"]),
    ("offset", &["nextoffset"]),
];

const PAGES: [&str; 10] =
    ["pageno", "pagenum", "pagenumber", "pageindex", "currentpage", "curpage", "currpage", "page", "pn", "pageid"];

/// Offsets by any name, and words that are offsets only beside a page size.
const OFFSETS: [&str; 6] = ["offset", "startrow", "startindex", "startoffset", "rowstart", "beginindex"];
const STARTS: [&str; 3] = ["start", "startnum", "startpos"];

const SIZES: [&str; 8] = ["pagesize", "pagecount", "perpage", "size", "limit", "rows", "pagelimit", "offsetlimit"];

const HAS_NEXT: [&str; 3] = ["hasnext", "hasmore", "hasnextpage"];

const TOTAL_ITEMS: [&str; 10] = [
    "totalresults",
    "totalresult",
    "total",
    "totalcount",
    "totalnum",
    "totalitem",
    "totalitems",
    "totalrecord",
    "totalrecords",
    "totalsize",
];

const TOTAL_PAGES: [&str; 4] = ["totalpage", "totalpages", "totalpagenum", "pagetotal"];

/// What `paging` is likely to be. `None`: the names do not say.
pub(super) fn suggested(spec: &Map) -> Option<Map> {
    let (request, response) = (reachable(spec, "request"), reachable(spec, "response"));
    let is_list = |found: &&Found<'_>| {
        let ty = found.field.text("type").and_then(|ty| ty.strip_suffix(" []"));
        ty.is_some_and(|ty| spec.map("types").is_some_and(|types| types.get(ty).is_some()))
    };
    let lists: Vec<&Found<'_>> = response.iter().filter(is_list).collect();
    let [items] = lists.as_slice() else { return None };
    let size = named(&request, "Number", &SIZES);
    let has_next = named(&response, "Boolean", &HAS_NEXT);

    let mut paging = Map::default();
    let mut push = |key: &str, value: &str| paging.push(key, value);
    if let Some((cursor, next)) = cursor(&request, &response) {
        push("cursor", &cursor.path);
        size.iter().for_each(|size| push("size", &size.path));
        push("next_cursor", &next.path);
        last_cursor(next).into_iter().for_each(|last| push("last_cursor", last));
        push("items", &items.path);
        has_next.iter().for_each(|has_next| push("has_next", &has_next.path));
        return Some(paging);
    }

    let total = named(&response, "Number", &TOTAL_ITEMS);
    let pages = named(&response, "Number", &TOTAL_PAGES);
    let (begin, key, usual) = match named(&request, "Number", &PAGES) {
        Some(page) => (page, "page", "1"),
        None => (offset(&request, size.is_some())?, "offset", "0"),
    };
    // By their number it shows that items left or joined.
    let ends = [("total_items", total), ("has_next", has_next), ("total_pages", pages)];
    let (end_key, end) = ends.into_iter().find_map(|(key, end)| Some((key, end?)))?;
    // The last page is found by the total, and what moved meanwhile by its key.
    let last_first = total.and_then(|_| item_key(spec, items)).filter(|_| is_last_first(spec, begin));
    push(key, &begin.path);
    first(begin).filter(|first| *first != usual).into_iter().for_each(|first| push("first", first));
    size.iter().for_each(|size| push("size", &size.path));
    push("items", &items.path);
    push(end_key, &end.path);
    if let Some(key) = last_first {
        push("item_key", key);
        push("order", "last_first");
    }
    Some(paging)
}

/// The request's cursor and the response's next one, of one type.
fn cursor<'f, 'a>(request: &'f [Found<'a>], response: &'f [Found<'a>]) -> Option<(&'f Found<'a>, &'f Found<'a>)> {
    CURSORS.iter().find_map(|(sent, given)| {
        ["String", "Number"].into_iter().find_map(|ty| named(request, ty, &[sent]).zip(named(response, ty, given)))
    })
}

fn words<'a>(found: &Found<'a>) -> &'a str {
    found.field.text("description").unwrap_or_default()
}

/// The value by which the next cursor says that there is none, as its description has it.
fn last_cursor(next: &Found<'_>) -> Option<&'static str> {
    let text: String = words(next).split_whitespace().collect();
    let is_end = ["没有", "无更多", "结束", "最后", "终止"].iter().any(|word| text.contains(word));
    let said = |value: &str| ["为", "返回", "=", "等于"].iter().any(|word| text.contains(&format!("{word}{value}")));
    is_end.then(|| ["-1", "0"].into_iter().find(|value| said(value))).flatten()
}

fn offset<'f, 'a>(request: &'f [Found<'a>], is_sized: bool) -> Option<&'f Found<'a>> {
    let plainly = named(request, "Number", &OFFSETS);
    plainly.or_else(|| named(request, "Number", &STARTS).filter(|_| is_sized))
}

/// Where counting begins, as the description has it.
fn first(begin: &Found<'_>) -> Option<&'static str> {
    let text: String = words(begin).split_whitespace().collect();
    let said = |digit: &str| {
        ["从", "以", "起始值为", "起始页为", "起始为"].iter().any(|word| {
            ["开始", "起", "计", ",", "，", "。"].iter().any(|end| text.contains(&format!("{word}{digit}{end}")))
        })
    };
    ["0", "1"].into_iter().find(|digit| said(digit))
}

/// Members leave the list while one walks: from the last page back, says the vendor.
fn is_last_first(spec: &Map, page: &Found<'_>) -> bool {
    let said = [spec.text("description"), Some(words(page))];
    let backwards = ["从最后一页", "最后一页开始", "最后一页往前", "从后往前", "倒序翻页", "从尾页"];
    said.iter().flatten().any(|text| backwards.iter().any(|word| text.contains(word)))
}

/// The field that identifies an item: the only one whose name says so.
fn item_key<'a>(spec: &'a Map, items: &Found<'_>) -> Option<&'a str> {
    let ty = items.field.text("type")?.strip_suffix(" []")?;
    let fields = spec.map("types")?.map(ty)?.map("fields")?;
    let is_scalar =
        |field: &Tree| matches!(field, Tree::Map(field) if matches!(field.text("type"), Some("String" | "Number")));
    let scalars: Vec<&str> =
        fields.0.iter().filter(|(_, field)| is_scalar(field)).map(|(key, _)| key.as_str()).collect();
    let of_type = plain(ty) + "id";
    let called = |name: &str| scalars.iter().find(|key| plain(key) == name).copied();
    let ids: Vec<&str> = scalars.iter().filter(|key| plain(key).ends_with("id")).copied().collect();
    let only = if let [only] = ids.as_slice() { Some(*only) } else { None };
    called(&of_type).or_else(|| called("id")).or_else(|| called("tid")).or(only)
}
