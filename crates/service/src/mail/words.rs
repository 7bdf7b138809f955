//! What mails say. Plain text: every program shows it, and nothing in it has to be trusted.

use jiff::Timestamp;
use seatkeeper_domain::account::{Account, MailKind};

/// A mail's words.
#[derive(Debug, PartialEq)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) body: String,
}

/// What a mail says to an account of the house that is named so: `link` is its link and until when that is good.
pub(super) fn words(
    kind: MailKind,
    account: &Account,
    house: &str,
    address: &str,
    link: Option<(String, Timestamp)>,
) -> Words {
    let house = one_line(house);
    let link =
        link.map(|(text, until)| format!("{address}/link/{text}\n\nThe link is good once, until {}.", at(until)));
    let link = link.unwrap_or_default();
    let (subject, text) = match kind {
        MailKind::Invitation => (
            format!("Your access to {house}"),
            format!("You have been given access to {house}. Choose your password here:\n\n{link}"),
        ),
        MailKind::Reset => (
            "Choose a new password".to_owned(),
            format!(
                "Somebody asked for a new password for your account at {house}. If it was you, choose it here:\n\n\
                 {link}\n\nIf it was not you, do nothing: your password stays as it is."
            ),
        ),
        MailKind::PasswordChanged => (
            "Your password was changed".to_owned(),
            format!(
                "The password of your account at {house} was changed, and you were signed out everywhere else.{NOT_YOU}"
            ),
        ),
        MailKind::FactorChanged => {
            let what = if account.asked_factor().is_some() { "on" } else { "off" };
            (
                format!("Two-factor sign-in was switched {what}"),
                format!("Two-factor sign-in of your account at {house} was switched {what}.{NOT_YOU}"),
            )
        }
    };
    let body = format!("Hello {},\n\n{text}\n\n{address}\n", one_line(&account.name));
    Words { subject, body }
}

const NOT_YOU: &str =
    "\n\nIf it was not you, choose a new password at once, and tell whoever manages your company's people.";

/// An instant, in UTC since the reader's zone is not known.
pub(super) fn at(instant: Timestamp) -> String {
    instant.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// What people wrote, without what would break a line.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
