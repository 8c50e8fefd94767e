//! The state machine, over a simulated time.

#![allow(clippy::panic)]

use std::collections::BTreeMap;
use std::time::Duration;

use super::state::{Limit, State};
use super::{Lease, Left, Now, Question, Rate, Subject, Ticket, Turn, ban_key};
use crate::call::method::Effect;
use crate::wire::gateway_error::LimitScope;
use crate::wire::value::DateTime;

const LONG: Left = left(3_600_000);

/// How long a call takes.
const ANSWER: Duration = Duration::from_millis(5);

const FOREVER: Duration = Duration::from_secs(3_600);

const fn left(millis: u64) -> Left {
    Left { for_bans: Duration::from_millis(millis), for_rates: Duration::from_millis(millis) }
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// 2023-11-15 06:13:20 in GMT+8, and this much later.
fn now(at: Duration) -> Now<impl Fn() -> DateTime> {
    let began = DateTime::from_unix_millis(1_700_000_000_000).expect("in range");
    Now { at, wall: move || began.checked_add(at).expect("in range") }
}

fn call(method: &str, effect: Effect) -> Subject<'_> {
    Subject { app_key: "1", method, session: None, effect }
}

fn read(method: &str) -> Subject<'_> {
    call(method, Effect::Read)
}

/// Whether a call may go at once, which is then answered.
fn goes(state: &mut State, method: &str, at: Duration) -> bool {
    let mut ticket = None;
    let goes = state.turn(&mut ticket, &read(method), now(at), left(0)) == Turn::Go;
    state.leave(&mut ticket, at + ANSWER);
    goes
}

/// Callers who ask when they are told to, a little late as timers are.
struct Callers {
    state: State,
    /// By the time of their next question, and their place of arrival.
    waiting: BTreeMap<(Duration, usize), (Option<Ticket>, Subject<'static>)>,
    /// When each call went, and its place of arrival.
    gone: Vec<(Duration, usize)>,
    /// Calls under way, by when they are answered.
    flying: BTreeMap<(Duration, usize), Option<Ticket>>,
}

impl Callers {
    fn new(rates: Vec<Rate>) -> Self {
        Self { state: State::new(rates, None), waiting: BTreeMap::new(), gone: Vec::new(), flying: BTreeMap::new() }
    }

