//! A small world: two customers with a licence each, programs that keep to the client's contract (keep their
//! lease, ask again under the same id, lose replies, die, are copied), administrators. It turns what a plan
//! says into commands and learns from the answers; it knows nothing of what is in the books.

mod office;
mod opening;
mod people;
mod program;
mod vendor;
mod visit;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use seatkeeper_domain::answer::{Admitted, Answer, Granted};
use seatkeeper_domain::decide::{Activate, Command, Credential, DenialIds, FailedAttempt, Reclaim};
use seatkeeper_domain::denial::RequestId;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::id::{
    ActivationId, BlockId, CheckoutId, CustomerId, InstallationId, KeyId, LicenseId, ProductId, TokenId,
};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::version::Version;
use uuid::Uuid;

pub use opening::START;
pub use program::{Held, Program, Running};

use super::clock::HandClock;
use super::plan::{Act, Ask, PROGRAMS, Plan};
use crate::clock::Clock;

/// Names that must never stand in an event.
pub const USERS: [&str; 4] = ["Ada Lovelace", "Grace Hopper", "Emmy Noether", "Émilie du Châtelet"];

/// Where the programs run: licence, device, user, OS session. The first two are copies of one program, and so
/// are the last two.
const PLACES: [(usize, usize, usize, Option<&str>); PROGRAMS] = [
    (0, 0, 0, None),
    (0, 0, 0, None),
    (0, 0, 1, None),
    (0, 1, 0, None),
    (0, 1, 0, Some("rdp-7")),
    (0, 2, 2, None),
    (1, 3, 3, None),
    (1, 3, 3, None),
];

/// The world's things, by number.
pub struct World {
    /// Its customers.
    pub customers: [CustomerId; 2],
    /// Their licences.
    pub licenses: [LicenseId; 2],
    /// The programs.
    pub programs: Vec<Program>,
    /// Activations by device, where one was admitted.
    pub devices: [Option<ActivationId>; 4],
    /// Claims that more than one machine had. What their programs believe is nobody's promise.
    pub copied: BTreeSet<CheckoutId>,
    /// The restore epoch of the books, which a server compares presented leases with.
    pub epoch: u32,
    product: ProductId,
    keys: [KeyId; 2],
    tokens: [Option<Credential>; PROGRAMS],
    blocks: Vec<(usize, BlockId)>,
    made: Vec<TokenId>,
    trials: Vec<(LicenseId, KeyId)>,
    version: Version,
    drawn: u128,
}

/// Whose token a program uses: programs of one user on one device share an installation.
fn installation(program: usize) -> usize {
    let (license, device, user, _) = PLACES[program];
    let same = |place: &(usize, usize, usize, Option<&str>)| (place.0, place.1, place.2) == (license, device, user);
    PLACES.iter().position(same).unwrap_or(program)
}

/// A device's hashes.
fn fingerprint(device: usize) -> Vec<String> {
    ["machine", "board", "host"].iter().map(|kind| format!("{kind}-{device}")).collect()
}

/// Who sits at a program. A device's name is a person's name as well, as so often.
fn person(program: usize) -> Person {
    let (_, device, user, os_session) = PLACES[program];
    Person {
        // The same to the system, however it is written.
        user: if device % 2 == 0 { USERS[user].to_owned() } else { USERS[user].to_uppercase() },
        device_name: format!("NOTEBOOK OF {}", USERS[device].to_uppercase()),
        os_session: os_session.map(str::to_owned),
    }
}

impl World {
    /// A clock at the beginning of time, and the commands that make the world of a plan.
    pub fn begin(plan: &Plan) -> (Self, Arc<HandClock>, Vec<Command>) {
        let clock = Arc::new(HandClock::at(START));
        let mut world = Self {
            customers: [CustomerId(Uuid::nil()); 2],
            licenses: [LicenseId(Uuid::nil()); 2],
            programs: vec![Program::default(); PROGRAMS],
            devices: [None; 4],
            copied: BTreeSet::new(),
            epoch: 0,
            product: ProductId(Uuid::nil()),
            keys: [KeyId(Uuid::nil()); 2],
            tokens: [None; PROGRAMS],
            blocks: Vec::new(),
            made: Vec::new(),
            trials: Vec::new(),
            version: Version::parse("16.2").unwrap_or_else(|_| unreachable!("a version")),
            drawn: 0,
        };
        let commands = world.opening(&plan.sold, clock.now());
        (world, clock, commands)
    }

