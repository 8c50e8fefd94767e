//! Lists whose members leave, join and move while they are read: 400 seeded histories of each kind, or as many as `OPENTOP_HISTORIES`
//! says. What was in the list all the time comes once, or the walk ends in an error.
//!
//! ```text
//! OPENTOP_HISTORIES=10000 cargo test --release -p opentop-runtime --lib histories -- --nocapture
//! ```

use std::collections::BTreeMap;

use super::{
    ByCursor, ByOffset, ByOffsetHasNext, ByPages, ByTotal, Flow, Keyless, KeylessByTotal, LastFirst, List, ListRequest,
    ListResponse, Query, Request,
};
use crate::call::pager::Pager;
use crate::call::pager::cursor::Cursor;

fn histories() -> u64 {
    std::env::var("OPENTOP_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(400)
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// What may happen between two answers.
#[derive(Debug, Clone, Copy)]
struct Events {
    leave: bool,
    join: bool,
    moves: bool,
    /// Whether what moved may leave afterwards.
    moved_leave: bool,
    /// The largest number of events between two requests.
    most: usize,
}

const ANY: Events = Events { leave: true, join: true, moves: true, moved_leave: true, most: 1 };
const BURSTS: Events = Events { most: 3, ..ANY };

/// How the list is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Served {
    /// By place: page numbers, offsets, and cursors that are offsets in disguise.
    ByPlace,
    /// By a cursor that is the key after which a page begins; the list is in the order of its keys.
    ByKey,
}

struct Server {
    list: Vec<u32>,
    /// What was in it from the first answer on.
    stayed: Vec<u32>,
    served: Served,
    random: Random,
    /// Of 10 answers, before how many something happens.
    unrest: usize,
    events: Events,
    answers: u32,
    fresh: u32,
    moved: Vec<u32>,
}

impl Server {
    fn new(seed: u64, served: Served, events: Events) -> Self {
        let mut random = Random(seed);
        // Keys are spread, so that there is room for new ones between them.
        let mut list: Vec<u32> = (0..random.below(15) as u32).map(|number| number * 1_000 + 500).collect();
        if served == Served::ByPlace {
            for index in (1..list.len()).rev() {
                list.swap(index, random.below(index + 1));
            }
        }
        let unrest = [0, 1, 3, 6][random.below(4)];
        Self { stayed: list.clone(), list, served, random, unrest, events, answers: 0, fresh: 0, moved: Vec::new() }
    }

    fn change(&mut self) {
        let Events { leave, join, moves, moved_leave, .. } = self.events;
        let kinds: Vec<u8> =
            [(leave, 0), (join, 1), (moves, 2)].iter().filter(|(is, _)| *is).map(|(_, kind)| *kind).collect();
        let at = self.random.below(self.list.len());
        match kinds[self.random.below(kinds.len())] {
            1 if self.served == Served::ByKey => {
                self.fresh += 1;
                let key = self.random.below(16_000) as u32 / 1_000 * 1_000 + self.fresh % 500;
                if let Err(at) = self.list.binary_search(&key) {
                    self.list.insert(at, key);
                }
            }
            1 => {
                self.fresh += 1;
                // Mostly at one of the ends, as in lists by time.
                let at = [0, self.list.len(), self.random.below(self.list.len() + 1)][self.random.below(3)];
                self.list.insert(at, 1_000_000 + self.fresh);
            }
            _ if self.list.is_empty() => {}
            0 if !moved_leave && self.list.get(at).is_some_and(|id| self.moved.contains(id)) => {}
            0 => {
                let gone = self.list.remove(at);
                self.stayed.retain(|id| *id != gone);
            }
            _ => {
                let moved = self.list.remove(at);
                self.moved.push(moved);
                let to = [0, self.list.len(), self.random.below(self.list.len() + 1)][self.random.below(3)];
                self.list.insert(to, moved);
            }
        }
    }

    fn answer(&mut self, query: &Query) -> ListResponse {
        if self.answers > 0 && self.random.below(10) < self.unrest {
            for _ in 0..=self.random.below(self.events.most) {
                self.change();
            }
        }
        self.answers += 1;
        let size = query.page_size.unwrap() as usize;
        let after = query.cursor.as_deref().map(|text| text.parse::<u32>().unwrap());
        let from = match (self.served, after) {
            (Served::ByKey, after) => {
                self.list.iter().position(|id| after.is_none_or(|after| *id > after)).unwrap_or(self.list.len())
            }
            (Served::ByPlace, Some(after)) => after as usize,
            (Served::ByPlace, None) => match (query.page_no, query.offset) {
                (Some(page), _) => (page - 1) as usize * size,
                (_, offset) => offset.unwrap_or(0) as usize,
            },
        };
        let page: Vec<u32> = self.list.iter().skip(from).take(size).copied().collect();
        let end = from + page.len();
        let has_next = end < self.list.len();
        let next = match self.served {
            Served::ByKey => page.last().copied(),
            Served::ByPlace => Some(end as u32),
        };
        ListResponse {
            flows: page.iter().map(|id| Flow { flow_id: Some(id.to_string()), at: None }).collect(),
            has_next: Some(has_next),
            total: Some(self.list.len() as i64),
            pages: Some(self.list.len().div_ceil(size) as i64),
            next: next.filter(|_| has_next).map(|next| next.to_string()),
        }
    }
}

/// How a walk went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Went {
    Complete,
    Error,
    Lost,
    Doubled,
}

