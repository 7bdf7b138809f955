//! What administrators of the world ask.

use jiff::Timestamp;
use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::decide::{
    AnswerRequest, AskSeats, Block, Command, EndActivation, EraseNames, Idempotency, LicensePatch, Office,
    OfficeCommand, PolicyPatch, Release, Resume, Revoke, Suspend, Unblock, UpdateLicense, Verdict, What,
};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{CustomerId, TokenId};
use seatkeeper_domain::license::Grant;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::{Term, after};
use uuid::Uuid;

use super::{USERS, World};
use crate::conformance::Books;
use crate::conformance::plan::{By, Desk};

/// The token of whoever asks at the desk.
const ASKING: TokenId = TokenId(Uuid::from_u128(7));

const REASON: &str = "as agreed";

impl World {
    /// What an administrator asks; nothing where there is nothing to ask it of. The books are what pages show.
    pub fn office(&mut self, desk: Desk, by: By, books: &Books, now: Timestamp) -> Option<Command> {
        match desk {
            Desk::People(people) => {
                let (what, customer) = self.managed(people, by, books)?;
                return Some(self.asked(what, customer));
            }
            Desk::Door(door, person) => {
                let (what, customer) = self.signing_in(door, person, books, now)?;
                return Some(self.asked(what, customer));
            }
            Desk::Visit(visit) => return self.visited(visit, books, now),
            _ => {}
        }
        let license = match desk {
            Desk::Seats(license, _) | Desk::Ask(license, _) | Desk::Answer(license, _) => license,
            Desk::Suspend(license) | Desk::Resume(license) | Desk::Revoke(license) => license,
            Desk::Release(program) => super::PLACES[program].0,
            Desk::EndDevice(device) | Desk::BlockDevice(device) => usize::from(device == 3),
            Desk::Unblock => self.blocks.last()?.0,
            _ => 0,
        };
        let what = self.what(desk, license, books, now)?;
        let customer_id = match by {
            By::Vendor => None,
            By::Owner => Some(self.customers[license]),
            By::Stranger => Some(self.customers[1 - license]),
        };
        Some(self.asked(what, customer_id))
    }

    /// Asked by an administrator for whom this customer exists, or all.
    pub(super) fn asked(&mut self, what: What, customer_id: Option<CustomerId>) -> Command {
        self.asked_by(Actor::Token(ASKING), what, customer_id)
    }

    /// Likewise, whoever asks.
    pub(super) fn asked_by(&mut self, actor: Actor, what: What, customer_id: Option<CustomerId>) -> Command {
        let token_id = ASKING;
        let drawn = self.draw();
        let mut request = [0; 32];
        request[16..].copy_from_slice(drawn.as_bytes());
        let idempotency = Some(Idempotency { token_id, key: drawn.to_string(), request, sealed: vec![4, 5] });
        let by = Office { actor, customer_id, idempotency };
        Command::Office(Box::new(OfficeCommand { by, what }))
    }

    /// What an administrator learns: the key to be handed out.
    pub fn office_answered(&mut self, command: &Command, answer: &Result<Answer, Refusal>) {
        let (Command::Office(asked), Ok(Answer::Done(done))) = (command, answer) else { return };
        let (license_id, key) = match (&asked.what, done) {
            (What::BeginTrial(_), Done::License { id, key_id: Some(key) }) => {
                self.trials.push((*id, *key));
                return;
            }
            (What::Reissue(reissue), Done::License { key_id: Some(key), .. }) => (reissue.license_id, *key),
            (What::AddKey(add), Done::Key(key)) => (add.license_id, *key),
            _ => return,
        };
        if let Some(license) = self.licenses.iter().position(|id| *id == license_id) {
            self.keys[license] = key;
        }
    }

    fn what(&mut self, desk: Desk, number: usize, books: &Books, now: Timestamp) -> Option<What> {
        let (license_id, reason) = (self.licenses[number], REASON.to_owned());
        let change = |patch| Some(UpdateLicense { license_id, patch, if_match: None }.into());
        let policy = |policy| change(LicensePatch { policy, ..LicensePatch::default() });
        match desk {
            Desk::Seats(_, seats) => {
                let grant = Grant { seats, starts_at: None, ends_at: None, order_reference: None };
                change(LicensePatch { grants: Some(vec![grant]), ..LicensePatch::default() })
            }
            Desk::Ask(_, seats) => Some(AskSeats { license_id, seats, until: None, reason }.into()),
            Desk::Answer(_, seats) => {
                let asked_at = books.licenses.get(&license_id)?.request.as_ref()?.asked_at;
                let grant = Grant { seats, starts_at: None, ends_at: None, order_reference: None };
                let verdict = if seats > 0 { Verdict::Grant(grant) } else { Verdict::Decline };
                Some(AnswerRequest { license_id, asked_at, verdict, said: reason }.into())
            }
            Desk::Hold(hold) => policy(PolicyPatch { hold: Some(hold), ..PolicyPatch::default() }),
            Desk::Grace(seconds) => policy(PolicyPatch { grace_seconds: Some(seconds), ..PolicyPatch::default() }),
            Desk::Lease(seconds) => policy(PolicyPatch { lease_seconds: Some(seconds), ..PolicyPatch::default() }),
            Desk::CountBy(count_by) => policy(PolicyPatch { count_by: Some(count_by), ..PolicyPatch::default() }),
            Desk::Overdraft(seats) => policy(PolicyPatch { overdraft: Some(seats), ..PolicyPatch::default() }),
            Desk::Term(end) => {
                let term = match end {
                    None => Term::Perpetual { maintenance_until: None },
                    Some(seconds) => Term::Subscription { expires_at: after(now, seconds.into()) },
                };
                change(LicensePatch { term: Some(term), ..LicensePatch::default() })
            }
            Desk::Suspend(_) => Some(Suspend { license_id, reason }.into()),
            Desk::Resume(_) => Some(Resume { license_id, reason }.into()),
            Desk::Revoke(_) => Some(Revoke { license_id, reason }.into()),
            Desk::BlockUser(user) => Some(self.block(number, Blocked::User(fold(USERS[user])))),
            Desk::BlockDevice(device) => {
                let device = self.devices[device]?;
                Some(self.block(number, Blocked::Device(device)))
            }
            Desk::Unblock => Some(Unblock { license_id, block_id: self.blocks.last()?.1 }.into()),
            Desk::Release(program) => {
                Some(Release { session_id: self.programs[program].lease()?.session_id, reason }.into())
            }
            Desk::EndDevice(device) => {
                Some(EndActivation { activation_id: self.devices[device]?, reason, finish: false }.into())
            }
            Desk::Erase(user) => Some(self.erase(number, user, books)),
            _ => self.keys_and_catalogue(desk, number, now),
        }
    }

    fn block(&mut self, license: usize, who: Blocked) -> What {
        let id = self.draw().into();
        self.blocks.push((license, id));
        Block { id, license_id: self.licenses[license], who, reason: REASON.to_owned(), finish: false }.into()
    }

    /// The rows are looked up before, and may have changed when the names are erased.
    fn erase(&self, customer: usize, user: usize, books: &Books) -> What {
        let user = fold(USERS[user]);
        let sessions = books.sessions.values().filter(|s| s.names.is_user(&user)).map(|s| s.id).collect();
        let denials = books.denials.values().filter(|d| d.names.is_user(&user)).map(|d| d.id).collect();
        EraseNames { customer_id: self.customers[customer], user, sessions, denials }.into()
    }
}
