//! One connection: hyper reads its requests and writes their responses, over a stream that applies faults.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::cors;
use super::exchange::{Phase, Shared};
use super::in_flight::InFlight;
use super::stream::FaultyStream;
use crate::faults::fault::{Fault, HangUp};
use crate::gateway::state::State;
use crate::gateway::{answer_under, method_of};
use crate::http::{HttpRequest, HttpResponse, MAX_BODY};

/// How long, and how much, is read after a hang-up, so that the peer gets what was written before the kernel resets.
const DRAIN_TIME: Duration = Duration::from_millis(500);
const DRAIN_BYTES: usize = 16 * 1024 * 1024;

pub(super) async fn serve(stream: TcpStream, state: Arc<State>, in_flight: Arc<InFlight>) {
    // Faults count bytes, so none may wait for company. A stream that cannot do that is served all the same.
    let _ = stream.set_nodelay(true);
    let exchange = Shared::new(Arc::clone(&state), in_flight);
    let mut stream = FaultyStream::new(stream, exchange.clone());
    let service = service_fn(|request| respond(exchange.clone(), Arc::clone(&state), request));
    // Half-closed connections stay open: a call is executed though its client has gone, as a server would.
    let connection =
        http1::Builder::new().half_close(true).auto_date_header(false).serve_connection(&mut stream, service);
    tokio::select! {
        result = connection => drop(result),
        () = exchange.overdue() => {}
    }
    let how = exchange.lock().end();
    hang_up(stream.into_inner(), how).await;
}

/// Answers one request; an error closes the connection without a response.
async fn respond(exchange: Shared, state: Arc<State>, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let mut fault = {
        let mut exchange = exchange.lock();
        // The request came together with the one before it.
        if exchange.phase == Phase::Idle {
            exchange.begin();
        }
        exchange.fault.clone()
    };
    let (head, body) = request.into_parts();
    let origin = state.cors().then(|| cors::loopback_origin(&head.headers)).flatten();
    if origin.is_some() && head.method == Method::OPTIONS {
        exchange.lock().answer(None);
        return Ok(cors::preflight(origin));
    }
    let answer = match collect(body).await {
        Ok(body) => {
            let request = plain(&head, body);
            exchange.lock().phase = Phase::Executing;
            if fault == Fault::None && state.faults().has_method_scripts() {
                fault = method_of(&request).map_or(Fault::None, |method| state.faults().next_for(&method));
                let mut exchange = exchange.lock();
                exchange.fault = fault.clone();
                if matches!(fault, Fault::CutRequest { after, .. } if after < exchange.request_bytes) {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            if let Fault::DelayBefore(pause) = fault {
                sleep(pause).await;
            }
            answer_under(&state, &request, &fault)
        }
        Err(Unreadable::TooLarge) => {
            return Ok(closing(&exchange, &HttpResponse::plain(413, "the body is larger than the gateway reads\n")));
        }
        Err(Unreadable::Malformed) if exchange.lock().ended => return Err(io::ErrorKind::UnexpectedEof.into()),
        Err(Unreadable::Malformed) => {
            return Ok(closing(&exchange, &HttpResponse::plain(400, "the body is malformed\n")));
        }
    };
    if let Fault::DelayAfter(pause) = fault {
        sleep(pause).await;
    }
    exchange.lock().answer(raw(&answer, &fault));
    let mut response = response(&answer);
    cors::allow(&mut response, origin);
    Ok(response)
}

/// The request as the gateway reads it.
fn plain(head: &Parts, body: Bytes) -> HttpRequest {
    let header = |name: &str| {
        let value = head.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    HttpRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        content_type: header("content-type"),
        separator: header("top-api-separator"),
        body,
    }
}

/// Why a body cannot be read.
enum Unreadable {
    TooLarge,
    Malformed,
}

async fn collect(mut body: Incoming) -> Result<Bytes, Unreadable> {
    let limit = u64::try_from(MAX_BODY).unwrap_or(u64::MAX);
    if body.size_hint().lower() > limit {
        return Err(Unreadable::TooLarge);
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unreadable::Malformed)?;
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > MAX_BODY {
            return Err(Unreadable::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

fn response(answer: &HttpResponse) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(answer.body.as_bytes())));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Some(location) = answer.location.as_deref().and_then(|location| HeaderValue::from_str(location).ok()) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A response after which the connection closes, whatever the fault.
fn closing(exchange: &Shared, answer: &HttpResponse) -> Response<Full<Bytes>> {
    let mut exchange = exchange.lock();
    exchange.fault = Fault::None;
    exchange.answer(None);
    let mut response = response(answer);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The bytes of a response whose body does not have the length that its head promises; `None` for every other fault.
fn raw(answer: &HttpResponse, fault: &Fault) -> Option<Bytes> {
    let body = answer.body.as_bytes();
    let (promised, body) = match fault {
        Fault::HalfBody => (body.len(), &body[..body.len() / 2]),
        Fault::WrongLength(extra) => {
            let extra = isize::try_from(*extra).unwrap_or_default();
            (body.len().saturating_add_signed(extra), body)
        }
        _ => return None,
    };
    let HttpResponse { status, content_type, .. } = answer;
    let head = format!("HTTP/1.1 {status} \r\ncontent-type: {content_type}\r\ncontent-length: {promised}\r\n\r\n");
    Some([head.as_bytes(), body].concat().into())
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
