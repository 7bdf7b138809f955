//! One's own account: name and time zone, password, the second factor, and where one is signed in.

mod factor;
mod own;
mod password;
mod sign_ins;

pub(crate) use sign_ins::{Place, places};

use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/account", own::page),
        action("/account", own::save),
        page("/account/password", password::page),
        action("/account/password", password::save),
        page("/account/two-factor", factor::page),
        action("/account/two-factor", factor::confirm),
        action("/account/two-factor/begin", factor::begin),
        action("/account/two-factor/codes", factor::renew),
        action("/account/two-factor/off", factor::off),
        action("/account/sign-ins/end", sign_ins::end_others),
        action("/account/sign-ins/{id}/end", sign_ins::end),
    ]
}
