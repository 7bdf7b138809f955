//! Backup while people work, restoring, removing what is old.

use std::path::Path;

use rusqlite::Connection;
use seatkeeper_domain::decide::{Letter, MakeAccount, SendLink, StartSignIn, Whose};
use seatkeeper_domain::token::Role;
use seatkeeper_store::conformance::HandClock;
use seatkeeper_store::conformance::world::START;
use seatkeeper_store::read::{Page, Scope, SessionFilter, SessionState};
use seatkeeper_store::{Reader, StoreError, Upkeep};
use seatkeeper_store_sqlite::{Books, RestoreError, restore};

use crate::shop::{Shop, granted};

/// Enough sessions for a file of more pages than are copied in one go.
fn crowd(shop: &mut Shop) -> (crate::shop::Sold, seatkeeper_domain::decide::Credential) {
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 100_000);
    let device = shop.device(sold, "TERMINAL");
    let asked: Vec<_> = (0..2_000).map(|n| shop.checkout(device, &format!("user{n}"))).collect();
    shop.try_run(&asked).unwrap();
    (sold, device)
}

fn count(file: &Path, sql: &str) -> i64 {
    Connection::open(file).unwrap().query_row(sql, (), |row| row.get(0)).unwrap()
}

#[test]
fn a_backup_is_the_books_at_one_instant_while_people_work() {
    let mut shop = Shop::open();
    let (sold, device) = crowd(&mut shop);
    let before = shop.reader().license(Scope::Vendor, sold.license).unwrap().unwrap().counters;
    let upkeep = shop.upkeep();
    let to = shop.dir().join("backup.db");
    let mut told = Vec::new();
    upkeep
        .backup(&to, &mut |done, all| {
            // A commit between any two steps: the copy must neither see it nor start over.
            shop.seat(device, &format!("late{}", told.len()));
            told.push((done, all));
            assert!(told.len() < 1_000, "it starts over and over");
        })
        .unwrap();
    assert!(told.len() > 2, "{told:?}");
    assert!(told.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 == two[1].1), "{told:?}");
    assert_eq!(count(&to, "SELECT in_use FROM counters"), i64::from(before.in_use));
    assert_eq!(count(&to, "SELECT COUNT(*) FROM sessions"), i64::from(before.in_use));
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&to).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let beside: Vec<_> = std::fs::read_dir(shop.dir()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().contains("partial")), "{beside:?}");
    let after = shop.reader().license(Scope::Vendor, sold.license).unwrap().unwrap().counters;
    assert_eq!(after.in_use as usize, before.in_use as usize + told.len());
}

#[test]
fn a_backup_never_overwrites() {
    let shop = Shop::open();
    let to = shop.dir().join("there.db");
    std::fs::write(&to, "precious").unwrap();
    let refused = shop.upkeep().backup(&to, &mut |_, _| {}).unwrap_err();
    assert!(refused.to_string().contains("is there already"), "{refused}");
    assert_eq!(std::fs::read(&to).unwrap(), b"precious");
    let nowhere = shop.dir().join("nowhere").join("backup.db");
    assert!(matches!(shop.upkeep().backup(&nowhere, &mut |_, _| {}), Err(StoreError::Unavailable(_))));
}

#[test]
fn restored_books_are_the_backup_with_a_later_epoch_and_adopt_what_they_forgot() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 5);
    let device = shop.device(sold, "WS-1");
    shop.seat(device, "ann");
    let backup = shop.dir().join("backup.db");
    shop.upkeep().backup(&backup, &mut |_, _| {}).unwrap();
    let forgotten = shop.seat(device, "bob");
    let clock = shop.clock.clone();

    let new = tempfile::TempDir::new().unwrap();
    let mut steps = 0;
    restore(&backup, new.path(), false, &*clock, &mut |_, _| steps += 1).unwrap();
    let epochs = |dir: &Path| Books::open(dir).unwrap().epoch();
    let first = epochs(new.path());
    assert!(first > shop.books.epoch());
    assert_eq!(count(&new.path().join("seatkeeper.db"), "SELECT in_use FROM counters"), 1);

    let mut shop = Shop::reopen(new.path(), clock.clone());
    assert_eq!(shop.upkeep().check(&mut |_, _| {}).unwrap(), []);
    let adopted = granted(shop.refresh(device, &forgotten));
    assert_eq!(adopted.session.id, forgotten.session.id);
    assert_eq!(shop.reader().license(Scope::Vendor, sold.license).unwrap().unwrap().counters.in_use, 2);

    // The same backup again, elsewhere and a while later: what was given since the first time is forgotten too.
    let twice = tempfile::TempDir::new().unwrap();
    clock.pass(60);
    let again = shop.dir().join("again.db");
    shop.upkeep().backup(&again, &mut |_, _| {}).unwrap();
    restore(&again, twice.path(), false, &*clock, &mut |_, _| {}).unwrap();
    assert!(epochs(twice.path()) > first);
}