    /// A fresh id, in the order in which they are drawn.
    fn draw(&mut self) -> Uuid {
        self.drawn += 1;
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | self.drawn)
    }

    /// What a program asks of the server; nothing where it has nothing to say.
    pub fn ask(&mut self, ask: &Ask, now: Timestamp) -> Option<Command> {
        let license_id = self.licenses[PLACES[ask.program].0];
        let token = self.tokens[installation(ask.program)];
        match ask.act {
            Act::Reclaim(at_most) => Some(Command::Reclaim(Reclaim { license_id, at_most })),
            Act::WrongKey => Some(Command::FailedAttempt(FailedAttempt { address: "192.0.2.1".to_owned() })),
            Act::Activate => Some(self.activate(ask.program)),
            Act::Try(last) => self.try_out(ask.program, last),
            Act::CloseOffline => self.programs[ask.program].close_offline(now),
            Act::Die => self.programs[ask.program].die(),
            Act::Copy => self.copy(ask.program),
            _ => match token {
                None => Some(self.activate(ask.program)),
                Some(token) => self.with_token(ask, token),
            },
        }
    }

    /// What a program learns, if the reply reaches it.
    pub fn hear(&mut self, ask: &Ask, command: &Command, answer: &Result<Answer, Refusal>) {
        let on = installation(ask.program);
        match (command, answer) {
            // A trial is looked at once, and the program goes on with the licence that it has.
            (Command::Activate(asked), _) if asked.trial => {}
            (_, Ok(Answer::Admitted(admitted))) => {
                self.devices[PLACES[ask.program].1] = Some(admitted.activation_id);
                self.tokens[on] = Some(credential(admitted));
            }
            (Command::Deactivate(_), Ok(_)) | (_, Err(Refusal::ActivationEnded { .. })) => self.tokens[on] = None,
            (Command::Checkout(asked), answer) => {
                self.programs[ask.program].checkout_answered(asked.id, &asked.ends, answer);
            }
            (Command::Refresh(asked), answer) => {
                self.programs[ask.program].refresh_answered(asked.id, &asked.ends, answer);
            }
            (Command::Return(asked), Ok(_)) => self.programs[ask.program].return_answered(asked.id),
            _ => {}
        }
    }

    fn activate(&mut self, program: usize) -> Command {
        let license = PLACES[program].0;
        Command::Activate(Box::new(self.activation(program, (self.licenses[license], self.keys[license]))))
    }

    fn try_out(&mut self, program: usize, last: usize) -> Option<Command> {
        let trial = *self.trials.iter().rev().nth(last)?;
        Some(Command::Activate(Box::new(Activate { trial: true, ..self.activation(program, trial) })))
    }

    fn activation(&mut self, program: usize, (license_id, key_id): (LicenseId, KeyId)) -> Activate {
        let device = PLACES[program].1;
        let on = installation(program);
        let product = if license_id == self.licenses[1] { opening::OTHER } else { opening::PRODUCT };
        Activate {
            license_id,
            key_id,
            product: product.to_owned(),
            version: self.version.clone(),
            released_at: None,
            installation_id: InstallationId(Uuid::from_u128(0xF000 + on as u128)),
            device_name: person(program).device_name,
            os: "Windows 11".to_owned(),
            fingerprint: fingerprint(device),
            trial: false,
            activation_id: self.draw().into(),
            salt: self.salt(),
            denial: self.denial(),
        }
    }

    fn copy(&mut self, program: usize) -> Option<Command> {
        let twin = (0..PROGRAMS).find(|other| *other != program && PLACES[*other] == PLACES[program])?;
        let running = self.programs[twin].running.as_ref()?;
        self.copied.insert(running.checkout);
        self.programs[program] = self.programs[twin].clone();
        None
    }

    fn salt(&mut self) -> [u8; 16] {
        *self.draw().as_bytes()
    }

    fn denial(&mut self) -> DenialIds {
        let id = self.draw();
        DenialIds { id: id.into(), request: RequestId(id.to_string()) }
    }
}

fn credential(admitted: &Admitted) -> Credential {
    Credential {
        license_id: admitted.license.id,
        activation_id: admitted.activation_id,
        installation_id: admitted.installation_id,
        generation: admitted.generation,
    }
}

/// What a program keeps of a lease.
fn held(granted: &Granted) -> Held {
    Held {
        number: granted.checkout.leases.given,
        epoch: granted.epoch,
        session_id: granted.session.id,
        started_at: granted.session.started_at,
        times: granted.times(),
    }
}
