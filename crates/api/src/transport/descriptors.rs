//! File descriptors: a connection needs one, and the usual soft limit of 1024 would refuse a crowd. Knows no sockets.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Left for the database, logs, certificates and the local socket.
const RESERVED: u64 = 128;

/// Raises the soft limit to the hard one; how many connections fit beneath it.
pub(super) fn for_connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let current = match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    current.map_or(usize::MAX, |most| usize::try_from(most.saturating_sub(RESERVED).max(16)).unwrap_or(usize::MAX))
}
