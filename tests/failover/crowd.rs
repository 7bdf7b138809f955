//! More people than seats, at two servers, who go on whatever fails; and the account of it afterwards: by the answers they got,
//! by the pages that administrators see, and by the database itself.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use seatkeeper_test_support::{psql, try_psql, until};
use seatkeeper_test_world::{Intervals, License};
use serde_json::Value;

use crate::person::Person;
use crate::servers::{Servers, wrong_seats};
use crate::{RECOVERY, SEATS};

/// More than there are seats, so that some are refused.
const PEOPLE: u64 = 70;
/// Between two looks into the database.
const LOOK: Duration = Duration::from_millis(200);

/// Those who want a seat of one pool, whose books are in one database.
pub(crate) struct Crowd {
    license: License,
    database: String,
    people: Vec<Person>,
    course: Course,
}

/// What they all share while they come and go.
#[derive(Default)]
pub(crate) struct Course {
    pub(crate) intervals: Intervals,
    over: AtomicBool,
    refused: AtomicU32,
    answered: Mutex<Answered>,
}

/// Whom the books have answered, and when they did not.
#[derive(Default)]
struct Answered {
    people: HashMap<String, u32>,
    last: Option<Instant>,
    longest_silence: Duration,
}

impl Course {
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Somebody got no seat, since none was free.
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody got an answer from the books.
    pub(crate) fn served(&self, user: &str) {
        let (mut answered, now) = (self.answered(), Instant::now());
        let silence = answered.last.replace(now).map_or(Duration::ZERO, |last| now - last);
        answered.longest_silence = answered.longest_silence.max(silence);
        *answered.people.entry(user.to_owned()).or_default() += 1;
    }

    /// Waits until every single one has been answered twice more: one answer may have been on its way before.
    #[track_caller]
    pub(crate) fn everybody_is_served(&self) {
        let before = self.answered().people.clone();
        until(RECOVERY, "everybody to be served", || {
            assert!(!self.is_over(), "somebody has complained");
            let answered = self.answered();
            let again = answered.people.iter().filter(|(user, now)| **now >= before.get(*user).unwrap_or(&0) + 2);
            (again.count() as u64 == PEOPLE).then_some(())
        });
    }

    fn answered(&self) -> MutexGuard<'_, Answered> {
        self.answered.lock().expect("nobody panicked")
    }
}

/// Ends the course when anybody ends, also by a panic: the others would go on for ever.
struct EndsIt<'a>(&'a Course);

impl Drop for EndsIt<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Relaxed);
    }
}

impl Crowd {
    /// Admitted to a pool of theirs. `database` is where this test asks it.
    #[track_caller]
    pub(crate) fn at(servers: &Servers, database: &str) -> Self {
        let license = servers.pool();
        let people = (0..PEOPLE).map(|number| Person::admitted(servers, &license, number)).collect();
        Self { license, database: database.to_owned(), people, course: Course::default() }
    }

    /// They come and go until `events` have taken their course.
    #[track_caller]
    pub(crate) fn live_through(&mut self, events: impl FnOnce(&Course)) {
        let Self { people, course, database, .. } = self;
        let (course, database) = (&*course, &**database);
        thread::scope(|scope| {
            for person in people {
                scope.spawn(|| {
                    let _ends = EndsIt(course);
                    person.come_and_go(course);
                });
            }
            scope.spawn(|| {
                let _ends = EndsIt(course);
                watch(course, database);
            });
            let _ends = EndsIt(course);
            course.everybody_is_served();
            events(course);
        });
    }

    /// Nothing that they were answered is lost, and nobody had a seat too many; then they leave, and all seats are free.
    #[track_caller]
    pub(crate) fn are_accounted_for(mut self, servers: &Servers) {
        let path = format!("/v1/sessions?license_id={}", self.license.id);
        let mut sessions = servers.world.list(&path);
        sessions.extend(servers.world.list(&format!("{path}&state=ended")));
        let by_id: HashMap<&str, &Value> = sessions.iter().filter_map(|one| Some((one["id"].as_str()?, one))).collect();
        self.people.iter().for_each(|person| person.finds_what_was_answered(&by_id));

        let mut held: Vec<&str> = self.people.iter().filter_map(Person::session).collect();
        let mut live: Vec<&str> = by_id.iter().filter(|(_, one)| one["state"] != "ended").map(|(id, _)| *id).collect();
        held.sort_unstable();
        live.sort_unstable();
        assert_eq!(held, live, "those who were told that they have a seat, and those who have one");
        assert_eq!(psql(&self.database, &wrong_seats()), "");
        let most = self.course.intervals.most_at_once();
        assert!(most <= u64::from(SEATS), "{most} held seats at once, by their own answers");

        self.people.iter_mut().for_each(|person| person.leave(&self.course));
        assert_eq!(psql(&self.database, "SELECT count(*) FROM sessions WHERE ended_at IS NULL"), "0");
        assert_eq!(psql(&self.database, "SELECT sum(in_use) FROM counters"), "0");
        self.report(sessions.len());
    }

    fn report(&self, sessions: usize) {
        let answered = self.course.answered();
        let (answers, refused) = (answered.people.values().sum::<u32>(), self.course.refused.load(Ordering::Relaxed));
        println!(
            "{answers} answers, none lost; {sessions} sessions, at most {} seats at once; {refused} refused for want of a \
             seat; {} ms without service at the longest",
            self.course.intervals.most_at_once(),
            answered.longest_silence.as_millis()
        );
        assert!(sessions > SEATS as usize && refused > 0, "there was no crowd to speak of");
    }
}

/// Asks the database itself, again and again, while it is there.
fn watch(course: &Course, database: &str) {
    while !course.is_over() {
        if let Ok(wrong) = try_psql(database, &wrong_seats()) {
            assert_eq!(wrong, "", "the counter and the sessions are apart, or somebody has a seat too many");
        }
        thread::sleep(LOOK);
    }
}
