//! What visitors of the world ask for, and what the vendor makes of it.

use jiff::Timestamp;
use seatkeeper_domain::account::MailOutcome;
use seatkeeper_domain::ask::{Ask, Stage, Wanted, mailbox};
use seatkeeper_domain::attempts::Limit;
use seatkeeper_domain::catalogue::Offer;
use seatkeeper_domain::decide::{
    AnswerAsk, AskLicense, AskMailed, AskVerdict, BeginTrial, Command, ConfirmAsk, Making, ProductPatch, PutProduct,
    What,
};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::id::AskId;
use seatkeeper_domain::term::after;

use super::{USERS, World, opening};
use crate::conformance::Books;
use crate::conformance::plan::Visit;

/// Days of a trial.
const DAYS: u32 = 14;

/// Asks of everybody are counted here.
const STRANGERS: &str = "strangers";
const SOME: Limit = Limit { attempts: 6, seconds: 500 };

/// What visitors may ask for.
pub(super) const OFFER: Offer = Offer { trial_days: Some(DAYS), education: true };

impl World {
    /// What a visitor asks, or the vendor about one; nothing where there is nothing to ask it of.
    pub(super) fn visited(&mut self, visit: Visit, books: &Books, now: Timestamp) -> Option<Command> {
        let what = match visit {
            Visit::Ask(person, trial) => {
                let ask = self.ask_license(person, trial);
                let by = Actor::Visitor(ask.id);
                return Some(self.asked_by(by, ask.into(), None));
            }
            Visit::Use(last) => {
                let ask = books.asks.values().rev().nth(last)?;
                let what = self.use_link(ask, books);
                return Some(self.asked_by(Actor::Visitor(ask.id), what, None));
            }
            Visit::Answer(yes) => self.answer_ask(yes, books, now)?,
            Visit::Mailed(sent) => {
                let ask = books.asks.values().find(|ask| ask.mail.next_at.is_some())?;
                let outcome = if sent { MailOutcome::Sent } else { MailOutcome::Failed };
                AskMailed { id: ask.id, due_at: ask.mail.next_at?, outcome }.into()
            }
            Visit::Offer(open) => {
                let offer = Some(if open { OFFER } else { Offer::default() });
                let patch = ProductPatch { offer, ..ProductPatch::default() };
                PutProduct { id: self.product, new: false, patch, if_match: None }.into()
            }
        };
        Some(self.asked(what, None))
    }

    fn ask_license(&mut self, person: usize, trial: bool) -> AskLicense {
        let id: AskId = self.draw().into();
        AskLicense {
            under: vec![(STRANGERS.to_owned(), SOME)],
            id,
            wanted: if trial { Wanted::Trial } else { Wanted::Education },
            product: opening::PRODUCT.to_owned(),
            // Written in ways that are one mailbox's.
            email: format!("{}+{id}@home.example", USERS[person].replace(' ', ".")),
            name: USERS[person].to_owned(),
            company: (!trial).then(|| format!("School of {}", USERS[person])),
            why: (!trial).then(|| "a course".to_owned()),
        }
    }

    fn use_link(&mut self, ask: &Ask, books: &Books) -> What {
        match ask.wanted {
            Wanted::Education => ConfirmAsk { ask_id: ask.id }.into(),
            Wanted::Trial => BeginTrial { ask_id: ask.id, making: self.making(ask, books) }.into(),
        }
    }

    fn answer_ask(&mut self, yes: bool, books: &Books, now: Timestamp) -> Option<What> {
        let ask = books.asks.values().rev().find(|ask| ask.stage() == Stage::Waiting)?;
        let verdict = match yes {
            false => AskVerdict::Decline,
            true => AskVerdict::Grant {
                making: Box::new(self.making(ask, books)),
                expires_at: after(now, 50_000),
                features: Vec::new(),
            },
        };
        Some(AnswerAsk { ask_id: ask.id, verdict, said: "as agreed".to_owned() }.into())
    }

    /// For the customer that was made of the mailbox before, or a new one.
    fn making(&mut self, ask: &Ask, books: &Books) -> Making {
        let mailbox = mailbox(&ask.email);
        let mut own = books.asks.values().filter(|other| seatkeeper_domain::ask::mailbox(&other.email) == mailbox);
        let customer = own.find_map(Ask::made).map(|made| made.customer_id);
        let license_id = self.draw();
        Making {
            customer_id: customer.unwrap_or_else(|| self.draw().into()),
            mailbox,
            license_id: license_id.into(),
            serial_number: format!("SN-{license_id}"),
            key: self.new_key(),
        }
    }
}
