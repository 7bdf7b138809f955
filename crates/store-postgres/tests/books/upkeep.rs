//! What `check` finds, each kind of damage made by hand behind the servers' backs; what pruning removes; who does a job.

use std::sync::Arc;

use seatkeeper_store::conformance::HandClock;
use seatkeeper_store::conformance::engine::usage_is_kept;
use seatkeeper_store::conformance::world::START;
use seatkeeper_store::write::Finding;
use seatkeeper_store::{Clock, StoreError, Upkeep};
use seatkeeper_store_postgres::PostgresUpkeep;
use seatkeeper_test_support::{BOUND, until};

use crate::played::Played;

fn upkeep(played: &Played) -> PostgresUpkeep {
    played.open().upkeep(Arc::new(HandClock::at(played.now)))
}

fn check(played: &Played) -> Vec<Finding> {
    upkeep(played).check(&mut |done, all| assert!(done <= all)).unwrap()
}

/// Each damage is named, and nothing else is; undone, nothing is found. Seen red for each when its part of the check is
/// left out.
#[test]
fn damage_of_each_kind_is_named() {
    let played = Played::new();
    assert_eq!(check(&played), [], "sound books");
    let session = "(SELECT id FROM sessions WHERE ended_at IS NULL ORDER BY id LIMIT 1)";
    let named = "(SELECT id FROM sessions WHERE user_folded IS NOT NULL ORDER BY id LIMIT 1)";
    let license = "(SELECT license FROM counters WHERE in_use > 0 LIMIT 1)";
    let nobody = "'00000000-0000-0000-0000-00000000dead'";
    let event = "lane = 1 AND number = 3";
    let cases = [
        ("counters", format!("UPDATE counters SET in_use = in_use - 1 WHERE license = {license}"), "seats in use"),
        ("counters", format!("UPDATE counters SET devices = 77 WHERE license = {license}"), "counts 77 devices"),
        ("counters", format!("UPDATE sessions SET checkouts = 9 WHERE id = {session}"), "counts 9 copies"),
        ("integrity", format!("UPDATE denials SET activation = {nobody} WHERE activation IS NOT NULL"), "denials name"),
        ("integrity", format!("UPDATE installations SET key = {nobody}"), "rows of installations"),
        ("integrity", format!("INSERT INTO devices VALUES ({license}, 'x', {nobody})"), "a row of devices names a row"),
        ("chain", format!("UPDATE events SET body = '{{}}' WHERE {event}"), "event 3 of lane 1"),
        ("chain", format!("UPDATE events SET at = at + 1 WHERE {event}"), "was altered"),
        ("chain", format!("DELETE FROM events WHERE {event}"), "event 3 of lane 1 is missing"),
        ("chain", "DELETE FROM events WHERE number = (SELECT MAX(number) FROM events)".to_owned(), "cut off"),
        ("chain", "UPDATE lanes SET sequence = sequence - 1".to_owned(), "says that its last event"),
        ("chain", "UPDATE meta SET chain_hash = CAST('' AS BYTEA)".to_owned(), "cannot be read to the end"),
        ("chain", "UPDATE customers SET chain_hash = sha256('x')".to_owned(), "is not the one that it says"),
        ("names", format!("UPDATE sessions SET device_name = 'other' WHERE id = {named}"), "the names of session"),
        ("names", "UPDATE denials SET device_name = 'other'".to_owned(), "the names of denial"),
        ("names", "UPDATE activations SET device_name = 'other'".to_owned(), "the names of activation"),
    ];
    let tables =
        ["counters", "sessions", "denials", "installations", "devices", "events", "lanes", "meta", "customers"];
    let tables = tables.iter().chain(&["activations"]);
    let keep: String = tables.clone().map(|table| format!("CREATE TABLE kept_{table} AS TABLE {table};")).collect();
    let restore: String =
        tables.map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};")).collect();
    // Foreign keys would keep some of the tables from being emptied.
    let restore = format!("SET session_replication_role = replica; {restore}");
    played.database.psql(&keep);
    for (what, sql, expected) in cases {
        played.database.psql(&sql);
        let found = check(&played);
        assert!(found.iter().any(|f| f.what == what && f.detail.contains(expected)), "{sql}: {found:?}");
        assert!(found.iter().all(|f| f.what == what), "{sql}: {found:?}");
        played.database.psql(&restore);
    }
    assert_eq!(check(&played), []);
}

#[test]
fn names_that_were_erased_are_no_damage() {
    let played = Played::new();
    let erase = "UPDATE sessions SET user_folded = NULL, user_written = NULL, device_name = NULL, os_session = NULL, \
         salt = NULL";
    played.database.psql(erase);
    assert_eq!(check(&played), []);
}

