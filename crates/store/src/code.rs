//! The domain's words and instants as the integers that every engine stores. A number that has been written is never
//! given another meaning.

use jiff::Timestamp;
use seatkeeper_domain::account::{LinkKind, MailKind, SignInEnd};
use seatkeeper_domain::activation::ActivationEnd;
use seatkeeper_domain::ask::{Stage as AskStage, Wanted};
use seatkeeper_domain::denial::{Denial, Outcome, RequestId};
use seatkeeper_domain::holder::{Names, fold};
use seatkeeper_domain::license::{Legacy, Model, Status};
use seatkeeper_domain::session::EndReason;
use seatkeeper_domain::signing::Stage;
use seatkeeper_domain::token::Role;

/// A word with a number.
pub trait Code: Copy + Sized {
    /// Its number.
    fn code(self) -> i64;
    /// The word of a number.
    fn of(code: i64) -> Option<Self>;
}

macro_rules! codes {
    ($($word:ty { $($name:ident = $code:literal),* $(,)? })*) => {$(
        impl Code for $word {
            fn code(self) -> i64 {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            fn of(code: i64) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    )*};
}

codes! {
    Model { Concurrent = 1, SingleUser = 2 }
    Legacy { Lease = 1 }
    Status { Active = 1, Suspended = 2, Revoked = 3 }
    ActivationEnd { Moved = 1, Ended = 2, Blocked = 3 }
    EndReason {
        Returned = 1,
        Died = 2,
        Released = 3,
        Reclaimed = 4,
        ActivationEnded = 5,
        Blocked = 6,
        LicenseRevoked = 7,
    }
    Outcome { Granted = 1, GaveUp = 2 }
    Role { Admin = 1, Sales = 2, Support = 3, Viewer = 4, Owner = 5 }
    Stage { Next = 1, Current = 2, Retired = 3 }
    SignInEnd { SignedOut = 1, Ended = 2, Changed = 3, Disabled = 4, Expired = 5 }
    LinkKind { Invitation = 1, Reset = 2, First = 3, Administrator = 4 }
    Wanted { Trial = 1, Education = 2 }
    AskStage { Unconfirmed = 1, Waiting = 2, Granted = 3, Declined = 4 }
    MailKind { Invitation = 1, Reset = 2, PasswordChanged = 3, FactorChanged = 4 }
}

/// The end of time, which is later than any microsecond that can be told: `never`, where an instant must be.
const NEVER: i64 = i64::MAX;

/// The instant of a stored integer, if it is one.
pub fn instant(stored: i64) -> Option<Timestamp> {
    if stored == NEVER { Some(Timestamp::MAX) } else { Timestamp::from_microsecond(stored).ok() }
}

/// An instant as it is stored: microseconds since 1970.
pub fn stored(at: Timestamp) -> i64 {
    let micros = at.as_microsecond();
    if Timestamp::from_microsecond(micros).is_ok() { micros } else { NEVER }
}

/// An instant that may be absent, as it is stored.
pub fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(stored)
}

/// When something ended, as it is stored.
pub fn ended_at<T>(ended: Option<(Timestamp, T)>) -> Option<i64> {
    ended.map(|(at, _)| stored(at))
}

/// Why something ended, as it is stored.
pub fn end_code<T: Code>(ended: Option<(Timestamp, T)>) -> Option<i64> {
    ended.map(|(_, why)| why.code())
}

/// A user's name as its two columns: folded, and as it was written where that differs.
pub fn user_columns(names: &Names) -> (Option<String>, Option<&str>) {
    let folded = names.user.as_deref().map(fold);
    let written = names.user.as_deref().filter(|user| Some(*user) != folded.as_deref());
    (folded, written)
}

/// The requests of an episode as they are stored: a text with spaces between them. None has a space in it.
pub fn requests_text(denial: &Denial) -> String {
    denial.requests.iter().map(|request| request.0.as_str()).collect::<Vec<_>>().join(" ")
}

/// The requests of such a text.
pub fn requests(text: &str) -> Vec<RequestId> {
    text.split_whitespace().map(|request| RequestId(request.to_owned())).collect()
}
