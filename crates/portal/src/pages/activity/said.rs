//! How an event is told: what was done and by whom, in words. Knows no page.

use seatkeeper_domain::event::Event;
use seatkeeper_service::Mentioned;
use serde_json::Value;

/// Kinds of events that go together: what an address calls them, what people do, and how the kinds begin.
pub(super) const GROUPS: [(&str, &str, &[&str]); 8] = [
    ("seats", "Seats", &["session.", "checkout.", "grace."]),
    ("denials", "Refusals", &["denial."]),
    ("licenses", "Licences", &["license.", "trial.", "education.", "seats."]),
    ("keys", "Product keys", &["key."]),
    ("devices", "Devices and blocks", &["activation.", "block."]),
    ("people", "People", &["account.", "link.", "names."]),
    ("customers", "Customers", &["customer."]),
    ("server", "Products and server", &["import.", "product.", "token.", "signing_key."]),
];

/// What people and administrators decided, without the coming and going of seats.
pub(super) const ACTS: [&str; 16] = [
    "license.",
    "trial.",
    "education.",
    "seats.",
    "key.",
    "activation.",
    "block.",
    "account.",
    "link.",
    "names.",
    "customer.",
    "import.",
    "product.",
    "token.",
    "signing_key.",
    "session.released",
];

/// Kinds that need no name to be told.
const PLAIN: [(&str, &str); 59] = [
    ("account.changed", "An account was changed"),
    ("account.disabled", "An account was shut"),
    ("account.enabled", "An account was opened again"),
    ("account.erased", "The name and address of an account were erased"),
    ("account.invitation_taken_up", "An invitation was taken up"),
    ("account.invited", "Somebody was invited"),
    ("account.link_sent", "A link was sent"),
    ("account.made", "An account was made"),
    ("account.password_changed", "A password was changed"),
    ("account.password_reset", "A forgotten password was replaced"),
    ("account.recovery_codes_renewed", "Recovery codes were renewed"),
    ("account.reset_asked", "A new password was asked for"),
    ("account.role_changed", "A role was changed"),
    ("account.sign_ins_ended", "Sign-ins were ended"),
    ("account.signed_in", "Signed in"),
    ("account.signed_out", "Signed out"),
    ("account.two_factor_begun", "Two-factor sign-in was begun"),
    ("account.two_factor_off", "Two-factor sign-in was switched off"),
    ("account.two_factor_on", "Two-factor sign-in was switched on"),
    ("activation.admitted", "A device was activated"),
    ("activation.ended", "A device was given up"),
    ("activation.moved_often", "Moved to another device more often than agreed"),
    ("activation.renewed", "A device was activated again"),
    ("block.lifted", "A block was lifted"),
    ("block.put", "A person or device was blocked"),
    ("customer.added", "The customer was added"),
    ("customer.changed", "The customer’s details were changed"),
    ("customer.free_page_opened", "The page that tells whether a seat is free was opened to whoever has its address"),
    ("customer.free_page_renewed", "The page that tells whether a seat is free got a new address"),
    ("customer.free_page_shut", "The page that tells whether a seat is free was shut"),
    ("customer.viewing_begun", "The vendor began to view these pages as the customer"),
    ("customer.viewing_ended", "The vendor stopped viewing these pages"),
    ("education.asked", "An education licence was asked for"),
    ("education.declined", "An education licence was declined"),
    ("education.granted", "An education licence was granted"),
    ("grace.reported", "A program had run without contact"),
    ("import.applied", "Customers and licences were imported"),
    ("key.added", "A product key was added"),
    ("key.changed", "A product key was changed"),
    ("key.reissued", "A product key was reissued"),
    ("key.shown", "A product key was shown"),
    ("license.changed", "The licence was changed"),
    ("license.imported", "The licence was imported"),
    ("license.issued", "The licence was issued"),
    ("license.resumed", "The licence was resumed"),
    ("license.revoked", "The licence was revoked"),
    ("license.suspended", "The licence was suspended"),
    ("link.made", "A link for the first administrator was made"),
    ("names.erased", "A person’s names were erased"),
    ("product.added", "A product was added"),
    ("product.changed", "A product was changed"),
    ("seats.asked", "More seats were asked for"),
    ("seats.declined", "The wish for more seats was declined"),
    ("seats.granted", "More seats were granted"),
    ("signing_key.added", "A signing key was added"),
    ("signing_key.promoted", "A signing key was put to use"),
    ("token.created", "An API token was made"),
    ("token.revoked", "An API token was revoked"),
    ("trial.started", "The trial began"),
];

