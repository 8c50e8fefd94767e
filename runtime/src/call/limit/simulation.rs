//! Fleets over a simulated time: delays, lost and doubled messages, and processes that die. No second at the platform has more calls than
//! the rate.

#![allow(clippy::panic)]

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use super::state::State;
use super::{Claim, Lease, Left, Now, Question, Rate, Subject, Ticket, Turn};
use crate::call::method::Effect;
use crate::wire::value::DateTime;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What the script of the stores does.
#[derive(Default)]
struct Source {
    claims: HashMap<String, Held>,
}

struct Held {
    number: u64,
    holds: u32,
    wants: u32,
    told: Duration,
    back: Vec<(Duration, u32)>,
}

impl Source {
    fn lend(&mut self, calls: u32, claim: &Claim, now: Duration) -> Lease {
        let lease = |granted, most, again| Lease { granted, most, lasts: ms(2_000), again: ms(again) };
        match self.claims.get(&claim.holder) {
            Some(held) if held.number > claim.number => return lease(0, calls, 250),
            Some(held) if held.number == claim.number => {
                return lease(held.holds.saturating_sub(claim.holds), calls, 250);
            }
            _ => {}
        }
        self.claims.retain(|_, held| held.told + ms(4_000) > now);
        let mine: u32 = claim.holds + claim.back.iter().map(|(_, many)| many).sum::<u32>();
        let (mut taken, mut users, mut others, mut soonest) = (mine, 1, Vec::new(), 250);
        for (_, held) in self.claims.iter().filter(|(holder, _)| **holder != claim.holder) {
            for (ends, _) in held.back.iter().filter(|(ends, _)| *ends > now) {
                soonest = soonest.min((*ends - now).as_millis() as u64).max(20);
            }
            taken += held.holds + held.back.iter().filter(|(ends, _)| *ends > now).map(|(_, many)| many).sum::<u32>();
            if held.wants > held.holds || (held.holds > 0 && held.told + ms(2_000) > now) {
                users += 1;
                others.push((held.holds, held.wants));
            }
        }
        let (free, even) = (calls.saturating_sub(taken), calls / users);
        let share = even.max(1);
        let lacking: u32 = others.iter().map(|(holds, wants)| share.min(*wants).saturating_sub(*holds)).sum();
        let own = free.min(share.saturating_sub(claim.holds));
        let granted = claim.wants.saturating_sub(claim.holds).min(free.saturating_sub(lacking).max(own));
        let has = claim.holds + granted;
        let lacking = lacking.saturating_sub(free - granted);
        let most = if lacking > 0 && has > even { even.max(has.saturating_sub(lacking)) } else { calls };
        let back = claim.back.iter().map(|(after, many)| (now + *after, *many)).collect();
        let held = Held { number: claim.number, holds: has, wants: claim.wants, told: now, back };
        self.claims.insert(claim.holder.clone(), held);
        lease(
            granted,
            most,
            if has >= claim.wants {
                0
            } else if has < share {
                soonest
            } else {
                1_250
            },
        )
    }
}

enum Event {
    /// A worker asks for its turn.
    Asks(Worker, Option<Ticket>),
    /// A question reaches the source, and whether its answer gets lost.
    AtSource {
        worker: Worker,
        ticket: Option<Ticket>,
        question: Question,
        asked: Duration,
        lost: bool,
    },
    /// The source's answer reaches the process, or does not.
    Lent {
        worker: Worker,
        ticket: Option<Ticket>,
        question: Question,
        asked: Duration,
        lease: Option<Lease>,
    },
    /// A message that nobody waits for reaches the source.
    Told(Question),
    Answered(Worker, Option<Ticket>),
    Dies(usize),
}

type Worker = (usize, usize);

/// How a run goes wrong.
#[derive(Clone, Copy)]
struct World {
    rate: u32,
    processes: usize,
    workers: usize,
    seconds: u64,
    /// The longest way of a call to the platform and back, in milliseconds.
    way: u64,
    faults: bool,
    deaths: bool,
}

struct Run {
    world: World,
    random: fastrand::Rng,
    processes: Vec<Option<State>>,
    source: Source,
    events: BinaryHeap<Reverse<(Duration, u64)>>,
    bodies: HashMap<u64, Event>,
    arrivals: Vec<Duration>,
    /// Those of the second half.
    questions: usize,
    began: usize,
    issued: u64,
}

