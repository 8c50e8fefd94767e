//! Clocks that differ, and zones: a call is stamped in GMT+8 wherever it is made; one that the gateway's clock refuses was not executed,
//! is told so, and goes out once.

use std::process::Command;
use std::time::Duration;

use opentop::{Client, DateTime, Error, WriteError};
use opentop_sandbox::{Fault, Sandbox};

use crate::support::deduction::{Said, judge, said};
use crate::support::scripted::{APP, Either, SESSION, Wish, answer, done, flows, say, serve};

const HOUR: i64 = 3_600;

fn sandbox() -> Sandbox {
    crate::support::deduction::builder(true).app(APP.0, APP.1).session(SESSION).start_blocking().unwrap()
}

fn is_refused_for_its_time(error: &Error) -> bool {
    error.gateway().is_some_and(|error| error.code == 31) && error.to_string().contains("check the clock and the zone")
}

#[test]
fn a_clock_that_is_off_fails_every_call_once_and_executes_nothing() {
    let sandbox = sandbox();
    let mut all = Vec::new();
    for seconds in [-24 * HOUR, -8 * HOUR, -HOUR, -610, -590, 0, 590, 610, HOUR, 8 * HOUR, 24 * HOUR] {
        // That writes may be repeated changes nothing: waiting does not cure a clock.
        for client in Either::both(&sandbox.endpoint(), Wish { retry_writes: true, ..wish() }) {
            let fits = seconds.abs() < 600;
            sandbox.push_faults(vec![Fault::ClockSkew { seconds }]);
            let read = client.read();
            assert_eq!(read.is_ok(), fits, "{seconds} s, {}: {read:?}", client.name());
            assert!(read.as_ref().err().is_none_or(is_refused_for_its_time), "{read:?}");
            sandbox.push_faults(vec![Fault::ClockSkew { seconds }]);
            let key = format!("skew-{seconds}-{}", client.name());
            let written = client.write(&key);
            assert_eq!(said(&written), if fits { Said::Done } else { Said::Failed }, "{key}: {written:?}");
            assert!(written.as_ref().err().and_then(WriteError::error).is_none_or(is_refused_for_its_time), "{key}");
            all.push((key, said(&written)));
        }
    }
    let judgement = judge(&sandbox, &all);
    assert!(judgement.is_clean() && judgement.failed == 16 && judgement.done == 6, "{judgement:?}");
    // A second attempt would have met the sandbox's own clock, and gone well.
    assert_eq!(sandbox.received().len(), 12);
}

fn wish() -> Wish {
    Wish { retries: opentop::retry::RetryPolicy::default(), ..Wish::patient() }
}

/// The control: the time of a machine in Greenwich, taken for the platform's, as several of the vendor's clients do.
#[test]
fn a_stamp_in_the_zone_of_the_machine_is_seen() {
    let sandbox = sandbox();
    let client = Client::builder().endpoint(opentop::Endpoint::custom(&sandbox.endpoint()).unwrap());
    let client = client.app_key(APP.0).app_secret(APP.1).clock(|| DateTime::now() - Duration::from_secs(8 * 3_600));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let result = runtime.block_on(flows().send(&client.build().unwrap().session(SESSION)));
    assert!(result.as_ref().err().is_some_and(is_refused_for_its_time), "{result:?}");
}

/// Seconds since 1970 of a stamp in GMT+8, by a count of days that shares nothing with the code under test.
fn unix_seconds(stamp: &str) -> i64 {
    let numbers: Vec<i64> = stamp.split(['-', ' ', ':']).map(|number| number.parse().unwrap()).collect();
    let [year, month, day, hour, minute, second] = numbers[..] else { panic!("{stamp}") };
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days: i64 = (1970..year).map(|year| 365 + i64::from(leap(year))).sum::<i64>()
        + lengths[..usize::try_from(month - 1).unwrap()].iter().sum::<i64>()
        + day
        - 1;
    ((days * 24 + hour - 8) * 60 + minute) * 60 + second
}

/// Run again by the test below, under other zones: the stamps that calls of both clients carry.
#[test]
fn calls_are_stamped_in_the_platforms_zone() {
    let server = serve(|turn| vec![say(answer(&done(turn), ""))]);
    for client in server.clients(Wish::patient()) {
        client.read().unwrap();
        let heard = server.last_heard();
        let (_, form) = heard.split_once("\r\n\r\n").unwrap();
        let stamp = form_urlencoded::parse(form.as_bytes()).find(|(name, _)| name == "timestamp").unwrap().1;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let off = unix_seconds(&stamp) - i64::try_from(now).unwrap();
        assert!(off.abs() < 60, "{}: {stamp} is {off} s off", client.name());
    }
    // Around the hours that some zones have twice or never.
    for seconds in [1_772_953_199, 1_772_953_200, 1_793_512_800, 1_793_516_399, 951_782_399, 1_709_164_800] {
        let stamp = DateTime::from_unix_millis(seconds * 1_000).unwrap().to_string();
        assert_eq!(unix_seconds(&stamp), seconds, "{stamp}");
    }
}

#[test]
fn the_zone_of_the_host_plays_no_part() {
    for zone in ["UTC", "Asia/Shanghai", "America/New_York", "America/St_Johns", "Pacific/Kiritimati", "XYZ-23:59"] {
        let mut again = Command::new(std::env::current_exe().unwrap());
        again
            .args(["--exact", "faults::clocks::calls_are_stamped_in_the_platforms_zone", "--nocapture"])
            .env("TZ", zone);
        let output = again.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("1 passed"), "{zone}: {said}");
    }
}
