//! Messages by calls: for places where no connection can be held.

use std::fmt::{self, Display};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::backoff::Backoff;
use super::error::TmcError;
use super::handler::Handler;
use super::message::Message;
use super::running::{Counters, Running, Shared};
use super::work::Work;
use crate::call::error::Error;
use crate::call::method::Effect;
use crate::call::parameters::Parameters;
use crate::client::{Client, Untyped, WriteError};

/// The calls that belong to the channel itself.
const CONSUME: &str = "taobao.tmc.messages.consume";
const CONFIRM: &str = "taobao.tmc.messages.confirm";
const AUTH: &str = "taobao.tmc.auth.get";

/// The most messages that one call confirms.
const MOST_CONFIRMED: usize = 200;

/// Gets the messages of a group by calls.
///
/// It asks again and again, handles what came, and confirms what its handler returned `Ok` for. A message that failed is not confirmed
/// and comes again, as over a connection. Messages have no [`data_id`](Message::data_id) here.
///
/// ```no_run
/// use opentop_runtime::tmc::{HttpConsumer, Message};
///
/// # async fn example(client: opentop_runtime::Client) -> Result<(), opentop_runtime::tmc::TmcError> {
/// let running = HttpConsumer::new(client).group("vip").start(|message: Message| async move {
///     println!("{}", message.topic());
///     Ok::<(), String>(())
/// });
/// running.stop().await
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a consumer does nothing until `start`"]
pub struct HttpConsumer {
    client: Client,
    group: Option<String>,
    quantity: u32,
    idle: Duration,
    concurrency: usize,
    stop_timeout: Duration,
    max_refusals: u32,
}

impl fmt::Debug for HttpConsumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpConsumer")
            .field("group", &self.group)
            .field("quantity", &self.quantity)
            .finish_non_exhaustive()
    }
}

impl HttpConsumer {
    /// Calls with this client.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            group: None,
            quantity: 100,
            idle: Duration::from_secs(1),
            concurrency: 16,
            stop_timeout: Duration::from_secs(30),
            max_refusals: 5,
        }
    }

    /// The group. Without one, the platform takes the default group.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// How many messages one call gets, from 10 to 200. The default is 100.
    pub fn quantity(mut self, messages: u32) -> Self {
        self.quantity = messages.clamp(10, 200);
        self
    }

    /// How long to wait after a call that got nothing, at least 100 ms: each call counts. The default is a second.
    pub fn idle(mut self, wait: Duration) -> Self {
        self.idle = wait.max(Duration::from_millis(100));
        self
    }

    /// How many handlers may run at the same time. The default is 16.
    pub fn concurrency(mut self, handlers: usize) -> Self {
        self.concurrency = handlers.max(1);
        self
    }

    /// How long handlers may go on once the consumer is stopped. The default is 30 seconds.
    pub fn stop_timeout(mut self, limit: Duration) -> Self {
        self.stop_timeout = limit;
        self
    }

    /// After how many refused calls in a row the consumer gives up. The default is 5.
    pub fn max_refusals(mut self, refusals: u32) -> Self {
        self.max_refusals = refusals.max(1);
        self
    }

    /// Calls `handle` for every message. See [`Consumer::start`](super::Consumer::start).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start<H, F, E>(self, handle: H) -> Running
    where
        H: Fn(Message) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let handler = Handler::new(handle);
        Running::start([()], |(), shared| run(self.clone(), handler.clone(), shared))
    }

    /// Gets a token for a connection of a group, for [`ConsumerBuilder::auth_token`](super::ConsumerBuilder::auth_token).
    ///
    /// ```no_run
    /// use opentop_runtime::tmc::{Consumer, HttpConsumer};
    ///
    /// # fn example(client: opentop_runtime::Client) {
    /// let builder = Consumer::builder().auth_token(move |group| HttpConsumer::auth_token(client.clone(), group));
    /// # let _ = builder;
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the call fails, or its answer holds no token.
    pub async fn auth_token(client: Client, group: String) -> Result<String, String> {
        let parameters = Parameters::from_pairs([("group", group)]).map_err(|error| error.to_string())?;
        let reply = client.call_untyped(AUTH, Effect::Read, parameters).await.map_err(|error| error.to_string())?;
        let answer: Value = reply.parse().map_err(|error| error.to_string())?;
        answer["result"].as_str().map(str::to_owned).ok_or_else(|| "the answer holds no token".to_owned())
    }
}

async fn run(consumer: HttpConsumer, handler: Handler, shared: Shared) -> Result<(), TmcError> {
    let mut work = Work::new(handler, consumer.concurrency, Arc::clone(&shared.counters));
    let (mut backoff, mut refusals, mut stop) = (Backoff::default(), 0, shared.stop.clone());
    let mut connected = None;
    loop {
        let consumed = tokio::select! {
            biased;
            () = stop.stopped() => break,
            consumed = consume(&consumer) => consumed,
        };
        let wait = match consumed {
            Ok(messages) => {
                backoff.reset();
                refusals = 0;
                connected.get_or_insert_with(|| shared.connected());
                let is_empty = messages.is_empty();
                for message in messages {
                    while !work.has_room() {
                        work.ended().await;
                        confirm_some(&consumer, &mut work, &shared, consumer.concurrency).await;
                    }
                    work.begin(message, Ok(()));
                }
                while !work.is_idle() {
                    work.ended().await;
                }
                confirm_some(&consumer, &mut work, &shared, 1).await;
                if is_empty { consumer.idle } else { Duration::ZERO }
            }
            Err(error) => {
                connected = None;
                let is_final = matches!(error.error(), Some(Error::Gateway { .. } | Error::Config(_)));
                refusals = if is_final { refusals + 1 } else { 0 };
                if refusals >= consumer.max_refusals {
                    return Err(TmcError::Call(error.to_string()));
                }
                let wait = backoff.next();
                tracing::warn!(%error, ?wait, "no messages; asking again");
                wait
            }
        };
        tokio::select! {
            biased;
            () = stop.stopped() => break,
            () = sleep(wait) => {}
        }
    }
    work.finish(consumer.stop_timeout).await;
    confirm_some(&consumer, &mut work, &shared, 1).await;
    Ok(())
}

