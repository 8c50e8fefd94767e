//! Lists as a gateway serves them, well-behaved and not: every item once, or an error; never a loop.

#![allow(clippy::unwrap_used, clippy::panic)]

mod gateway;
mod histories;
mod kinds;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gateway::Gateway;

use super::*;
use crate::blocking;
use crate::call::error::Error;
use crate::call::method::Request;
use crate::call::method::{Effect, MethodInfo, NoSessionRequest, Paging, PagingEnd, ReadRequest, SessionRequirement};
use crate::client::Client;
use crate::client::caller::{self, Caller};
use crate::wire::table::{Constraint, FieldMut, FieldRef, Rule, Table, TypeInfo};

/// Declares a table of these fields.
macro_rules! table {
    ($type:ident { $($index:literal $field:ident: $rust:ty => $kind:ident),* } $constraints:expr, $rules:expr) => {
        #[derive(Debug, Clone, Default)]
        struct $type { $($field: $rust),* }

        impl Table for $type {
            fn info(&self) -> &'static TypeInfo {
                static INFO: TypeInfo =
                    TypeInfo::new(stringify!($type), &[$(stringify!($field)),*], $constraints, $rules);
                &INFO
            }
            fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
                match index { $($index => FieldMut::$kind(&mut self.$field),)* _ => FieldMut::None }
            }
            fn field(&self, index: usize) -> FieldRef<'_> {
                match index { $($index => FieldRef::$kind(&self.$field),)* _ => FieldRef::None }
            }
        }
    };
}

const DAY: u64 = 86_400;

table! { Query { 0 start: Option<DateTime> => Date, 1 end: Option<DateTime> => Date, 2 page_no: Option<i64> => Int,
3 page_size: Option<i64> => Int, 4 offset: Option<i64> => Int, 5 cursor: Option<String> => Text } &[(3, Constraint::Max("100"))], &[Rule::MaxSpan { start: 0, end: 1, seconds: 30 * DAY }] }
table! { ListRequest { 0 query: Option<Query> => Object } &[], &[] }
table! { Flow { 0 flow_id: Option<String> => Text, 1 at: Option<DateTime> => Date } &[], &[] }
table! { ListResponse { 0 flows: Vec<Flow> => Objects, 1 has_next: Option<bool> => Bool, 2 total: Option<i64> => Int,
3 pages: Option<i64> => Int, 4 next: Option<String> => Text } &[], &[] }

const fn paging(end: PagingEnd, item_key: Option<u16>) -> Paging {
    let paging = Paging::new(&[0, 2], end, &[0]).size(&[0, 3]);
    match item_key {
        Some(key) => paging.item_key(key),
        None => paging,
    }
}

/// One request type for every way to tell the end.
macro_rules! list {
    ($type:ident, $paging:expr) => {
        #[derive(Debug, Clone, Default)]
        struct $type(ListRequest);

        impl Table for $type {
            fn info(&self) -> &'static TypeInfo {
                self.0.info()
            }
            fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
                self.0.field_mut(index)
            }
            fn field(&self, index: usize) -> FieldRef<'_> {
                self.0.field(index)
            }
        }
        impl Request for $type {
            type Response = ListResponse;
            type Checked = ListResponse;
            const INFO: &'static MethodInfo = &MethodInfo::new(
                "alibaba.example.flow.list",
                "alibaba_example_flow_list_response",
                Effect::Read,
                SessionRequirement::None,
            )
            .paging($paging);
            fn checked(response: ListResponse) -> ListResponse {
                response
            }
        }
        #[allow(dead_code, reason = "not every list is read in every way")]
        impl $type {
            fn pages<C: Caller<Self>>(self, client: &C) -> Pages<Self, C::Mode> {
                caller::pages(self, client)
            }
            fn items<C: Caller<Self>>(self, client: &C) -> Items<Self, C::Mode> {
                self.pages(client).items()
            }
            fn by_time_window<C: Caller<Self>>(self, client: &C) -> Pages<Self, C::Mode> {
                caller::by_time_window(self, client)
            }
        }
        impl From<ListRequest> for $type {
            fn from(request: ListRequest) -> Self {
                Self(request)
            }
        }
        impl AsRef<ListRequest> for $type {
            fn as_ref(&self) -> &ListRequest {
                &self.0
            }
        }
        impl ReadRequest for $type {}
        impl NoSessionRequest for $type {}
        impl PagedRequest for $type {
            type Item = Flow;
            fn items(response: ListResponse) -> Vec<Flow> {
                response.flows
            }
        }
    };
}