impl Run {
    fn new(world: World, seed: u64) -> Self {
        let mut run = Self {
            world,
            random: fastrand::Rng::with_seed(seed),
            processes: Vec::new(),
            source: Source::default(),
            events: BinaryHeap::new(),
            bodies: HashMap::new(),
            arrivals: Vec::new(),
            questions: 0,
            began: 0,
            issued: 0,
        };
        for _ in 0..world.processes {
            run.begin(Duration::ZERO);
        }
        run
    }

    /// A process begins, with its workers.
    fn begin(&mut self, at: Duration) {
        let source = (self.world.processes > 1).then(|| format!("process {}", self.began));
        self.began += 1;
        self.processes.push(Some(State::new(vec![Rate::per_second(self.world.rate)], source)));
        let process = self.processes.len() - 1;
        for worker in 0..self.world.workers {
            let later = ms(self.random.u64(0..300));
            self.at(at + later, Event::Asks((process, worker), None));
        }
        if self.world.deaths {
            let life = ms(self.random.u64(500..15_000));
            self.at(at + life, Event::Dies(process));
        }
    }

    fn at(&mut self, time: Duration, event: Event) {
        self.issued += 1;
        self.bodies.insert(self.issued, event);
        self.events.push(Reverse((time, self.issued)));
    }

    fn chance(&mut self, of: u32) -> bool {
        self.world.faults && self.random.u32(0..of) == 0
    }

    /// A delay as networks and timers have: short mostly.
    fn delay(&mut self, usual: u64, longest: u64) -> Duration {
        let most = if self.random.u32(0..20) == 0 { longest.max(usual) } else { usual };
        Duration::from_micros(self.random.u64(0..=most * 1_000))
    }

    fn go(&mut self) {
        let end = Duration::from_secs(self.world.seconds);
        while let Some(Reverse((now, number))) = self.events.pop() {
            if now > end {
                return;
            }
            let event = self.bodies.remove(&number).expect("each event has a body");
            self.happens(event, now);
        }
    }

    fn happens(&mut self, event: Event, now: Duration) {
        match event {
            Event::Asks(worker, ticket) => self.asks(worker, ticket, now),
            Event::AtSource { worker, ticket, question, asked, lost } => {
                let lease = self.source.lend(question.calls, &question.claim, now);
                let back = self.delay(2, if self.world.faults { 600 } else { 5 });
                // A process waits half a second for its answer.
                let late = lost || now + back > asked + ms(500);
                let (then, lease) = if late { (asked + ms(500), None) } else { (now + back, Some(lease)) };
                self.at(then.max(now), Event::Lent { worker, ticket, question, asked, lease });
            }
            Event::Lent { worker, ticket, question, asked, lease } => {
                let Some(Some(state)) = self.processes.get_mut(worker.0) else { return };
                match lease {
                    Some(lease) => state.lend(question.lane, &lease, asked),
                    None => drop(state.fail(question.lane, now)),
                }
                self.at(now, Event::Asks(worker, ticket));
            }
            Event::Told(question) => drop(self.source.lend(question.calls, &question.claim, now)),
            Event::Answered(worker, mut ticket) => {
                let Some(Some(state)) = self.processes.get_mut(worker.0) else { return };
                for question in state.leave(&mut ticket, now) {
                    let way = self.delay(2, if self.world.faults { 900 } else { 5 });
                    if !self.chance(10) {
                        self.at(now + way, Event::Told(question));
                    }
                }
                self.at(now, Event::Asks(worker, None));
            }
            Event::Dies(process) => {
                self.processes[process] = None;
                let later = ms(self.random.u64(0..3_000));
                self.begin(now + later);
            }
        }
    }

