//! The database takes no more connections: others have them all.
//!
//! Seen red: with PostgreSQL's 53300 taken for a fault of our own (`store-postgres/error.rs`) programs were answered 500.

use std::process::Command;

use rustix::process::Signal;
use seatkeeper_test_support::{BOUND, Postgres, Process, Start, until};
use seatkeeper_test_world::{Machine, World};
use uuid::Uuid;

use crate::servers::come_to_be_ready;
use crate::{assert_unavailable, in_time};

#[test]
fn a_database_with_no_connection_left_is_told_of_and_waited_for() {
    let postgres = Postgres::starting().setting("max_connections", "40").ready();
    let database = postgres.create_database();
    let mut world = World::on(Start::default().database(&postgres.url(&database)).ready());
    let license = world.pool(2);
    let program = Machine::new("WS-1").activate(&world.server.http(), &license);
    let mut seat = program.take("Ann");
    let mut administrator = Administrator::of(&postgres, &database);

    // What the server has, it keeps.
    let before = postgres.take_all_connections();
    program.renew(&mut seat);

    // While it looks away it loses them, to others.
    world.server.process().signal(Signal::STOP);
    administrator.throws_everybody_out();
    let after = postgres.take_all_connections();
    world.server.process().signal(Signal::CONT);
    assert_unavailable(&in_time(|| program.ask(Uuid::new_v4(), "Ben")));
    assert_unavailable(&in_time(|| program.refresh(&seat)));
    come_to_be_ready(&world.server, false);
    let log = world.server.process().stderr();
    assert!(log.contains("too many clients"), "the log does not say why: {log}");

    drop((before, after));
    come_to_be_ready(&world.server, true);
    program.renew(&mut seat);
    assert_eq!(world.in_use(&license), 1);
}

/// Somebody who is connected already, and can do what others no longer can.
struct Administrator {
    psql: Process,
    database: String,
}

impl Administrator {
    fn of(postgres: &Postgres, database: &str) -> Self {
        let mut command = Command::new("psql");
        command.args(["--no-psqlrc", "--no-align", "--tuples-only", "--dbname", &postgres.url("postgres")]);
        let mut administrator = Self { psql: Process::start(&mut command), database: database.to_owned() };
        administrator.counts("SELECT count(*)");
        administrator
    }

    /// Ends every connection to the database, and waits until they are gone.
    fn throws_everybody_out(&mut self) {
        self.counts("SELECT count(pg_terminate_backend(pid))");
        until(BOUND, "everybody to be gone", || (self.counts("SELECT count(*)") == 0).then_some(()));
    }

    fn counts(&mut self, select: &str) -> u32 {
        self.psql.say(&format!("{select} FROM pg_stat_activity WHERE datname = '{}';", self.database));
        self.psql.hear("").parse().expect("a number")
    }
}
