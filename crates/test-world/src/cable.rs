//! The network between one machine and the server: forwards connections until it is cut, and again once it is mended. It can
//! be slow with some of them.

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
        let line = Line { server: host(url), cut: false, open: Vec::new(), gate: Arc::default() };
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

    /// Cuts it: what is open breaks off, and nothing gets through.
    pub fn cut(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.cut = true;
        // One that is closed already is as good as cut.
        line.open.drain(..).for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
    }

    /// Leads to another server from now on, as a name does when its entry in the DNS is changed.
    pub fn lead_to(&self, url: &str) {
        self.cut();
        self.line.lock().unwrap_or_else(PoisonError::into_inner).server = host(url);
        self.mend();
    }

    /// Mends it.
    pub fn mend(&self) {
        self.line.lock().unwrap_or_else(PoisonError::into_inner).cut = false;
    }

    /// Keeps back what is sent while `send` makes somebody send something. Connections made afterwards are not slow.
    #[track_caller]
    pub fn keep_back(&self, send: impl FnOnce()) -> KeptBack {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = line.gate.clone();
        gate.lock().closed = true;
        drop(line);
        send();
        until(BOUND, "something to be sent", || (gate.lock().waiting > 0).then_some(()));
        line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.gate = Arc::default();
        KeptBack(gate)
    }
}

/// What is kept back goes on its way when this is dropped.
#[derive(Debug)]
pub struct KeptBack(Arc<Gate>);

impl Drop for KeptBack {
    fn drop(&mut self) {
        self.0.lock().closed = false;
        self.0.changed.notify_all();
    }
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, Stand> {
        self.stand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self) {
        let mut stand = self.lock();
        stand.waiting += 1;
        let wait = self.changed.wait_while(stand, |stand| stand.closed);
        wait.unwrap_or_else(PoisonError::into_inner).waiting -= 1;
    }

    /// Forwards until either side ends.
    fn forward(&self, from: &mut TcpStream, to: &mut TcpStream) -> io::Result<()> {
        let mut bytes = [0; 4096];
        loop {
            let read = from.read(&mut bytes)?;
            if read == 0 {
                return Ok(());
            }
            self.pass();
            to.write_all(&bytes[..read])?;
        }
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
        let (mut from, mut to) = (both(from), both(to));
        thread::spawn(move || {
            // Ends when either side does, and tells the other.
            drop(gate.forward(&mut from, &mut to));
            drop(to.shutdown(Shutdown::Write));
        });
    }
    line.open.extend([near, far]);
}

fn both(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a socket can be shared")
}

fn host(url: &str) -> String {
    url.trim_start_matches("http://").to_owned()
}
