//! The network between one machine and the server: forwards connections until it is cut, and again once it is mended. It can
//! be slow with some of them, or say nothing at all. Knows nothing of what travels: the way to a database is another such.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use seatkeeper_test_support::{BOUND, until};

/// A way to a server that a test can cut. Its threads end with the process.
#[derive(Debug)]
pub struct Cable {
    address: String,
    line: Arc<Mutex<Line>>,
}

#[derive(Debug)]
struct Line {
    server: String,
    cut: bool,
    /// Both ends of what is being forwarded.
    open: Vec<TcpStream>,
    /// Those of connections to come.
    gate: Arc<Gate>,
    /// Both ways of all connections.
    silence: Arc<Gate>,
}

/// What programs send waits before it while it is closed.
#[derive(Debug, Default)]
struct Gate {
    stand: Mutex<Stand>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Stand {
    closed: bool,
    waiting: usize,
}

impl Cable {
    /// A way to the server at `url`, not cut.
    pub fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let line =
            Line { server: host(url), cut: false, open: Vec::new(), gate: Arc::default(), silence: Arc::default() };
        let line = Arc::new(Mutex::new(line));
        let theirs = line.clone();
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                forward(near, &theirs);
            }
        });
        Self { address, line }
    }

    /// Where the machine finds the server.
    pub fn url(&self) -> &str {
        &self.address
    }

    /// The same as an address with a port, for a server that speaks no HTTP.
    pub fn address(&self) -> String {
        host(&self.address)
    }

    /// Cuts it: what is open breaks off, and nothing gets through.
    pub fn cut(&self) {
        let mut line = self.lock();
        line.cut = true;
        // One that is closed already is as good as cut.
        line.open.drain(..).for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
    }

    /// Lets nothing through and tells nobody, as a firewall does that drops packets: connections stand, and what is sent waits.
    pub fn fall_silent(&self) {
        self.lock().silence.lock().closed = true;
    }

    /// Leads to another server from now on, as a name does when its entry in the DNS is changed.
    pub fn lead_to(&self, url: &str) {
        self.cut();
        self.lock().server = host(url);
        self.mend();
    }

    /// Mends it.
    pub fn mend(&self) {
        let mut line = self.lock();
        line.cut = false;
        line.silence.open();
    }

    /// Keeps back what is sent while `send` makes somebody send something. Connections made afterwards are not slow.
    #[track_caller]
    pub fn keep_back(&self, send: impl FnOnce()) -> KeptBack {
        let mut line = self.lock();
        let gate = line.gate.clone();
        gate.lock().closed = true;
        drop(line);
        send();
        until(BOUND, "something to be sent", || (gate.lock().waiting > 0).then_some(()));
        line = self.lock();
        line.gate = Arc::default();
        KeptBack(gate)
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is kept back goes on its way when this is dropped.
#[derive(Debug)]
pub struct KeptBack(Arc<Gate>);

impl Drop for KeptBack {
    fn drop(&mut self) {
        self.0.open();
    }
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, Stand> {
        self.stand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) {
        self.lock().closed = false;
        self.changed.notify_all();
    }

    fn pass(&self) {
        let mut stand = self.lock();
        stand.waiting += 1;
        let wait = self.changed.wait_while(stand, |stand| stand.closed);
        wait.unwrap_or_else(PoisonError::into_inner).waiting -= 1;
    }
}

/// Forwards one connection both ways, on threads of its own. A server that is down looks like a cut cable.
fn forward(near: TcpStream, line: &Mutex<Line>) {
    let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
    if line.cut {
        return;
    }
    let Ok(far) = TcpStream::connect(&line.server) else { return };
    for (from, to, gate) in [(&near, &far, line.gate.clone()), (&far, &near, Arc::default())] {
        let (mut from, mut to, silence) = (both(from), both(to), line.silence.clone());
        thread::spawn(move || {
            // Ends when either side does, and tells the other.
            drop(carry(&mut from, &mut to, &gate, &silence));
            drop(to.shutdown(Shutdown::Write));
        });
    }
    line.open.extend([near, far]);
}

/// Forwards what comes, until either side ends.
fn carry(from: &mut TcpStream, to: &mut TcpStream, gate: &Gate, silence: &Gate) -> io::Result<()> {
    let mut bytes = [0; 4096];
    loop {
        let read = from.read(&mut bytes)?;
        silence.pass();
        if read == 0 {
            return Ok(());
        }
        gate.pass();
        to.write_all(&bytes[..read])?;
    }
}

fn both(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a socket can be shared")
}

fn host(url: &str) -> String {
    url.trim_start_matches("http://").to_owned()
}