    fn arrive(&mut self, at: Duration, subject: Subject<'static>) {
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
            while let Some(entry) = self.flying.first_entry().filter(|entry| entry.key().0 <= at) {
                let ((answered, _), mut ticket) = entry.remove_entry();
                self.state.leave(&mut ticket, answered);
            }
            match self.state.turn(&mut ticket, &subject, now(at), LONG) {
                Turn::Go => {
                    self.gone.push((at, number));
                    self.flying.insert((at + ANSWER, number), ticket);
                }
                Turn::Wait(wait) => {
                    self.waiting.insert((at + wait + late(steps), number), (ticket, subject));
                }
                other => panic!("an hour is enough, and there is no source: {other:?}"),
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
    let mut state = State::new(vec![Rate::per_second(1)], None);
    assert!(goes(&mut state, "a", ms(0)));
    let late = state.turn(&mut None, &read("a"), now(ms(10)), left(500));
    let Turn::Late { wait, limit: Limit::Rate(rate) } = late else { panic!("{late:?}") };
    assert!((990..=1_010).contains(&wait.as_millis()) && rate == Rate::per_second(1), "{wait:?}");
    assert!(!goes(&mut state, "a", ms(1_000)) && goes(&mut state, "a", ms(1_010)));
}

#[test]
fn one_who_gave_up_or_does_not_ask_holds_nobody_up() {
    let mut state = State::new(vec![Rate::per_second(10)], None);
    assert_eq!(state.turn(&mut None, &read("a"), now(ms(0)), LONG), Turn::Go);
    let (mut first, mut second, mut third) = (None, None, None);
    for ticket in [&mut first, &mut second, &mut third] {
        assert!(matches!(state.turn(ticket, &read("a"), now(ms(1)), LONG), Turn::Wait(_)));
    }
    state.leave(&mut first, ms(2));
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
    let mut state = State::new(vec![Rate::per_day(2)], None);
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
    let mut state = State::new(rates, None);
    assert!(state.tells_sessions());
    let of = |session: Option<&str>, app_key| Subject { session: session.map(str::to_owned), app_key, ..read("a") };
    let mut told = |subject: &Subject<'_>| state.turn(&mut None, subject, now(ms(0)), left(0)) == Turn::Go;
    assert!(told(&of(Some("x"), "1")) && told(&of(Some("y"), "1")) && told(&of(Some("x"), "2")));
    assert!(!told(&of(Some("x"), "1")));
    assert!(told(&of(None, "1")) && told(&of(None, "1")), "calls without a session are not counted");
}

#[test]
fn a_lane_that_is_forgotten_was_not_about_to_count_a_call() {
    let mut state = State::new(vec![Rate::per_second(1), Rate::per_second(1).of_each_session()], None);
    for number in 0..10_050 {
        let at = ms(2_000 * number);
        let session = Some(number.to_string());
        let mut ticket = None;
        let turn = state.turn(&mut ticket, &Subject { session, ..read("a") }, now(at), left(0));
        assert_eq!(turn, Turn::Go, "{number}");
        state.leave(&mut ticket, at);
        let turn = state.turn(&mut None, &read("a"), now(at), left(0));
        assert!(matches!(turn, Turn::Late { .. }), "{number}: two calls in a second");
    }
}

#[test]
fn a_ban_holds_the_calls_it_is_for() {
    let mut state = State::new(Vec::new(), None);
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

/// A lease of two seconds.
fn lease(granted: u32, again: u64) -> Lease {
    Lease { granted, most: 10, lasts: ms(2_000), again: ms(again) }
}

#[test]
fn permits_of_a_source_are_leased_by_several_and_end_with_their_lease() {
    let mut state = State::new(vec![Rate::per_second(10), Rate::per_day(100)], Some("me".to_owned()));
    let mut tickets = [const { None }; 5];
    let asked =
        |state: &mut State, ticket: &mut Option<Ticket>, at| match state.turn(ticket, &read("a"), now(ms(at)), LONG) {
            Turn::Ask(Question { lane, key, calls, claim }) => {
                assert_eq!((key.as_str(), calls, claim.holder.as_str()), ("10/s 1", 10, "me"));
                (lane, claim)
            }
            other => panic!("{other:?}"),
        };
    let (lane, claim) = asked(&mut state, &mut tickets[0], 0);
    assert_eq!((claim.holds, claim.wants), (0, 2));
    for ticket in &mut tickets[1..] {
        assert!(matches!(state.turn(ticket, &read("a"), now(ms(1)), LONG), Turn::Wait(wait) if wait < ms(10)));
    }
    // The source does not answer: the next one asks, for all who wait.
    assert!(!state.fail(lane, ms(2)));
    let (lane, again) = asked(&mut state, &mut tickets[1], 2);
    assert_eq!((again.holds, again.wants), (0, 10));
    assert!(again.number > claim.number);
    state.lend(lane, &lease(2, 600), ms(2));
    assert_eq!(state.turn(&mut tickets[0], &read("a"), now(ms(3)), LONG), Turn::Go);
    assert!(matches!(state.turn(&mut tickets[1], &read("a"), now(ms(3)), LONG), Turn::Wait(_)));
    let told = state.leave(&mut tickets[0], ms(10));
    assert!(told.is_empty(), "others wait for it here");
    assert_eq!(state.turn(&mut tickets[1], &read("a"), now(ms(503)), LONG), Turn::Go);
    // There are two: the third waits for the first to rest, or until the source may be asked.
    assert_eq!(state.turn(&mut tickets[2], &read("a"), now(ms(504)), LONG), Turn::Wait(ms(98)));
    let (_, more) = asked(&mut state, &mut tickets[2], 602);
    assert_eq!((more.holds, more.wants), (2, 10));
    state.lend(lane, &lease(0, 1_000), ms(602));
    assert_eq!(state.turn(&mut tickets[2], &read("a"), now(ms(603)), LONG), Turn::Wait(ms(10 + 1_005 - 603)));
    for ticket in &mut tickets[2..] {
        state.leave(ticket, ms(604));
    }
    // Nobody waits any more: with a rate as low as this one, others get them at once.
    let told = state.leave(&mut tickets[1], ms(700));
    let [Question { claim: told, .. }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((told.holds, told.wants), (0, 0));
    let rests: Vec<u32> = told.back.iter().map(|(_, many)| *many).collect();
    assert_eq!(rests, [1, 1]);
    assert!(told.back.iter().all(|(after, _)| (ms(300)..ms(1_050)).contains(after)), "{told:?}");
}

#[test]
fn without_its_source_a_part_of_the_rate_is_made_here() {
    let mut state = State::new(vec![Rate::per_second(10)], Some("me".to_owned()));
    let Turn::Ask(question) = state.turn(&mut None, &read("a"), now(ms(0)), LONG) else { panic!() };
    assert!(!state.fail(question.lane, ms(1)));
    state.go_alone(question.lane, 3, ms(1));
    let gone = (1..999).filter(|at| goes(&mut state, "a", ms(*at))).count();
    assert!((3..=4).contains(&gone), "{gone}");
    let again = state.turn(&mut None, &read("a"), now(ms(1_101)), LONG);
    let Turn::Ask(question) = again else { panic!("after a second the source is asked again: {again:?}") };
    assert!(question.claim.holds <= 3, "what rests is held still: {question:?}");
    // It lends, and then it is gone: what was lent is used until the lease ends.
    state.lend(question.lane, &lease(7, 0), ms(1_101));
    let mut ticket = None;
    let Turn::Ask(_) = state.turn(&mut ticket, &read("a"), now(ms(2_400)), LONG) else { panic!() };
    assert!(state.fail(question.lane, ms(2_401)));
    assert_eq!(state.turn(&mut ticket, &read("a"), now(ms(2_402)), LONG), Turn::Go);
    // It is under way still when the lease ends.
    assert!(matches!(state.turn(&mut None, &read("a"), now(ms(3_102)), LONG), Turn::Ask(_)));
    assert!(!state.fail(question.lane, ms(3_103)), "the lease is over");
}

/// What taking a turn costs beside signing a request: time in one run, the fastest of many rounds of each, taken in turns.
#[test]
fn a_turn_costs_a_fifth_of_signing_a_request_at_most() {
    use std::hint::black_box;
    use std::time::Instant;

    use super::Limiter;
    use crate::testing::sign_a_request;

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
            let now = Now { at, wall: DateTime::now };
            let mut ticket = None;
            black_box(limiter.state().turn(&mut ticket, black_box(&subject), now, LONG));
            black_box(limiter.state().leave(&mut ticket, at));
        }
        acquire = acquire.min(begun.elapsed());
        let begun = Instant::now();
        for _ in 0..EACH {
            sign_a_request();
        }
        signing = signing.min(begun.elapsed());
    }
    let ratio = acquire.as_secs_f64() / signing.as_secs_f64();
    println!("a turn {:?}, a signature {:?}: {ratio:.3}", acquire / EACH as u32, signing / EACH as u32);
    // Unoptimised code says nothing of either.
    assert!(ratio <= if cfg!(debug_assertions) { 2.0 } else { 0.2 }, "{ratio}");
}
