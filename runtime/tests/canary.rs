//! Secrets are looked for in everything that is shown: Debug, Display, chains of causes, traces, logs of the transports, panics,
//! stored writes, dry runs, in plain, hexadecimal, base64 and percent form.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use opentop_runtime::Parameters;
use opentop_runtime::transport::{MockTransport, SendStage, TransportError, TransportErrorKind};
use opentop_runtime::{AccessToken, AppSecret, Client, Effect, FileJournal, Journal, SignMethod, WriteError, blocking};

const SECRET: &str = "canary-app-secret-7Q";
const TOKEN: &str = "canary+session/token=8Z";

/// Everything that was shown.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<String>>);

impl Shown {
    fn add(&self, text: impl AsRef<str>) {
        let mut all = self.0.lock().unwrap();
        all.push_str(text.as_ref());
        all.push('\n');
    }

    fn debug(&self, value: &impl Debug) {
        self.add(format!("{value:?} {value:#?}"));
    }

    fn error(&self, error: &dyn std::error::Error) {
        let mut cause = Some(error);
        while let Some(error) = cause {
            self.add(format!("{error} {error:?} {error:#?}"));
            cause = error.source();
        }
    }
}

/// Writes down all spans and events, of all levels and crates.
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

/// The forms in which a secret could get out.
fn forms(secret: &str) -> Vec<String> {
    let hex = secret.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    let percent: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    // From each of three starts: base64 of a part looks different for each of the three offsets.
    let base64 = (0..3).map(|start| base64(&secret.as_bytes()[start..secret.len().min(start + 15)]));
    let bytes = format!("{:?}", secret.as_bytes());
    [secret.to_owned(), hex.to_uppercase(), hex, percent, bytes[1..bytes.len() - 1].to_owned()]
        .into_iter()
        .chain(base64)
        .collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = bytes.chunks_exact(3).map(|group| u32::from_be_bytes([0, group[0], group[1], group[2]]));
    let letter = |group: u32, at: u32| char::from(LETTERS[(group >> (18 - 6 * at)) as usize & 63]);
    groups.flat_map(|group| (0..4).map(move |at| letter(group, at))).collect()
}

fn found_in(shown: &str, signatures: &[String]) -> Vec<String> {
    let secrets = [SECRET, TOKEN].into_iter().map(str::to_owned).chain(signatures.iter().cloned());
    secrets.flat_map(|secret| forms(&secret)).filter(|form| shown.contains(form)).collect()
}

/// One ending after another, of a read and of a write.
fn scripts() -> Vec<MockTransport> {
    let bodies = [
        r#"{"example_gift_count_response": {"request_id": "r1"}}"#,
        r#"{"error_response": {"code": 25, "msg": "Invalid signature"}}"#,
        r#"{"error_response": {"code": 27, "msg": "Invalid session", "sub_code": "session-expired"}}"#,
        "<html>",
        "",
    ];
    let cut = || TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken).with_source("reset");
    let mut scripts: Vec<MockTransport> =
        bodies.iter().map(|body| MockTransport::new().reply(*body).reply(*body).reply(*body)).collect();
    scripts.push(MockTransport::new().fail(cut()).fail(cut()).fail(cut()));
    scripts.push(MockTransport::new());
    scripts
}

fn signatures(fake: &MockTransport) -> Vec<String> {
    fake.sent().iter().filter_map(|sent| sent.parameter("sign")).collect()
}

#[tokio::test]
async fn no_secret_shows_anywhere_in_any_form() {
    let (shown, mut signed) = (Shown::default(), Vec::new());
    let _guard = tracing::subscriber::set_default(shown.clone());
    let folder = std::env::temp_dir().join(format!("opentop-canary-{}", std::process::id()));
    let parameters = || Parameters::from_pairs([("gift_id", "42")]).unwrap();
    let journal = FileJournal::open(&folder).unwrap();
    for method in [SignMethod::Md5, SignMethod::Hmac, SignMethod::HmacSha256] {
        for fake in scripts() {
            let builder = Client::builder().app_key("1").app_secret(SECRET).sign_method(method).transport(fake.clone());
            shown.debug(&builder);
            let client = builder.journal(journal.clone()).build().unwrap();
            let call = client.session(TOKEN);
            shown.debug(&client);
            shown.debug(&client.config());
            shown.debug(&call);
            for effect in [Effect::Read, Effect::Write] {
                match call.call_untyped("taobao.example.gift.count", effect, parameters()).await {
                    Ok(reply) => shown.debug(&reply),
                    Err(error) => {
                        shown.error(&error);
                        if let WriteError::Unknown(pending) = &error {
                            shown.add(pending.stored().to_json());
                            shown.debug(pending);
                        }
                    }
                }
            }
            let dry = call.dry_run_untyped("taobao.example.gift.count", Effect::Write, parameters()).unwrap();
            shown.add(dry.to_string());
            shown.debug(&dry);
            shown.debug(&fake);
            signed.extend(signatures(&fake));
        }
    }
    for write in journal.pending().unwrap() {
        shown.add(write.to_json());
    }
    std::fs::remove_dir_all(folder).unwrap();
    let blocking =
        blocking::Client::builder().app_key("1").app_secret(SECRET).transport(MockTransport::new()).build().unwrap();
    shown.debug(&blocking.session(TOKEN));
    shown.debug(&(AppSecret::from(SECRET), AccessToken::from(TOKEN)));
    let all = shown.0.lock().unwrap().clone();
    assert!(all.contains("taobao.example.gift.count") && all.contains("outcome"), "nothing was recorded: {all}");
    assert!(signed.len() > 20);
    assert_eq!(found_in(&all, &signed), [] as [&str; 0]);
}

