//! Calls that the platform makes, verified.
//!
//! Input: a content type, a query and a body, each a line but the last. What must hold: no panic; without the right signature nothing is
//! genuine.

use opentop_runtime::spi::{Incoming, Reject, Verified, Verifier};

/// What verifies.
pub type Verify<'a> = &'a dyn Fn(&Incoming<'_>) -> Result<Verified, Reject>;

/// Judges one input.
pub fn run(data: &[u8]) {
    let verifier = Verifier::new("a secret that no input holds: 5dc1d0a1f5b0e9b1");
    check(data, &|call| verifier.verify(call));
}

/// The same of any code under test.
pub fn check(data: &[u8], verify: Verify<'_>) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let (kind, query, body) = (lines.next(), lines.next(), lines.next());
    let text = |bytes: Option<&'_ [u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let (kind, query) = (text(kind), text(query));
    let headers = [("top-sign-list", query.as_str()), ("x-a", kind.as_str())];
    for headers in [&headers[..], &[]] {
        let body = body.unwrap_or_default();
        let call = Incoming { method: "POST", headers, query: &query, content_type: Some(&kind), body };
        assert!(verify(&call).is_err());
    }
}
