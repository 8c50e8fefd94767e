//! A firewall, a proxy or the gateway itself quotes what it was sent: in any encoding, at any place, under any status. Nothing of the
//! secret, the session, the signature or a sensitive value shows in anything that an error, a pending write or a trace says, nor
//! in what a journal keeps.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod forms;
mod stored;

use std::collections::HashSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use http::StatusCode;
use opentop_runtime::__private::v1::{self as rt, *};
use opentop_runtime::transport::MockTransport;
use opentop_runtime::{DateTime, RetryPolicy, WriteError, blocking, table_impls};

use crate::forms::{RUN, forms, runs};

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

fn call(fake: &MockTransport, shown: &Shown, xml: bool) {
    let noon: DateTime = "2026-01-02 12:00:00".parse().unwrap();
    let builder = blocking::Client::builder().app_key("1").app_secret(SECRET).clock(move || noon);
    #[cfg(feature = "xml")]
    let builder = builder.format(if xml { opentop_runtime::Format::Xml } else { opentop_runtime::Format::Json });
    let _ = xml;
    let client = builder.retries(RetryPolicy::none()).transport(fake.clone()).build().unwrap();
    let request = Redeem { phone: Some(PHONE.to_owned()) };
    match send_write(request, &client.session(TOKEN)) {
        Ok(reply) => shown.add(format!("{reply:?}")),
        Err(error) => {
            shown.add(format!("{error} {error:?} {error:#?}"));
            let source = std::error::Error::source(&error);
            source.into_iter().for_each(|source| shown.add(format!("{source} {source:?}")));
            if let WriteError::Unknown(pending) = &error {
                // The business parameters are there in the clear, as the documentation says.
                let mut stored: serde_json::Value = serde_json::from_str(&pending.stored().to_json()).unwrap();
                stored.as_object_mut().unwrap().remove("parameters");
                shown.add(format!("{stored} {} {pending:?}", pending.cause()));
            }
        }
    }
}

/// The signature of a call that asks for this format.
fn signature(xml: bool) -> String {
    let fake = MockTransport::new().reply("{}");
    call(&fake, &Shown::default(), xml);
    fake.sent()[0].parameter("sign").unwrap()
}

#[test]
fn nothing_that_is_echoed_shows() {
    let (json, xml) = (signature(false), signature(true));
    let both = [SECRET, TOKEN, PHONE].map(|secret| (secret, [false, true].as_slice()));
    let secrets = both.into_iter().chain([(&*json, [false].as_slice()), (&*xml, [true].as_slice())]);
    let forms: Vec<(String, &[bool])> =
        secrets.flat_map(|(secret, formats)| forms(secret).into_iter().map(move |form| (form, formats))).collect();
    let leaks: HashSet<[u8; RUN]> = forms.iter().flat_map(|(form, _)| runs(form.as_bytes())).copied().collect();
    let (mut count, mut shown_bytes) = (0, 0);
    for (index, (form, formats)) in forms.iter().enumerate() {
        // 256 bytes of a body are shown: the plain forms at many places, the others at two.
        let places: Vec<usize> =
            if index % 45 == 0 { (0..=300).step_by(13).collect() } else { vec![index % 90, 170 + index % 110] };
        let statuses = [200, 403, 200, 400, 500, 502].into_iter().cycle().skip(index);
        for ((before, status), xml) in places.into_iter().zip(statuses).zip(formats.iter().cycle()) {
            for (content_type, body) in bodies(form, before) {
                let response = http::Response::builder()
                    .status(StatusCode::from_u16(status).unwrap())
                    .header("content-type", content_type)
                    .body(body.clone().into())
                    .unwrap();
                let shown = Shown::default();
                let guard = tracing::subscriber::set_default(shown.clone());
                call(&MockTransport::new().respond(response), &shown, *xml);
                drop(guard);
                let all = shown.0.lock().unwrap().clone();
                let leak = runs(all.as_bytes()).find(|run| leaks.contains(*run));
                let leak = leak.map(|run| String::from_utf8_lossy(run).into_owned());
                assert_eq!(leak, None, "{status} {before} {body}\n{all}");
                (count, shown_bytes) = (count + 1, shown_bytes + all.len());
            }
        }
    }
    assert!(count > 3_000 && shown_bytes > 1_000_000, "{count} bodies, {shown_bytes} bytes shown");
}

/// A body that is cut inside of a secret, or begins inside of one.
#[test]
fn nothing_of_a_part_shows() {
    for secret in [SECRET, TOKEN] {
        let leaks: HashSet<[u8; RUN]> = runs(secret.as_bytes()).copied().collect();
        for at in 0..secret.len() {
            for body in [format!("<p>{}", &secret[..at]), format!("{}</p>", &secret[at..])] {
                let shown = Shown::default();
                call(&MockTransport::new().reply(body.clone()), &shown, false);
                let all = shown.0.lock().unwrap().clone();
                let part = if body.starts_with("<p>") { &secret[..at] } else { &secret[at..] };
                assert!(part.len() < 4 || !all.contains(part), "{body}\n{all}");
                assert!(!runs(all.as_bytes()).any(|run| leaks.contains(run)), "{body}\n{all}");
            }
        }
    }
}
