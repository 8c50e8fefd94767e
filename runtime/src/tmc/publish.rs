//! Publishes messages.

use std::fmt;
use std::time::Duration;

use tokio::time::timeout;

use super::config::Settings;
use super::connect::{Link, next_flag};
use super::error::TmcError;
use crate::wire::link::{DATA, Frame, KIND, SEND, SEND_ACK, Value};
use crate::wire::secret::AccessToken;

/// How long the server may take to acknowledge a message.
const ACK_WAIT: Duration = Duration::from_secs(10);

/// A connection for publishing messages. Made by [`Consumer::publisher`](super::Consumer::publisher).
///
/// ```no_run
/// # use opentop_runtime::AccessToken;
/// # use opentop_runtime::tmc::{Consumer, TmcError};
/// # async fn example(consumer: Consumer, token: AccessToken) -> Result<(), TmcError> {
/// let mut publisher = consumer.publisher().await?;
/// publisher.publish("example_gift_GiftSent", r#"{"gift_id": 42}"#, Some(&token)).await?;
/// publisher.close().await;
/// # Ok(())
/// # }
/// ```
pub struct Publisher {
    link: Link,
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher").finish_non_exhaustive()
    }
}

impl Publisher {
    pub(super) async fn open(settings: &Settings, group: &str) -> Result<Self, TmcError> {
        Ok(Self { link: Link::open(settings, group).await? })
    }

    /// Publishes a message, and waits until the server has acknowledged it. `session` is the token of the user whom it is about.
    ///
    /// # Errors
    ///
    /// - [`TmcError::Refused`]: the server does not take it;
    /// - [`TmcError::Unacknowledged`]: it may have been published;
    /// - any other error once it was sent also leaves open whether it was published. Make a new publisher then.
    pub async fn publish(&mut self, topic: &str, content: &str, session: Option<&AccessToken>) -> Result<(), TmcError> {
        let flag = next_flag();
        let mut fields =
            vec![(KIND, Value::Byte(DATA)), ("topic", Value::Text(topic)), ("content", Value::Text(content))];
        if let Some(session) = session {
            fields.push(("session", Value::Text(session.expose())));
        }
        let frame = Frame::new(SEND).token(self.link.token()).flag(flag).encode(&fields);
        let answer = async {
            self.link.feed(frame).await?;
            self.link.flush().await?;
            loop {
                let bytes = self.link.next().await?;
                let frame = Frame::decode(&bytes)?;
                if frame.kind != SEND_ACK || frame.flag != flag {
                    continue;
                }
                return match frame.is_refusal() {
                    true => Err(TmcError::Refused { code: frame.status, phrase: frame.phrase.to_owned() }),
                    false => Ok(()),
                };
            }
        };
        timeout(ACK_WAIT, answer).await.unwrap_or(Err(TmcError::Unacknowledged(ACK_WAIT)))
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.link.close().await;
    }
}
