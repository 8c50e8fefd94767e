//! The messages of one group that are being handled, and the answers that still have to be sent. Both outlive a connection.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use super::handler::{self, Handler};
use super::message::Message;
use super::running::Counters;
use crate::wire::link::{CONFIRM, FAILED, Frame, KIND, SEND, Value};

/// The answer to a message.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) id: i64,
    pub(super) result: Result<(), String>,
}

impl Answer {
    /// The frame that tells the server.
    pub(super) fn frame(&self, token: &str) -> Vec<u8> {
        let frame = Frame::new(SEND).token(token);
        match &self.result {
            Ok(()) => frame.encode(&[(KIND, Value::Byte(CONFIRM)), ("id", Value::Int64(self.id))]),
            Err(error) => {
                let reason = match handler::reason(error) {
                    "" => Value::Void,
                    reason => Value::Text(reason),
                };
                frame.encode(&[(KIND, Value::Byte(FAILED)), ("id", Value::Int64(self.id)), ("msg", reason)])
            }
        }
    }
}

pub(super) struct Work {
    handler: Handler,
    most: usize,
    tasks: JoinSet<Answer>,
    /// The messages in `tasks`. One that comes again meanwhile is not begun twice.
    running: HashSet<i64>,
    /// What was handled and is not told yet.
    pub(super) answers: VecDeque<Answer>,
    /// How many answers were sent.
    pub(super) told: u64,
    counters: Arc<Counters>,
}

impl Work {
    pub(super) fn new(handler: Handler, most: usize, counters: Arc<Counters>) -> Self {
        Self {
            handler,
            most,
            tasks: JoinSet::new(),
            running: HashSet::new(),
            answers: VecDeque::new(),
            told: 0,
            counters,
        }
    }

    /// Whether another message may be begun.
    pub(super) fn has_room(&self) -> bool {
        self.running.len() + self.answers.len() < self.most
    }

    pub(super) fn is_idle(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Begins to handle a message. `read` says whether its content could be read.
    pub(super) fn begin(&mut self, message: Message, read: Result<(), String>) {
        let id = message.id();
        if self.running.contains(&id) {
            tracing::debug!(id, "a message came again while it is being handled");
            return;
        }
        Counters::add(&self.counters.received);
        if let Err(problem) = read {
            tracing::warn!(id, topic = message.topic(), problem, "a message cannot be read");
            return self.end(Answer { id, result: Err(problem) });
        }
        self.running.insert(id);
        let handler = self.handler.clone();
        self.tasks.spawn(async move { Answer { id, result: handler.handle(message).await } });
    }

    /// Waits for a handler to end; for ever if none runs. Dropping the future loses nothing.
    pub(super) async fn ended(&mut self) {
        match self.tasks.join_next().await {
            Some(ended) => self.take(ended),
            None => std::future::pending().await,
        }
    }

    /// Takes what has ended meanwhile.
    pub(super) fn take_ended(&mut self) {
        while let Some(ended) = self.tasks.try_join_next() {
            self.take(ended);
        }
    }

    fn take(&mut self, ended: Result<Answer, JoinError>) {
        match ended {
            Ok(answer) => {
                self.running.remove(&answer.id);
                self.end(answer);
            }
            // Handlers do not panic through, and nobody else can cancel them.
            Err(error) => tracing::error!(%error, "a handler was cancelled"),
        }
    }

    fn end(&mut self, answer: Answer) {
        match &answer.result {
            Ok(()) => Counters::add(&self.counters.handled),
            Err(_) => Counters::add(&self.counters.failed),
        }
        self.answers.push_back(answer);
    }

    /// Waits for all handlers, and gives those up that take longer than `limit`.
    pub(super) async fn finish(&mut self, limit: Duration) {
        let all = async {
            while !self.tasks.is_empty() {
                self.ended().await;
            }
        };
        if timeout(limit, all).await.is_err() {
            tracing::warn!(handlers = self.tasks.len(), "handlers are given up; their messages will come again");
            self.tasks.shutdown().await;
            self.running.clear();
        }
    }
}
