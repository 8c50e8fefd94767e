//! The state machine, over a simulated time.

#![allow(clippy::panic)]

use std::collections::BTreeMap;
use std::time::Duration;

use super::state::{Limit, State};
use super::{LaneId, Left, Now, Rate, Subject, Ticket, Turn, ban_key};
use crate::call::method::Effect;
use crate::wire::gateway_error::LimitScope;
use crate::wire::value::DateTime;

const LONG: Left = left(3_600_000);

const FOREVER: Duration = Duration::from_secs(3_600);

const fn left(millis: u64) -> Left {
    Left { for_bans: Duration::from_millis(millis), for_rates: Duration::from_millis(millis) }
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// 2023-11-15 06:13:20 in GMT+8, and this much later.
fn now(at: Duration) -> Now {
    Now {
        at,
        wall: DateTime::from_unix_millis(1_700_000_000_000).expect("in range").checked_add(at).expect("in range"),
    }
}

fn call(method: &str, effect: Effect) -> Subject {
    Subject { app_key: "1".to_owned(), method: method.to_owned(), session: None, effect }
}

fn read(method: &str) -> Subject {
    call(method, Effect::Read)
}

/// Callers who ask when they are told to, a little late as timers are.
struct Callers {
    state: State,
    /// By the time of their next question, and their place of arrival.
    waiting: BTreeMap<(Duration, usize), (Option<Ticket>, Subject)>,
    /// When each call went, and its place of arrival.
    gone: Vec<(Duration, usize)>,
    taken: Vec<LaneId>,
}

impl Callers {
    fn new(rates: Vec<Rate>) -> Self {
        Self { state: State::new(rates, false), waiting: BTreeMap::new(), gone: Vec::new(), taken: Vec::new() }
    }

    fn arrive(&mut self, at: Duration, subject: Subject) {
        let number = self.waiting.len() + self.gone.len();
        self.waiting.insert((at, number), (None, subject));
    }

    /// Goes on until all have gone, or this time.
    fn run(&mut self, until: Duration, late: impl Fn(usize) -> Duration) {
        let mut steps = 0;
        while let Some(((at, number), (mut ticket, subject))) = self.waiting.pop_first() {
            if at > until {
                return;
            }
            steps += 1;
            assert!(steps < 1_000_000, "the walk does not end");
            match self.state.turn(&mut ticket, &subject, now(at), LONG) {
                Turn::Go => self.gone.push((at, number)),
                Turn::Wait(wait) => {
                    self.waiting.insert((at + wait + late(steps), number), (ticket, subject));
                }
                Turn::Take { lane, .. } => {
                    self.taken.push(lane);
                    self.waiting.insert((at, number), (ticket, subject));
                }
                Turn::Late { .. } => panic!("an hour is enough"),
            }
        }
    }

    fn most_in_a_second(&self) -> usize {
        let mut times: Vec<Duration> = self.gone.iter().map(|(at, _)| *at).collect();
        times.sort();
        let within = |from: &Duration| times.iter().filter(|at| **at >= *from && **at < *from + ms(1_000)).count();
        times.iter().map(within).max().unwrap_or(0)
    }
}

#[test]
fn a_rate_is_used_and_never_exceeded() {
    for (rate, late) in [(1, 0), (10, 3), (100, 0), (100, 7), (1_000, 1)] {
        let mut callers = Callers::new(vec![Rate::per_second(rate)]);
        let seconds = if rate > 100 { 3 } else { 10 };
        for _ in 0..rate * seconds {
            callers.arrive(Duration::ZERO, read("a"));
        }
        callers.run(FOREVER, |step| ms(step as u64 % (late + 1)));
        assert!(callers.most_in_a_second() <= rate as usize, "{rate}: {}", callers.most_in_a_second());
        let last = callers.gone.last().expect("all went").0;
        let used = f64::from(seconds) / last.as_secs_f64();
        assert!(used > 0.95, "{rate} a second, {late} ms late: {used}");
    }
}

#[test]
fn writes_go_before_reads_and_equals_in_their_order() {
    let mut callers = Callers::new(vec![Rate::per_second(10)]);
    for n in 0..20 {
        callers.arrive(ms(n), read("a"));
    }
    callers.arrive(ms(300), call("a", Effect::Write));
    callers.run(FOREVER, |_| Duration::ZERO);
    let order: Vec<usize> = callers.gone.iter().map(|(_, number)| *number).collect();
    let write = order.iter().position(|number| *number == 20).expect("it went");
    assert!(write <= 4, "it came at 0.3 s and went as number {write}: {order:?}");
    assert!(order.iter().filter(|number| **number != 20).is_sorted(), "{order:?}");
}

#[test]
fn a_slow_method_holds_nobody_else_up() {
    let mut callers = Callers::new(vec![Rate::per_second(100), Rate::per_second(1).of_method("slow")]);
    for _ in 0..20 {
        callers.arrive(Duration::ZERO, read("slow"));
    }
    for _ in 0..200 {
        callers.arrive(ms(1), read("fast"));
    }
    callers.run(FOREVER, |_| Duration::ZERO);
    let fast = callers.gone.iter().filter(|(_, number)| *number >= 20).map(|(at, _)| *at).max().expect("they went");
    assert!(fast < ms(2_300), "{fast:?}");
    assert!(callers.most_in_a_second() <= 100);
    let slow: BTreeMap<u64, usize> =
        callers.gone.iter().filter(|(_, number)| *number < 20).fold(BTreeMap::new(), |mut counts, (at, _)| {
            *counts.entry(at.as_secs()).or_default() += 1;
            counts
        });
    assert!(slow.values().all(|calls| *calls == 1), "{slow:?}");
}

#[test]
fn what_comes_too_late_is_told_at_once_with_its_wait_and_uses_nothing_up() {
    let mut state = State::new(vec![Rate::per_second(1)], false);
    assert_eq!(state.turn(&mut None, &read("a"), now(ms(0)), left(0)), Turn::Go);
    let late = state.turn(&mut None, &read("a"), now(ms(10)), left(500));
    let Turn::Late { wait, limit: Limit::Rate(rate) } = late else { panic!("{late:?}") };
    assert!((1_000..=1_040).contains(&wait.as_millis()) && rate == Rate::per_second(1), "{wait:?}");
    assert_eq!(state.turn(&mut None, &read("a"), now(ms(1_050)), left(0)), Turn::Go);
}

#[test]
fn one_who_gave_up_or_does_not_ask_holds_nobody_up() {
    let mut state = State::new(vec![Rate::per_second(10)], false);
    assert_eq!(state.turn(&mut None, &read("a"), now(ms(0)), LONG), Turn::Go);
    let (mut first, mut second, mut third) = (None, None, None);
    for ticket in [&mut first, &mut second, &mut third] {
        assert!(matches!(state.turn(ticket, &read("a"), now(ms(1)), LONG), Turn::Wait(_)));
    }
    state.leave(&mut first);
    // The second never asks again. The third is told to wait a little longer, and goes.
    let mut at = ms(105);
    loop {
        match state.turn(&mut third, &read("a"), now(at), LONG) {
            Turn::Go => break,
            Turn::Wait(wait) => at += wait,
            other => panic!("{other:?}"),
        }
        assert!(at < ms(500), "{at:?}");
    }
}

#[test]
fn days_begin_at_midnight_in_china() {
    let mut state = State::new(vec![Rate::per_day(2)], false);
    let midnight = Duration::from_secs(64_000);
    for at in [ms(0), ms(1)] {
        assert_eq!(state.turn(&mut None, &read("a"), now(at), LONG), Turn::Go);
    }
    let late = state.turn(&mut None, &read("a"), now(ms(2)), LONG);
    assert!(matches!(late, Turn::Late { wait, .. } if wait == midnight - ms(2)), "{late:?}");
    assert_eq!(state.turn(&mut None, &read("a"), now(midnight), LONG), Turn::Go);
}

#[test]
fn sessions_and_applications_have_lanes_of_their_own() {
    let rates = vec![Rate::per_second(1).of_each_session(), Rate::per_second(1).of_method("m").of_each_session()];
    let mut state = State::new(rates, false);
    assert!(state.tells_sessions());
    let of = |session: Option<&str>, app: &str| Subject {
        session: session.map(str::to_owned),
        app_key: app.to_owned(),
        ..read("a")
    };
    let mut told = |subject: &Subject| state.turn(&mut None, subject, now(ms(0)), left(0)) == Turn::Go;
    assert!(told(&of(Some("x"), "1")) && told(&of(Some("y"), "1")) && told(&of(Some("x"), "2")));
    assert!(!told(&of(Some("x"), "1")));
    assert!(told(&of(None, "1")) && told(&of(None, "1")), "calls without a session are not counted");
}

#[test]
fn a_ban_holds_the_calls_it_is_for() {
    let mut state = State::new(Vec::new(), false);
    assert!(state.is_free());
    let key = |scope| ban_key(&read("a"), scope).expect("a key");
    state.ban(key(LimitScope::AppAndMethod), LimitScope::AppAndMethod, ms(2_000), ms(0));
    state.ban(key(LimitScope::AppAndMethod), LimitScope::AppAndMethod, ms(500), ms(1));
    assert_eq!(state.turn(&mut None, &read("b"), now(ms(1)), left(0)), Turn::Go);
    assert_eq!(state.turn(&mut None, &read("a"), now(ms(500)), LONG), Turn::Wait(ms(1_500)));
    let late = state.turn(&mut None, &read("a"), now(ms(500)), left(1_000));
    assert_eq!(late, Turn::Late { wait: ms(1_500), limit: Limit::Ban(LimitScope::AppAndMethod) });
    assert_eq!(state.turn(&mut None, &read("a"), now(ms(2_000)), left(0)), Turn::Go);
    state.ban(key(LimitScope::App), LimitScope::App, ms(100), ms(3_000));
    assert_eq!(state.turn(&mut None, &read("b"), now(ms(3_000)), LONG), Turn::Wait(ms(100)));
    let without = ban_key(&read("a"), LimitScope::Session);
    assert_eq!(without, Some(key(LimitScope::Method)), "a call without a session bans its method");
}

#[test]
fn turns_of_a_source_are_taken_by_several_and_used_in_their_order() {
    let mut state = State::new(vec![Rate::per_second(10), Rate::per_day(100)], true);
    let mut tickets = [None; 5];
    let Turn::Take { lane, count } = state.turn(&mut tickets[0], &read("a"), now(ms(0)), LONG) else { panic!() };
    assert_eq!(count, 1);
    assert_eq!(state.asked(lane), Some(("10/s 1".to_owned(), ms(104))));
    for ticket in &mut tickets[1..] {
        assert!(matches!(state.turn(ticket, &read("a"), now(ms(1)), LONG), Turn::Wait(wait) if wait < ms(10)));
    }
    // The source does not answer: the next one asks, for all who wait.
    state.give(lane, None, None, ms(2));
    let Turn::Take { lane, count } = state.turn(&mut tickets[1], &read("a"), now(ms(2)), LONG) else { panic!() };
    assert_eq!(count, 5);
    state.give(lane, Some(vec![ms(0), ms(104), ms(208)]), None, ms(3));
    assert_eq!(
        state.turn(&mut tickets[1], &read("a"), now(ms(3)), LONG),
        Turn::Wait(ms(104)),
        "the first is before it"
    );
    assert_eq!(state.turn(&mut tickets[0], &read("a"), now(ms(3)), LONG), Turn::Go);
    assert_eq!(state.turn(&mut tickets[1], &read("a"), now(ms(107)), LONG), Turn::Go);
    // A turn that nobody used is lost.
    assert!(matches!(state.turn(&mut tickets[2], &read("a"), now(ms(900)), LONG), Turn::Take { .. }));
    // The source is gone: a third of the rate is made here.
    state.give(lane, None, Some(3), ms(901));
    let mut gone = 0;
    for at in 901..1_850 {
        gone += usize::from(state.turn(&mut None, &read("a"), now(ms(at)), left(0)) == Turn::Go);
    }
    assert!((3..=4).contains(&gone), "{gone}");
    let again = state.turn(&mut None, &read("a"), now(ms(2_000)), LONG);
    assert!(matches!(again, Turn::Take { .. }), "after a second the source is asked again: {again:?}");
}

/// What taking a turn costs beside signing a request: time in one run, the fastest of many rounds of each, taken in turns.
#[test]
fn a_turn_costs_a_fifth_of_signing_a_request_at_most() {
    use std::hint::black_box;
    use std::time::Instant;

    use super::Limiter;
    use crate::wire::sign::{SignMethod, sign};

    const ROUNDS: usize = 200;
    const EACH: usize = 50;
    let limiter = Limiter::new([Rate::per_second(1_000_000), Rate::per_day(u32::MAX)]);
    let (mut acquire, mut signing) = (Duration::MAX, Duration::MAX);
    for round in 0..ROUNDS {
        let begun = Instant::now();
        for _ in 0..EACH {
            let subject = read("alibaba.example.recharge.flows.get");
            // The rate is spaced: a simulated time lets none wait.
            let at = Duration::from_millis(10 * (round * EACH) as u64) + limiter.now();
            let now = Now { at, wall: DateTime::now() };
            black_box(limiter.state().turn(&mut None, black_box(&subject), now, LONG));
        }
        acquire = acquire.min(begun.elapsed());
        let begun = Instant::now();
        for _ in 0..EACH {
            let body =
                r#"{"brand_id":"3742863742","shop_id":"73527452","start_time":"2019-07-30 14:24:45","page_no":1}"#;
            let mut parameters = [
                ("app_key", "12345678"),
                ("format", "json"),
                ("method", "alibaba.example.recharge.flows.get"),
                ("partner_id", "opentop"),
                ("session", "6101a23b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80912394095089"),
                ("sign_method", "hmac-sha256"),
                ("simplify", "true"),
                ("timestamp", "2026-01-01 00:00:00"),
                ("v", "2.0"),
                ("param_flow_query_open_req", body),
            ];
            black_box(sign(SignMethod::HmacSha256, &"helloworld".into(), black_box(&mut parameters), None));
        }
        signing = signing.min(begun.elapsed());
    }
    let ratio = acquire.as_secs_f64() / signing.as_secs_f64();
    println!("a turn {:?}, a signature {:?}: {ratio:.3}", acquire / EACH as u32, signing / EACH as u32);
    // Unoptimised code says nothing of either.
    assert!(ratio <= if cfg!(debug_assertions) { 2.0 } else { 0.2 }, "{ratio}");
}
