//! `account` on the server's own machine: people let in, listed, shut out; links that are good once; mails in files.

use seatkeeper_test_support::{BOUND, Server, until};

use crate::{Said, seatkeeper};

fn account(server: &Server, words: &[&str]) -> Said {
    let mut command = seatkeeper(&["account"]);
    Said::of(command.args(words).arg("--data").arg(server.data()))
}

/// What a browser is told to keep after signing in; none where it was not.
fn sign_in(server: &Server, email: &str, password: &str) -> Option<String> {
    let answer = server.http().form("/sign-in", &[("email", email), ("password", password)]);
    let cookie = answer.header("set-cookie")?.split(';').next()?.to_owned();
    (answer.status == 303).then_some(cookie)
}

#[test]
fn people_are_let_in_listed_and_shut_out_on_the_servers_machine() {
    let server = Server::start();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "kettle moss paper\n").unwrap();
    let file = file.path().to_str().unwrap();
    let ada = ["invite", "--email", "ada@example.com", "--name", "Ada", "--role", "admin", "--password-file", file];
    account(&server, &ada).done();
    account(&server, &ada).refused(1, &["There is an account with this email already"]);
    assert!(sign_in(&server, "ADA@example.com", "kettle moss paper").is_some());
    assert!(sign_in(&server, "ada@example.com", "kettle moss").is_none());
    account(&server, &["disable", "ada@example.com"]).refused(1, &["last administrator"]);
    account(&server, &["invite", "--email", "sam@example.com", "--name", "Sam", "--role", "support"]).done();
    let said = account(&server, &["list"]).done().out;
    assert!(said.contains("Ada") && said.contains("Sam") && said.contains("invited"), "{said}");
    account(&server, &["erase", "sam@example.com"]).refused(1, &["Disable the account first"]);
    account(&server, &["disable", "sam@example.com"]).done();
    account(&server, &["list"]).done().out.contains("disabled").then_some(()).expect("it says so");
    account(&server, &["erase", "sam@example.com"]).done();
    let said = account(&server, &["list"]).done().out;
    assert!(!said.to_lowercase().contains("sam") && said.contains("erased"), "{said}");
}

/// The link that somebody is given on the machine, and the one in the mail that has no mail server to go to.
#[test]
fn links_are_printed_and_mails_wait_in_files() {
    let server = Server::start();
    let link = account(&server, &["link", "--pages", "https://l.example/"]).done().out;
    let path = link.trim().strip_prefix("https://l.example").expect("the address that was given");
    let form = [
        ("email", "ada@example.com"),
        ("name", "Ada"),
        ("password", "kettle moss paper"),
        ("repeated", "kettle moss paper"),
    ];
    assert_eq!(server.http().form(path, &form).status, 303);
    assert_eq!(server.http().form(path, &form).status, 410, "good once");
    assert!(sign_in(&server, "ada@example.com", "kettle moss paper").is_some());
    account(&server, &["invite", "--email", "sam@example.com", "--name", "Sam", "--role", "support"]).done();
    let mail = until(BOUND, "a mail", || {
        let mut files = std::fs::read_dir(server.data().join("mail")).ok()?.filter_map(Result::ok);
        files.find(|file| file.path().extension().is_some_and(|kind| kind == "eml"))
    });
    let text = std::fs::read_to_string(mail.path()).unwrap();
    assert!(text.contains("To: sam@example.com") && text.contains(&format!("{}/link/", server.url())), "{text}");
}
