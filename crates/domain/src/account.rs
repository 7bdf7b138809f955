//! People who sign in to the pages: their accounts, their sign-ins, and the links and mails that reach them.
//!
//! Passwords come hashed, codes checked and secrets sealed; this knows neither how, nor how a page looks.

use jiff::Timestamp;

use crate::id::{AccountId, CustomerId, LinkId, MailId, SignInId};
use crate::term::after;
use crate::token::Role;

/// Somebody who signs in: one of the vendor's people, or of a customer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The customer whose person it is; the vendor's where absent.
    pub customer_id: Option<CustomerId>,
    /// The mail address, as it was written. No other account has it, whatever its case.
    pub email: String,
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Hash of the password, as a PHC string; none until an invitation is taken up.
    pub password: Option<String>,
    /// When the password was last set: links made before are over.
    pub password_at: Option<Timestamp>,
    /// Two-factor sign-in, where it was begun.
    pub second_factor: Option<SecondFactor>,
    /// The time zone that pages are shown in, by its IANA name; the browser's where absent.
    pub time_zone: Option<String>,
    /// Attempts refused since the last sign-in.
    pub refused: u32,
    /// Since when it is shut.
    pub disabled_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts its changes by people.
    pub revision: u64,
}

/// A second proof beside the password: a code that changes every thirty seconds, and recovery codes for the day the
/// telephone is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// The secret that codes are made from, sealed.
    pub sealed: Vec<u8>,
    /// Since when it is asked for; not yet where absent.
    pub confirmed_at: Option<Timestamp>,
    /// The last step of thirty seconds whose code was taken: it is taken once.
    pub last_step: u64,
    /// Hashes of the recovery codes that are left.
    pub recovery: Vec<[u8; 32]>,
}

/// A second proof that was checked, and may still have been used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The code of this step of thirty seconds since 1970.
    Code(u64),
    /// The recovery code with this hash.
    Recovery([u8; 32]),
}

impl SecondFactor {
    /// What is left once a proof is used; none where it is used up already.
    pub fn after(&self, proof: Proof) -> Option<Self> {
        match proof {
            Proof::Code(step) => (step > self.last_step).then(|| Self { last_step: step, ..self.clone() }),
            Proof::Recovery(hash) => self.recovery.contains(&hash).then(|| {
                let recovery = self.recovery.iter().filter(|left| **left != hash).copied().collect();
                Self { recovery, ..self.clone() }
            }),
        }
    }
}

impl Account {
    /// The account of somebody who is to be forgotten: nobody's name, no address and nothing to sign in with. Its id stays, which
    /// is what the record names.
    #[must_use]
    pub fn nameless(&self) -> Self {
        Self {
            email: format!("erased {}", self.id),
            name: "Erased".to_owned(),
            password: None,
            password_at: None,
            second_factor: None,
            time_zone: None,
            ..self.clone()
        }
    }

    /// Whether its name and address were erased: what stands there then is no mail address.
    pub fn erased(&self) -> bool {
        !self.email.contains('@')
    }

    /// Whether it manages the people of its house: an administrator of the vendor, an owner of a customer. Not before
    /// the invitation was taken up.
    pub fn governs(&self) -> bool {
        self.disabled_at.is_none() && self.password.is_some() && self.role == governing(self.customer_id)
    }

    /// The second factor, where it is asked for.
    pub fn asked_factor(&self) -> Option<&SecondFactor> {
        self.second_factor.as_ref().filter(|factor| factor.confirmed_at.is_some())
    }
}

/// The role that manages people: of a customer, or of the vendor.
pub fn governing(customer: Option<CustomerId>) -> Role {
    if customer.is_some() { Role::Owner } else { Role::Admin }
}

/// Whether an account of this house may have the role.
pub fn fits(customer: Option<CustomerId>, role: Role) -> bool {
    match role {
        Role::Admin | Role::Viewer => true,
        Role::Owner => customer.is_some(),
        Role::Sales | Role::Support => customer.is_none(),
    }
}

/// Why a sign-in is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInEnd {
    /// Its owner signed out.
    SignedOut,
    /// It was ended from another sign-in, or by whoever manages people.
    Ended,
    /// The password, the second factor or the role changed.
    Changed,
    /// The account was shut.
    Disabled,
    /// Nothing came for too long.
    Expired,
}

/// Somebody signed in, in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Its id.
    pub id: SignInId,
    /// Whose.
    pub account_id: AccountId,
    /// Hash of the secret in the browser's cookie.
    pub hash: [u8; 32],
    /// Whether all that is asked for was given; until then nothing but the second factor can be given with it.
    pub complete: bool,
    /// The address it was begun from.
    pub address: String,
    /// The browser, as it calls itself, cut short.
    pub agent: String,
    /// Attempts refused before it, since the one before.
    pub refused: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used, to ten minutes or so.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When the password was last given.
    pub confirmed_at: Timestamp,
    /// The customer whose pages it sees, reading only, and until when.
    pub viewing: Option<(CustomerId, Timestamp)>,
    /// When and why it ended.
    pub ended: Option<(Timestamp, SignInEnd)>,
}