    fn asks(&mut self, worker: Worker, mut ticket: Option<Ticket>, now: Duration) {
        let Some(Some(state)) = self.processes.get_mut(worker.0) else { return };
        let call = Subject { app_key: "1", method: "a", session: None, effect: Effect::Read };
        let long = Duration::from_secs(3_600);
        let wall = || DateTime::from_unix_millis(1_700_000_000_000).expect("in range");
        let turn = state.turn(&mut ticket, &call, Now { at: now, wall }, Left { for_bans: long, for_rates: long });
        match turn {
            Turn::Go => {
                let (longest, start) = (self.world.way / 2, self.delay(1, if self.world.faults { 50 } else { 2 }));
                let (there, back) = (self.delay(5, longest), self.delay(5, longest));
                self.arrivals.push(now + start + there);
                self.at(now + start + there + back, Event::Answered(worker, ticket));
            }
            Turn::Wait(wait) => {
                let late = self.delay(3, if self.world.faults { 150 } else { 5 });
                self.at(now + wait + late, Event::Asks(worker, ticket));
            }
            Turn::Ask(question) => {
                self.questions += usize::from(now > ms(self.world.seconds * 500));
                let there = self.delay(2, if self.world.faults { 600 } else { 5 });
                if self.chance(20) {
                    let again = self.delay(500, 3_000);
                    self.at(now + there + again, Event::Told(question.clone()));
                }
                let lost = self.chance(20);
                self.at(now + there, Event::AtSource { worker, ticket, question, asked: now, lost });
            }
            Turn::Late { .. } => panic!("an hour is enough"),
        }
    }

    /// The most calls that any second had.
    fn most_in_a_second(&mut self) -> usize {
        self.arrivals.sort();
        let (mut first, mut most) = (0, 0);
        for (last, at) in self.arrivals.iter().enumerate() {
            while self.arrivals[first] + ms(1_000) <= *at {
                first += 1;
            }
            most = most.max(last + 1 - first);
        }
        most
    }
}

/// 8 runs, or `OPENTOP_LIMIT_RUNS`.
#[test]
fn no_second_has_more_calls_than_the_rate_whatever_goes_wrong() {
    let runs = std::env::var("OPENTOP_LIMIT_RUNS").map_or(8, |runs| runs.parse().expect("a number"));
    let mut calls = 0;
    for seed in 0..runs {
        let mut random = fastrand::Rng::with_seed(seed);
        let world = World {
            rate: [1, 3, 10, 40, 100, 250][random.usize(0..6)],
            processes: random.usize(1..=8),
            workers: random.usize(1..=12),
            seconds: 20,
            way: random.u64(0..900),
            faults: true,
            deaths: random.bool(),
        };
        // In one process nothing is assumed of the network at all.
        let alone = World { way: 20_000, deaths: false, ..world };
        let world = if world.processes == 1 { alone } else { world };
        let mut run = Run::new(world, seed);
        run.go();
        let (rate, most) = (world.rate as usize, run.most_in_a_second());
        assert!(most <= rate, "seed {seed}: {most} calls in a second at {rate} a second");
        calls += run.arrivals.len();
    }
    println!("{runs} runs, {calls} calls");
}

/// Eight processes on a network like that of a house use the rate, and ask the source rarely.
#[test]
fn a_fleet_uses_its_rate_and_asks_rarely() {
    for (rate, workers) in [(100, 4), (100, 1), (20, 4), (500, 16)] {
        let world = World { rate, processes: 8, workers, seconds: 30, way: 10, faults: false, deaths: false };
        let mut run = Run::new(world, 7);
        run.go();
        assert!(run.most_in_a_second() <= rate as usize);
        let used = run.arrivals.len() as f64 / f64::from(rate) / 30.0;
        let asked = 2.0 * run.questions as f64 / run.arrivals.len() as f64;
        println!("{rate} a second, {workers} workers each: {used:.3} of it, {asked:.3} questions a call");
        assert!(used > 0.95, "{rate}, {workers}: {used}");
        assert!(rate < 100 || asked < 0.1, "{rate}, {workers}: {asked}");
    }
}

/// Where there are fewer permits than processes, each gets its turn.
#[test]
fn a_low_rate_goes_round() {
    let world = World { rate: 2, processes: 8, workers: 2, seconds: 120, way: 10, faults: false, deaths: false };
    let mut run = Run::new(world, 3);
    run.go();
    let used = run.arrivals.len() as f64 / 240.0;
    println!("{used:.3} of 2 a second");
    assert!(used > 0.7, "{used}");
}
