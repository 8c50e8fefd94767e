//! A short, plain secret comes back as the id of the call, whole or as a part of one.

use opentop_runtime::__private::v1::send_write;
use opentop_runtime::transport::MockTransport;
use opentop_runtime::{Format, RetryPolicy, blocking};

use crate::forms::base64;
use crate::stored::{FORMATS, Memory};
use crate::{Redeem, Shown, noon, show};

/// Secret, session and sensitive value, as plain and as short as ids of the platform.
const SHORT: [(&str, &str, &str); 3] = [
    ("helloworld", "s3ss10nAb9", "13812345678"),
    ("9f8e7d6c5b", "6100e23b_c-d.8144", "card4711"),
    ("hi5there", "6100e", "4711x"),
];

/// What a call shows whose answer has this id, once as a success and once as a refusal.
fn shown((secret, session, phone): (&str, &str, &str), id: &str, format: Format) -> String {
    let shown = Shown::default();
    for success in [true, false] {
        let body = match format {
            Format::Json => format!(r#"{{"success":{success},"request_id":"{id}"}}"#),
            _ => format!(
                "<alibaba_example_gift_redeem_response><success>{success}</success><request_id>{id}</request_id></alibaba_example_gift_redeem_response>"
            ),
        };
        let journal = Memory::default();
        let fake = MockTransport::new().reply(body);
        let builder = blocking::Client::builder().app_key("1").app_secret(secret).clock(noon).format(format);
        let client = builder.retries(RetryPolicy::none()).transport(fake).journal(journal.clone()).build().unwrap();
        let request = Redeem { phone: Some(phone.to_owned()) };
        let guard = tracing::subscriber::set_default(shown.clone());
        let result = send_write(request, &client.session(session));
        drop(guard);
        result.iter().for_each(|reply| shown.add(reply.request_id().unwrap_or_default()));
        show(result, &journal, &shown);
    }
    let text = shown.0.lock().unwrap();
    text.clone()
}

/// The signature that a call of this format has.
fn signature((secret, session, phone): (&str, &str, &str), format: Format) -> String {
    let fake = MockTransport::new().reply("{}");
    let builder = blocking::Client::builder().app_key("1").app_secret(secret).clock(noon).format(format);
    let client = builder.retries(RetryPolicy::none()).transport(fake.clone()).build().unwrap();
    let _ = send_write(Redeem { phone: Some(phone.to_owned()) }, &client.session(session));
    fake.sent()[0].parameter("sign").unwrap()
}

fn hex(secret: &str) -> String {
    secret.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Very short ones stand in base64 in any text: a stored answer keeps those.
fn parts(secret: &str) -> Vec<String> {
    let mut parts = vec![secret.to_owned(), secret.to_uppercase()];
    if secret.len() >= 8 {
        parts.extend([base64(secret.as_bytes()), hex(secret)]);
    }
    parts
}

#[test]
fn no_plain_id_shows_a_secret() {
    let mut count = 0;
    for secrets in SHORT {
        for format in FORMATS {
            let signature = signature(secrets, *format);
            for secret in [secrets.0, secrets.1, secrets.2, &signature[..20], &signature[12..]] {
                for part in parts(secret) {
                    for id in
                        [part.clone(), format!("{part}.1"), format!("r-{part}"), part.trim_end_matches('=').to_owned()]
                    {
                        let said = shown(secrets, &id, *format);
                        let (said, part) = (said.to_lowercase(), part.to_lowercase());
                        assert!(!said.contains(part.trim_end_matches('=')), "{secret} {id}\n{said}");
                        count += 1;
                    }
                }
            }
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn an_id_of_the_platform_stays_as_it_is() {
    for secrets in SHORT {
        for format in FORMATS {
            for id in ["15r8j5kxhg1x2", "2142b6ba17285367890123456e1a2b", "6100.1-a_b", "abcdefgh"] {
                assert!(shown(secrets, id, *format).matches(id).count() >= 2, "{secrets:?} {id}");
            }
        }
    }
}
