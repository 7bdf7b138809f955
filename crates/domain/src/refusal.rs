//! Why something is refused: a stable code, the sentence a person reads, and the facts it is made of.

use jiff::Timestamp;

use crate::activation::ActivationEnd;
use crate::session::EndReason;

/// A refusal. It is an answer, not a failure: the batch it stands in commits.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// No licence and key go together like these.
    #[error(
        "The serial number and product key do not match a licence for this product. Check both against the mail they came in."
    )]
    UnknownKey,
    /// The key's cut-off has passed.
    #[error("This product key has been replaced. Ask your administrator for the new one.")]
    KeyRevoked,
    /// The licence was ended for ever.
    #[error("This licence has been revoked. Ask your administrator.")]
    LicenseRevoked,
    /// The licence is paused.
    #[error("This licence is suspended. Ask your administrator.")]
    LicenseSuspended,
    /// Its term is over.
    #[error("This licence ended on {}.", day(.ended_at))]
    LicenseExpired {
        /// When it ended, renewal grace included.
        ended_at: Timestamp,
    },
    /// The program is too old for the product.
    #[error("Version {version} cannot use this licence: it needs version {minimum_version} or later.")]
    VersionNotSupported {
        /// The program's.
        version: String,
        /// The earliest that may.
        minimum_version: String,
    },
    /// The program is newer than the maintenance that was paid for.
    #[error("This release is dated {} and maintenance ended on {}. Earlier releases go on working.", day(.released_at), day(.maintenance_until))]
    MaintenanceLapsed {
        /// The program's release date.
        released_at: Timestamp,
        /// The last date covered.
        maintenance_until: Timestamp,
    },
    /// The user or device is shut out.
    #[error("{} has been blocked from this licence. Ask your administrator.", if *.device { "This device" } else { "This user" })]
    Blocked {
        /// The device, or else the user.
        device: bool,
    },
    /// As many devices as may be are admitted.
    #[error("{}", device_limit(*.limit, .held_by.as_deref(), *.since))]
    DeviceLimit {
        /// Devices at once.
        limit: u32,
        /// The device that has it, if it may be told.
        held_by: Option<String>,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// The device had a trial of this product before.
    #[error(
        "This device has had a trial of this product already, and there is one for each. To go on, ask its maker for a licence."
    )]
    TrialUsed,
    /// The device was given up or ended.
    #[error("This device is no longer activated: {}. Enter the product key to activate it again.", match .reason { Some(ActivationEnd::Moved) => "the licence was moved away", Some(ActivationEnd::Blocked) => "it was blocked", Some(ActivationEnd::Ended) => "an administrator ended it", None => "its token is not known here" })]
    ActivationEnded {
        /// Why; unknown where this server never knew it.
        reason: Option<ActivationEnd>,
    },
    /// The pool is full.
    #[error("{}", no_seat(*.seats, *.next_back_by))]
    NoSeatAvailable {
        /// Seats bought.
        seats: u32,
        /// Seats held.
        in_use: u32,
        /// When the next is due back at the latest; filled in after deciding.
        next_back_by: Option<Timestamp>,
    },
    /// Too many holders on one device.
    #[error("This device has {limit} users at once already, which is as many as this licence admits.")]
    HolderLimit {
        /// At once.
        limit: u32,
    },
    /// Too many copies in one session: a program gone wrong.
    #[error("This program is open {limit} times already, which is as many as may share one seat.")]
    CopyLimit {
        /// At once.
        limit: u32,
    },
    /// The checkout is over.
    #[error("This seat is no longer yours: {}.", ended_sentence(*.reason))]
    CheckoutEnded {
        /// Why; unknown where this server never knew it.
        reason: Option<EndReason>,
    },
    /// The lease presented is not one of the last.
    #[error("This seat's state was copied or restored from an older one. The program asks for a seat of its own.")]
    CheckoutForked,
    /// It does not exist, or is another's.
    #[error("There is no such {what}.")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// Something in the request is nonsense.
    #[error("{}", .0.iter().map(|(field, wrong)| format!("{field} {wrong}")).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<(String, String)>),
    /// A unique name is taken.
    #[error("There is {} {what} with this {field} already.", article(what))]
    AlreadyExists {
        /// What.
        what: &'static str,
        /// The field that must be unique.
        field: &'static str,
    },
    /// It was changed since it was read.
    #[error("It was changed since you read it. Read it again and repeat the change.")]
    PreconditionFailed,
    /// What was asked does not fit the state it is in.
    #[error("{0}")]
    Conflict(&'static str),
    /// `count_by` can only change while no seat is held.
    #[error("Who counts as one can be changed only while no seat is held; {in_use} are. Release them first.")]
    CountByInUse {
        /// Seats held.
        in_use: u32,
    },
    /// Address and password do not go together. Says no more, so that nobody learns who has an account.
    #[error("The mail address or the password is not right.")]
    SignInRefused,
    /// The code is wrong, too old, or was used before.
    #[error("This code is not right, or was used already. Wait for the next one.")]
    CodeRefused,
    /// The sign-in is over, or was never one.
    #[error("You are signed out. Sign in again.")]
    SignInOver,
    /// The link was used, replaced or is too old.
    #[error("This link was used already, or its time is over. Ask for a new one.")]
    LinkOver,
    /// Nobody would be left to manage people.
    #[error("{}", if *.customer { "This is the last owner. Make somebody else an owner first." } else { "This is the last administrator. Make somebody else an administrator first." })]
    LastOwner {
        /// Of a customer; of the vendor otherwise.
        customer: bool,
    },
    /// The idempotency key was used for another request.
    #[error("This Idempotency-Key was used for a different request. Use a new key.")]
    IdempotencyConflict,
}

