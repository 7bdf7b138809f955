//! Refusals that the SDK makes itself, where no server said anything. They look like a server's, under codes of their own.

use seatkeeper_protocol::{Code, Problem};

/// `code` of a refusal for want of any serial number and product key.
pub const NO_KEY: &str = "no_key";
/// `code` of a refusal for a product key whose check character does not fit; no server was asked.
pub const MISTYPED_KEY: &str = "mistyped_key";
/// `code` of a refusal for want of any key where a file of keys cannot be read or understood.
pub const UNREADABLE_KEYS: &str = "unreadable_keys";
/// `code` of a refusal for want of contact where the server has never admitted this installation.
pub const NO_CONTACT: &str = "no_contact";
/// `code` of a refusal since what answers is not the vendor's server, or would be told secrets unencrypted.
pub const UNTRUSTED_SERVER: &str = "untrusted_server";
/// `code` of a refusal since this device was given up by its user.
pub const DEVICE_GIVEN_UP: &str = "device_given_up";
/// `code` of a refusal for an error of the SDK itself.
pub const CLIENT_FAILED: &str = "client_failed";

fn problem(code: &str, title: &str, detail: String) -> Box<Problem> {
    let mut problem = Problem::new(Code::Other(code.to_owned()), detail);
    problem.page = "about:blank".to_owned();
    problem.title = title.to_owned();
    problem.status = 0;
    Box::new(problem)
}

pub(crate) fn no_key(product: &str) -> Box<Problem> {
    let detail = format!("No licence is set up for {product} on this device. Enter its serial number and product key.");
    problem(NO_KEY, "No licence set up", detail)
}

pub(crate) fn mistyped_key(source: &str, wrong: &str) -> Box<Problem> {
    problem(MISTYPED_KEY, "Product key mistyped", format!("The product key from {source} cannot be right: {wrong}."))
}

pub(crate) fn no_contact(server: &str, why: &str) -> Box<Problem> {
    let detail = format!("The licence server {server} could not be reached ({why}).");
    problem(NO_CONTACT, "No contact with the licence server", detail)
}

pub(crate) fn unreadable_keys(file: &str, wrong: &str) -> Box<Problem> {
    let detail = format!("The licence keys in {file} cannot be used: {wrong}. Ask your administrator.");
    problem(UNREADABLE_KEYS, "Licence keys not readable", detail)
}

/// What stands in the way of a first start. Where it is want of contact, the sentence says why that counts this once.
pub(crate) fn first_start(mut why: Box<Problem>) -> Box<Problem> {
    if why.code.as_str() == NO_CONTACT {
        why.detail += " The first start on this device needs it: check the network connection and try again.";
    }
    why
}

pub(crate) fn still_activated() -> Box<Problem> {
    let detail = "The licence server did not answer in time, so this device may still be activated. Try again.";
    problem(NO_CONTACT, "No contact with the licence server", detail.to_owned())
}

pub(crate) fn untrusted(why: &str) -> Box<Problem> {
    let detail = format!("The licence server cannot be trusted: {why}. Ask your administrator.");
    problem(UNTRUSTED_SERVER, "Licence server not trusted", detail)
}

pub(crate) fn given_up(product: &str) -> Box<Problem> {
    let detail = format!("This device was deactivated for {product}. Activate it again to use the licence here.");
    problem(DEVICE_GIVEN_UP, "Device deactivated", detail)
}

pub(crate) fn failed() -> Box<Problem> {
    let detail = "The licence client met an error of its own. Restart the program; your work is not affected.";
    problem(CLIENT_FAILED, "Error in the licence client", detail.to_owned())
}
