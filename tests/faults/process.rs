//! Servers that are asked to end, and a second one on the same books.
//!
//! Seen red: with connections not waited for when the server stops (`serve/mod.rs`), the accepted request got no answer; with the
//! lock not heeded in `store-sqlite/lock.rs`, the second server served.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;
use seatkeeper_test_support::{BOUND, Process, binary, until};
use seatkeeper_test_world::{Machine, World};
use uuid::Uuid;

/// `seatkeeper serve` on a data folder, at any port.
pub(crate) fn serve(data: &Path) -> Command {
    let mut command = Command::new(binary("seatkeeper"));
    command.arg("serve").arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
    command
}

#[test]
fn what_was_accepted_is_finished_when_the_server_is_asked_to_end() {
    let mut world = World::start();
    let license = world.pool(1);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let (path, body) = program.checkout(Uuid::new_v4(), "Ann");
    let body = body.to_string();
    let address = world.server.url().trim_start_matches("http://").to_owned();

    // Accepted: the server says that it is ready for the body.
    let mut request = TcpStream::connect(&address).expect("the server listens");
    request.set_read_timeout(Some(BOUND)).expect("a socket takes a timeout");
    let length = body.len();
    let head = format!(
        "PUT {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n",
        program.token
    );
    request.write_all(head.as_bytes()).expect("it can be sent");
    let mut go_on = [0; 25];
    request.read_exact(&mut go_on).expect("the server answers");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    world.server.process().signal(Signal::TERM);
    until(BOUND, "the server to take no more connections", || TcpStream::connect(&address).is_err().then_some(()));
    request.write_all(body.as_bytes()).expect("the connection still stands");
    let mut answer = String::new();
    request.read_to_string(&mut answer).expect("it is answered");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(world.server.process().wait().success(), "{}", world.server.process().stderr());
    world.server.restart();
    assert_eq!(world.in_use(&license), 1);
}

#[test]
fn a_second_server_on_the_same_books_is_refused() {
    let mut world = World::start();
    let mut second = Process::start(&mut serve(world.server.data()));
    assert_eq!(second.wait().code(), Some(1));
    let id = world.server.process().id().to_string();
    assert!(second.stderr().contains(&id), "it does not say who has them: {}", second.stderr());
    let license = world.pool(1);
    Machine::new("WS-1").activate(&world.server.http(), &license).take("Ann");
}
