//! Reading where the conformance suite does not look: from within a runtime, along several lanes, of names that PostgreSQL
//! folds in another way, and while the database is away.

use seatkeeper_store::read::{EventRow, LanePosition, Page, Scope, SessionFilter};
use seatkeeper_store::{Reader, StoreError};
use seatkeeper_store_postgres::{Database, PostgresReader};
use seatkeeper_test_support::{BOUND, Postgres, until};

use crate::played::Played;

const ALL: Page = Page { after: None, limit: 200 };

/// Blocking within a runtime is the caller's choice, at the start of a server; panicking is none. Seen red when the runtime of
/// the reader is waited for, or dropped, within the other.
#[test]
fn reading_works_within_a_runtime_and_without() {
    let played = Played::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let products = runtime.block_on(async {
        let reader = played.open().reader();
        reader.products(ALL).unwrap().items.len()
    });
    assert_eq!(products, played.open().reader().products(ALL).unwrap().items.len());
}

/// Follows all lanes, so many events at once.
fn followed(reader: &PostgresReader, scope: Scope, limit: u32) -> Vec<EventRow> {
    let (mut places, mut all): (Vec<LanePosition>, Vec<EventRow>) = (Vec::new(), Vec::new());
    loop {
        let rows = reader.events(scope, &places, limit).unwrap();
        if rows.is_empty() {
            return all;
        }
        assert!(rows.len() <= limit as usize);
        assert!(rows.is_sorted_by_key(|row| (row.lane, row.lane_number)), "in the lanes' order");
        for row in &rows {
            places.retain(|place| place.lane != row.lane);
            places.push(LanePosition { lane: row.lane, number: row.lane_number });
        }
        all.extend(rows);
    }
}

/// Seen red when the places of all lanes are taken for the first one's, and when a lane that is not named is left out.
#[test]
fn events_are_followed_along_all_lanes() {
    let played = Played::new();
    // Every third event on a lane of its own, as another server's would be.
    played.database.psql(
        "INSERT INTO lanes SELECT n, 0, 0, 0, '00000000-0000-0000-0000-000000000000', 0 FROM generate_series(2, 3) n; \
         CREATE TABLE moved AS SELECT *, number % 3 + 1 AS onto, \
             ROW_NUMBER() OVER (PARTITION BY number % 3 ORDER BY number) AS place FROM events; \
         DELETE FROM events; \
         INSERT INTO events SELECT onto, place, stream_kind, stream, stream_number, at, kind, actor, body, hash FROM moved; \
         UPDATE lanes SET sequence = (SELECT COUNT(*) FROM moved WHERE onto = lanes.lane)",
    );
    let reader = played.open().reader();
    let scopes = played.books.customers.keys().map(|id| Scope::Customer(*id)).chain([Scope::Vendor]);
    for scope in scopes {
        let whole = followed(&reader, scope, 1_000);
        let mut by_two = followed(&reader, scope, 2);
        by_two.sort_by_key(|row| (row.lane, row.lane_number));
        assert!(by_two == whole, "{scope:?}: {} events by two, {} at once", by_two.len(), whole.len());
        let own = |row: &EventRow| scope == Scope::Vendor || row.event.stream.kind() != "server";
        assert!(!whole.is_empty() && whole.iter().all(own));
    }
    let all = followed(&reader, Scope::Vendor, 7);
    assert_eq!(all.len(), played.books.events.len());
    let ends: Vec<LanePosition> = reader.lanes().unwrap();
    assert_eq!(ends.len(), 3);
    assert!(reader.events(Scope::Vendor, &ends, 10).unwrap().is_empty(), "nothing is still to come");
    let one = &ends[..1];
    let others = all.iter().filter(|row| row.lane != 1).count();
    assert_eq!(
        reader.events(Scope::Vendor, one, 1_000).unwrap().len(),
        others,
        "unnamed lanes are read from their start"
    );
}

