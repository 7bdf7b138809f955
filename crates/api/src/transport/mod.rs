//! Where requests come in: listeners, connections, TLS and the limits that strangers meet before any handler does.
//!
//! Knows HTTP as far as it travels, and nothing of what is asked: the router is handed in.

mod connection;
mod descriptors;
mod draining;
mod listener;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use listener::Listener;
pub use tls::TlsFiles;

/// Connections served at once where nothing else is said. Each costs some ten kilobytes while it is open.
pub const MAX_CONNECTIONS: usize = 10_000;

/// How long requests that were accepted may take to end after the server was told to stop.
const FINISH: Duration = Duration::from_secs(20);

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address; port 0 takes a free one.
    pub address: SocketAddr,
    /// The certificate and its key; plain HTTP where absent.
    pub tls: Option<TlsFiles>,
    /// Whether plain HTTP is served to other machines too: a proxy in front does TLS.
    pub insecure_http: bool,
    /// Connections at once, [`MAX_CONNECTIONS`] by default. More wait until one closes; fewer where the machine
    /// gives the process fewer descriptors.
    pub max_connections: usize,
}

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Keys and tokens would cross the network readable.
    #[error(
        "{0} is reachable from other machines, and product keys and tokens would cross the network readable: name a \
         certificate (tls_certificate, tls_key), listen on 127.0.0.1, or set insecure_http if a proxy in front does TLS"
    )]
    PlainHttp(SocketAddr),
    /// The address is taken, not this machine's, or not allowed.
    #[error("cannot listen on {address}")]
    Address {
        /// Which.
        address: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A certificate or key cannot be read.
    #[error("cannot read {}", path.display())]
    TlsFile {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls::pki_types::pem::Error,
    },
    /// Certificate and key do not go together, or are of a kind that is not supported.
    #[error("the certificate in {} cannot be used with its key", path.display())]
    Certificate {
        /// The certificate's file.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls::Error,
    },
}

/// From where a connection comes, as its first hop; on every request as an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Over the network.
    Network(IpAddr),
    /// On this machine, as its owner: the user who runs the server, or root.
    Owner,
}

/// A server that listens and does not answer yet: who connects waits in its backlog.
pub struct Server {
    listener: Listener,
    max_connections: usize,
}

impl Server {
    /// Listens on the network. Call it within a tokio runtime.
    pub fn bind(listen: &Listen) -> Result<Self, ListenError> {
        let max_connections = listen.max_connections.min(descriptors::for_connections());
        Ok(Self { listener: Listener::network(listen)?, max_connections })
    }

    /// Listens on a Unix socket that only this process's user can open. What is left there of a server that died is
    /// replaced, so the caller must hold the lock of the data directory. Call it within a tokio runtime.
    pub fn bind_local(path: &Path) -> Result<Self, ListenError> {
        Ok(Self { listener: Listener::local(path)?, max_connections: 64 })
    }

    /// The address listened on; none for a local socket.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.listener.address()
    }

    /// Answers until `shutdown` is ready; then takes no connection more, finishes the requests it has within twenty
    /// seconds, and ends.
    pub async fn serve(mut self, router: Router, shutdown: impl Future<Output = ()>) {
        let room = Arc::new(Semaphore::new(self.max_connections));
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            // Room first: whoever finds none waits in the backlog, unaccepted.
            let next = async {
                let room = room.clone().acquire_owned().await;
                (room, self.listener.accept().await)
            };
            let (room, accepted) = tokio::select! {
                next = next => next,
                () = &mut shutdown => break,
            };
            match accepted {
                Ok(incoming) => {
                    let served = connection::serve(incoming, router.clone(), graceful.watcher());
                    connections.spawn(async move {
                        served.await;
                        drop(room);
                    });
                }
                Err(error) => {
                    // Out of descriptors or memory: the connection stays in the backlog and would be found again at once.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            while connections.try_join_next().is_some() {}
        }
        drop(self.listener);
        if tokio::time::timeout(FINISH, graceful.shutdown()).await.is_err() {
            tracing::warn!(connections = connections.len(), "requests that did not end in time are cut");
        }
        connections.shutdown().await;
    }
}