#[cfg(all(feature = "reqwest", feature = "ureq"))]
mod transports {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use opentop_runtime::Endpoint;

    use super::*;

    /// Writes down what crates log that know no `tracing`, at all levels.
    struct Logs(Shown);

    impl log::Log for Logs {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            true
        }
        fn log(&self, record: &log::Record<'_>) {
            self.0.add(format!("{}: {}", record.target(), record.args()));
        }
        fn flush(&self) {}
    }

    /// Answers one call after another; what each sent comes out. `answer` yields the status and the body.
    fn server(answer: fn(&str) -> (u16, String)) -> (u16, std::sync::mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, mut came, mut chunk) = (stream.unwrap(), Vec::new(), [0; 1024]);
                // The signature comes last, 64 digits.
                let is_whole =
                    |came: &[u8]| came.windows(6).rposition(|part| part == b"&sign=") == came.len().checked_sub(70);
                while came.len() < 70 || !is_whole(&came) {
                    let length = stream.read(&mut chunk).unwrap();
                    came.extend_from_slice(&chunk[..length]);
                }
                let came = String::from_utf8(came).unwrap();
                let (status, body) = answer(&came);
                sender.send(came).unwrap();
                let length = body.len();
                write!(stream, "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
                    .unwrap();
            }
        });
        (port, receiver)
    }

    #[tokio::test]
    async fn neither_transport_logs_a_secret_at_any_level() {
        let shown = Shown::default();
        let _guard = tracing::subscriber::set_default(shown.clone());
        log::set_logger(Box::leak(Box::new(Logs(shown.clone())))).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        let answer = |_: &str| (200, r#"{"example_gift_count_response": {"request_id": "r1"}}"#.to_owned());
        let (port, sent) = server(answer);
        let endpoint = || Endpoint::custom(&format!("http://127.0.0.1:{port}/router/rest")).unwrap();
        let parameters = || Parameters::from_pairs([("gift_id", "42")]).unwrap();
        let method = "taobao.example.gift.count";
        let builder = Client::builder().endpoint(endpoint()).app_key("1").app_secret(SECRET);
        let client = builder.build().unwrap();
        client.session(TOKEN).call_untyped(method, Effect::Write, parameters()).await.unwrap();
        let after_one = shown.0.lock().unwrap().len();
        let builder = blocking::Client::builder().endpoint(endpoint()).app_key("1").app_secret(SECRET);
        let client = builder.build().unwrap();
        client.session(TOKEN).call_untyped(method, Effect::Write, parameters()).unwrap();
        let all = shown.0.lock().unwrap().clone();
        assert!(all[after_one..].contains("ureq"), "nothing was recorded: {all}");
        let signatures: Vec<String> = sent
            .try_iter()
            .map(|came| came.split("&sign=").nth(1).unwrap().split('&').next().unwrap().to_owned())
            .collect();
        assert!(signatures.len() == 2 && signatures.iter().all(|signature| signature.len() == 64), "{signatures:?}");
        assert_eq!(found_in(&all, &signatures), [] as [&str; 0]);
    }

    /// A firewall's page that quotes the request, through either transport.
    #[tokio::test]
    async fn neither_transport_shows_what_is_echoed() {
        let (shown, mut signatures) = (Shown::default(), Vec::new());
        for answer in [
            (|came: &str| (403, format!("<html>denied: {}</html>", &came[came.len() - 240..])))
                as fn(&str) -> (u16, String),
            |came| (200, format!("<html>denied: {}</html>", &came[came.len() - 240..])),
        ] {
            let (port, sent) = server(answer);
            let endpoint = || Endpoint::custom(&format!("http://127.0.0.1:{port}/router/rest")).unwrap();
            let parameters = || Parameters::from_pairs([("gift_id", "42")]).unwrap();
            let method = "taobao.example.gift.count";
            let client = Client::builder().endpoint(endpoint()).app_key("1").app_secret(SECRET).build().unwrap();
            let call = client.session(TOKEN).call_untyped(method, Effect::Write, parameters());
            shown.error(&call.await.unwrap_err());
            let builder = blocking::Client::builder().endpoint(endpoint()).app_key("1").app_secret(SECRET);
            let call = builder.build().unwrap().session(TOKEN).call_untyped(method, Effect::Write, parameters());
            shown.error(&call.unwrap_err());
            let signature = |came: String| came.split("&sign=").nth(1).unwrap()[..64].to_owned();
            signatures.extend(sent.try_iter().map(signature));
        }
        let all = shown.0.lock().unwrap().clone();
        assert!(all.contains("denied: ") && all.contains("[redacted]") && signatures.len() == 4, "{all}");
        assert_eq!(found_in(&all, &signatures), [] as [&str; 0]);
    }
}

#[test]
fn a_panic_shows_no_secret() {
    let said = std::panic::catch_unwind(|| {
        panic!("{:?}", (AppSecret::from(SECRET), AccessToken::from(TOKEN)));
    });
    let said = said.unwrap_err().downcast::<String>().unwrap();
    assert!(said.contains("[redacted]") && found_in(&said, &[]).is_empty(), "{said}");
}

/// The oracle sees a leak when there is one, in each of the forms.
#[test]
fn a_planted_leak_is_found() {
    let planted = [
        format!("session={TOKEN}"),
        "63616E6172792D6170702D7365637265742D3751".to_owned(),
        form_urlencoded::byte_serialize(TOKEN.as_bytes()).collect(),
        format!("{:?}", SECRET.as_bytes()),
        base64(b"xycanary-app-secret-7Q"),
        "sign=ABCDEF0123456789".to_owned(),
    ];
    for leak in planted {
        assert!(!found_in(&leak, &["ABCDEF0123456789".to_owned()]).is_empty(), "{leak}");
    }
}
