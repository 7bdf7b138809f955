//! Mails as they arrive where no mail server is set up: in a folder of the server's, a file each.

use std::fs;
use std::path::PathBuf;

use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::World;

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

/// The address that the newest mail of this subject leads to.
#[track_caller]
pub(crate) fn link(world: &World, to: &str, subject: &str) -> String {
    let mail = mail(world, to, &format!("Subject: {subject}"));
    let at = mail.find("http").unwrap_or_else(|| panic!("no link in {mail}"));
    mail[at..].split_whitespace().next().expect("an address").to_owned()
}
