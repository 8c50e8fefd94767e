//! Lists by offset, by cursor and from the last page back, and lists that change while they are read.

use super::*;

fn changing(twist: fn(&mut BTreeMap<&'static str, String>, i64)) -> Client {
    Gateway::new(25, 20).twisted(twist).client()
}

#[tokio::test]
async fn every_kind_gives_every_item_once() {
    for count in [0, 1, 9, 10, 11, 30, 101] {
        let client = Gateway::new(count, 20).client();
        let came = [
            all(ByOffset(query(20, 10)).items(&client)).await,
            all(ByOffsetHasNext(query(20, 10)).items(&client)).await,
            all(ByCursor(query(20, 10)).items(&client)).await,
            all(ByCursorHasNext(query(20, 10)).items(&client)).await,
            all(LastFirst(query(20, 10)).items(&client)).await,
            all(ByCursorHasNext(query(20, 10)).pages(&client).confirmed().items()).await,
            all(LastFirst(query(20, 10)).by_time_window(&client).confirmed().items()).await,
        ];
        // The example's last cursor is `-1`; a list whose specification does not say so asks once more.
        for (number, (mut came, error)) in came.into_iter().enumerate().filter(|(number, _)| *number != 2) {
            came.sort_unstable();
            assert_eq!((came, error.map(|error| error.to_string())), (numbers(count), None), "{number}: {count}");
        }
    }
}

#[tokio::test]
async fn the_last_page_comes_first() {
    let gateway = Gateway::new(25, 20);
    let client = gateway.client();
    let mut pages = LastFirst(query(20, 10)).pages(&client);
    let mut seen = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        seen.push((page.number, page.items.len(), page.total_items));
    }
    assert_eq!(seen, [(3, 5, Some(25)), (2, 10, Some(25)), (1, 10, Some(25))]);
    assert_eq!(gateway.calls.load(Ordering::Relaxed), 4, "the first page is asked for the total");
    // A list of one page needs one call, and a request's own page is where the walk begins.
    let gateway = Gateway::new(10, 20);
    assert_eq!(all(LastFirst(query(20, 10)).items(&gateway.client())).await.0, numbers(10));
    assert_eq!(gateway.calls.load(Ordering::Relaxed), 1);
    let mut request = query(20, 10);
    request.query.as_mut().unwrap().page_no = Some(2);
    let mut came = all(LastFirst(request).items(&Gateway::new(25, 20).client())).await.0;
    came.sort_unstable();
    assert_eq!(came, numbers(20));
    let without = changing(|fields, _| {
        fields.remove("total");
    });
    let (_, error) = all(LastFirst(query(20, 10)).items(&without)).await;
    assert!(matches!(error, Some(Error::Paging(PagingError::NoTotal))), "{error:?}");
}

/// What was reported: pages of 3 over `1 2 3` of 7; then 2 leaves, and `5 6 7` of 6 follows. 4 is fetched.
#[tokio::test]
async fn an_item_that_moves_into_a_page_that_was_read_is_fetched() {
    fn served(fields: &mut BTreeMap<&'static str, String>, page: i64) {
        static LEFT: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
        let left = LEFT.fetch_or(page > 1, Ordering::Relaxed) || page > 1;
        let list: Vec<u32> = (1..=7).filter(|id| !left || *id != 2).collect();
        let from = usize::try_from(page - 1).unwrap() * 3;
        let flows: Vec<String> =
            list.iter().skip(from).take(3).map(|id| format!("{{\"flow_id\":\"f{id}\"}}")).collect();
        fields.insert("flows", format!("[{}]", flows.join(",")));
        fields.insert("total", list.len().to_string());
    }
    let gateway = Gateway::new(7, 20).twisted(served);
    let (came, error) = all(ByTotal(query(20, 3)).items(&gateway.client())).await;
    assert_eq!((came, error.map(|error| error.to_string())), (vec![1, 2, 3, 5, 6, 7, 4], None));
    assert_eq!(gateway.calls.load(Ordering::Relaxed), 3, "one page is read again");
}