/// What was done.
pub(in crate::pages) fn what(event: &Event, mentioned: &Mentioned) -> String {
    let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
    let text = |member: &str| body.get(member).and_then(Value::as_str);
    let holder = |member: &str| {
        let name = text(member).and_then(|id| id.parse().ok()).and_then(|id| mentioned.name(id));
        name.unwrap_or("Somebody")
    };
    let because =
        text("reason").filter(|reason| !reason.is_empty()).map(|reason| format!(": {}", reason.replace('_', " ")));
    let because = because.unwrap_or_default();
    match event.kind.as_str() {
        "session.started" => format!("{} took a seat", holder("session")),
        "session.adopted" => format!("{} went on after a restore", holder("session")),
        "session.ended" => format!("{}’s seat came back{because}", holder("session")),
        "session.released" => format!("{}’s seat was released{because}", holder("session")),
        "checkout.joined" => format!("{} opened another copy", holder("session")),
        "checkout.ended" => format!("{} closed a copy{because}", holder("session")),
        "checkout.forked" => format!("{}’s state had been copied: the copy took a seat of its own", holder("session")),
        "denial.began" => {
            format!("{} was refused: {}", holder("denial"), text("code").unwrap_or_default().replace('_', " "))
        }
        "denial.ended" => match text("outcome") {
            Some("granted") => format!("{} got a seat after all", holder("denial")),
            _ => format!("{} had given up", holder("denial")),
        },
        "license.changed" => match body.get("seats").and_then(Value::as_u64) {
            Some(seats) => format!("The licence was changed; it has {seats} seats"),
            None => "The licence was changed".to_owned(),
        },
        kind => {
            let known = PLAIN.iter().find(|(known, _)| *known == kind).map(|(_, words)| *words);
            format!("{}{because}", known.unwrap_or(kind))
        }
    }
}

/// Who did it. People of the vendor's have no names here for a customer's.
pub(in crate::pages) fn who(event: &Event, mentioned: &Mentioned, vendor: bool) -> String {
    let (kind, id) = event.actor.split_once(':').unwrap_or((&event.actor, ""));
    let name = id.parse().ok().and_then(|id| mentioned.name(id));
    let otherwise = if vendor { "somebody no longer known" } else { "the vendor" };
    match kind {
        "device" => name.map_or("a device".to_owned(), |name| format!("device {name}")),
        "account" => name.unwrap_or(otherwise).to_owned(),
        "token" => name.map_or(otherwise.to_owned(), |label| format!("API token {label}")),
        "visitor" => "a visitor".to_owned(),
        "local" => "the server’s owner".to_owned(),
        _ => "Seatkeeper".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use seatkeeper_domain::event::{ChainHead, Stream};
    use uuid::Uuid;

    use super::*;

    fn event(kind: &str, actor: &str, body: &str) -> Event {
        Event::following(ChainHead::default(), Stream::Server, Timestamp::UNIX_EPOCH, kind, actor, body.to_owned())
    }

    #[test]
    fn a_seat_is_told_by_its_holders_name_while_it_is_known() {
        let id = Uuid::from_u128(7);
        let body = format!(r#"{{"session":"{id}","reason":"taken_back"}}"#);
        let ended = event("session.ended", "job", &body);
        assert_eq!(what(&ended, &Mentioned::default()), "Somebody’s seat came back: taken back");
        let mentioned = Mentioned::from_iter([(id, "Mara".to_owned())]);
        assert_eq!(what(&ended, &mentioned), "Mara’s seat came back: taken back");
        assert_eq!(what(&event("later.kind", "job", "no json"), &mentioned), "later.kind", "kinds to come are shown");
    }

    #[test]
    fn the_vendors_people_are_the_vendor_to_customers() {
        let done = event("license.changed", &format!("account:{}", Uuid::from_u128(9)), "{}");
        assert_eq!(who(&done, &Mentioned::default(), false), "the vendor");
        assert_eq!(who(&event("x.y", "local", "{}"), &Mentioned::default(), true), "the server’s owner");
    }

    /// Every kind that is told in words is in a group, so that it can be asked for.
    #[test]
    fn every_kind_has_a_group() {
        let grouped =
            |kind: &str| GROUPS.iter().any(|(_, _, starts)| starts.iter().any(|start| kind.starts_with(start)));
        assert!(PLAIN.iter().all(|(kind, _)| grouped(kind)));
        assert!(ACTS.iter().all(|kind| grouped(kind)));
    }
}