impl Refusal {
    /// Its stable code on the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::UnknownKey => "unknown_key",
            Refusal::KeyRevoked => "key_revoked",
            Refusal::LicenseRevoked => "license_revoked",
            Refusal::LicenseSuspended => "license_suspended",
            Refusal::LicenseExpired { .. } => "license_expired",
            Refusal::VersionNotSupported { .. } => "version_not_supported",
            Refusal::MaintenanceLapsed { .. } => "maintenance_lapsed",
            Refusal::Blocked { .. } => "blocked",
            Refusal::DeviceLimit { .. } => "device_limit",
            Refusal::TrialUsed => "trial_used",
            Refusal::ActivationEnded { .. } => "activation_ended",
            Refusal::NoSeatAvailable { .. } => "no_seat_available",
            Refusal::HolderLimit { .. } | Refusal::CopyLimit { .. } => "holder_limit",
            Refusal::CheckoutEnded { .. } => "checkout_ended",
            Refusal::CheckoutForked => "checkout_forked",
            Refusal::NotFound { .. } => "not_found",
            Refusal::Invalid(_) => "invalid_request",
            Refusal::AlreadyExists { .. } => "already_exists",
            Refusal::PreconditionFailed => "precondition_failed",
            Refusal::Conflict(_) => "conflict",
            Refusal::CountByInUse { .. } => "count_by_in_use",
            Refusal::SignInRefused => "sign_in_refused",
            Refusal::CodeRefused => "code_refused",
            Refusal::SignInOver => "sign_in_over",
            Refusal::LinkOver => "link_over",
            Refusal::LastOwner { .. } => "last_owner",
            Refusal::IdempotencyConflict => "idempotency_conflict",
        }
    }

    /// A refusal of one field.
    pub fn field(field: &str, wrong: impl Into<String>) -> Self {
        Refusal::Invalid(vec![(field.to_owned(), wrong.into())])
    }
}

fn day(at: &Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// An instant as a sentence has it: to the minute, in UTC since the reader's zone is not known here.
fn minute(at: Timestamp) -> String {
    at.strftime("%H:%M UTC on %-d %B %Y").to_string()
}

fn device_limit(limit: u32, held_by: Option<&str>, since: Option<Timestamp>) -> String {
    let used = match (limit, held_by) {
        (1, Some(device)) => format!("This licence is in use on {device}"),
        (1, None) => "This licence is in use on another device".to_owned(),
        (_, Some(device)) => format!("This licence is on {limit} devices already, {device} among them"),
        (_, None) => format!("This licence is on {limit} devices already"),
    };
    let since = since.map(|at| format!(", since {}", day(&at))).unwrap_or_default();
    format!("{used}{since}. Deactivate it there first, or ask your administrator to end it.")
}

fn no_seat(seats: u32, next_back_by: Option<Timestamp>) -> String {
    if seats == 0 {
        return "This licence has no seats at this time.".to_owned();
    }
    let back =
        next_back_by.map_or(String::new(), |at| format!(" The next is due back by {} at the latest.", minute(at)));
    let seats = if seats == 1 { "The one seat is".to_owned() } else { format!("All {seats} seats are") };
    format!("{seats} in use.{back}")
}

/// What stands before a noun.
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn ended_sentence(reason: Option<EndReason>) -> &'static str {
    match reason {
        Some(EndReason::Returned) => "it was returned",
        Some(EndReason::Died) => "its program was reported as ended",
        Some(EndReason::Released) => "an administrator released it",
        Some(EndReason::Reclaimed) => "nothing was heard for too long and it was taken back",
        Some(EndReason::ActivationEnded) => "this device was deactivated",
        Some(EndReason::Blocked) => "the user or device was blocked",
        Some(EndReason::LicenseRevoked) => "the licence was revoked",
        None => "this server does not know it",
    }
}
