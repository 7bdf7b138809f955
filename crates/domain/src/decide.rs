//! Every decision about seats and licences: facts and a command in, changes and an answer out.
//!
//! Pure: the same ledger and command give the same decision. A refusal is an answer; what it changes (a
//! denial, seats taken back on the way) is committed like any other change.

mod account;
mod activate;
mod admission;
mod ask;
mod attempt;
mod block;
mod check;
mod checkout;
mod customer;
mod deactivate;
mod denial;
mod draft;
mod ending;
mod erase;
mod free_page;
mod issue;
mod key;
mod license;
mod office;
mod probe;
mod product;
mod reclaim;
mod refresh;
mod release;
mod request;
mod returning;
mod seats;
mod status;
mod token;
mod what;

pub use account::{
    AccountPatch, AskReset, ChangePassword, CompleteSignIn, Confirm, ConfirmFactor, CountAttempt, DrawFactor,
    EndSignIns, EraseAccount, Invite, Letter, MailTried, MakeAccount, MakeLink, Newcomer, Redeem, RemoveFactor,
    RenewRecovery, Seen, SendLink, StartSignIn, StopViewing, UpdateAccount, UpdateProfile, View, Which, Whose,
};
pub use activate::Activate;
pub use admission::Credential;
pub use ask::{AnswerAsk, AskLicense, AskMailed, AskVerdict, BeginTrial, ConfirmAsk, Making};
pub use attempt::FailedAttempt;
pub use block::{Block, Unblock};
pub use checkout::Checkout;
pub use customer::{CustomerPatch, PutCustomer};
pub use deactivate::{Deactivate, EndActivation};
pub use denial::DenialIds;
pub use erase::EraseNames;
pub use free_page::SetFreePage;
pub use issue::{Import, Issue, LicenseTerms};
pub use key::{AddKey, CutOffs, NewKey, RecordKeyShown, RecordKeysShown, Reissue, UpdateKey};
pub use license::{LicensePatch, PolicyPatch, UpdateLicense};
pub use office::{Idempotency, Office};
pub use probe::Probe;
pub use product::{ProductPatch, PutProduct};
pub use reclaim::Reclaim;
pub use refresh::{PresentedLease, Refresh};
pub use release::Release;
pub use request::{AnswerRequest, AskSeats, Verdict};
pub use returning::Return;
pub use status::{Resume, Revoke, Suspend};
pub use token::{AddSigningKey, CreateToken, PromoteSigningKey, RevokeToken};
pub use what::{OfficeCommand, What};

use crate::answer::Answer;
use crate::id::LicenseId;
use crate::ledger::{Change, Ledger};
use crate::needs::Needs;
use crate::refusal::Refusal;

/// Something asked of the books.
#[derive(Clone, Debug)]
pub enum Command {
    /// Admit a device.
    Activate(Box<Activate>),
    /// Give a device up, asked by itself.
    Deactivate(Deactivate),
    /// Take a seat.
    Checkout(Box<Checkout>),
    /// Renew a lease.
    Refresh(Box<Refresh>),
    /// Return a checkout.
    Return(Return),
    /// Take back what is due.
    Reclaim(Reclaim),
    /// Note a failed activation.
    FailedAttempt(FailedAttempt),
    /// See whether the books can be written.
    Probe(Probe),
    /// What an administrator asks.
    Office(Box<OfficeCommand>),
}

/// What becomes of a command.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What changes.
    pub changes: Vec<Change>,
    /// What is answered.
    pub answer: Result<Answer, Refusal>,
}

impl Command {
    /// Adds what this command must see.
    pub fn needs(&self, needs: &mut Needs) {
        match self {
            Command::Activate(c) => c.needs(needs),
            Command::Deactivate(c) => c.needs(needs),
            Command::Checkout(c) => c.needs(needs),
            Command::Refresh(c) => c.needs(needs),
            Command::Return(c) => c.needs(needs),
            Command::Reclaim(c) => c.needs(needs),
            Command::FailedAttempt(c) => c.needs(needs),
            Command::Probe(_) => {}
            Command::Office(c) => c.needs(needs),
        }
    }

    /// The licence that it is about, where it is a program's or a job's and names one.
    pub fn license_id(&self) -> Option<LicenseId> {
        match self {
            Command::Activate(c) => Some(c.license_id),
            Command::Deactivate(c) => Some(c.credential.license_id),
            Command::Checkout(c) => Some(c.credential.license_id),
            Command::Refresh(c) => Some(c.credential.license_id),
            Command::Return(c) => Some(c.credential.license_id),
            Command::Reclaim(c) => Some(c.license_id),
            Command::FailedAttempt(_) | Command::Probe(_) | Command::Office(_) => None,
        }
    }

    /// Whether it goes alone: an administrator's command, which may touch more than seats do.
    pub fn alone(&self) -> bool {
        matches!(self, Command::Office(_))
    }
}

/// Decides one command against the ledger, which holds all that the command [needs](Command::needs).
pub fn decide(ledger: &Ledger, command: &Command) -> Decision {
    let mut draft = draft::Draft::on(ledger);
    let answer = match command {
        Command::Activate(c) => c.decide(&mut draft),
        Command::Deactivate(c) => c.decide(&mut draft),
        Command::Checkout(c) => c.decide(&mut draft),
        Command::Refresh(c) => c.decide(&mut draft),
        Command::Return(c) => c.decide(&mut draft),
        Command::Reclaim(c) => c.decide(&mut draft),
        Command::FailedAttempt(c) => c.decide(&mut draft),
        Command::Probe(c) => c.decide(&mut draft),
        Command::Office(c) => c.decide(&mut draft),
    };
    Decision { changes: draft.into_changes(), answer }
}
