//! Two servers on one database, and what the database itself says of its seats. Knows how servers are started.

use seatkeeper_test_support::{Http, Server, Start, until};
use seatkeeper_test_world::{License, World};

use crate::{RECOVERY, SEATS};

/// Two servers with the same books and the same secrets.
pub(crate) struct Servers {
    /// The vendor, at the first of them.
    pub(crate) world: World,
    pub(crate) second: Server,
}

impl Servers {
    /// Both on the database at `url`, which is empty.
    #[track_caller]
    pub(crate) fn on(url: &str) -> Self {
        Self::each_on([url, url])
    }

    /// Each with its own way to one database.
    #[track_caller]
    pub(crate) fn each_on([first, second]: [&str; 2]) -> Self {
        let world = World::on(Start::default().database(first).ready());
        let second = Start::default().database(second).secrets_of(world.server.data()).ready();
        Self { world, second }
    }

    /// Requests to each, with no token.
    pub(crate) fn http(&self) -> [Http; 2] {
        [self.world.server.http(), self.second.http()]
    }

    /// The pool that everybody wants a seat of.
    #[track_caller]
    pub(crate) fn pool(&self) -> License {
        self.world.pool(SEATS)
    }

    /// Waits until both are ready, or say that they are not.
    #[track_caller]
    pub(crate) fn come_to_be_ready(&self, ready: bool) {
        come_to_be_ready(&self.world.server, ready);
        come_to_be_ready(&self.second, ready);
    }
}

/// Waits until a server is ready, or says that it is not, so that a load balancer asks it, or another.
#[track_caller]
pub(crate) fn come_to_be_ready(server: &Server, ready: bool) {
    let what = if ready { "a server to be ready" } else { "a server to say that it is not ready" };
    until(RECOVERY, what, || {
        let answer = server.http().attempt("GET", "/readyz", None).ok()?;
        assert!(matches!(answer.status, 200 | 503), "{answer:?}");
        (ready == (answer.status == 200)).then_some(())
    });
}

/// Licences whose counter is not the number of their sessions, or above the pool's seats. One statement sees one instant.
pub(crate) fn wrong_seats() -> String {
    format!(
        "SELECT license, in_use, live FROM counters LEFT JOIN \
         (SELECT license, count(*) AS live FROM sessions WHERE ended_at IS NULL GROUP BY license) AS held USING (license) \
         WHERE in_use <> coalesce(live, 0) OR in_use > {SEATS}"
    )
}
