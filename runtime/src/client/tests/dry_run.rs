//! What would be signed, secrets masked.

use super::*;
use crate::wire::sign::SignMethod;

#[test]
fn it_shows_what_would_be_signed_and_no_secret() {
    let fake = MockTransport::new();
    let shown = client(&fake).session(TOKEN).dry_run(&redeem()).unwrap();
    let agent = concat!("opentop-rust-", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        shown.base_string,
        format!(
            "app_key12345678count2formatjsongift茶 & teamethodalibaba.example.gift.redeempartner_id{agent}\
             request_idkey-1session[session]sign_methodhmac-sha256simplifytruetimestamp2026-01-02 12:00:00v2.0"
        )
    );
    assert_eq!(shown.endpoint, "https://eco.taobao.com/router/rest");
    assert_eq!(shown.parameters.last(), Some(&("sign".to_owned(), "[signature]".to_owned())));
    let text = format!("{shown} {shown:?}");
    assert!(!text.contains("canary") && text.contains("hmac-sha256"), "{text}");
    assert!(fake.sent().is_empty());
}

#[test]
fn md5_has_the_secret_at_both_ends_masked() {
    let builder = Client::builder().app_key("1").app_secret(SECRET).sign_method(SignMethod::Md5).clock(noon);
    let client = builder.transport(MockTransport::new()).build().unwrap();
    let shown = client.dry_run(&Find { name: Some("tea".into()) }).unwrap();
    assert!(shown.base_string.starts_with("[app_secret]app_key1") && shown.base_string.ends_with("v2.0[app_secret]"));
}

#[test]
fn what_could_not_be_sent_cannot_be_shown() {
    let client = client(&MockTransport::new());
    assert!(matches!(client.dry_run(&Find { name: Some("x".repeat(21)) }), Err(Error::Invalid(_))));
    assert!(matches!(client.session("").dry_run(&redeem()), Err(Error::Config(ConfigError::EmptySession))));
}

#[test]
fn a_call_without_a_specification_can_be_shown_too() {
    let parameters = || crate::call::parameters::Parameters::from_pairs([("gift_id", "42")]).unwrap();
    let client = client(&MockTransport::new());
    let call = client.session(TOKEN).target_app_key("7");
    let shown = call.dry_run_untyped("alibaba.example.gift.count", crate::Effect::Read, parameters()).unwrap();
    assert!(shown.base_string.contains("gift_id42method") && shown.base_string.contains("target_app_key7"));
    assert!(!format!("{shown} {shown:?}").contains("canary"));
    let none = call.dry_run_untyped("gift", crate::Effect::Read, parameters());
    assert!(matches!(none, Err(Error::Config(ConfigError::MethodName { .. }))));
}