/// One joins at the head before every answer: no reading ever has them all.
#[tokio::test]
async fn a_list_that_never_holds_still_is_given_up_after_a_bounded_number_of_calls() {
    fn served(fields: &mut BTreeMap<&'static str, String>, page: i64) {
        static JOINED: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
        let joined = JOINED.fetch_add(1, Ordering::Relaxed);
        let all: Vec<i64> = (0..joined).rev().map(|number| 100 + number).chain(0..9).collect();
        let from = usize::try_from(page - 1).unwrap() * 3;
        let flows: Vec<String> = all.iter().skip(from).take(3).map(|id| format!("{{\"flow_id\":\"f{id}\"}}")).collect();
        fields.insert("flows", format!("[{}]", flows.join(",")));
        fields.insert("has_next", (from + 3 < all.len()).to_string());
    }
    let gateway = Gateway::new(9, 20).twisted(served);
    let (came, error) = all(List(query(20, 3)).items(&gateway.client())).await;
    let given_up = matches!(error, Some(Error::Paging(PagingError::Changing { rounds: 6, .. })));
    assert!(given_up, "{error:?}");
    let stayed: Vec<u32> = came.iter().copied().filter(|id| *id < 100).collect();
    assert_eq!(stayed, (0..9).collect::<Vec<_>>(), "each once");
    let calls = gateway.calls.load(Ordering::Relaxed);
    assert!(calls < 6 * 40, "{calls}");
}