impl SignIn {
    /// Seconds after the last use until which it is good.
    pub const IDLE_SECONDS: i64 = 12 * 3600;
    /// Seconds for which it is good at most.
    pub const MOST_SECONDS: i64 = 30 * 86_400;
    /// Seconds in which the second factor has to be given.
    pub const HALF_SECONDS: i64 = 600;
    /// Seconds between two notes of its use.
    pub const SEEN_SECONDS: i64 = 600;
    /// Seconds for which the password counts as just given.
    pub const FRESH_SECONDS: i64 = 600;
    /// Seconds for which a customer's pages are seen.
    pub const VIEWING_SECONDS: i64 = 1800;

    /// When it ends by itself.
    pub fn ends_at(&self) -> Timestamp {
        self.expires_at.min(after(self.seen_at, Self::IDLE_SECONDS))
    }

    /// Whether it is good, complete or not.
    pub fn good(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.ends_at()
    }

    /// Whether the password was given a short while ago: asked for before secrets are shown.
    pub fn fresh(&self, now: Timestamp) -> bool {
        now < after(self.confirmed_at, Self::FRESH_SECONDS)
    }

    /// The customer whose pages it sees now.
    pub fn views(&self, now: Timestamp) -> Option<CustomerId> {
        self.viewing.filter(|(_, until)| now < *until).map(|(customer, _)| customer)
    }
}

/// What a link lets its bearer do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Take up an account that was made for them.
    Invitation,
    /// Set a new password.
    Reset,
    /// Make the first administrator, as long as there is none.
    First,
    /// Make an administrator: made on the server's own machine.
    Administrator,
}

/// A link that is good once. Its secret is made from its id, and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// What it is for.
    pub kind: LinkKind,
    /// Whose it is; nobody's yet where it makes an account.
    pub account_id: Option<AccountId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl Link {
    /// When it ends: an invitation after a week, the first administrator's after a day, others after an hour.
    pub fn expires_at(&self) -> Timestamp {
        let seconds = match self.kind {
            LinkKind::Invitation => 7 * 86_400,
            LinkKind::First => 86_400,
            LinkKind::Reset | LinkKind::Administrator => 3600,
        };
        after(self.created_at, seconds)
    }

    /// Whether it is good, as far as it knows itself.
    pub fn good(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at()
    }
}

/// What a mail tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// An account was made; its link.
    Invitation,
    /// Somebody asked for a new password; its link.
    Reset,
    /// The password was changed.
    PasswordChanged,
    /// Two-factor sign-in was switched on or off.
    FactorChanged,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// The mail server has it.
    Sent,
    /// It could not be sent now.
    Failed,
    /// It is of no use any more.
    GivenUp,
}

/// A mail to be sent: written with the change that it tells of, worded when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// What it tells.
    pub kind: MailKind,
    /// To whom.
    pub account_id: AccountId,
    /// The link in it.
    pub link_id: Option<LinkId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often sending it failed.
    pub tries: u32,
    /// When it is tried next; never where absent.
    pub next_at: Option<Timestamp>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

impl Mail {
    /// After it was tried.
    #[must_use]
    pub fn tried(&self, outcome: MailOutcome, now: Timestamp) -> Self {
        let before = Delivery { tries: self.tries, next_at: self.next_at, sent_at: self.sent_at };
        let Delivery { tries, next_at, sent_at } = before.tried(outcome, now);
        Self { tries, next_at, sent_at, ..self.clone() }
    }
}

/// How far the sending of a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next; never where absent.
    pub next_at: Option<Timestamp>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

impl Delivery {
    /// Seconds until it is tried again, by how often it failed. Given up after the last.
    const AGAIN: [i64; 9] = [30, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800];

    /// Of a mail that is to be sent from `now` on.
    pub fn from(now: Timestamp) -> Self {
        Self { tries: 0, next_at: Some(now), sent_at: None }
    }

    /// After it was tried.
    #[must_use]
    pub fn tried(self, outcome: MailOutcome, now: Timestamp) -> Self {
        let next_at = match outcome {
            MailOutcome::Failed => Self::AGAIN.get(self.tries as usize).map(|seconds| after(now, *seconds)),
            MailOutcome::Sent | MailOutcome::GivenUp => None,
        };
        let sent_at = (outcome == MailOutcome::Sent).then_some(now);
        Self { tries: self.tries + 1, next_at, sent_at }
    }
}