list!(List, paging(PagingEnd::HasNext(&[1]), Some(0)));
list!(ByTotal, paging(PagingEnd::TotalItems(&[2]), Some(0)));
list!(ByPages, paging(PagingEnd::TotalPages(&[3]), Some(0)));
list!(Keyless, paging(PagingEnd::HasNext(&[1]), None));
list!(KeylessByTotal, paging(PagingEnd::TotalItems(&[2]), None));
list!(LastFirst, paging(PagingEnd::TotalItems(&[2]), Some(0)).last_first());
list!(ByOffset, by_offset(PagingEnd::TotalItems(&[2])));
list!(ByOffsetHasNext, by_offset(PagingEnd::HasNext(&[1])));
list!(ByCursor, Paging::by_cursor(&[0, 5], &[4], &[0]).size(&[0, 3]).item_key(0));
list!(
    ByCursorHasNext,
    Paging::by_cursor(&[0, 5], &[4], &[0]).size(&[0, 3]).item_key(0).has_next(&[1]).last_cursor("-1")
);

const fn by_offset(end: PagingEnd) -> Paging {
    Paging::by_offset(&[0, 4], end, &[0]).size(&[0, 3]).item_key(0)
}

fn day(number: u64) -> DateTime {
    "2025-01-01 00:00:00".parse::<DateTime>().unwrap() + Duration::from_secs(number * DAY)
}

fn query(days: u64, size: i64) -> ListRequest {
    let query =
        Query { start: Some(day(0)), end: Some(day(days)), page_size: (size > 0).then_some(size), ..Query::default() };
    ListRequest { query: Some(query) }
}

/// The numbers of all flows that come, in their order, and the error at the end, if any.
async fn all<R: PagedRequest<Item = Flow>>(mut items: Items<R>) -> (Vec<u32>, Option<Error>) {
    let mut came = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(flow)) => came.push(flow.flow_id.unwrap()[1..].parse().unwrap()),
            Ok(None) => return (came, None),
            Err(error) => return (came, Some(error)),
        }
    }
}

fn numbers(count: u32) -> Vec<u32> {
    (0..count).collect()
}

#[tokio::test]
async fn every_item_comes_once_however_the_end_is_told() {
    for count in [0, 1, 9, 10, 11, 100, 101] {
        let gateway = Gateway::new(count, 20);
        let client = gateway.client();
        let (has_next, total) =
            (all(List(query(20, 10)).items(&client)).await, all(ByTotal(query(20, 10)).items(&client)).await);
        let pages = all(ByPages(query(20, 10)).items(&client)).await;
        for (came, error) in [has_next, total, pages] {
            assert_eq!((came, error.map(|error| error.to_string())), (numbers(count), None));
        }
    }
}

#[tokio::test]
async fn pages_know_their_number_total_and_window() {
    let gateway = Gateway::new(25, 20);
    let client = gateway.client();
    let mut pages = ByTotal(query(20, 10)).by_time_window(&client);
    let mut seen = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        seen.push((page.number, page.items.len(), page.total_items, page.window));
    }
    let window = Some((day(0), day(20)));
    assert_eq!(seen, [(1, 10, Some(25), window), (2, 10, Some(25), window), (3, 5, Some(25), window)]);
}

#[tokio::test]
async fn a_walk_begins_at_the_requests_own_page() {
    let gateway = Gateway::new(35, 20);
    let request = || {
        let mut request = query(20, 10);
        request.query.as_mut().unwrap().page_no = Some(3);
        request
    };
    let client = gateway.client();
    for came in [all(List(request()).items(&client)).await.0, all(ByTotal(request()).items(&client)).await.0] {
        assert_eq!(came, (20..35).collect::<Vec<_>>());
    }
}