async fn consume(consumer: &HttpConsumer) -> Result<Vec<Message>, WriteError<Untyped>> {
    let quantity = consumer.quantity.to_string();
    let mut pairs = vec![("quantity", quantity.as_str())];
    pairs.extend(consumer.group.as_deref().map(|group| ("group_name", group)));
    let reply = call(&consumer.client, CONSUME, pairs).await?;
    let messages = reply.pointer("/messages/tmc_message").and_then(Value::as_array);
    Ok(messages.into_iter().flatten().filter_map(message).collect())
}

fn message(value: &Value) -> Option<Message> {
    let text = |name: &str| match &value[name] {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    };
    let number = |name: &str| text(name)?.parse().ok();
    let Some(id) = number("id") else {
        tracing::warn!("a message without an id is left alone");
        return None;
    };
    Some(Message {
        id,
        topic: text("topic").unwrap_or_default(),
        content: text("content").unwrap_or_default(),
        data_id: None,
        user_id: number("user_id"),
        user_nick: text("user_nick"),
        publisher: text("pub_app_key"),
        published: text("pub_time").and_then(|time| time.parse().ok()),
        sent: None,
    })
}

/// Confirms what was handled, if that is at least `least` messages. What cannot be confirmed comes again.
async fn confirm_some(consumer: &HttpConsumer, work: &mut Work, shared: &Shared, least: usize) {
    // Failing is not confirming: the server knows no other way here.
    work.answers.retain(|answer| answer.result.is_ok());
    while work.answers.len() >= least && !work.answers.is_empty() {
        let some = work.answers.len().min(MOST_CONFIRMED);
        let ids: Vec<String> = work.answers.drain(..some).map(|answer| answer.id.to_string()).collect();
        let ids = ids.join(",");
        let mut pairs = vec![("s_message_ids", ids.as_str())];
        pairs.extend(consumer.group.as_deref().map(|group| ("group_name", group)));
        match call(&consumer.client, CONFIRM, pairs).await {
            Ok(_) => (0..some).for_each(|_| Counters::add(&shared.counters.answered)),
            Err(error) => tracing::warn!(%error, messages = some, "messages are not confirmed and will come again"),
        }
    }
}

/// Both calls may be repeated: what is consumed twice is delivered again later, what is confirmed twice is confirmed.
async fn call(client: &Client, method: &str, pairs: Vec<(&str, &str)>) -> Result<Value, WriteError<Untyped>> {
    let parameters = Parameters::from_pairs(pairs).map_err(|error| WriteError::Failed(error.into()))?;
    let reply = client.call_untyped(method, Effect::Read, parameters).await?;
    Ok(reply.parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Instant;

    use super::*;
    use crate::transport::MockTransport;

    const TWO: &str = r#"{"tmc_messages_consume_response":{"messages":{"tmc_message":[
        {"id":9007199254740993,"topic":"t","content":"{\"tid\":1}","user_id":7,"pub_time":"2016-01-01 12:00:00"},
        {"id":2,"topic":"fails","content":"{}"}]},"request_id":"r"}}"#;

    #[tokio::test]
    async fn what_was_handled_is_confirmed_and_what_failed_is_not() {
        let mock = MockTransport::new()
            .reply(TWO)
            .reply(r#"{"tmc_messages_confirm_response":{"is_success":true}}"#)
            .otherwise(|_| Ok(http::Response::new(r#"{"tmc_messages_consume_response":{"request_id":"r"}}"#.into())));
        let client = Client::builder().app_key("1").app_secret("helloworld").transport(mock.clone()).build().unwrap();
        let running = HttpConsumer::new(client).group("vip").start(|message: Message| async move {
            match message.topic() {
                "t" => {
                    assert_eq!((message.content(), message.user_id()), ("{\"tid\":1}", Some(7)));
                    assert_eq!(message.published().unwrap().to_string(), "2016-01-01 12:00:00");
                    Ok(())
                }
                _ => Err("not yet"),
            }
        });
        let begun = Instant::now();
        while running.stats().answered == 0 {
            assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", running.stats());
            sleep(Duration::from_millis(2)).await;
        }
        let stats = running.stats();
        running.stop().await.unwrap();
        assert_eq!((stats.received, stats.handled, stats.failed), (2, 1, 1));
        let sent = mock.sent();
        let of = |at: usize, name: &str| sent[at].parameter(name).unwrap_or_default();
        assert_eq!((&*of(0, "method"), &*of(0, "group_name"), &*of(0, "quantity")), (CONSUME, "vip", "100"));
        assert_eq!((&*of(1, "method"), &*of(1, "group_name")), (CONFIRM, "vip"));
        assert_eq!(of(1, "s_message_ids"), "9007199254740993");
        assert!(sent[2..].iter().all(|call| call.parameter("method").as_deref() == Some(CONSUME)));
    }
}