/// One history. `restarts`: now and then the walk goes on from the text of its cursor.
fn walk<R: Request + AsRef<ListRequest> + From<ListRequest>>(
    seed: u64,
    served: Served,
    events: Events,
    confirmed: bool,
    restarts: bool,
) -> (Went, u32) {
    let mut server = Server::new(seed, served, events);
    let size = 1 + server.random.below(4) as i64;
    let request = R::from(ListRequest { query: Some(Query { page_size: Some(size), ..Query::default() }) });
    let open = || {
        let mut pager = Pager::new(R::INFO, &request, false).unwrap();
        if confirmed {
            pager.confirm().unwrap();
        }
        pager
    };
    let mut pager = open();
    let mut asked = R::from(ListRequest { query: request.as_ref().query.clone() });
    let mut came: BTreeMap<u32, u32> = BTreeMap::new();
    let mut is_error = false;
    // Rounds times pages, and as much again for what a restart reads once more.
    for step in 0.. {
        assert!(step < 10_000, "{}: history {seed} does not end", R::INFO.name);
        match pager.write_page_params(&mut asked) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                is_error = true;
                break;
            }
        }
        let response = server.answer(asked.as_ref().query.as_ref().unwrap());
        let Ok(meta) = pager.accept(&response, 0) else {
            is_error = true;
            break;
        };
        let new: Vec<&Flow> =
            response.flows.iter().zip(&meta.keep).filter(|(_, keep)| **keep).map(|(flow, _)| flow).collect();
        let stop = if restarts && server.random.below(4) == 0 { server.random.below(new.len() + 1) } else { new.len() };
        for flow in &new[..stop] {
            *came.entry(flow.flow_id.as_ref().unwrap().parse().unwrap()).or_default() += 1;
        }
        if stop < new.len() {
            let cursor: Cursor = pager.cursor_within(stop).to_string().parse().unwrap();
            pager = open();
            pager.go_to(&cursor).unwrap();
        }
    }
    let went = if came.values().any(|times| *times > 1) {
        Went::Doubled
    } else if is_error {
        Went::Error
    } else if server.stayed.iter().any(|id| !came.contains_key(id)) {
        Went::Lost
    } else {
        Went::Complete
    };
    (went, server.answers)
}

fn tell<R: Request + AsRef<ListRequest> + From<ListRequest>>(
    what: &str,
    served: Served,
    events: Events,
    confirmed: bool,
    restarts: bool,
) -> u64 {
    let mut ends: BTreeMap<Went, u64> = BTreeMap::new();
    let mut answers = 0;
    let mut wrong = Vec::new();
    for seed in 0..histories() {
        let (went, asked) = walk::<R>(seed, served, events, confirmed, restarts);
        *ends.entry(went).or_default() += 1;
        answers += u64::from(asked);
        if matches!(went, Went::Lost | Went::Doubled) {
            wrong.push(seed);
        }
    }
    let of = |went| ends.get(&went).copied().unwrap_or(0);
    let (complete, errors) = (of(Went::Complete), of(Went::Error));
    let (lost, doubled) = (of(Went::Lost), of(Went::Doubled));
    println!(
        "{what}: complete {complete}, error {errors}, lost {lost}, doubled {doubled}, answers {answers}; {:?}",
        wrong.get(..5.min(wrong.len()))
    );
    lost + doubled
}

