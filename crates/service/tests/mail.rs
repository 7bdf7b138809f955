//! Mails on their way out, to a mail server that speaks SMTP over a socket.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use seatkeeper_domain::token::Role;
use seatkeeper_service::{NewPerson, Parts, Post, RootPlace, Service};
use seatkeeper_store::Driver;
use seatkeeper_store::conformance::HandClock;
use seatkeeper_store::conformance::world::START;
use seatkeeper_store_sqlite::Books;

/// Far longer than what is waited for takes.
const BOUND: Duration = Duration::from_secs(30);

/// Answers so many callers: takes each one's mail, or refuses it. What it took, headers and all.
fn mail_server(callers: Vec<bool>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("smtp://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    thread::spawn(move || {
        for takes in callers {
            let (stream, _) = listener.accept().unwrap();
            let mail = answered(&stream, takes);
            if takes {
                tell.send(mail).unwrap();
            }
        }
    });
    (address, told)
}

/// One caller, to the end.
fn answered(mut stream: &TcpStream, takes: bool) -> String {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let mut mail = String::new();
    let mut say = |text: &str| write!(stream, "{text}\r\n").unwrap();
    say("220 here");
    while let Some(line) = lines.next() {
        match line.split([' ', ':']).next().unwrap() {
            "RCPT" if !takes => say("450 not now"),
            "DATA" => {
                say("354 go on");
                lines.by_ref().take_while(|line| line != ".").for_each(|line| mail += &format!("{line}\n"));
                say("250 taken");
            }
            "QUIT" => {
                say("221 bye");
                break;
            }
            _ => {
                mail += &format!("{line}\n");
                say("250 ok");
            }
        }
    }
    mail
}

/// What a mail server refuses is tried again later, and sent once. Seen red when a failure is taken for sent, and when what was
/// sent is taken for a failure.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_tried_until_it_is_taken_and_then_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(HandClock::at(START));
    let books = Books::open(dir.path()).unwrap();
    let driver = Driver::start(books.writer(clock.clone())).unwrap();
    let service = Service::start(Parts {
        submit: driver.submit(),
        reader: Arc::new(books.reader()),
        upkeep: Arc::new(books.upkeep(clock.clone())),
        clock: clock.clone(),
        epoch: books.epoch(),
        master: dir.path().join("master.key"),
        root: RootPlace::Here(dir.path().join("root.key")),
        issuer: "Acme".to_owned(),
    })
    .await
    .unwrap();
    let (email, name) = ("ada@example.com".to_owned(), "Ada\r\nBcc: eve@example.com".to_owned());
    let person = NewPerson { customer_id: None, email, name, role: Role::Support };
    service.invite(&service.owner(), person).await.unwrap();
    let (address, taken) = mail_server(vec![false, true, true]);
    let post = Post::server(&address, "Acme <licences@acme.example>", "https://l.example").unwrap();
    service.send_mails(&post).await.unwrap();
    service.send_mails(&post).await.unwrap();
    assert!(taken.try_recv().is_err(), "refused, and not tried again at once");
    clock.pass(31);
    service.send_mails(&post).await.unwrap();
    let mail = taken.recv_timeout(BOUND).expect("it is sent at last");
    for part in ["RCPT TO:<ada@example.com>", "Subject: Your access to Seatkeeper", "https://l.example/link/"] {
        assert!(mail.contains(part), "{part} is not in {mail}");
    }
    assert!(!mail.contains("\nBcc:"), "{mail}");
    let link = mail.replace("=\n", "");
    let link = link.split("/link/").nth(1).unwrap().split_whitespace().next().unwrap();
    assert!(service.open_link(link).await.is_ok(), "it opens");
    clock.pass(86_400);
    service.send_mails(&post).await.unwrap();
    assert!(taken.try_recv().is_err(), "sent once");
    assert!(service.person_by_email(&service.owner(), "ada@example.com").await.unwrap().password.is_none());
}
