//! The current call of a connection: its phase, its fault, and how many bytes may still pass.
//!
//! The stream below hyper and the service above it share one [`Exchange`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::in_flight::{Busy, InFlight};
use crate::faults::fault::{Fault, HangUp};
use crate::gateway::state::State;

/// How long a connection may be idle between calls, and how long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the current call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// No byte of the next request has come.
    Idle,
    /// The request is read.
    Arriving,
    /// The gateway works on it.
    Executing,
    /// The response is written.
    Answering,
    /// Nothing more is read or written.
    Closing,
}

/// What of a response is written.
#[derive(Debug)]
pub(super) enum Output {
    /// All of it.
    All,
    /// At most this many bytes.
    AtMost(usize),
    /// All of it, one byte at a time, with this pause before each.
    Slow(Duration),
    /// These bytes instead of hyper's.
    Raw(Bytes),
}

#[derive(Debug)]
pub(super) struct Exchange {
    state: Arc<State>,
    in_flight: Arc<InFlight>,
    busy: Option<Busy>,
    pub(super) phase: Phase,
    pub(super) fault: Fault,
    pub(super) output: Output,
    /// Bytes of the request that were handed to hyper.
    pub(super) request_bytes: usize,
    /// Whether bytes of the response were written.
    pub(super) has_written: bool,
    /// Whether the connection closes after this call.
    pub(super) closes: bool,
    /// Whether the request ended early: the peer has gone, or a fault cut it.
    pub(super) ended: bool,
    since: Instant,
}

/// An [`Exchange`] that stream and service share.
#[derive(Debug, Clone)]
pub(super) struct Shared(Arc<Mutex<Exchange>>);

impl Shared {
    pub(super) fn new(state: Arc<State>, in_flight: Arc<InFlight>) -> Self {
        Shared(Arc::new(Mutex::new(Exchange {
            state,
            in_flight,
            busy: None,
            phase: Phase::Idle,
            fault: Fault::None,
            output: Output::All,
            request_bytes: 0,
            has_written: false,
            closes: false,
            ended: false,
            since: Instant::now(),
        })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once the connection has been idle, or a request has been arriving, for too long.
    pub(super) async fn overdue(&self) {
        loop {
            tokio::time::sleep(PATIENCE / 12).await;
            let exchange = self.lock();
            if matches!(exchange.phase, Phase::Idle | Phase::Arriving) && exchange.since.elapsed() > PATIENCE {
                return;
            }
        }
    }
}

impl Exchange {
    /// The first byte of a request has come. Draws the call's fault.
    pub(super) fn begin(&mut self) {
        self.busy = Some(self.in_flight.enter());
        self.phase = Phase::Arriving;
        self.fault = self.state.faults().next();
        self.output = Output::All;
        self.request_bytes = 0;
        self.has_written = false;
        self.since = Instant::now();
    }

    /// How many more bytes of the request may be read.
    pub(super) fn request_budget(&self) -> usize {
        match self.fault {
            Fault::CutRequest { after, .. } => after.saturating_sub(self.request_bytes),
            _ => usize::MAX,
        }
    }

    /// The gateway has answered; `raw` is what replaces the bytes that hyper would write.
    pub(super) fn answer(&mut self, raw: Option<Bytes>) {
        self.phase = Phase::Answering;
        self.output = match (&self.fault, raw) {
            (_, Some(raw)) => Output::Raw(raw),
            (Fault::CutRequest { .. } | Fault::Reset { .. }, None) => Output::AtMost(0),
            (Fault::CutResponse { after, .. }, None) => Output::AtMost(*after),
            (Fault::SlowBytes(pause), None) => Output::Slow(*pause),
            _ => Output::All,
        };
        self.closes = matches!(self.output, Output::AtMost(_) | Output::Raw(_));
    }

    /// Everything that hyper had to write is written.
    pub(super) fn flushed(&mut self) {
        if self.phase == Phase::Answering && self.has_written {
            self.busy = None;
            self.phase = if self.closes { Phase::Closing } else { Phase::Idle };
            if !self.closes {
                self.fault = Fault::None;
                self.output = Output::All;
            }
            self.since = Instant::now();
        }
    }

    /// The connection has ended; how to hang up.
    pub(super) fn end(&mut self) -> HangUp {
        self.busy = None;
        match self.fault {
            Fault::CutRequest { how, .. } | Fault::CutResponse { how, .. } => how,
            Fault::Reset { .. } => HangUp::Rst,
            _ => HangUp::Fin,
        }
    }
}
