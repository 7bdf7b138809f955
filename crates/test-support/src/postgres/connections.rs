//! Connections that do nothing but be there, until there is no room for another. Speaks as little of PostgreSQL's protocol as
//! that takes: the first message of each side.

use std::io::{Read, Write};
use std::net::TcpStream;

/// The first message of a client: its length, the protocol's version 3.0, who it is and what it wants.
const HELLO: &[u8] = b"\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0";

/// Takes every connection that the PostgreSQL at `port` has to give.
pub(super) fn take_all(port: u16) -> Vec<TcpStream> {
    let mut taken = Vec::new();
    loop {
        let mut connection = TcpStream::connect(("127.0.0.1", port)).expect("PostgreSQL listens");
        connection.write_all(HELLO).expect("it can be greeted");
        let mut answer = [0];
        connection.read_exact(&mut answer).expect("it answers");
        match answer {
            // `AuthenticationOk`, which its backend says before all else.
            [b'R'] => taken.push(connection),
            // An error: there is no room.
            [b'E'] => return taken,
            [other] => panic!("PostgreSQL answers with {other:#x}"),
        }
    }
}
