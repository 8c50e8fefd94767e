//! A TCP stream below hyper that counts, cuts and delays the bytes of the current call.

use std::future::Future;
use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::exchange::{Output, Phase, Shared};

/// Bytes that one read of the socket takes.
const READ: usize = 8 * 1024;

pub(super) struct FaultyStream {
    stream: TcpStream,
    exchange: Shared,
    /// Read from the socket and not yet handed to hyper.
    inbox: BytesMut,
    /// The pause before the next slow byte.
    pause: Option<Pin<Box<Sleep>>>,
}

impl FaultyStream {
    pub(super) fn new(stream: TcpStream, exchange: Shared) -> Self {
        FaultyStream { stream, exchange, inbox: BytesMut::new(), pause: None }
    }

    pub(super) fn into_inner(self) -> TcpStream {
        self.stream
    }

    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut space = [0; READ];
        let mut space = ReadBuf::new(&mut space);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut space))?;
        self.inbox.extend_from_slice(space.filled());
        Poll::Ready(Ok(()))
    }

    /// Writes one byte after a pause.
    fn write_slowly(&mut self, cx: &mut Context<'_>, bytes: &[u8], pause: Duration) -> Poll<Result<usize>> {
        let Some(first) = bytes.get(..1) else { return Poll::Ready(Ok(0)) };
        let timer = self.pause.get_or_insert_with(|| Box::pin(sleep(pause)));
        // The timer counts in milliseconds: a shorter pause is a turn of the loop.
        if pause >= Duration::from_millis(1) {
            ready!(timer.as_mut().poll(cx));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, first))?;
        self.pause = None;
        Poll::Ready(Ok(written))
    }
}

impl Read for FaultyStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, mut buffer: ReadBufCursor<'_>) -> Poll<Result<()>> {
        if self.exchange.lock().phase == Phase::Closing {
            return Poll::Ready(Ok(()));
        }
        if self.inbox.is_empty() {
            ready!(self.fill(cx))?;
        }
        let this = &mut *self;
        let mut exchange = this.exchange.lock();
        if exchange.phase == Phase::Idle && !this.inbox.is_empty() {
            exchange.begin();
        }
        let length = this.inbox.len().min(buffer.remaining()).min(exchange.request_budget());
        // Nothing handed over is the end of the stream for hyper.
        exchange.ended = length == 0;
        exchange.request_bytes += length;
        buffer.put_slice(&this.inbox[..length]);
        this.inbox.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl Write for FaultyStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = &mut *self;
        let shared = this.exchange.clone();
        let mut exchange = shared.lock();
        if exchange.phase != Phase::Answering {
            return Pin::new(&mut this.stream).poll_write(cx, bytes);
        }
        exchange.has_written = true;
        match &mut exchange.output {
            Output::All => Pin::new(&mut this.stream).poll_write(cx, bytes),
            Output::AtMost(0) => Poll::Ready(Err(cut())),
            Output::AtMost(left) => {
                let part = &bytes[..bytes.len().min(*left)];
                let written = ready!(Pin::new(&mut this.stream).poll_write(cx, part))?;
                *left -= written;
                Poll::Ready(Ok(written))
            }
            Output::Slow(pause) => {
                let pause = *pause;
                this.write_slowly(cx, bytes, pause)
            }
            Output::Raw(raw) => {
                while !raw.is_empty() {
                    let written = ready!(Pin::new(&mut this.stream).poll_write(cx, raw))?;
                    raw.advance(written);
                }
                Poll::Ready(Err(cut()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.exchange.lock().flushed();
        Poll::Ready(Ok(()))
    }

    /// Does nothing: the connection decides how it hangs up.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn cut() -> Error {
    Error::new(ErrorKind::BrokenPipe, "a fault cut the response")
}
