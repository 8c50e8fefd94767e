//! What a model becomes when it is sent as a request.
//!
//! Input: a model. What must hold: each field is one parameter, nothing empty among them; what a dry run shows is what would be signed, in
//! the order of the names' bytes, without secrets and without what is sensitive.

use opentop_runtime::__private::engine::encode;
use opentop_runtime::Client;
use opentop_runtime::Parameters;
use opentop_runtime::transport::MockTransport;

use super::tables::Everything;

const SECRET: &str = "canary-of-the-secret";

/// Judges one model.
pub fn check(model: &Everything) {
    let client =
        Client::builder().app_key("1").app_secret(SECRET).transport(MockTransport::new()).build().expect("a client");
    let (parameters, shown) = match (Parameters::of(model), client.dry_run(model)) {
        (Ok(parameters), Ok(shown)) => (parameters, shown),
        // A comma in a list of texts, which the gateway would take for two.
        (Err(error), Err(_)) => return assert!(!error.violations().is_empty()),
        (parameters, shown) => panic!("what is sound is shown: {parameters:?} {shown:?}"),
    };
    let encoded = encode::parameters(model);
    assert!(parameters.iter().eq(encoded.iter().map(|(name, value)| (*name, value))));
    for (name, value) in &encoded {
        assert!(!matches!(value, encode::Parameter::Text(text) if text.is_empty()), "{name} is sent empty");
    }
    assert!(!format!("{shown} {shown:?}").contains(SECRET));
    let (signature, signed) = shown.parameters.split_last().expect("a signature");
    assert_eq!(signature.0, "sign");
    assert!(signed.is_sorted_by(|one, other| one.0.as_bytes() < other.0.as_bytes()));
    let base: String = signed.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    assert_eq!(shown.base_string, base);
    let decimal = signed.iter().find(|(name, _)| name == "decimal");
    assert!(decimal.is_none_or(|(_, value)| value == "[sensitive]"), "{decimal:?}");
}