/// Signs are signs, and letters fold as the domain folds them: where PostgreSQL's own folding differs (it knows no final
/// sigma), a name that was written one way is found the other.
#[test]
fn names_are_found_as_the_domain_folds_them() {
    let played = Played::new();
    let id = played.database.psql("SELECT id FROM sessions WHERE ended_at IS NULL ORDER BY id LIMIT 1");
    let named = |column: &str, name: &str| {
        played.database.psql(&format!("UPDATE sessions SET {column} = '{name}' WHERE id = '{}'", id.trim()));
    };
    let reader = played.open().reader();
    let found = |filter: SessionFilter| -> Vec<String> {
        let found = reader.sessions(Scope::Vendor, &filter, played.now, ALL).unwrap().items;
        found.iter().map(|row| row.session.id.to_string()).collect()
    };
    let device = |part: &str| found(SessionFilter { device: Some(part.to_owned()), ..SessionFilter::default() });
    let user = |part: &str| found(SessionFilter { user: Some(part.to_owned()), ..SessionFilter::default() });
    let own = vec![id.trim().to_owned()];
    named("device_name", "BÜRO_7% ΟΔΟΣ");
    for part in ["büro_7%", "BÜRO", "οδος", "_7% ο"] {
        assert_eq!(device(part), own, "{part}");
    }
    for part in ["büro%7", "b_ro", "οδοσ"] {
        assert_eq!(device(part), Vec::<String>::new(), "{part}");
    }
    named("user_folded", "änne\\_%");
    assert_eq!(user("ÄNNE\\"), own);
    assert_eq!(user("_%"), own);
    assert_eq!(user("%"), own);
    assert_eq!(user("nn_"), Vec::<String>::new());
}

/// More sessions than are looked at at once for a device's name. Seen red when only the first of them are.
#[test]
fn a_device_is_found_however_many_there_are() {
    let played = Played::new();
    played.database.psql(
        "INSERT INTO sessions (id, license, activation, holder, device_name, version, checkouts, started_at, reclaim_hint) \
             SELECT CAST(LPAD(TO_HEX(n), 32, '0') AS UUID), s.license, s.activation, \
                 DECODE(LPAD(TO_HEX(n), 32, '0'), 'hex'), 'PC-' || n, '1', 0, 0, 0 \
             FROM generate_series(1, 12000) n, (SELECT * FROM sessions LIMIT 1) s",
    );
    let reader = played.open().reader();
    let mut pages = Vec::new();
    let (mut after, mut items) = (None, 0);
    let filter = SessionFilter { device: Some("pc-11".to_owned()), ..SessionFilter::default() };
    while pages.is_empty() || after.is_some() {
        let page = reader.sessions(Scope::Vendor, &filter, played.now, Page { after, limit: 200 }).unwrap();
        items += page.items.len();
        after = page.next;
        pages.push(page);
    }
    // 11, 110 to 119, 1100 to 1199, 11000 to 11999.
    assert_eq!((items, pages.len()), (1 + 10 + 100 + 1_000, 6));
}

#[test]
fn a_database_that_is_away_is_said_so_and_found_again() {
    let mut postgres = Postgres::start();
    let name = postgres.create_database();
    let reader = Database::open(&postgres.url(&name)).unwrap().reader();
    reader.ping().unwrap();
    postgres.kill9();
    for _ in 0..3 {
        let lost = reader.ping().unwrap_err();
        assert!(matches!(lost, StoreError::Lost(_)), "{lost}");
    }
    postgres.restart();
    until(BOUND, "the database to be read again", || reader.ping().ok());
}

/// A connection to what answers nothing is left, and another made. Seen red when an idle connection is used as it is.
#[test]
fn a_connection_that_fell_silent_is_left() {
    let postgres = Postgres::start();
    let name = postgres.create_database();
    let reader = Database::open(&postgres.url(&name)).unwrap().reader();
    reader.ping().unwrap();
    let backend = postgres.psql(&name, "SELECT pid FROM pg_stat_activity WHERE application_name = 'seatkeeper'");
    let stopped = std::process::Command::new("kill").args(["-STOP", backend.trim()]).status().unwrap();
    assert!(stopped.success(), "one backend: {backend}");
    reader.ping().unwrap();
}

/// What answers on and writes no more leads nowhere: what it says grows old. Seen red when an idle connection is used as it
/// is.
#[test]
fn a_former_leader_is_left() {
    let postgres = Postgres::start();
    let name = postgres.create_database();
    let reader = Database::open(&postgres.url(&name)).unwrap().reader();
    reader.ping().unwrap();
    postgres.psql(&name, "ALTER SYSTEM SET default_transaction_read_only = on");
    postgres.psql(&name, "SELECT pg_reload_conf()");
    let connections = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'seatkeeper'";
    until(BOUND, "the former leader to be left", || {
        let left = matches!(reader.ping(), Err(StoreError::Lost(_)));
        (left && postgres.psql(&name, connections) == "0").then_some(())
    });
}
