//! A firewall, a proxy or the gateway itself quotes what it was sent: in any encoding, at any place, under any status. Nothing of the
//! secret, the session, the signature or a sensitive value shows in anything that an error, a pending write or a trace says, nor
//! in what a journal keeps.
//!
//! `OPENTOP_ECHO=all` tries every form at every place in both formats with both clients (the statuses take turns), instead of a share of them:
//! `OPENTOP_ECHO=all cargo test --release -p opentop-runtime --all-features --test echo -- --nocapture`

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod forms;
mod ids;
mod pieces;
mod stored;
#[cfg(all(feature = "reqwest", feature = "ureq"))]
mod wire;

use std::collections::HashSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::thread;

use http::StatusCode;
use opentop_runtime::__private::v1::{self as rt, *};
use opentop_runtime::transport::MockTransport;
use opentop_runtime::{Client, DateTime, Format, Journal, Reply, RetryPolicy, WriteError, blocking, table_impls};

use crate::forms::{RUN, forms, runs};
use crate::stored::{FORMATS, Memory};

const SECRET: &str = "c5d2b1e0f9a84736a5b4c3d2e1f00918";
const TOKEN: &str = "6100e23+A/b=c\"<&'\\~Zq8144d5e6f";
const PHONE: &str = "13812345678 王小明/+<b>";

#[derive(Default)]
pub struct Redeem {
    phone: Option<String>,
}

impl Table for Redeem {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new("Redeem", &["phone"], &[(0, Constraint::Sensitive)], &[]);
        &INFO
    }
    fn field_mut(&mut self, _: usize) -> FieldMut<'_> {
        FieldMut::Text(&mut self.phone)
    }
    fn field(&self, _: usize) -> FieldRef<'_> {
        FieldRef::Text(&self.phone)
    }
}

#[derive(Default)]
pub struct Redeemed {
    success: Option<bool>,
    message: Option<String>,
}

impl Table for Redeemed {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new("Redeemed", &["success", "message"], &[], &[]);
        &INFO
    }
    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        match index {
            0 => FieldMut::Bool(&mut self.success),
            _ => FieldMut::Text(&mut self.message),
        }
    }
    fn field(&self, index: usize) -> FieldRef<'_> {
        match index {
            0 => FieldRef::Bool(&self.success),
            _ => FieldRef::Text(&self.message),
        }
    }
}

table_impls!(Redeem);
table_impls!(Redeemed);

impl Request for Redeem {
    type Response = Redeemed;
    type Checked = Redeemed;
    const INFO: &'static MethodInfo = &MethodInfo::new(
        "alibaba.example.gift.redeem",
        "alibaba_example_gift_redeem_response",
        Effect::Write,
        SessionRequirement::Optional,
    )
    .success_flag(SuccessFlag::new(&[0]).message(&[1]));
    fn checked(response: Redeemed) -> Redeemed {
        response
    }
}
impl WriteRequest for Redeem {}
impl NoSessionRequest for Redeem {}

