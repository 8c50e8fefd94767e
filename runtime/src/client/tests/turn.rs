//! What a call's turn costs.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::call::limit::{Asking, Limiter, Rate};
use crate::call::stopwatch::Stopwatch;
use crate::client::Client;
use crate::client::turn::wait_for_turn;
use crate::testing::{REDEEM, sign_a_request};
use crate::transport::MockTransport;

/// All that a client does to take a turn, beside signing a request: time in one run, the fastest of many rounds of each, taken in turns.
#[tokio::test]
async fn all_of_a_turn_costs_less_than_signing_a_request() {
    const ROUNDS: usize = 200;
    const EACH: u32 = 50;
    let limiter = Limiter::new([Rate::per_second(u32::MAX), Rate::per_day(u32::MAX)]);
    let builder = Client::builder().app_key("12345678").app_secret("helloworld").limiter(limiter);
    let client = builder.transport(MockTransport::new()).build().unwrap();
    let (setup, io) = (&client.shared.setup, &*client.shared.io);
    let asking = Asking { setup, info: &REDEEM, session: None, timeout: Duration::from_secs(60), waits_for_bans: true };
    let mut clock = Stopwatch::start();
    let (mut taken, mut given_up, mut signed) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let mut seats = Vec::with_capacity(EACH as usize);
        let begun = Instant::now();
        for _ in 0..EACH {
            seats.push(wait_for_turn(black_box(&asking), &mut clock, io).await.unwrap());
        }
        taken = taken.min(begun.elapsed());
        let begun = Instant::now();
        drop(seats);
        given_up = given_up.min(begun.elapsed());
        let begun = Instant::now();
        for _ in 0..EACH {
            sign_a_request();
        }
        signed = signed.min(begun.elapsed());
    }
    assert!(!clock.has_waited(), "a call waited");
    let ratio = taken.as_secs_f64() / signed.as_secs_f64();
    let [taken, given_up, signed] = [taken, given_up, signed].map(|time| time / EACH);
    println!("a turn {taken:?}, its end {given_up:?}, a signature {signed:?}: {ratio:.3}");
    // Unoptimised code says nothing of either.
    assert!(ratio <= if cfg!(debug_assertions) { 2.0 } else { 0.5 }, "{ratio}");
}