#[test]
fn restoring_replaces_nothing_unasked_and_nothing_in_use() {
    let shop = Shop::open();
    let backup = shop.dir().join("backup.db");
    shop.upkeep().backup(&backup, &mut |_, _| {}).unwrap();
    let clock = HandClock::at(START);
    let restored = |replace| restore(&backup, shop.dir(), replace, &clock, &mut |_, _| {});
    assert!(matches!(restored(true), Err(RestoreError::Open(_))), "a server has them open");
    let dir = shop.close().unwrap();
    let backup = dir.path().join("backup.db");
    let restored = |replace| restore(&backup, dir.path(), replace, &clock, &mut |_, _| {});
    let epoch = Books::open(dir.path()).unwrap().epoch();
    assert!(matches!(restored(false), Err(RestoreError::NotEmpty { .. })));
    assert_eq!(Books::open(dir.path()).unwrap().epoch(), epoch, "left as they were");
    restored(true).unwrap();
    let once = Books::open(dir.path()).unwrap().epoch();
    assert!(once > epoch);
    restored(true).unwrap();
    assert!(
        Books::open(dir.path()).unwrap().epoch() > once,
        "above that of the books replaced, at the same instant too"
    );
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let shop = Shop::open();
    let clock = HandClock::at(START);
    let backup = shop.dir().join("backup.db");
    shop.upkeep().backup(&backup, &mut |_, _| {}).unwrap();
    Connection::open(&backup).unwrap().execute("DELETE FROM events WHERE number = 1", ()).unwrap();
    let into = tempfile::TempDir::new().unwrap();
    let refused = restore(&backup, into.path(), false, &clock, &mut |_, _| {}).unwrap_err();
    assert!(matches!(&refused, RestoreError::Damaged { findings } if !findings.is_empty()), "{refused:?}");
    let other = into.path().join("other.db");
    Connection::open(&other).unwrap().execute("CREATE TABLE unrelated (x)", ()).unwrap();
    for no_books in [other, into.path().join("missing.db")] {
        let refused = restore(&no_books, into.path(), false, &clock, &mut |_, _| {}).unwrap_err();
        assert!(refused.to_string().contains("no backup of Seatkeeper"), "{refused}");
    }
    assert!(!into.path().join("seatkeeper.db").exists());
}

#[test]
fn what_is_old_goes_and_the_record_stays() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 1);
    let device = shop.device(sold, "WS-1");
    let old = shop.seat(device, "ann");
    let refused = shop.checkout(device, "bob");
    shop.run(refused).unwrap_err();
    shop.give_back(device, &old);
    shop.clock.pass(10 * 86_400);
    let recent = shop.seat(device, "carl");
    shop.give_back(device, &recent);
    let living = shop.seat(device, "dora");
    shop.clock.pass(86_400);
    let events = shop.reader().events(Scope::Vendor, &[], 1_000).unwrap().len();
    assert!(!shop.upkeep().prune(5).unwrap(), "nothing is left to remove");
    let all = Page { after: None, limit: 200 };
    let ended = SessionFilter { state: Some(SessionState::Ended), ..SessionFilter::default() };
    let left = shop.reader().sessions(Scope::Vendor, &ended, START, all).unwrap().items;
    assert_eq!(left.iter().map(|row| row.session.id).collect::<Vec<_>>(), [recent.session.id]);
    assert!(shop.reader().session(Scope::Vendor, living.session.id).unwrap().is_some());
    assert_eq!(count(&shop.file(), "SELECT COUNT(*) FROM checkouts"), 2);
    assert_eq!(count(&shop.file(), "SELECT COUNT(*) FROM denials"), 0);
    assert_eq!(shop.reader().events(Scope::Vendor, &[], 1_000).unwrap().len(), events);
    assert_eq!(shop.upkeep().check(&mut |_, _| {}).unwrap(), []);
}

/// Who signed in from where, and what was sent to whom, goes sooner than who held a seat.
#[test]
fn what_names_people_for_no_report_goes_sooner() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 1);
    let device = shop.device(sold, "WS-1");
    let over = shop.seat(device, "ann");
    shop.give_back(device, &over);
    let whose = Whose { id: shop.draw().into(), customer_id: None };
    let (email, name, password) = ("ada@example.com".to_owned(), "Ada".to_owned(), "hash".to_owned());
    shop.office(MakeAccount { whose, email, name, role: Role::Admin, password: password.clone() });
    let letter = Letter { link_id: shop.draw().into(), mail_id: shop.draw().into() };
    shop.office(SendLink { whose, letter });
    let id = shop.draw().into();
    shop.office(StartSignIn {
        whose,
        id,
        verified: password,
        hash: [1; 32],
        address: "192.0.2.1".to_owned(),
        agent: "a browser".to_owned(),
        forgive: Vec::new(),
    });
    let left_after = |days: u32| {
        shop.clock.pass(days * 86_400);
        assert!(!shop.upkeep().prune(400).unwrap());
        ["links", "mails", "sign_ins", "sessions"]
            .map(|table| count(&shop.file(), &format!("SELECT COUNT(*) FROM {table}")))
    };
    assert_eq!(left_after(29), [1, 1, 1, 1]);
    assert_eq!(left_after(2), [0, 0, 1, 1]);
    // A sign-in is good for thirty days.
    assert_eq!(left_after(88), [0, 0, 1, 1]);
    assert_eq!(left_after(2), [0, 0, 0, 1]);
    assert_eq!(shop.upkeep().check(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn pruning_goes_in_steps_and_says_whether_more_is_left() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 2_000);
    let device = shop.device(sold, "TERMINAL");
    let asked: Vec<_> = (0..1_500).map(|n| shop.checkout(device, &format!("user{n}"))).collect();
    let answers = shop.try_run(&asked).unwrap();
    for answer in answers {
        shop.give_back(device, &granted(answer));
    }
    shop.clock.pass(3 * 86_400);
    assert!(shop.upkeep().prune(1).unwrap(), "more than one step's worth");
    assert!(!shop.upkeep().prune(1).unwrap());
    assert_eq!(count(&shop.file(), "SELECT COUNT(*) FROM sessions"), 0);
    assert_eq!(count(&shop.file(), "SELECT COUNT(*) FROM checkouts"), 0);
}
