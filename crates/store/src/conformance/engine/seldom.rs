//! Books that drawn plans seldom or never come to, written as they are, so that readings must tell apart what they find
//! there.

use std::sync::Arc;

use seatkeeper_domain::account::{Link, LinkKind};
use seatkeeper_domain::holder::Names;
use seatkeeper_domain::ledger::Change;
use seatkeeper_domain::license::Counters;
use seatkeeper_domain::session::{Checkout, EndReason, Session, Times};
use seatkeeper_domain::token::Role;
use uuid::Uuid;

use super::{Beside, Engine, reads};
use crate::conformance::Books;
use crate::conformance::plan::{Act, Ask, By, Desk, Door, Fate, People, Plan, Sold, Step, Visit};
use crate::conformance::play::play;
use crate::conformance::world::{START, USERS};
use crate::write::Writer;

/// Books, by what is seldom in them.
type Seldom = (&'static str, fn(&Books) -> Vec<Change>);

const SELDOM: &[Seldom] = &[
    (
        "the later one of two full pools has more seats, all copies but the first hold for ever, and of the first administrator's \
         links the last was used",
        |books| {
            let open = books.checkouts.values().filter(|checkout| checkout.ended.is_none());
            let holds = |checkout: &Checkout| {
                Change::Checkout(Checkout { times: Times { back_by: None, ..checkout.times }, ..checkout.clone() })
            };
            let link = |id, used_at| {
                let id = Uuid::from_u128(id).into();
                Change::Link(Link { id, kind: LinkKind::First, account_id: None, created_at: START, used_at })
            };
            let links = [link(1, None), link(2, None), link(3, Some(START))];
            open.skip(1).map(holds).chain(links).chain([pool(books, 5)]).collect()
        },
    ),
    ("a pool has no seats yet, and somebody worked for two customers", |books| {
        let worked = |session: &Session| {
            let names = Names { user: Some(USERS[0].to_owned()), ..session.names.clone() };
            Change::Session(Session { names, ended: Some((START, EndReason::Returned)), ..session.clone() })
        };
        books.sessions.values().map(worked).chain([pool(books, 0)]).collect()
    }),
];

/// The last licence, with so many seats, all of them in use.
fn pool(books: &Books, seats: u32) -> Change {
    let (id, counters) = books.counters.last_key_value().expect("a licence");
    Change::Counters(*id, Counters { in_use: seats, ceiling: seats, ..*counters })
}

/// Reads each of these books.
///
/// Seen red, on the embedded store, when full pools come in the order of their ids, when a pool that has no seats counts as
/// full, when a session is back as soon as one of its copies is, when who waits for an answer counts as unconfirmed, when the
/// first administrator's link is an older one or one that was used, and when a mail is due that was sent.
pub fn seldom_books_are_read<E: Engine>(new: impl Fn() -> E) {
    let open = |program| Ask { program, act: Act::Open, heard: true };
    let office = |desk| Step::Office(desk, By::Vendor, false, Fate::Done);
    let invited = |person| Desk::People(People::Invite(2, person, Role::Viewer));
    let mailed = |sent| Desk::Door(Door::Mailed(sent), 0);
    let mut steps = vec![Step::Batch([0, 1, 2, 6].map(open).into(), Fate::Done)];
    // Somebody asked for an education licence and waits, somebody asked for a trial.
    steps.extend([Visit::Ask(0, false), Visit::Use(0), Visit::Ask(1, true)].map(|visit| office(Desk::Visit(visit))));
    // A mail was sent, one could not be, and one is still to be sent.
    steps.extend([invited(1), mailed(true), invited(2), mailed(false), invited(3)].map(office));
    let plan = Plan { sold: Sold { seats: 2, ..Sold::plain() }, steps };
    for (what, change) in SELDOM {
        let mut beside = Beside::open(new());
        let mut books: Arc<Books> = Arc::default();
        play(&plan, |turn, _| {
            books = turn.after.clone();
            beside.turn(turn)
        })
        .expect("the engine keeps up with the model");
        let mut books = Books::clone(&books);
        let (writer, reader) = beside.both().expect("an open engine");
        let mut ledger = writer.begin(&books.everything()).expect("facts");
        change(&books).into_iter().for_each(|change| ledger.apply(change));
        writer.commit(&ledger).expect("written");
        books.write(&ledger).expect("written");
        if let Err(error) = reads::same_readings(reader, &books, START) {
            panic!("{what}: {error}");
        }
    }
}
