//! Mails as they arrive where no mail server is set up: in a folder of the server's, a file each.

use std::fs;
use std::path::Path;

use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::World;

/// The link in the newest mail to this address whose subject begins so; waits until one has been sent.
#[track_caller]
pub(crate) fn link(world: &World, email: &str, subject: &str) -> String {
    let folder = world.server.data().join("mail");
    let mail = until(BOUND, &format!("a mail to {email}: {subject}"), || newest(&folder, email, subject));
    let at = mail.find("http").unwrap_or_else(|| panic!("no link in {mail}"));
    mail[at..].split_whitespace().next().expect("an address").to_owned()
}

/// Files are named in the order in which mails were told of.
fn newest(folder: &Path, email: &str, subject: &str) -> Option<String> {
    let mut files: Vec<_> = fs::read_dir(folder).ok()?.flatten().map(|file| file.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "eml"));
    files.sort();
    // Long lines are broken by `=` at their end.
    let mails = files.iter().rev().map(|file| fs::read_to_string(file).expect("a mail").replace("=\r\n", ""));
    let (to, about) = (format!("To: {email}\r\n"), format!("Subject: {subject}"));
    mails.into_iter().find(|mail| mail.contains(&to) && mail.contains(&about))
}