#[tokio::test]
async fn without_keys_a_total_that_changes_is_an_error() {
    let client = changing(|fields, page| {
        fields.insert("total", (26 - page).to_string());
    });
    let (came, error) = all(KeylessByTotal(query(20, 10)).items(&client)).await;
    assert_eq!(came, numbers(10));
    let changed = PagingError::Changed { page: 2, before: 25, now: 24, field: None };
    assert!(matches!(&error, Some(Error::Paging(error)) if *error == changed), "{error:?}");
    // A list that has a key, asked for without it, names it.
    let client = changing(|fields, page| {
        let flows = vec![format!(r#"{{"at":"2025-01-0{page} 00:00:00"}}"#); 10];
        fields.insert("flows", format!("[{}]", flows.join(",")));
        fields.insert("total", (26 - page).to_string());
    });
    let error = ByTotal(query(20, 10)).pages(&client).max_pages(9);
    let mut pages = error;
    pages.try_next().await.unwrap();
    let error = pages.try_next().await.unwrap_err().to_string();
    assert!(error.contains("ask for that field") && error.contains("`flow_id`"), "{error}");
}

#[tokio::test]
async fn a_gateway_that_does_not_heed_the_page_is_an_error_with_and_without_keys() {
    let same = |fields: &mut BTreeMap<&'static str, String>, _: i64| {
        fields.insert("flows", r#"[{"flow_id":"f1"},{"flow_id":"f2"},{"flow_id":"f3"}]"#.to_owned());
        fields.insert("total", "9".to_owned());
        fields.insert("has_next", "true".to_owned());
    };
    let client = changing(same);
    for (came, error) in [
        all(ByTotal(query(20, 3)).items(&client)).await,
        all(KeylessByTotal(query(20, 3)).items(&client)).await,
        all(Keyless(query(20, 3)).items(&client)).await,
        all(ByOffset(query(20, 3)).items(&client)).await,
        all(ByCursorHasNext(query(20, 3)).items(&client)).await,
        all(LastFirst(query(20, 3)).items(&client)).await,
    ] {
        assert_eq!(came, [1, 2, 3]);
        assert!(matches!(error, Some(Error::Paging(PagingError::Repeated { .. }))), "{error:?}");
    }
}

#[tokio::test]
async fn a_cursor_that_comes_again_is_an_error() {
    let client = changing(|fields, _| {
        fields.insert("next", "\"c10\"".to_owned());
    });
    let (came, error) = all(ByCursor(query(20, 10)).items(&client)).await;
    assert_eq!(
        came,
        numbers(10),
        "the page with the repeated cursor is not delivered: it may be the first of a circle"
    );
    assert!(matches!(error, Some(Error::Paging(PagingError::RepeatedCursor { page: 2 }))), "{error:?}");
    let client = changing(|fields, _| {
        fields.insert("next", "null".to_owned());
        fields.insert("has_next", "true".to_owned());
    });
    let (_, error) = all(ByCursorHasNext(query(20, 10)).items(&client)).await;
    assert!(matches!(error, Some(Error::Paging(PagingError::NoCursor { page: 1 }))), "{error:?}");
}

#[tokio::test]
async fn a_key_that_is_none_is_an_error() {
    let client = changing(|fields, _| {
        fields.insert("flows", r#"[{"flow_id":"f1"},{"flow_id":"f1"}]"#.to_owned());
    });
    let (_, error) = all(List(query(20, 10)).items(&client)).await;
    let expected = PagingError::KeyNotUnique { page: 1, field: Some("flow_id") };
    assert!(matches!(&error, Some(Error::Paging(error)) if *error == expected), "{error:?}");
}

#[tokio::test]
async fn confirmed_lists_need_keys_and_cost_no_call_where_one_page_is_all() {
    let gateway = Gateway::new(10, 20);
    let (_, error) = all(Keyless(query(20, 10)).pages(&gateway.client()).confirmed().items()).await;
    assert!(matches!(error, Some(Error::Paging(PagingError::NoItemKey { field: None }))), "{error:?}");
    assert_eq!(all(List(query(20, 10)).pages(&gateway.client()).confirmed().items()).await.0, numbers(10));
    assert_eq!(gateway.calls.load(Ordering::Relaxed), 1);
    let gateway = Gateway::new(25, 20);
    assert_eq!(all(List(query(20, 10)).pages(&gateway.client()).confirmed().items()).await.0, numbers(25));
    assert_eq!(gateway.calls.load(Ordering::Relaxed), 6);
}

/// Lenient: an item that does not fit is listed, and still counts as one of the page.
#[tokio::test]
async fn what_a_lenient_page_leaves_out_is_listed_and_counted() {
    let client = changing(|fields, page| {
        if page == 2 {
            fields.insert("flows", r#"[{"flow_id":"f10"},7,{"flow_id":"f12"}]"#.to_owned());
            fields.insert("total", "13".to_owned());
        } else {
            fields.insert("total", "13".to_owned());
        }
    });
    let mut pages = ByTotal(query(20, 10)).pages(&client.options().lenient(true));
    assert!(pages.try_next().await.unwrap().unwrap().skipped.is_none());
    let page = pages.try_next().await.unwrap().unwrap();
    assert_eq!((page.items.len(), page.skipped.unwrap().issues().len()), (2, 1));
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn every_kind_goes_on_after_every_single_item() {
    async fn check<R: PagedRequest<Item = Flow> + NoSessionRequest>(request: impl Fn() -> R, client: &Client) {
        for stop in 0..=25 {
            let mut items = caller::pages(request(), client).items();
            let mut came = Vec::new();
            for _ in 0..stop {
                came.push(items.try_next().await.unwrap().unwrap().flow_id.unwrap()[1..].parse::<u32>().unwrap());
            }
            if let Some(cursor) = items.cursor() {
                let cursor: Cursor = cursor.to_string().parse().unwrap();
                let rest = caller::pages(request(), client).resume_at(&cursor).unwrap().items();
                let (rest, error) = all(rest).await;
                assert!(error.is_none(), "{error:?}");
                came.extend(rest);
            }
            came.sort_unstable();
            assert_eq!(came, numbers(25), "stopped after {stop}");
        }
    }
    let client = Gateway::new(25, 20).client();
    check(|| ByTotal(query(20, 7)), &client).await;
    check(|| LastFirst(query(20, 7)), &client).await;
    check(|| ByOffset(query(20, 7)), &client).await;
    check(|| ByCursorHasNext(query(20, 7)), &client).await;
    check(|| KeylessByTotal(query(20, 7)), &client).await;
    let cursor = ByOffset(query(20, 7)).pages(&client).cursor().unwrap();
    let refused = ByTotal(query(20, 7)).pages(&client).resume_at(&cursor).err();
    assert!(matches!(refused, Some(Error::Paging(PagingError::OtherList { what: "the way it pages" }))), "{refused:?}");
}

#[cfg(feature = "serde")]
#[test]
fn a_cursor_is_a_string_in_json() {
    let cursor = ByOffset(query(20, 7)).pages(&Gateway::new(1, 1).client()).cursor().unwrap();
    let json = serde_json::to_string(&cursor).unwrap();
    assert_eq!(json, format!("\"{cursor}\""));
    assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), cursor);
    assert!(serde_json::from_str::<Cursor>("\"x\"").is_err());
}