/// Who signed in from where, and what was sent to whom, goes sooner than who held a seat.
#[test]
fn what_names_people_for_no_report_goes_sooner() {
    let played = Played::new();
    let count = |table: &str| played.database.psql(&format!("SELECT COUNT(*) FROM {table}"));
    for table in ["links", "mails", "sign_ins"] {
        played.database.psql(&format!("DELETE FROM {table}"));
    }
    let day = |days: i64| (played.now + jiff::SignedDuration::from_hours(24 * days)).as_microsecond();
    let now = day(0);
    let made = [
        format!("INSERT INTO links VALUES (gen_random_uuid(), 0, NULL, {now}, NULL)"),
        format!("INSERT INTO mails VALUES (gen_random_uuid(), 0, gen_random_uuid(), NULL, {now}, 1, NULL, {now})"),
        format!(
            "INSERT INTO sign_ins VALUES (gen_random_uuid(), gen_random_uuid(), '', TRUE, '192.0.2.1', '', 0, {now}, {now}, \
             {}, {now})",
            day(30)
        ),
    ];
    made.iter().for_each(|sql| drop(played.database.psql(sql)));
    let over = count("sessions WHERE ended_at IS NOT NULL");
    assert_ne!(over, "0");
    for (days, left) in [(29, ["1", "1", "1"]), (31, ["0", "0", "1"]), (119, ["0", "0", "1"]), (121, ["0", "0", "0"])] {
        let later = played.now + jiff::SignedDuration::from_hours(24 * days);
        assert!(!played.open().upkeep(Arc::new(HandClock::at(later))).prune(400).unwrap());
        assert_eq!([count("links"), count("mails"), count("sign_ins")], left, "after {days} days");
        assert_eq!(count("sessions WHERE ended_at IS NOT NULL"), over);
    }
}

/// Seen red when sessions go without their checkouts, and when a step says that no more is left.
#[test]
fn what_is_old_goes_in_steps_and_the_record_stays() {
    let played = Played::new();
    let count = |table: &str| played.database.psql(&format!("SELECT COUNT(*) FROM {table}"));
    let live = count("sessions WHERE ended_at IS NULL");
    assert!(live != "0" && count("sessions WHERE ended_at IS NOT NULL") != "0", "some go, some stay");
    let events = count("events");
    played.database.psql(
        "INSERT INTO answered SELECT gen_random_uuid(), CAST(n AS TEXT), '', '', '', 0 FROM generate_series(1, 1500) n",
    );
    let later = played.now + jiff::SignedDuration::from_hours(24 * 30);
    let upkeep = played.open().upkeep(Arc::new(HandClock::at(later)));
    assert!(upkeep.prune(5).unwrap(), "more than one step's worth");
    assert!(!upkeep.prune(5).unwrap());
    for table in ["answered", "attempts", "denials", "sessions WHERE ended_at IS NOT NULL"] {
        assert_eq!(count(table), "0", "{table}");
    }
    assert_eq!(count("sessions"), live);
    assert_eq!(count("checkouts WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = session)"), "0");
    assert_eq!(count("events"), events);
    assert_eq!(check(&played), []);
    assert!(upkeep.prune(0).is_ok_and(|more| !more));
    assert_eq!(count("sessions"), live, "a live session is never old");
}

/// Seen red when whose the job is is not looked at, and when it is never given up.
#[test]
fn one_server_does_a_job_until_it_is_gone() {
    let played = Played::new();
    let clock: Arc<dyn Clock> = Arc::new(HandClock::at(START));
    let servers = [played.open(), played.open()];
    let [first, second] = [&servers[0], &servers[1]].map(|server| server.upkeep(clock.clone()));
    assert!(first.claim("rounds", 60).unwrap());
    assert!(!second.claim("rounds", 60).unwrap());
    assert!(servers[0].upkeep(clock).claim("rounds", 60).unwrap(), "it is the server's, whoever asks in it");
    assert!(second.claim("mail", 60).unwrap(), "another job is another's");
    assert!(first.claim("rounds", 0).unwrap(), "given up");
    until(BOUND, "the job to be free", || second.claim("rounds", 60).unwrap().then_some(()));
}

/// However many ask at the same moment.
#[test]
fn one_of_many_has_a_job() {
    let played = Played::new();
    let clock: Arc<dyn Clock> = Arc::new(HandClock::at(START));
    let servers: Vec<_> = (0..6).map(|_| played.open().upkeep(clock.clone())).collect();
    for round in 0..10 {
        let job = format!("job {round}");
        let taken: usize = std::thread::scope(|scope| {
            let asking: Vec<_> = servers.iter().map(|server| scope.spawn(|| server.claim(&job, 60).unwrap())).collect();
            asking.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
        });
        assert_eq!(taken, 1, "{job}");
    }
}

#[test]
fn backups_are_the_databases_own_business() {
    let played = Played::new();
    let refused = upkeep(&played).backup("books.db".as_ref(), &mut |_, _| {}).unwrap_err();
    assert!(
        matches!(refused, StoreError::Unsupported(_)) && refused.to_string().contains("docs/running.md"),
        "{refused}"
    );
    assert!(!std::path::Path::new("books.db").exists());
}

/// The suite's own test of it.
#[test]
fn usage_is_kept_in_the_database() {
    let played = Played::new();
    usage_is_kept(&played.books, &played.open().reader(), &upkeep(&played));
}