/// What an intermediary or the gateway makes of it, `before` this many bytes of something else.
fn bodies(echo: &str, before: usize) -> Vec<(&'static str, String)> {
    let padding = "- ".repeat(before).chars().take(before).collect::<String>();
    let quoted = serde_json::Value::from(format!("{padding}{echo}")).to_string();
    let markup = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    vec![
        ("text/html", format!("{padding}<p>{echo}</p>")),
        ("text/plain", format!("{padding}{echo}")),
        (
            "text/javascript",
            format!(
                r#"{{"error_response":{{"code":15,"msg":{quoted},"sub_code":"isv.x","sub_msg":{quoted},"request_id":{quoted}}}}}"#
            ),
        ),
        ("text/javascript", format!(r#"{{"error_response":{{"code":{quoted},"type":{quoted},"sub_code":{quoted}}}}}"#)),
        ("text/javascript", format!(r#"{{"error_response":{quoted}}}"#)),
        ("text/javascript", format!(r#"{{"code":27,"msg":{quoted}}}"#)),
        ("text/javascript", format!(r#"{{"somebody":{quoted}}}"#)),
        ("text/javascript", format!(r#"{{"success":{quoted}}}"#)),
        ("text/javascript", format!(r#"{{"success":false,"message":{quoted},"request_id":{quoted}}}"#)),
        ("text/javascript", format!(r#"{{"success":true,"request_id":{quoted}}}"#)),
        ("text/javascript", format!(r#"{{"left":1,"request_id":{quoted}}}"#)),
        (
            "text/xml",
            format!("<error_response><code>15</code><sub_msg>{padding}{}</sub_msg></error_response>", markup(echo)),
        ),
        #[cfg(feature = "xml")]
        (
            "text/xml",
            format!(
                "<alibaba_example_gift_redeem_response><success>{padding}{}</success></alibaba_example_gift_redeem_response>",
                markup(echo)
            ),
        ),
    ]
}

/// Everything that was shown.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<String>>);

impl Shown {
    fn add(&self, text: impl AsRef<str>) {
        let mut all = self.0.lock().unwrap();
        all.push_str(text.as_ref());
        all.push('\n');
    }
}

/// Writes down all spans and events.
impl tracing::field::Visit for Shown {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        self.add(format!("{}={value:?}", field.name()));
    }
}

impl tracing::Subscriber for Shown {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        span.record(&mut self.clone());
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// What ends a call shows of it, and what the journal keeps.
fn show(result: Result<Reply<Redeemed>, WriteError<Redeem>>, journal: &Memory, shown: &Shown) {
    match result {
        Ok(reply) => shown.add(format!("{reply:?}")),
        Err(error) => {
            shown.add(format!("{error} {error:?} {error:#?}"));
            let source = std::error::Error::source(&error);
            source.into_iter().for_each(|source| shown.add(format!("{source} {source:?}")));
            if let WriteError::Unknown(pending) = &error {
                shown.add(format!(
                    "{} {} {pending:?}",
                    without_parameters(&pending.stored().to_json()),
                    pending.cause()
                ));
            }
        }
    }
    for write in Journal::list(journal).unwrap() {
        shown.add(format!("{} {write} {write:?}", without_parameters(&write.to_json())));
    }
}

/// A stored write without the business parameters, which are there in the clear, as the documentation says, and without its id: random
/// hexadecimal digits sometimes equal a piece of a secret's.
fn without_parameters(json: &str) -> String {
    let mut stored: serde_json::Value = serde_json::from_str(json).unwrap();
    let members = stored.as_object_mut().unwrap();
    members.retain(|name, _| !["parameters", "id"].contains(&name.as_str()));
    stored.to_string()
}

fn noon() -> DateTime {
    "2026-01-02 12:00:00".parse().unwrap()
}

fn redeem() -> Redeem {
    Redeem { phone: Some(PHONE.to_owned()) }
}

/// Which client calls.
#[derive(Clone, Copy, Debug)]
enum Way {
    Blocking,
    Async,
}

fn call(fake: &MockTransport, shown: &Shown, format: Format, way: Way) {
    let journal = Memory::default();
    let result = match way {
        Way::Blocking => {
            let builder = blocking::Client::builder().app_key("1").app_secret(SECRET).clock(noon).format(format);
            let builder = builder.retries(RetryPolicy::none()).transport(fake.clone()).journal(journal.clone());
            send_write(redeem(), &builder.build().unwrap().session(TOKEN))
        }
        Way::Async => {
            let builder = Client::builder().app_key("1").app_secret(SECRET).clock(noon).format(format);
            let builder = builder.retries(RetryPolicy::none()).transport(fake.clone()).async_journal(journal.clone());
            let client = builder.build().unwrap();
            futures_util::FutureExt::now_or_never(send_write(redeem(), &client.session(TOKEN))).unwrap()
        }
    };
    show(result, &journal, shown);
}

/// The signature of a call that asks for this format.
fn signature(format: Format) -> String {
    let fake = MockTransport::new().reply("{}");
    call(&fake, &Shown::default(), format, Way::Blocking);
    fake.sent()[0].parameter("sign").unwrap()
}

/// Every form of every secret, with the formats of the calls that hold it.
fn secret_forms() -> Vec<(String, Vec<Format>)> {
    let both = [SECRET, TOKEN, PHONE].map(|secret| (secret.to_owned(), FORMATS.to_vec()));
    let signatures = FORMATS.iter().map(|format| (signature(*format), vec![*format]));
    let secrets = both.into_iter().chain(signatures);
    secrets.flat_map(|(secret, formats)| forms(&secret).into_iter().map(move |form| (form, formats.clone()))).collect()
}

/// Every piece that is a leak.
fn leaks(forms: &[(String, Vec<Format>)]) -> HashSet<[u8; RUN]> {
    forms.iter().flat_map(|(form, _)| runs(form.as_bytes())).copied().collect()
}

const STATUSES: [u16; 6] = [200, 403, 404, 400, 500, 502];

/// 256 bytes of a body are shown.
const PLACES: usize = 300;

/// Where a form stands, under which status, in which format, with which client.
fn rounds(index: usize, formats: &[Format], all: bool) -> Vec<(usize, u16, Format, Way)> {
    if all {
        let ways = [Way::Blocking, Way::Async];
        let calls: Vec<_> = formats.iter().flat_map(|format| ways.map(|way| (*format, way))).collect();
        let at_all_places =
            |(format, way)| (0..=PLACES).map(move |place| (place, STATUSES[(place + index) % 6], format, way));
        return calls.into_iter().flat_map(at_all_places).collect();
    }
    // The plain forms at many places, the others at two.
    let places: Vec<usize> =
        if index.is_multiple_of(45) { (0..=PLACES).step_by(13).collect() } else { vec![index % 90, 170 + index % 110] };
    let statuses = [200, 403, 200, 400, 500, 502].into_iter().cycle().skip(index);
    let ways = [Way::Blocking, Way::Async, Way::Async].into_iter().cycle().skip(index);
    let formats = formats.iter().copied().cycle();
    let rounds = places.into_iter().zip(statuses).zip(formats.zip(ways));
    rounds.map(|((place, status), (format, way))| (place, status, format, way)).collect()
}

#[test]
fn nothing_that_is_echoed_shows() {
    let all = std::env::var("OPENTOP_ECHO").is_ok_and(|share| share == "all");
    let forms = secret_forms();
    let leaks = leaks(&forms);
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let work = |worker: usize| {
        let (mut count, mut shown_bytes) = (0_usize, 0);
        for (index, (form, formats)) in forms.iter().enumerate().skip(worker).step_by(workers) {
            for (before, status, format, way) in rounds(index, formats, all) {
                for (content_type, body) in bodies(form, before) {
                    let response = http::Response::builder()
                        .status(StatusCode::from_u16(status).unwrap())
                        .header("content-type", content_type)
                        .body(body.clone().into())
                        .unwrap();
                    let shown = Shown::default();
                    let guard = tracing::subscriber::set_default(shown.clone());
                    call(&MockTransport::new().respond(response), &shown, format, way);
                    drop(guard);
                    let text = shown.0.lock().unwrap().clone();
                    assert_eq!(leak_in(&text, &leaks), None, "{way:?} {status} {before} {body}\n{text}");
                    (count, shown_bytes) = (count + 1, shown_bytes + text.len());
                }
            }
        }
        (count, shown_bytes)
    };
    let (count, shown_bytes) = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
        let sum = |(count, bytes), (more, longer)| (count + more, bytes + longer);
        threads.into_iter().map(|thread| thread.join().unwrap()).fold((0, 0), sum)
    });
    println!("{} forms, {count} bodies, {shown_bytes} bytes shown, 0 of a secret", forms.len());
    assert!(count > 3_000 && shown_bytes > 1_000_000, "{count} bodies, {shown_bytes} bytes shown");
}

/// The first piece of a secret in what was shown.
fn leak_in(shown: &str, leaks: &HashSet<[u8; RUN]>) -> Option<String> {
    let leak = runs(shown.as_bytes()).find(|run| leaks.contains(*run));
    leak.map(|run| String::from_utf8_lossy(run).into_owned())
}

/// What is looked for is there: without the redactor, a plain echo is found.
#[test]
fn an_echo_that_shows_would_be_found() {
    let leaks = leaks(&secret_forms());
    for (form, _) in secret_forms() {
        assert!(leak_in(&format!("denied: {form}."), &leaks).is_some(), "{form}");
    }
    assert_eq!(leak_in("denied: nothing of it", &leaks), None);
}

/// A body that is cut inside of a secret, or begins inside of one.
#[test]
fn nothing_of_a_part_shows() {
    for secret in [SECRET, TOKEN] {
        let leaks: HashSet<[u8; RUN]> = runs(secret.as_bytes()).copied().collect();
        for at in 0..secret.len() {
            for body in [format!("<p>{}", &secret[..at]), format!("{}</p>", &secret[at..])] {
                let shown = Shown::default();
                call(&MockTransport::new().reply(body.clone()), &shown, Format::Json, Way::Blocking);
                let all = shown.0.lock().unwrap().clone();
                let part = if body.starts_with("<p>") { &secret[..at] } else { &secret[at..] };
                assert!(part.len() < 4 || !all.contains(part), "{body}\n{all}");
                assert_eq!(leak_in(&all, &leaks), None, "{body}\n{all}");
            }
        }
    }
}
