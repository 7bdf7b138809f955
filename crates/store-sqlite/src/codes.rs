//! The domain's words as small integers. A number that has been written is never given another meaning.

use seatkeeper_domain::activation::ActivationEnd;
use seatkeeper_domain::denial::Outcome;
use seatkeeper_domain::license::{Legacy, Model, Status};
use seatkeeper_domain::session::EndReason;
use seatkeeper_domain::signing::Stage;
use seatkeeper_domain::token::Role;

/// A word with a number.
pub(crate) trait Code: Copy + Sized {
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
    Role { Admin = 1, Sales = 2, Support = 3, Viewer = 4 }
    Stage { Next = 1, Current = 2, Retired = 3 }
}
