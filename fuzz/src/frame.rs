//! Frames of the message channel.
//!
//! What must hold: a frame is read or refused, without a panic; what is read lies inside the bytes and has no more fields than they have
//! room for; written again (in version 2) it is read as the same; no cut of it before its end is a frame.

use opentop_runtime::__private::v1::link::{Frame, FrameError};

/// What reads frames.
pub type Decode<'a> = &'a dyn for<'b> Fn(&'b [u8]) -> Result<Frame<'b>, FrameError>;

/// Judges one input.
pub fn run(data: &[u8]) {
    check(data, &|bytes| Frame::decode(bytes));
}

/// The same of any code under test.
pub fn check(data: &[u8], decode: Decode<'_>) {
    let frame = match decode(data) {
        Ok(frame) => frame,
        Err(error) => return assert!(error.at <= data.len()),
    };
    let end = data.len() - frame.trailing;
    let fields: Vec<_> = frame.fields.into_iter().collect();
    // A field takes at least a type, the length of its name and a format.
    assert!(fields.len() * 7 <= end);
    let written = frame.encode(&fields);
    let again = decode(&written).expect("what was written is a frame");
    assert_eq!((again.kind, again.status, again.flag), (frame.kind, frame.status.max(0), frame.flag.max(0)));
    assert_eq!((again.phrase, again.token, again.trailing), (frame.phrase, frame.token, 0));
    assert_eq!(again.fields.into_iter().collect::<Vec<_>>(), fields);
    for cut in super::cuts::cuts(end) {
        assert!(decode(&data[..cut]).is_err());
    }
}
