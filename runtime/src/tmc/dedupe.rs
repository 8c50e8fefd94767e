//! Handles a message that comes again only once.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::message::Message;

/// The digest of what tells messages apart.
type Key = [u8; 32];

/// Whether a message was handled. Whoever handles it holds the lock.
type Entry = Arc<tokio::sync::Mutex<bool>>;

/// Remembers the messages that were handled, so that a redelivery is confirmed without being handled again.
///
/// Messages are told apart by topic and [`data_id`](Message::data_id); without a `data_id`, by topic, user, time of publication and
/// content. Two events of one order have different topics or different ids, and both are handled.
///
/// It remembers in memory, for this process alone. What must never happen twice (a payment, a parcel) needs a key in your database.
///
/// ```
/// use opentop_runtime::tmc::{Dedupe, Message};
///
/// # async fn example() {
/// let dedupe = Dedupe::new(100_000);
/// let handle = move |message: Message| {
///     let dedupe = dedupe.clone();
///     async move {
///         dedupe.once(&message, || async { ship(&message).await }).await
///     }
/// };
/// # let _ = handle(Message::new("", "")).await;
/// # }
/// # async fn ship(_: &Message) -> Result<(), String> { Ok(()) }
/// ```
#[derive(Clone)]
pub struct Dedupe {
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    most: usize,
    entries: HashMap<Key, Entry>,
    /// Oldest first.
    order: VecDeque<Key>,
}

impl fmt::Debug for Dedupe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Dedupe").field("most", &seen.most).field("messages", &seen.entries.len()).finish()
    }
}

impl Dedupe {
    /// Remembers the latest `most` messages, about 200 bytes each. The platform repeats a message for 24 hours at most.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let seen = Seen { most: most.max(1), entries: HashMap::new(), order: VecDeque::new() };
        Self { seen: Arc::new(Mutex::new(seen)) }
    }

    /// Runs `handle` unless it returned `Ok` for this message before. A redelivery that comes while it runs waits for it.
    ///
    /// # Errors
    ///
    /// What `handle` returns. The message is then handled again when it comes again.
    pub async fn once<F, E>(&self, message: &Message, handle: impl FnOnce() -> F) -> Result<(), E>
    where
        F: Future<Output = Result<(), E>>,
    {
        let entry = self.entry(key(message));
        let mut handled = entry.lock().await;
        if *handled {
            return Ok(());
        }
        handle().await?;
        *handled = true;
        Ok(())
    }

    fn entry(&self, key: Key) -> Entry {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = seen.entries.get(&key) {
            return Arc::clone(entry);
        }
        if seen.order.len() >= seen.most
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.entries.remove(&oldest);
        }
        let entry = Entry::default();
        seen.entries.insert(key, Arc::clone(&entry));
        seen.order.push_back(key);
        entry
    }
}

fn key(message: &Message) -> Key {
    let mut digest = Sha256::new();
    let mut add = |part: &str| {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    };
    add(&message.topic);
    match &message.data_id {
        Some(id) => add(id),
        None => {
            add("");
            add(&message.user_id.map(|id| id.to_string()).unwrap_or_default());
            add(message.user_nick.as_deref().unwrap_or_default());
            add(&message.published.map(|time| time.unix_millis().to_string()).unwrap_or_default());
            add(&message.content);
        }
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    async fn handled(dedupe: &Dedupe, message: &Message, result: Result<(), &'static str>) -> u32 {
        let calls = AtomicU32::new(0);
        let run = || async {
            calls.fetch_add(1, Ordering::Relaxed);
            result
        };
        let _ = dedupe.once(message, run).await;
        calls.into_inner()
    }

    #[tokio::test]
    async fn a_redelivery_is_handled_once_and_a_failure_again() {
        let dedupe = Dedupe::new(10);
        let message = Message::new("t", "{}").with_data_id("1");
        assert_eq!(handled(&dedupe, &message, Err("no")).await, 1);
        assert_eq!(handled(&dedupe, &message, Ok(())).await, 1);
        assert_eq!(handled(&dedupe, &message, Ok(())).await, 0);
        let redelivered = Message { id: 99, sent: crate::wire::value::DateTime::from_unix_millis(1).ok(), ..message };
        assert_eq!(handled(&dedupe, &redelivered, Ok(())).await, 0);
    }

    /// The vendor's client drops the second of these unseen.
    #[tokio::test]
    async fn two_topics_of_one_order_are_both_handled() {
        let dedupe = Dedupe::new(10);
        for topic in ["taobao_trade_TradeCreate", "taobao_trade_TradeBuyerPay"] {
            let message = Message::new(topic, r#"{"tid":1}"#).with_data_id("1");
            assert_eq!(handled(&dedupe, &message, Ok(())).await, 1);
        }
    }

    #[tokio::test]
    async fn without_an_id_all_that_does_not_change_counts() {
        let dedupe = Dedupe::new(10);
        for content in ["{\"a\":1}", "{\"a\":2}"] {
            assert_eq!(handled(&dedupe, &Message::new("t", content), Ok(())).await, 1);
            assert_eq!(handled(&dedupe, &Message::new("t", content), Ok(())).await, 0);
        }
    }

    #[tokio::test]
    async fn a_redelivery_waits_for_the_one_that_is_handled() {
        let dedupe = Dedupe::new(10);
        let message = Message::new("t", "{}").with_data_id("1");
        let calls = AtomicU32::new(0);
        let run = || async {
            calls.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok::<(), String>(())
        };
        let (first, second) = tokio::join!(dedupe.once(&message, run), dedupe.once(&message, run));
        assert_eq!((first, second, calls.into_inner()), (Ok(()), Ok(()), 1));
    }

    #[tokio::test]
    async fn it_forgets_the_oldest() {
        let dedupe = Dedupe::new(2);
        let message = |id: &str| Message::new("t", "").with_data_id(id);
        for id in ["1", "2", "3"] {
            assert_eq!(handled(&dedupe, &message(id), Ok(())).await, 1);
        }
        assert_eq!(handled(&dedupe, &message("3"), Ok(())).await, 0);
        assert_eq!(handled(&dedupe, &message("1"), Ok(())).await, 1);
        assert!(format!("{dedupe:?}").contains("messages: 2"));
    }
}
