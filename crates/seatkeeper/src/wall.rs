//! The machine's own clock, as its user sees it. The server asks a steadier one.

use jiff::Timestamp;

/// What this machine's clock says now.
#[expect(clippy::disallowed_methods, reason = "what the user's machine believes is what is looked at, right or wrong")]
pub(crate) fn wall_clock() -> Timestamp {
    Timestamp::now()
}