/// One change at a time between two answers: what the counts of a list show is noticed without being asked for.
#[test]
fn what_the_answers_show_is_never_lost_in_silence() {
    use Served::{ByKey, ByPlace};
    // Nothing shows what leaves a list that does not count its items.
    let uncounted = Events { leave: false, ..ANY };
    // A list by key does not move.
    let by_key = Events { moves: false, ..BURSTS };
    // Read from the last page back: what moves from a page that was read to one ahead, and leaves, looks as what leaves the page ahead.
    let leaving = Events { moved_leave: false, ..ANY };
    for restarts in [false, true] {
        println!("one change at a time, restarts: {restarts}");
        let wrong = [
            tell::<ByTotal>("page number, total_items", ByPlace, ANY, false, restarts),
            tell::<LastFirst>("page number, total_items, last_first", ByPlace, leaving, false, restarts),
            tell::<ByOffset>("offset, total_items", ByPlace, ANY, false, restarts),
            tell::<List>("page number, has_next", ByPlace, uncounted, false, restarts),
            tell::<ByPages>("page number, total_pages", ByPlace, uncounted, false, restarts),
            tell::<ByOffsetHasNext>("offset, has_next", ByPlace, uncounted, false, restarts),
            tell::<ByCursor>("cursor that is an offset", ByPlace, uncounted, false, restarts),
            tell::<ByCursor>("cursor that is a key", ByKey, by_key, false, restarts),
        ];
        assert_eq!(wrong.iter().sum::<u64>(), 0, "{wrong:?}");
    }
    // Without keys, a total that changes is an error; that items change places shows nowhere.
    let unmoved = Events { moves: false, ..ANY };
    assert_eq!(tell::<KeylessByTotal>("page number, total_items, no key", ByPlace, unmoved, false, false), 0);
}

/// Several changes at once, which may outweigh each other: read until two readings agree.
#[test]
fn a_confirmed_list_is_never_lost_in_silence() {
    use Served::{ByKey, ByPlace};
    let by_key = Events { moves: false, ..BURSTS };
    for restarts in [false, true] {
        println!("confirmed, up to three changes at a time, restarts: {restarts}");
        let wrong = [
            tell::<ByTotal>("page number, total_items", ByPlace, BURSTS, true, restarts),
            tell::<LastFirst>("page number, total_items, last_first", ByPlace, BURSTS, true, restarts),
            tell::<ByOffset>("offset, total_items", ByPlace, BURSTS, true, restarts),
            tell::<List>("page number, has_next", ByPlace, BURSTS, true, restarts),
            tell::<ByPages>("page number, total_pages", ByPlace, BURSTS, true, restarts),
            tell::<ByOffsetHasNext>("offset, has_next", ByPlace, BURSTS, true, restarts),
            tell::<ByCursor>("cursor that is an offset", ByPlace, BURSTS, true, restarts),
            tell::<ByCursor>("cursor that is a key", ByKey, by_key, true, restarts),
        ];
        assert_eq!(wrong.iter().sum::<u64>(), 0, "{wrong:?}");
    }
}

/// The control: what the same histories do to a walk that is told less than it needs. It must lose items, or nothing is tried.
#[test]
fn the_histories_lose_items_where_nothing_shows_it() {
    use Served::ByPlace;
    println!("not confirmed, up to three changes at a time");
    tell::<ByTotal>("page number, total_items", ByPlace, BURSTS, false, false);
    tell::<LastFirst>("page number, total_items, last_first", ByPlace, BURSTS, false, false);
    tell::<ByOffset>("offset, total_items", ByPlace, BURSTS, false, false);
    let wrong = [
        tell::<List>("page number, has_next", ByPlace, BURSTS, false, false),
        tell::<ByPages>("page number, total_pages", ByPlace, BURSTS, false, false),
        tell::<ByCursor>("cursor that is an offset", ByPlace, BURSTS, false, false),
        tell::<Keyless>("page number, has_next, no key", ByPlace, ANY, false, false),
    ];
    assert!(wrong.iter().all(|wrong| *wrong > 0), "{wrong:?}");
}
