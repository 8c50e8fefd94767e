//! One connection: its calls, one after another, and what goes wrong with each.
//!
//! In: a stream. Out: answers on it, whole or as the call's [`Fault`] wants them.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::in_flight::InFlight;
use super::request::{Incoming, ReadError, Reader};
use super::response;
use crate::faults::fault::{Fault, HangUp};
use crate::gateway::answer_under;
use crate::gateway::state::State;
use crate::http::HttpResponse;

/// How long a connection may be idle between calls.
const IDLE: Duration = Duration::from_secs(60);

/// How long a request may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(60);

/// How long, and how much, is read after a hang-up, so that the peer gets what was written before the kernel resets.
const DRAIN_TIME: Duration = Duration::from_millis(500);
const DRAIN_BYTES: usize = 16 * 1024 * 1024;

/// What becomes of a connection after a call.
enum Next {
    Keep,
    Close(HangUp),
}

pub(super) async fn serve(stream: TcpStream, state: Arc<State>, in_flight: Arc<InFlight>) {
    // Faults are told by bytes: none may wait for company. A stream that cannot do that is served all the same.
    let _ = stream.set_nodelay(true);
    let mut reader = Reader::new(stream);
    while let Ok(true) = timeout(IDLE, reader.begins()).await {
        let busy = in_flight.enter();
        let next = call(&mut reader, &state).await;
        drop(busy);
        match next {
            Next::Keep => {}
            Next::Close(how) => return hang_up(reader.into_stream(), how).await,
        }
    }
}

async fn call(reader: &mut Reader, state: &State) -> Next {
    let fault = state.faults().next();
    let budget = match fault {
        Fault::CutRequest { after, .. } => after,
        _ => usize::MAX,
    };
    match timeout(ARRIVAL, reader.request(budget)).await {
        Ok(Ok(incoming)) => exchange(reader.stream(), state, &fault, &incoming).await,
        Ok(Err(ReadError::Cut)) => Next::Close(cut_how(&fault)),
        Ok(Err(ReadError::Refused(status, words))) => {
            let refusal = HttpResponse::plain(status, format!("{words}\n"));
            let _ = reader.stream().write_all(&response::bytes(&refusal, &response::Form::closing())).await;
            Next::Close(HangUp::Fin)
        }
        Ok(Err(ReadError::Gone)) | Err(_) => Next::Close(HangUp::Fin),
    }
}

fn cut_how(fault: &Fault) -> HangUp {
    match fault {
        Fault::CutRequest { how, .. } | Fault::CutResponse { how, .. } => *how,
        _ => HangUp::Fin,
    }
}

/// Executes the call and writes its answer. The client may have gone meanwhile: a server does not notice, nor does this.
async fn exchange(stream: &mut TcpStream, state: &State, fault: &Fault, incoming: &Incoming) -> Next {
    if let Fault::DelayBefore(pause) = fault {
        sleep(*pause).await;
    }
    let answer = answer_under(state, &incoming.request, fault);
    let form = response::Form {
        with_body: incoming.request.method != "HEAD",
        keep_alive: incoming.keep_alive,
        extra_length: if let Fault::WrongLength(delta) = fault { *delta } else { 0 },
    };
    let bytes = response::bytes(&answer, &form);
    let (written, next) = match fault {
        Fault::CutRequest { how, .. } => (0, Next::Close(*how)),
        Fault::Reset { .. } => (0, Next::Close(HangUp::Rst)),
        Fault::CutResponse { after, how } => (bytes.len().min(*after), Next::Close(*how)),
        Fault::HalfBody => (bytes.len() - answer.body.len().div_ceil(2), Next::Close(HangUp::Fin)),
        Fault::WrongLength(_) => (bytes.len(), Next::Close(HangUp::Fin)),
        _ if form.keep_alive => (bytes.len(), Next::Keep),
        _ => (bytes.len(), Next::Close(HangUp::Fin)),
    };
    let sent = match fault {
        Fault::DelayAfter(pause) => {
            sleep(*pause).await;
            stream.write_all(&bytes).await
        }
        Fault::SlowBytes(pause) => slowly(stream, &bytes, *pause).await,
        _ => stream.write_all(&bytes[..written]).await,
    };
    if sent.is_ok() { next } else { Next::Close(HangUp::Fin) }
}

async fn slowly(stream: &mut TcpStream, bytes: &[u8], pause: Duration) -> std::io::Result<()> {
    for byte in bytes {
        // The timer counts in milliseconds: a shorter pause is a turn of the loop.
        if pause < Duration::from_millis(1) {
            tokio::task::yield_now().await;
        } else {
            sleep(pause).await;
        }
        stream.write_all(std::slice::from_ref(byte)).await?;
    }
    Ok(())
}

async fn hang_up(mut stream: TcpStream, how: HangUp) {
    match how {
        // Closing with nothing lingering is a reset. Where the system refuses that, closing is all that is left.
        HangUp::Rst => drop(stream.set_zero_linger()),
        HangUp::Fin => {
            let _ = stream.shutdown().await;
            let mut scrap = vec![0; 64 * 1024];
            let drain = async {
                let mut left = DRAIN_BYTES;
                while let Ok(read @ 1..) = stream.read(&mut scrap).await {
                    left = left.saturating_sub(read);
                    if left == 0 {
                        break;
                    }
                }
            };
            let _ = timeout(DRAIN_TIME, drain).await;
        }
    }
}
