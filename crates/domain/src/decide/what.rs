//! What administrators ask, each command sent to its own file, and never twice for one idempotency key.

use super::account::{
    AskReset, ChangePassword, CompleteSignIn, Confirm, ConfirmFactor, CountAttempt, DrawFactor, EndSignIns,
    EraseAccount, Invite, MailTried, MakeAccount, MakeLink, Redeem, RemoveFactor, RenewRecovery, Seen, SendLink,
    StartSignIn, StopViewing, UpdateAccount, UpdateProfile, View,
};
use super::ask::{AnswerAsk, AskLicense, AskMailed, BeginTrial, ConfirmAsk};
use super::block::{Block, Unblock};
use super::customer::PutCustomer;
use super::deactivate::EndActivation;
use super::draft::Draft;
use super::erase::EraseNames;
use super::free_page::SetFreePage;
use super::issue::{Import, Issue};
use super::key::{AddKey, RecordKeyShown, RecordKeysShown, Reissue, UpdateKey};
use super::license::UpdateLicense;
use super::office::Office;
use super::product::PutProduct;
use super::release::Release;
use super::request::{AnswerRequest, AskSeats};
use super::status::{Resume, Revoke, Suspend};
use super::token::{AddSigningKey, CreateToken, PromoteSigningKey, RevokeToken};
use crate::answer::{Answer, Done};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::term::after;
use crate::token::Answered;

const KEPT_SECONDS: i64 = 24 * 3600;

/// An administrator's command.
#[derive(Clone, Debug)]
pub struct OfficeCommand {
    /// Who asks.
    pub by: Office,
    /// What.
    pub what: What,
}

macro_rules! what {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What an administrator may ask.
        #[derive(Clone, Debug)]
        pub enum What {
            $($(#[$doc])* $name($name),)*
        }

        impl What {
            fn needs(&self, needs: &mut Needs) {
                match self {
                    $(What::$name(command) => command.needs(needs),)*
                }
            }

            fn decide(&self, draft: &mut Draft<'_>, by: &Office) -> Result<Done, Refusal> {
                match self {
                    $(What::$name(command) => command.decide(draft, by),)*
                }
            }
        }

        $(impl From<$name> for What {
            fn from(command: $name) -> Self {
                What::$name(command)
            }
        })*
    };
}

what! {
    /// Add or change a product.
    PutProduct,
    /// Add or change a customer.
    PutCustomer,
    /// Open a customer's page of free seats to whoever has its address, or shut it.
    SetFreePage,
    /// Issue a licence.
    Issue,
    /// Import customers and licences, whole or not at all.
    Import,
    /// Change a licence.
    UpdateLicense,
    /// Ask for more seats.
    AskSeats,
    /// Grant them, or decline.
    AnswerRequest,
    /// Pause a licence.
    Suspend,
    /// Lift a pause.
    Resume,
    /// End a licence for ever.
    Revoke,
    /// Make one more product key.
    AddKey,
    /// Change a key's label or cut-offs.
    UpdateKey,
    /// Put a new key in place of one.
    Reissue,
    /// Write down that a key was shown.
    RecordKeyShown,
    /// Write down that many keys were shown.
    RecordKeysShown,
    /// Shut a user or device out.
    Block,
    /// Let them in again.
    Unblock,
    /// End a device.
    EndActivation,
    /// Release a seat.
    Release,
    /// Make an administration token.
    CreateToken,
    /// Revoke one.
    RevokeToken,
    /// Add a signing key.
    AddSigningKey,
    /// Let the next signing key sign.
    PromoteSigningKey,
    /// Forget a person's names.
    EraseNames,
    /// Make an account and have its owner invited.
    Invite,
    /// Make an account with a password.
    MakeAccount,
    /// Change somebody's role, shut them out or let them in.
    UpdateAccount,
    /// Erase the name and address of an account that is shut.
    EraseAccount,
    /// Have an invitation, or a link for a new password, sent.
    SendLink,
    /// Make a link that makes an administrator.
    MakeLink,
    /// Use a link.
    Redeem,
    /// Have a link for a new password sent to oneself.
    AskReset,
    /// Count an attempt to sign in.
    CountAttempt,
    /// Begin a sign-in.
    StartSignIn,
    /// Complete it with the second factor.
    CompleteSignIn,
    /// Note that a sign-in is used.
    Seen,
    /// Give the password again.
    Confirm,
    /// End sign-ins.
    EndSignIns,
    /// Change one's own name and time zone.
    UpdateProfile,
    /// Change one's own password.
    ChangePassword,
    /// Begin two-factor sign-in.
    DrawFactor,
    /// Switch it on.
    ConfirmFactor,
    /// Renew its recovery codes.
    RenewRecovery,
    /// Switch it off.
    RemoveFactor,
    /// See a customer's pages.
    View,
    /// See one's own again.
    StopViewing,
    /// Note what became of a mail.
    MailTried,
    /// A visitor asks for a trial, or an education licence.
    AskLicense,
    /// Begins the trial: the mail address was theirs.
    BeginTrial,
    /// Has the vendor look at what was asked for: the mail address was theirs.
    ConfirmAsk,
    /// Grant an education licence, or decline.
    AnswerAsk,
    /// Note what became of a mail to a visitor.
    AskMailed,
}

impl OfficeCommand {
    pub(super) fn needs(&self, needs: &mut Needs) {
        self.what.needs(needs);
        if let Some(idempotency) = &self.by.idempotency {
            needs.answered.insert((idempotency.token_id, idempotency.key.clone()));
        }
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let Some(asked) = &self.by.idempotency else {
            return self.what.decide(draft, &self.by).map(Answer::Done);
        };
        let now = draft.ledger.now;
        let before = draft.ledger.answered.get(&(asked.token_id, asked.key.clone()));
        if let Some(before) = before.filter(|a| now < after(a.at, KEPT_SECONDS)) {
            if before.request != asked.request {
                return Err(Refusal::IdempotencyConflict);
            }
            let done = serde_json::from_str(&before.answer)
                .map_err(|_| Refusal::Conflict("The stored answer to this Idempotency-Key cannot be read."))?;
            return Ok(Answer::Replayed { done, sealed: before.sealed.clone() });
        }
        let done = self.what.decide(draft, &self.by)?;
        draft.push(Change::Answered(Answered {
            token_id: asked.token_id,
            key: asked.key.clone(),
            request: asked.request,
            answer: serde_json::json!(done).to_string(),
            sealed: asked.sealed.clone(),
            at: now,
        }));
        Ok(Answer::Done(done))
    }
}
