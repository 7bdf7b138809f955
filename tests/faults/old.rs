//! What nobody needs any more is removed, a little at a time so that nobody waits for it, and all of it.

use rusqlite::Connection;
use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::World;

use crate::BOOKS;

/// More than one step removes.
const OLD: i64 = 1_500;

/// Seen red when a round that left something waits an hour for the next.
#[test]
fn what_is_old_goes_however_much_there_is() {
    let mut world = World::start();
    world.server.stop();
    let books = Connection::open(world.server.data().join(BOOKS)).expect("the books can be opened");
    let put = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO attempts (address, failures, since) SELECT 'old ' || i, 1, 0 FROM n";
    books.execute(put, [OLD]).expect("failed attempts of long ago");
    world.server.restart();
    let left = || books.query_row("SELECT COUNT(*) FROM attempts", (), |row| row.get::<_, i64>(0)).expect("readable");
    assert!(left() > 0, "it was all removed at once");
    until(BOUND, "the last of what is old to go", || (left() == 0).then_some(()));
}
