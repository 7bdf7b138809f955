//! One connection, from its first byte to its last. Knows the limits that every request has, and no request.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming as HyperBody;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use tower::ServiceExt;

use super::Peer;
use super::draining::Draining;
use super::listener::Incoming;

/// How long a peer has to say what it wants, from the connect or the last answer on: slow headers and idle
/// connections end alike.
const HEADERS: Duration = Duration::from_secs(30);
/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// All the headers of a request, in bytes. The longest that is ours is a bearer token.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Serves a connection until it ends.
pub(super) async fn serve(incoming: Incoming, router: Router, watcher: Watcher) {
    match incoming {
        Incoming::Network { stream, from, tls: None } => {
            http(stream, Peer::Network(from.ip().to_canonical()), router, watcher).await;
        }
        Incoming::Network { stream, from, tls: Some(tls) } => {
            match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                Ok(Ok(stream)) => http(stream, Peer::Network(from.ip().to_canonical()), router, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            }
        }
        Incoming::Local(stream) if is_owner(&stream) => http(stream, Peer::Owner, router, watcher).await,
        Incoming::Local(_) => tracing::warn!("another user opened the local socket and was turned away"),
    }
}

/// The socket's mode keeps others out already; this holds should somebody widen it.
fn is_owner(stream: &UnixStream) -> bool {
    let own = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == own || peer.uid() == 0)
}

async fn http<S>(stream: S, peer: Peer, router: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: hyper::Request<HyperBody>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_header_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(Draining::new(stream)), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
