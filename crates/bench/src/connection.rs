//! One HTTP/1.1 connection: as little work as a client can do, since it shares the machine with the server.
//!
//! Knows nothing of what is asked.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that is kept alive from one request to the next.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What a server answered.
pub(crate) struct Answer<'a> {
    /// The HTTP status.
    pub(crate) status: u16,
    /// When it may be asked again, in seconds from now (`Retry-After`).
    pub(crate) again: Option<u64>,
    /// The body.
    pub(crate) body: &'a [u8],
}

/// Where the parts of an answer are in what was received.
#[derive(Clone, Copy)]
struct Head {
    status: u16,
    again: Option<u64>,
    body: usize,
    end: usize,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).await.with_context(|| format!("could not connect to {to}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(4096) })
    }

    /// Sends a whole request and waits for the whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let mut head = None;
        loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                bail!("the server closed the connection before it had answered");
            }
            if head.is_none() {
                head = read_head(&self.received)?;
            }
            if let Some(Head { status, again, body, end }) = head
                && self.received.len() >= end
            {
                return Ok(Answer { status, again, body: &self.received[body..end] });
            }
        }
    }
}

/// The head of an answer, once all of it is there.
fn read_head(received: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(body) = response.parse(received)? else { return Ok(None) };
    let number = |name: &str| -> Result<Option<u64>> {
        let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        Ok(header.map(|header| std::str::from_utf8(header.value)).transpose()?.map(str::parse).transpose()?)
    };
    let length = usize::try_from(number("content-length")?.unwrap_or(0))?;
    let (status, again) = (response.code.unwrap_or_default(), number("retry-after")?);
    Ok(Some(Head { status, again, body, end: body + length }))
}

/// Writes a request in place of what `into` held.
pub(crate) fn write(into: &mut Vec<u8>, method: &str, path: &str, token: &str, body: &str) {
    into.clear();
    for part in [method, " ", path, " HTTP/1.1\r\nHost: localhost\r\n"] {
        into.extend_from_slice(part.as_bytes());
    }
    if !token.is_empty() {
        for part in ["Authorization: Bearer ", token, "\r\n"] {
            into.extend_from_slice(part.as_bytes());
        }
    }
    if !body.is_empty() {
        into.extend_from_slice(b"Content-Type: application/json\r\nContent-Length: ");
        into.extend_from_slice(body.len().to_string().as_bytes());
        into.extend_from_slice(b"\r\n");
    }
    into.extend_from_slice(b"\r\n");
    into.extend_from_slice(body.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_body_is() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
        assert!(read_head(&answer[..20]).unwrap().is_none());
        let head = read_head(answer).unwrap().unwrap();
        assert_eq!((head.status, &answer[head.body..head.end]), (200, b"body".as_slice()));
        let later = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\r\n";
        assert_eq!(read_head(later).unwrap().unwrap().again, Some(5));
        let empty = b"HTTP/1.1 204 No Content\r\n\r\n";
        let head = read_head(empty).unwrap().unwrap();
        assert_eq!((head.status, head.end), (204, empty.len()));
    }

    #[test]
    fn a_request_says_what_it_carries() {
        let mut request = Vec::new();
        write(&mut request, "PUT", "/x", "t", "{}");
        let text = String::from_utf8(request).unwrap();
        assert!(text.starts_with("PUT /x HTTP/1.1\r\n") && text.ends_with("Content-Length: 2\r\n\r\n{}"), "{text}");
        assert!(text.contains("\r\nAuthorization: Bearer t\r\n"), "{text}");
    }
}
