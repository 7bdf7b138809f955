//! The network between one machine and the server: forwards connections until it is cut, and again once it is mended.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

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
}

impl Cable {
    /// A way to the server at `url`, not cut.
    pub fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let line = Arc::new(Mutex::new(Line { server: host(url), cut: false, open: Vec::new() }));
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
}

/// Forwards one connection both ways, on threads of its own. A server that is down looks like a cut cable.
fn forward(near: TcpStream, line: &Mutex<Line>) {
    let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
    if line.cut {
        return;
    }
    let Ok(far) = TcpStream::connect(&line.server) else { return };
    for (from, to) in [(&near, &far), (&far, &near)] {
        let (mut from, mut to) = (both(from), both(to));
        thread::spawn(move || {
            // Ends when either side does, and tells the other.
            drop(io::copy(&mut from, &mut to));
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
