//! One user's copies on two devices, in one seat: an engine finds them by the device that they are on, not only by
//! the one that their session was started on.

use std::sync::Arc;

use seatkeeper_domain::activation::{Activation, ActivationEnd};
use seatkeeper_domain::block::{Block, Blocked};
use seatkeeper_domain::ledger::Change;
use seatkeeper_domain::policy::CountBy;
use uuid::Uuid;

use super::{Beside, Engine, reads};
use crate::conformance::Books;
use crate::conformance::plan::{Act, Ask, By, Desk, Fate, Plan, Sold, Step};
use crate::conformance::play::play;
use crate::conformance::world::START;
use crate::read::Reader;
use crate::write::Writer;

/// Two programs of one user, on the first two devices.
const COPIES: [usize; 2] = [0, 3];

/// Ends the two devices one after the other, either first, and looks at what was left half done.
///
/// Seen red, on the embedded store, when `joined_from` is not written, when copies that joined are not looked for,
/// and when a session counts for the device that it was started on alone.
pub fn copies_follow_their_devices<E: Engine>(new: impl Fn() -> E) {
    for first in [0, 1] {
        let mut beside = Beside::open(new());
        let end = |device| Step::Office(Desk::EndDevice(device), By::Vendor, false, Fate::Done);
        let steps = vec![both(), both(), end(first), both(), end(1 - first)];
        play(&plan(steps), |turn, _| {
            beside.turn(turn)?;
            reads::same_readings(&beside.both()?.1, &turn.after, turn.now)
        })
        .expect("the engine keeps up with the model");
        left_half_done(new(), first);
    }
}

/// A device that was blocked or ended while its copies were not: what is left to do is found.
fn left_half_done<E: Engine>(engine: E, device: usize) {
    let mut beside = Beside::open(engine);
    let (mut books, mut devices): (Arc<Books>, _) = (Arc::default(), [None; 4]);
    play(&plan(vec![both(), both()]), |turn, world| {
        (books, devices) = (turn.after.clone(), world.devices);
        beside.turn(turn)
    })
    .expect("the engine keeps up with the model");
    let device = books.activations[&devices[device].expect("an admitted device")].clone();
    let (license_id, who) = (device.license_id, Blocked::Device(device.id));
    let (id, reason) = (Uuid::from_u128(0xB10C).into(), "stolen".to_owned());
    let changes = [
        Change::Block(Block { id, license_id, who, reason, created_at: START }),
        Change::Activation(Activation { ended: Some((START, ActivationEnd::Ended)), ..device }),
    ];
    let mut books = Books::clone(&books);
    for (left, change) in (1..).zip(changes) {
        let (writer, reader) = beside.both().expect("an open engine");
        let mut ledger = writer.begin(&books.everything()).expect("facts");
        ledger.apply(change);
        writer.commit(&ledger).expect("written");
        books.write(&ledger).expect("written");
        assert_eq!(reader.unfinished_endings(9).expect("readable").len(), left);
        reads::same_readings(reader, &books, START).expect("the engine reads what the model does");
    }
}

/// Both ask for a seat, or renew the lease they have.
fn both() -> Step {
    Step::Batch(COPIES.map(|program| Ask { program, act: Act::Open, heard: true }).into(), Fate::Done)
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan { sold: Sold { count_by: CountBy::User, ..Sold::plain() }, steps }
}
