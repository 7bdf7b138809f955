//! The data directory: who may have it, which file it may hold, what is left after a crash.

use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;
use seatkeeper_store::read::Scope;
use seatkeeper_store::{Clock, Reader, Upkeep, Writer};
use seatkeeper_store_sqlite::{Books, OpenError};

use crate::shop::Shop;

#[test]
fn a_second_server_is_refused_by_name() {
    let shop = Shop::open();
    let Err(refused) = Books::open(shop.dir()) else { panic!("two servers on one directory") };
    assert!(matches!(refused, OpenError::InUse { pid: Some(pid), .. } if pid == std::process::id()), "{refused:?}");
    assert!(refused.to_string().contains(&format!("(process {})", std::process::id())), "{refused}");
    let reader = shop.reader();
    let dir = shop.close().unwrap();
    assert!(Books::open(dir.path()).is_err(), "a reader that is left holds the directory");
    drop(reader);
    Books::open(dir.path()).unwrap();
}

#[test]
fn what_is_made_is_its_owners_alone() {
    let parent = tempfile::TempDir::new().unwrap();
    let dir = parent.path().join("deep").join("data");
    let books = Books::open(&dir).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    let files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 2, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    drop(books);
}

#[test]
fn books_of_a_later_version_are_refused_in_a_sentence() {
    let dir = Shop::open().close().unwrap();
    let conn = Connection::open(dir.path().join("seatkeeper.db")).unwrap();
    conn.execute("UPDATE schema SET version = version + 5, serves = version + 5", ()).unwrap();
    let Err(refused) = Books::open(dir.path()) else { panic!("served books of a later version") };
    assert!(matches!(refused, OpenError::Newer { .. }), "{refused:?}");
    assert!(refused.to_string().contains("start the version that wrote them"), "{refused}");
}

#[test]
fn a_file_that_is_no_database_is_refused_in_a_sentence() {
    let dir = tempfile::TempDir::new().unwrap();
    std::fs::write(dir.path().join("seatkeeper.db"), "not a database, but long enough to be looked at".repeat(99))
        .unwrap();
    let Err(refused) = Books::open(dir.path()) else { panic!("opened rubbish") };
    assert!(refused.to_string().contains("the file is damaged"), "{refused}");
}

#[test]
fn what_was_committed_is_there_again_and_nothing_else() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 5);
    let device = shop.device(sold, "WS-1");
    let ann = shop.seat(device, "ann");
    shop.clock.pass(60);
    shop.refresh(device, &ann).unwrap();
    let (id, installation) = (shop.books.installation_id(), shop.clock.now());
    let asked = shop.checkout(device, "bob");
    let (ledger, answers) = shop.begin(&[asked]).unwrap();
    assert!(answers[0].is_ok(), "decided, and not committed");
    drop(ledger);
    let dir = shop.close().unwrap();
    let books = Books::open(dir.path()).unwrap();
    assert_eq!(books.installation_id(), id);
    assert_eq!(books.last_instant(), installation, "a refresh moves what the books know of time");
    let row = books.reader().license(Scope::Vendor, sold.license).unwrap().unwrap();
    assert_eq!(row.counters.in_use, 1);
    let clock = std::sync::Arc::new(seatkeeper_store::SteadyClock::starting(books.last_instant()));
    assert_eq!(books.upkeep(clock).check(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_batch_that_changes_nothing_writes_nothing() {
    let mut shop = Shop::open();
    let before = std::fs::metadata(shop.dir().join("seatkeeper.db-wal")).unwrap().len();
    let ledger = shop.writer.begin(&seatkeeper_domain::needs::Needs::default()).unwrap();
    shop.writer.commit(&ledger).unwrap();
    assert_eq!(std::fs::metadata(shop.dir().join("seatkeeper.db-wal")).unwrap().len(), before);
}

#[test]
fn a_constraint_that_a_change_breaks_leaves_nothing_half_done() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 1);
    let device = shop.device(sold, "WS-1");
    let asked = shop.checkout(device, "ann");
    let (mut ledger, _) = shop.begin(&[asked]).unwrap();
    let mut counters = *ledger.counters.get(&sold.license).unwrap();
    counters.in_use = 2;
    ledger.counters.put(sold.license, counters);
    let refused = shop.writer.commit(&ledger).unwrap_err();
    assert!(matches!(refused, seatkeeper_store::StoreError::Constraint(_)), "{refused:?}");
    shop.writer.rollback();
    shop.seat(device, "bob");
    assert_eq!(shop.upkeep().check(&mut |_, _| {}).unwrap(), []);
}
