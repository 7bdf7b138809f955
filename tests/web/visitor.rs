//! Visitors who have no account: what they ask for, and the mails that come, where they lie as files.

use std::fs;
use std::path::PathBuf;

use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::World;
use serde_json::json;

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

/// The newest mail to an address that says this, once there is one.
#[track_caller]
pub(crate) fn mail(world: &World, to: &str, says: &str) -> String {
    until(BOUND, &format!("a mail to {to} that says {says:?}"), || {
        let folder = fs::read_dir(world.server.data().join("mail")).ok()?;
        let mut files: Vec<PathBuf> = folder.filter_map(|file| Some(file.ok()?.path())).collect();
        files.sort();
        let whole = |file: &PathBuf| Some(fs::read_to_string(file).ok()?.replace("=\r\n", ""));
        files.iter().rev().filter_map(whole).find(|mail| mail.contains(&format!("To: {to}\r\n")) && mail.contains(says))
    })
}

/// The path of a mail's link.
#[track_caller]
pub(crate) fn link(mail: &str) -> String {
    let at = mail.find("/ask/").unwrap_or_else(|| panic!("no link in {mail}"));
    mail[at..].split_whitespace().next().expect("a path").to_owned()
}
