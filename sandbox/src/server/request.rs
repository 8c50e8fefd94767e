//! A request out of bytes.
//!
//! In: a stream, and how many bytes of the next request may be read. Out: an [`HttpRequest`], or why there is none. What two
//! readers could understand differently (two lengths, a length beside chunks) is refused.

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{HttpRequest, MAX_BODY};

/// The largest head, and the most headers in it.
const MAX_HEAD: usize = 64 * 1024;
const MAX_HEADERS: usize = 100;

/// The longest line between chunks.
const MAX_LINE: usize = 1024;

/// Why there is no request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// The bytes that may be read are used up.
    Cut,
    /// The peer has gone.
    Gone,
    /// The request is answered with this status and these words, without reading on.
    Refused(u16, &'static str),
}

/// A request, and whether the connection stays open after it.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) request: HttpRequest,
    pub(super) keep_alive: bool,
}

/// The receiving half of a connection, with what came and was not asked for yet.
pub(super) struct Reader {
    stream: TcpStream,
    buffer: BytesMut,
    /// Bytes of the current request that may still be read.
    budget: usize,
}

/// How a body is told from what follows it.
#[derive(Debug, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
}

/// What a head says.
#[derive(Debug)]
struct Head {
    method: String,
    path: String,
    query: String,
    content_type: Option<String>,
    framing: Framing,
    keep_alive: bool,
    expects_continue: bool,
}

impl Reader {
    pub(super) fn new(stream: TcpStream) -> Self {
        Reader { stream, buffer: BytesMut::new(), budget: usize::MAX }
    }

    pub(super) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Waits for the first byte of a request; `false` where the peer sends none.
    pub(super) async fn begins(&mut self) -> bool {
        !self.buffer.is_empty() || matches!(self.stream.read_buf(&mut self.buffer).await, Ok(1..))
    }

    /// Reads the next request, at most `budget` bytes of it.
    pub(super) async fn request(&mut self, budget: usize) -> Result<Incoming, ReadError> {
        self.budget = budget;
        let head = self.head().await?;
        if head.expects_continue && self.buffer.is_empty() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.map_err(|_| ReadError::Gone)?;
        }
        let body = match head.framing {
            Framing::Length(length) => self.take(length).await?,
            Framing::Chunked => self.chunks().await?,
        };
        let Head { method, path, query, content_type, keep_alive, .. } = head;
        Ok(Incoming { request: HttpRequest { method, path, query, content_type, body }, keep_alive })
    }

    async fn head(&mut self) -> Result<Head, ReadError> {
        loop {
            let visible = &self.buffer[..self.buffer.len().min(self.budget)];
            if let Some((head, length)) = parse_head(visible)? {
                self.take(length).await?;
                return Ok(head);
            }
            if visible.len() > MAX_HEAD {
                return Err(ReadError::Refused(431, "the head of the request is too large"));
            }
            self.more(self.buffer.len() + 1).await?;
        }
    }

    async fn chunks(&mut self) -> Result<Bytes, ReadError> {
        let mut body = BytesMut::new();
        loop {
            let line = self.line().await?;
            let size = chunk_size(&line).ok_or(ReadError::Refused(400, "a chunk has no readable size"))?;
            if size > MAX_BODY - body.len() {
                return Err(too_large());
            }
            if size == 0 {
                // Trailers, which nobody here reads, up to an empty line.
                while !self.line().await?.is_empty() {}
                return Ok(body.freeze());
            }
            body.extend_from_slice(&self.take(size).await?);
            if !self.line().await?.is_empty() {
                return Err(ReadError::Refused(400, "a chunk is longer than it says"));
            }
        }
    }

    /// A line, without its end.
    async fn line(&mut self) -> Result<Bytes, ReadError> {
        loop {
            let visible = &self.buffer[..self.buffer.len().min(self.budget)];
            if let Some(end) = visible.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.take(end).await?;
                self.take(2).await?;
                return Ok(line);
            }
            if visible.len() > MAX_LINE {
                return Err(ReadError::Refused(400, "a line between chunks is too long"));
            }
            self.more(self.buffer.len() + 1).await?;
        }
    }

    /// Exactly so many bytes.
    async fn take(&mut self, length: usize) -> Result<Bytes, ReadError> {
        if length > MAX_BODY {
            return Err(too_large());
        }
        self.more(length).await?;
        self.budget -= length;
        Ok(self.buffer.split_to(length).freeze())
    }

    /// Reads until there are `wanted` bytes.
    async fn more(&mut self, wanted: usize) -> Result<(), ReadError> {
        while self.buffer.len() < wanted {
            if self.buffer.len() >= self.budget {
                return Err(ReadError::Cut);
            }
            if !matches!(self.stream.read_buf(&mut self.buffer).await, Ok(1..)) {
                return Err(ReadError::Gone);
            }
        }
        if wanted > self.budget { Err(ReadError::Cut) } else { Ok(()) }
    }
}

fn too_large() -> ReadError {
    ReadError::Refused(413, "the body is larger than the gateway reads")
}

/// The head at the start of `bytes` and its length; `None` where it is not all there.
fn parse_head(bytes: &[u8]) -> Result<Option<(Head, usize)>, ReadError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(ReadError::Refused(431, "the request has too many headers"));
        }
        Err(_) => return Err(ReadError::Refused(400, "this is not HTTP/1.1")),
    };
    let mut head = Head {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: String::new(),
        query: String::new(),
        content_type: None,
        framing: Framing::Length(0),
        keep_alive: parsed.version == Some(1),
        expects_continue: false,
    };
    (head.path, head.query) = target(parsed.path.unwrap_or_default());
    let mut lengths = Vec::new();
    for header in parsed.headers.iter() {
        let value = String::from_utf8_lossy(header.value).trim().to_owned();
        match header.name.to_ascii_lowercase().as_str() {
            "content-type" => head.content_type = Some(value),
            "content-length" => lengths.push(value),
            "transfer-encoding" if value.eq_ignore_ascii_case("chunked") => head.framing = Framing::Chunked,
            "transfer-encoding" => {
                return Err(ReadError::Refused(400, "the only transfer coding read here is chunked"));
            }
            "connection" if value.eq_ignore_ascii_case("close") => head.keep_alive = false,
            "expect" => head.expects_continue = value.eq_ignore_ascii_case("100-continue"),
            _ => {}
        }
    }
    if let Some(first) = lengths.first() {
        let digits = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
        if head.framing == Framing::Chunked || !digits || lengths.iter().any(|other| other != first) {
            return Err(ReadError::Refused(400, "the length of the body is ambiguous"));
        }
        head.framing = Framing::Length(first.parse().map_err(|_| too_large())?);
    }
    Ok(Some((head, length)))
}

/// Path and query of a request's target: `/path?query`, or the same behind a scheme and a host.
fn target(target: &str) -> (String, String) {
    let local = match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => rest.find('/').map_or("/", |at| &rest[at..]),
        _ => target,
    };
    let (path, query) = local.split_once('?').unwrap_or((local, ""));
    (path.to_owned(), query.to_owned())
}

/// The size in a chunk's first line; extensions behind `;` are not read.
fn chunk_size(line: &[u8]) -> Option<usize> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let sound = (1..=8).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    sound.then(|| usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()).flatten()
}

#[cfg(test)]
mod tests;
