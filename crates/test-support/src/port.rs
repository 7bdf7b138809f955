//! Ports for servers that a test starts, and starts again.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// A port that nobody listens on, below those that the system gives to connections: a server that is killed and
/// started again finds its port as it left it.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Each test is a process of its own, and begins at a place of its own.
    let begin = std::process::id().wrapping_mul(97);
    let ports = || begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| 20_000 + ports() as u16).take(1_000).find(free).expect("a free port")
}
