//! HTTP over a local socket: the way to a server on this machine, as its owner. Knows nothing of what is asked.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport};
use ureq::{Agent, Error};

/// What stands in place of a host; nobody resolves it.
pub(crate) const BASE: &str = "http://127.0.0.1";

/// An agent whose every connection `dial` makes.
pub(crate) fn agent(dial: impl Fn() -> io::Result<UnixStream> + Send + Sync + 'static) -> Agent {
    let config = Agent::config_builder().proxy(None).http_status_as_error(false).max_redirects(0).build();
    Agent::with_parts(config, Dial(Box::new(dial)), DefaultResolver::default())
}

struct Dial(Box<dyn Fn() -> io::Result<UnixStream> + Send + Sync>);

impl std::fmt::Debug for Dial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dial")
    }
}

impl<In: Transport> Connector<In> for Dial {
    type Out = Socket;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<In>) -> Result<Option<Socket>, Error> {
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Socket { stream: (self.0)()?, buffers }))
    }
}

#[derive(Debug)]
struct Socket {
    stream: UnixStream,
    buffers: LazyBuffers,
}

fn bound(timeout: NextTimeout) -> Option<Duration> {
    timeout.not_zero().map(|after| *after)
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.set_write_timeout(bound(timeout))?;
        Ok(self.stream.write_all(&self.buffers.output()[..amount])?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.set_read_timeout(bound(timeout))?;
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        // A connection is used again only where it is known to be good, and making a local one costs nothing.
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::thread;

    #[test]
    fn a_request_goes_out_and_an_answer_in_pieces_comes_back() {
        let (near, far) = UnixStream::pair().unwrap();
        let server = thread::spawn(move || {
            let mut lines = BufReader::new(far.try_clone().unwrap()).lines().map(Result::unwrap);
            let first = lines.next().unwrap();
            lines.find(|line| line.is_empty()).unwrap();
            for piece in ["HTTP/1.1 200 OK\r\ntransfer-encod", "ing: chunked\r\n\r\n5\r\nhel", "lo\r\n0\r\n\r\n"] {
                (&far).write_all(piece.as_bytes()).unwrap();
            }
            first
        });
        let agent = agent(move || near.try_clone());
        let body = agent.get(format!("{BASE}/v1/licenses")).call().unwrap().body_mut().read_to_string().unwrap();
        assert_eq!(body, "hello");
        assert_eq!(server.join().unwrap(), "GET /v1/licenses HTTP/1.1");
    }

    #[test]
    fn nobody_there_is_an_error() {
        let agent = agent(|| UnixStream::connect("nowhere/seatkeeper.sock"));
        assert!(matches!(agent.get(BASE).call(), Err(Error::Io(e)) if e.kind() == io::ErrorKind::NotFound));
    }
}
