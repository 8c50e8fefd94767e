//! The user's handler, whatever its types.

use std::fmt::Display;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::message::Message;

/// What is left of a handler's error: at most 128 UTF-16 code units, as the vendor's clients send.
const MAX_REASON: usize = 128;

type Outcome = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A handler.
#[derive(Clone)]
pub(super) struct Handler(Arc<dyn Fn(Message) -> Outcome + Send + Sync>);

impl Handler {
    pub(super) fn new<H, F, E>(handle: H) -> Self
    where
        H: Fn(Message) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        Self(Arc::new(move |message| {
            let handled = handle(message);
            Box::pin(async move { handled.await.map_err(|error| error.to_string()) })
        }))
    }

    /// Handles a message. A panic is a failure like any other: the message must be answered.
    pub(super) async fn handle(self, message: Message) -> Result<(), String> {
        let run = AssertUnwindSafe(async move { (self.0)(message).await });
        run.catch_unwind().await.unwrap_or_else(|_| Err("the handler panicked".to_owned()))
    }
}

/// The beginning of a reason, never within a character.
pub(super) fn reason(text: &str) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > MAX_REASON
    });
    end.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_at_most_128_characters() {
        assert_eq!(reason("short"), "short");
        assert_eq!(reason(&"处".repeat(200)), "处".repeat(128));
        assert_eq!(reason(&"😀".repeat(100)), "😀".repeat(64));
    }

    #[tokio::test]
    async fn a_panic_is_a_failure_wherever_it_happens() {
        let late = Handler::new(|message: Message| async move {
            assert!(message.topic().is_empty(), "boom");
            Ok::<(), String>(())
        });
        assert_eq!(late.clone().handle(Message::default()).await, Ok(()));
        assert_eq!(late.handle(Message::new("t", "")).await, Err("the handler panicked".to_owned()));
        let early = Handler::new(|message: Message| {
            assert!(message.topic().is_empty(), "boom");
            async { Ok::<(), String>(()) }
        });
        assert!(early.handle(Message::new("t", "")).await.is_err());
    }
}
