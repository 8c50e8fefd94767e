//! One frame of the message channel ("top-link"), read without copying and written in version 2.
//!
//! A frame is a version, a type, headers and an end. Integers are little-endian. [`Frame::decode`] checks the whole frame, borrows its
//! text and bytes, and allocates nothing: a length that a frame names is compared with what is left of the frame before it is used.
//!
//! Stricter than the vendor's reader in one thing: it skips a header of an unknown type without its length and then reads noise. Here that
//! is an error.

mod frame;
mod read;
#[cfg(test)]
mod tests;
mod value;
mod write;

pub use frame::Frame;
pub use read::Fields;
pub use value::{FrameError, FrameProblem, Value};

/// A client introduces itself.
pub const CONNECT: i8 = 0;
/// The answer to [`CONNECT`].
pub const CONNECT_ACK: i8 = 1;
/// A message, a pull request, a confirmation.
pub const SEND: i8 = 2;
/// The answer to a [`SEND`] with a flag.
pub const SEND_ACK: i8 = 3;

/// The field that says what a [`SEND`] is, a byte.
pub const KIND: &str = "__kind";
/// The client asks for messages.
pub const PULL: i8 = 1;
/// The client has handled a message.
pub const CONFIRM: i8 = 2;
/// A message, either way.
pub const DATA: i8 = 3;
/// The client could not handle a message.
pub const FAILED: i8 = 20;
