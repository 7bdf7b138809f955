//! The two doors: a TCP address, with or without TLS, and the owner's Unix socket. Reads and writes nothing.

use std::io;
use std::net::SocketAddr;
use std::os::unix::net::UnixListener as StdUnixListener;
use std::path::Path;

use rustix::fs::{Mode, fchmod};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, listen, socket_with};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UnixListener, UnixStream};
use tokio_rustls::TlsAcceptor;

use super::tls::Tls;
use super::{Listen, ListenError};

/// Connections that may wait to be accepted. The usual 128 drops them when a crowd arrives, and each that was dropped
/// tries again only a second later. The system cuts this down to its own maximum.
const BACKLOG: u32 = 8192;

pub(super) enum Listener {
    Network { listener: TcpListener, tls: Option<Tls> },
    Local(UnixListener),
}

/// A connection that was accepted, before a byte is read.
pub(super) enum Incoming {
    Network { stream: TcpStream, from: SocketAddr, tls: Option<TlsAcceptor> },
    Local(UnixStream),
}

impl Listener {
    pub(super) fn network(options: &Listen) -> Result<Self, ListenError> {
        let address = options.address;
        let tls = options.tls.clone().map(Tls::load).transpose()?;
        if tls.is_none() && !options.insecure_http && !address.ip().to_canonical().is_loopback() {
            return Err(ListenError::PlainHttp(address));
        }
        let listener = tcp(address).map_err(|source| ListenError::Address { address: address.to_string(), source })?;
        Ok(Self::Network { listener, tls })
    }

    pub(super) fn local(path: &Path) -> Result<Self, ListenError> {
        let listener =
            unix(path).map_err(|source| ListenError::Address { address: path.display().to_string(), source })?;
        Ok(Self::Local(listener))
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Network { listener, .. } => listener.local_addr().ok(),
            Self::Local(_) => None,
        }
    }

    /// The next connection. Dropping the future loses none.
    pub(super) async fn accept(&mut self) -> io::Result<Incoming> {
        match self {
            Self::Network { listener, tls } => {
                let (stream, from) = listener.accept().await?;
                // An answer is one small write: waiting to fill a packet would only delay it.
                stream.set_nodelay(true)?;
                Ok(Incoming::Network { stream, from, tls: tls.as_mut().map(Tls::acceptor) })
            }
            Self::Local(listener) => Ok(Incoming::Local(listener.accept().await?.0)),
        }
    }
}

fn tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A server that starts again takes its port back at once.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// The mode is set before the socket has a name, so that at no instant anybody else can open it.
fn unix(path: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    fchmod(&socket, Mode::RUSR | Mode::WUSR)?;
    bind(&socket, &SocketAddrUnix::new(path)?)?;
    listen(&socket, 128)?;
    UnixListener::from_std(StdUnixListener::from(socket))
}
