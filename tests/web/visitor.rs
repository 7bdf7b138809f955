//! Visitors who have no account: what they ask for, and the mails that come, where they lie as files.

use seatkeeper_test_world::World;
use serde_json::json;

use crate::mail::mail;

/// Lets visitors try a product of these, and ask for education licences.
pub(crate) fn open(world: &World, product: &str) {
    let offer = json!({ "offer": { "trial_days": 14, "education": true } });
    world.admin.patch(&format!("/v1/products/{product}"), &offer).expect(200);
}

/// Sends the form at `path`, and waits for the mail's link.
#[track_caller]
pub(crate) fn asks(world: &World, path: &str, email: &str, more: &[(&str, &str)]) -> String {
    let form = [&[("email", email)], more].concat();
    let asked = world.server.http().form(path, &form);
    assert_eq!(asked.status, 303, "{}", asked.body);
    link(&mail(world, email, "/ask/"))
}

/// Presses the button behind a link.
#[track_caller]
pub(crate) fn presses(world: &World, path: &str) {
    let pressed = world.server.http().form(path, &[("sure", "yes")]);
    assert_eq!(pressed.status, 303, "{}", pressed.body);
}

/// The path of a mail's link.
#[track_caller]
pub(crate) fn link(mail: &str) -> String {
    let at = mail.find("/ask/").unwrap_or_else(|| panic!("no link in {mail}"));
    mail[at..].split_whitespace().next().expect("a path").to_owned()
}
