//! Stands between a server and PostgreSQL and does harm to one batch: answers a statement with a failure, or hangs up. Knows
//! of the protocol how messages are framed, and no more than it takes for that.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use seatkeeper_store::conformance::engine::Fault;

/// Raises what PostgreSQL raises when two transactions cannot be put in an order.
const RAISE: &str = "DO $$BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END$$";

/// A door to PostgreSQL where harm can be done.
pub(crate) struct Wire {
    port: u16,
    harm: Arc<Mutex<Harm>>,
    line: Arc<Mutex<Line>>,
}

#[derive(Default)]
struct Harm {
    next: Option<Fault>,
    fired: bool,
}

/// Who is connected, and whether anybody may be.
#[derive(Default)]
struct Line {
    cut: bool,
    connected: Vec<TcpStream>,
}

impl Wire {
    /// A door to the PostgreSQL that this address names. It ends with the process.
    pub(crate) fn to(url: &str) -> Self {
        let port = url.split_once("@127.0.0.1:").and_then(|(_, port)| port.split_once('/')).map(|(port, _)| port);
        let upstream: u16 = port.and_then(|port| port.parse().ok()).expect("an address on this machine");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let (harm, line) = (Arc::<Mutex<Harm>>::default(), Arc::<Mutex<Line>>::default());
        let (for_all, listening) = (harm.clone(), line.clone());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut line = lock(&listening);
                if line.cut {
                    continue;
                }
                line.connected.push(client.try_clone().expect("a socket"));
                drop(line);
                let server = TcpStream::connect(("127.0.0.1", upstream)).expect("PostgreSQL listens");
                for side in [&client, &server] {
                    side.set_nodelay(true).expect("a socket");
                }
                pass(client, server, for_all.clone());
            }
        });
        Self { port, harm, line }
    }

    /// The address of a database behind this door.
    pub(crate) fn url(&self, url: &str) -> String {
        let (before, after) = url.split_once("@127.0.0.1:").expect("an address on this machine");
        let (_, name) = after.split_once('/').expect("a database");
        format!("{before}@127.0.0.1:{}/{name}", self.port)
    }

    /// Hangs up on everybody, and answers nobody until it is mended.
    pub(crate) fn cut(&self) {
        let mut line = lock(&self.line);
        line.cut = true;
        line.connected.drain(..).for_each(|client| drop(client.shutdown(Shutdown::Both)));
    }

    /// Answers nobody who comes until it is mended. Who is connected stays so.
    pub(crate) fn take_no_more(&self) {
        lock(&self.line).cut = true;
    }

    pub(crate) fn mend(&self) {
        lock(&self.line).cut = false;
    }

    pub(crate) fn arm(&self, fault: Fault) {
        *lock(&self.harm) = Harm { next: Some(fault), fired: false };
    }

    /// Whether what was armed happened. Nothing is armed any more.
    pub(crate) fn fired(&self) -> bool {
        std::mem::take(&mut *lock(&self.harm)).fired
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection: a thread each way.
fn pass(client: TcpStream, server: TcpStream, harm: Arc<Mutex<Harm>>) {
    let replaced = Arc::new(AtomicBool::new(false));
    let hang_up = Arc::new(AtomicBool::new(false));
    let (back_client, back_server) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    let (replaced_there, hang_up_there) = (replaced.clone(), hang_up.clone());
    thread::spawn(move || {
        let _ = asked(&client, &server, &harm, &replaced, &hang_up);
        close(&client, &server);
    });
    thread::spawn(move || {
        let _ = answered(&back_server, &back_client, &replaced_there, &hang_up_there);
        close(&back_client, &back_server);
    });
}

fn close(client: &TcpStream, server: &TcpStream) {
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

/// From the client on.
fn asked(
    mut client: &TcpStream,
    mut server: &TcpStream,
    harm: &Mutex<Harm>,
    replaced: &AtomicBool,
    hang_up: &AtomicBool,
) -> std::io::Result<()> {
    // The greeting has no kind.
    server.write_all(&body(client)?)?;
    loop {
        let mut kind = [0];
        client.read_exact(&mut kind)?;
        let body = body(client)?;
        let mut state = lock(harm);
        let commits = kind == *b"Q" && body.ends_with(b"COMMIT\0");
        let strikes = match &mut state.next {
            Some(Fault::Conflict(left) | Fault::Lost(left)) if kind == *b"E" => {
                *left -= 1;
                *left == 0
            }
            Some(Fault::ReplyLost) => commits,
            _ => false,
        };
        let fault = if strikes { state.next.take() } else { None };
        state.fired |= strikes;
        drop(state);
        match fault {
            None => send(server, kind[0], &body)?,
            Some(Fault::Lost(_)) => return Ok(()),
            Some(Fault::ReplyLost) => {
                hang_up.store(true, Ordering::SeqCst);
                send(server, kind[0], &body)?;
            }
            Some(Fault::Conflict(_)) => {
                replaced.store(true, Ordering::SeqCst);
                let parse = [b"\0", RAISE.as_bytes(), b"\0\0\0"].concat();
                send(server, b'P', &framed(&parse))?;
                send(server, b'B', &framed(b"\0\0\0\0\0\0\0\0"))?;
                send(server, b'E', &framed(b"\0\0\0\0\0"))?;
            }
        }
    }
}

/// From PostgreSQL on.
fn answered(
    mut server: &TcpStream,
    client: &TcpStream,
    replaced: &AtomicBool,
    hang_up: &AtomicBool,
) -> std::io::Result<()> {
    let mut hidden = 0;
    loop {
        let mut kind = [0];
        server.read_exact(&mut kind)?;
        let body = body(server)?;
        // That our own statement was parsed and bound is nothing that the client asked for.
        if kind == *b"1" && replaced.swap(false, Ordering::SeqCst) {
            hidden = 1;
            continue;
        }
        if kind == *b"2" && hidden == 1 {
            hidden = 0;
            continue;
        }
        if hang_up.load(Ordering::SeqCst) && kind == *b"Z" {
            return Ok(());
        }
        if !hang_up.load(Ordering::SeqCst) {
            send(client, kind[0], &body)?;
        }
    }
}

/// A message's length and what follows it.
fn body(mut from: &TcpStream) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut body = length.to_vec();
    body.resize(u32::from_be_bytes(length) as usize, 0);
    from.read_exact(&mut body[4..])?;
    Ok(body)
}

fn framed(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 4).expect("a short message");
    [&length.to_be_bytes(), content].concat()
}

fn send(mut to: &TcpStream, kind: u8, body: &[u8]) -> std::io::Result<()> {
    to.write_all(&[&[kind], body].concat())
}