/// A year over windows of thirty days, with flows on every seam, and two thirds of the attempts failing.
#[tokio::test]
async fn a_year_is_split_and_what_windows_share_comes_once() {
    let mut gateway = Gateway::new(365 * 4, 365);
    gateway.faults = 2;
    let (came, error) = all(List(query(365, 100)).by_time_window(&gateway.client()).items()).await;
    assert_eq!((came, error.map(|error| error.to_string())), (numbers(365 * 4), None));
    let asked = gateway.asked.lock().unwrap();
    assert!(asked.iter().any(|query| query.contains(r#""start":"2025-01-31 00:00:00","end":"2025-03-02 00:00:00""#)));
    assert!(asked.last().unwrap().contains(r#""start":"2025-12-27 00:00:00","end":"2026-01-01 00:00:00""#));
}

#[test]
fn the_blocking_iterator_walks_the_same_way() {
    let gateway = Gateway::new(365 * 4, 365);
    let builder = blocking::Client::builder().app_key("1").app_secret("s").transport(gateway.clone());
    let client = builder.build().unwrap();
    let flows: Result<Vec<Flow>, Error> = List(query(365, 100)).by_time_window(&client).items().collect();
    let came: Vec<u32> = flows.unwrap().into_iter().map(|flow| flow.flow_id.unwrap()[1..].parse().unwrap()).collect();
    assert_eq!(came, numbers(365 * 4));
    assert_eq!(List(query(20, 10)).pages(&client).take(2).map(|page| page.unwrap().items.len()).sum::<usize>(), 20);
}

#[tokio::test]
async fn a_cursor_goes_on_after_every_single_item_in_another_process() {
    let gateway = Gateway::new(90, 70);
    let client = gateway.client();
    for stop in 0..=90 {
        let mut items = List(query(70, 7)).by_time_window(&client).items();
        let mut came = Vec::new();
        for _ in 0..stop {
            came.push(items.try_next().await.unwrap().unwrap().flow_id.unwrap()[1..].parse::<u32>().unwrap());
        }
        if let Some(cursor) = items.cursor() {
            let cursor: Cursor = cursor.to_string().parse().unwrap();
            let rest = List(query(70, 7)).by_time_window(&client).resume_at(&cursor).unwrap().items();
            came.extend(all(rest).await.0);
        }
        assert_eq!(came, numbers(90), "stopped after {stop}");
    }
}

#[tokio::test]
async fn a_list_that_broke_off_goes_on_at_its_cursor() {
    let gateway = Gateway::new(30, 20).twisted(|fields, page| {
        if page == 2 {
            fields.insert("flows", "{\"broken\"".to_owned());
        }
    });
    let client = gateway.client();
    let mut items = List(query(20, 10)).items(&client);
    for _ in 0..10 {
        items.try_next().await.unwrap().unwrap();
    }
    assert!(matches!(items.try_next().await, Err(Error::Decode { .. })));
    assert!(items.try_next().await.unwrap().is_none(), "an error ends the list");
    let cursor = items.cursor().unwrap();
    let whole = gateway.twisted(|_, _| ());
    let client = whole.client();
    let rest = List(query(20, 10)).pages(&client).resume_at(&cursor).unwrap().items();
    assert_eq!(all(rest).await.0, (10..30).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let client = Gateway::new(1, 1).client();
    let cursor = List(query(70, 7)).by_time_window(&client).cursor().unwrap();
    let other: Cursor = cursor.to_string().replace("flow.list", "gift.list").parse().unwrap();
    let later: Cursor = cursor.to_string().replace("2025", "2024").parse().unwrap();
    for (cursor, split) in [(&other, true), (&later, true), (&cursor, false)] {
        let pages = if split { List(query(70, 7)).by_time_window(&client) } else { List(query(70, 7)).pages(&client) };
        let refused = pages.resume_at(cursor);
        assert!(matches!(refused.err(), Some(Error::Paging(PagingError::OtherList { .. }))), "{cursor}");
    }
    // The same method and a span that holds the window: another end, another page size, another start.
    let earlier = {
        let mut request = query(70, 7);
        request.query.as_mut().unwrap().start = Some(day(0) - Duration::from_secs(DAY));
        request
    };
    for request in [query(71, 7), query(70, 8), earlier] {
        let refused = List(request).by_time_window(&client).resume_at(&cursor).err();
        assert!(matches!(refused, Some(Error::Paging(PagingError::OtherList { what: "a parameter" }))), "{refused:?}");
    }
    for fine in [
        "opentop-cursor/3;m;0123456789abcdef;;n1;;0;0;0;;0;1;;;",
        "opentop-cursor/3;m;0123456789abcdef;;o40;20;2;40;2;41;3;1;ua;;0123456789abcdef",
        "opentop-cursor/3;m;0123456789abcdef;;c:6e3b;20;2;40;2;41;3;1;;;",
        "opentop-cursor/3;m;0123456789abcdef;;c;;0;0;0;;0;1;;;",
    ] {
        assert_eq!(fine.parse::<Cursor>().unwrap().to_string(), fine);
    }
    for text in [
        "",
        "opentop-cursor/2;m;0123456789abcdef;;1;0;0;;",
        "opentop-cursor/3",
        "opentop-cursor/3;m;0123456789abcdef;;n1;;0;0;0;;0;1;;;;x",
        "opentop-cursor/3;m;0123456789abcdef;;n-1;;0;0;0;;0;1;;;",
        "opentop-cursor/3;m;0123456789abcdef;;x1;;0;0;0;;0;1;;;",
        "opentop-cursor/3;m;0123456789abcdef;;c:6;;0;0;0;;0;1;;;",
        "opentop-cursor/3;m;0123456789abcdef;;n1;;0;0;0;;0;-1;;;",
        "opentop-cursor/3;m;0123456789abcdef;;n1;;0;0;0;;0;1;z;;",
        "opentop-cursor/3;m;0123456789abcde;;n1;;0;0;0;;0;1;;;",
        "opentop-cursor/3;m;0123456789abcdef0123456789abcdef;;n1;;0;0;0;;0;1;;;",
        "opentop-cursor/3;m;;;n1;;0;0;0;;0;1;;;",
        "\u{1b}[31m",
    ] {
        let error = text.parse::<Cursor>().unwrap_err().to_string();
        assert!(!error.contains('\u{1b}'), "{error}");
    }
}

async fn fails(gateway: Gateway, split: bool) -> PagingError {
    let client = gateway.client();
    let pages = if split { List(query(365, 10)).by_time_window(&client) } else { List(query(20, 10)).pages(&client) };
    match all(pages.max_pages(50).items()).await.1 {
        Some(Error::Paging(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_would_never_end_is_an_error() {
    let always = |fields: &mut BTreeMap<&'static str, String>, _| {
        fields.insert("has_next", "true".to_owned());
    };
    assert_eq!(fails(Gateway::new(25, 20).twisted(always), false).await, PagingError::Endless { page: 4 });
    let same = |fields: &mut BTreeMap<&'static str, String>, _| {
        fields.insert("has_next", "true".to_owned());
        fields.insert("flows", r#"[{"flow_id":"f1"},{"flow_id":"f2"}]"#.to_owned());
    };
    assert_eq!(fails(Gateway::new(25, 20).twisted(same), false).await, PagingError::Repeated { page: 2 });
    let fresh = |fields: &mut BTreeMap<&'static str, String>, page| {
        fields.insert("has_next", "true".to_owned());
        fields.insert("flows", format!(r#"[{{"flow_id":"f{page}"}}]"#));
    };
    assert_eq!(fails(Gateway::new(25, 20).twisted(fresh), false).await, PagingError::TooMany { max_pages: 50 });
}

#[tokio::test]
async fn a_total_that_never_comes_is_an_error() {
    let gateway = Gateway::new(25, 20).twisted(|fields, _| {
        fields.insert("total", "30".to_owned());
    });
    let (came, error) = all(ByTotal(query(20, 10)).items(&gateway.client())).await;
    assert_eq!(came.len(), 25);
    assert!(matches!(error, Some(Error::Paging(PagingError::Short { page: 4, came: 25, total: 30 }))), "{error:?}");
}

#[tokio::test]
async fn where_the_answer_does_not_tell_an_empty_page_is_the_last() {
    for (count, largest) in [(0, 10), (9, 10), (10, 10), (25, 10), (30, 10), (25, 4), (24, 4), (3, 4)] {
        let mut gateway = Gateway::new(count, 20).twisted(|fields, _| {
            fields.retain(|name, _| *name == "flows");
        });
        // A gateway that gives less than it is asked for is not at its end.
        gateway.largest = largest;
        let client = gateway.client();
        let by_flag = all(List(query(20, 10)).items(&client)).await;
        let by_total = all(ByTotal(query(20, 10)).items(&client)).await;
        let by_pages = all(ByPages(query(20, 10)).items(&client)).await;
        for (came, error) in [by_flag, by_total, by_pages] {
            assert_eq!((came, error.map(|error| error.to_string())), (numbers(count), None), "{count} {largest}");
        }
    }
}

/// Where only the time is asked for, flows of one second are alike: that is no gateway that repeats itself.
#[tokio::test]
async fn items_without_their_key_may_be_alike() {
    let alike = Gateway::new(25, 20).twisted(|fields, page| {
        let flows = vec![r#"{"at":"2025-01-01 00:00:00"}"#; if page < 3 { 10 } else { 5 }];
        fields.insert("flows", format!("[{}]", flows.join(",")));
    });
    let client = alike.client();
    for pages in [List(query(20, 10)).pages(&client), List(query(20, 10)).by_time_window(&client)] {
        let (mut pages, mut came) = (pages, 0);
        while let Some(page) = pages.try_next().await.unwrap() {
            came += page.items.len();
        }
        assert_eq!(came, 25);
    }
    // A flag that is always true ends by the bound.
    let endless = alike.twisted(|fields, _| {
        fields.insert("flows", r#"[{"at":"2025-01-01 00:00:00"}]"#.to_owned());
        fields.insert("has_next", "true".to_owned());
    });
    let client = endless.client();
    let mut pages = List(query(20, 10)).pages(&client).max_pages(5);
    let error = loop {
        match pages.try_next().await {
            Ok(page) => assert!(page.is_some()),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Paging(PagingError::TooMany { max_pages: 5 })));
}

/// Pages that overlap each time they are read: every item comes once, and then an error says that the list did not hold still.
#[tokio::test]
async fn what_comes_again_is_delivered_once_and_never_in_silence() {
    let moved = Gateway::new(25, 20).twisted(|fields, page| {
        if page > 1 {
            let flows = fields["flows"].replacen('[', &format!("[{{\"flow_id\":\"f{}\"}},", page * 10 - 11), 1);
            fields.insert("flows", flows);
        }
    });
    let client = moved.client();
    for items in [List(query(20, 10)).by_time_window(&client).items(), List(query(20, 10)).items(&client)] {
        let (came, error) = all(items).await;
        assert_eq!(came, numbers(25));
        assert!(matches!(error, Some(Error::Paging(PagingError::Changing { came: 25, rounds: 6 }))), "{error:?}");
    }
}

#[tokio::test]
async fn items_that_windows_cannot_tell_apart_are_an_error() {
    let without = |fields: &mut BTreeMap<&'static str, String>, _| {
        fields.insert("flows", r#"[{"at":"2025-01-01 00:00:00"}]"#.to_owned());
    };
    assert_eq!(
        fails(Gateway::new(25, 20).twisted(without), true).await,
        PagingError::NoItemKey { field: Some("flow_id") }
    );
    let client = Gateway::new(25, 20).client();
    let (_, error) = all(Keyless(query(365, 10)).by_time_window(&client).items()).await;
    assert!(matches!(error, Some(Error::Paging(PagingError::NoItemKey { field: None }))));
    // One window needs no key.
    assert_eq!(all(Keyless(query(20, 10)).by_time_window(&client).items()).await.0, numbers(25));
}

#[tokio::test]
async fn a_span_that_is_upside_down_is_refused_before_anything_is_sent() {
    let gateway = Gateway::new(5, 5);
    let mut request = query(0, 10);
    request.query.as_mut().unwrap().start = Some(day(3));
    let (_, error) = all(List(request).by_time_window(&gateway.client()).items()).await;
    assert!(matches!(error, Some(Error::Invalid(_))));
    assert_eq!(gateway.calls.load(Ordering::Relaxed), 0);
}

/// Eight bytes an item of two windows, whatever the span: what a pager holds after ten years is what it held after one.
#[test]
fn memory_does_not_grow_with_the_span() {
    let request = List(query(3_650, 100));
    let mut pager = Pager::new(List::INFO, &request, true).unwrap();
    let mut aimed = request;
    let mut held = Vec::new();
    for page in 0_u64.. {
        if !pager.write_page_params(&mut aimed).unwrap() {
            break;
        }
        let flow = |number: u64| Flow { flow_id: Some(format!("f{page}-{number}")), at: None };
        let response = ListResponse {
            flows: (0..100).map(flow).collect(),
            has_next: Some(page % 10 < 9),
            ..ListResponse::default()
        };
        pager.accept(&response, 0).unwrap();
        held.push(pager.cursor().map_or(0, |cursor| cursor.held()));
    }
    assert_eq!(held.len(), 122 * 10);
    assert_eq!((held.iter().max(), held.iter().rev().find(|held| **held > 0)), (Some(&1_900), Some(&1_900)));
}

#[test]
fn streams_are_streams() {
    fn stream<S: futures_core::Stream + Send + Unpin + 'static>(_: S) {}
    let client = Gateway::new(0, 1).client();
    stream(List(query(1, 1)).pages(&client));
    stream(List(query(1, 1)).items(&client));
}

/// What a web server does that sends a list on: the client is gone when the list is read.
#[tokio::test]
async fn a_list_outlives_the_client_and_the_call_that_it_came_from() {
    let gateway = Gateway::new(25, 20);
    let items = List(query(20, 10)).items(&gateway.client().options().timeout(Duration::from_secs(5)));
    let spawned = tokio::spawn(all(items));
    assert_eq!(spawned.await.unwrap().0, numbers(25));
    let builder = blocking::Client::builder().app_key("1").app_secret("s").transport(gateway.clone());
    let items = List(query(20, 10)).items(&builder.build().unwrap());
    assert_eq!(std::thread::spawn(move || items.filter(Result::is_ok).count()).join().unwrap(), 25);
}
