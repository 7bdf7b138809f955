//! Where mails go: to a mail server, or into files, so that everything works where there is none.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, Date};
use lettre::message::{Body, Mailbox, MessageBuilder};
use lettre::{Address, Message, SmtpTransport, Transport};
use seatkeeper_domain::id::MailId;

use super::words::Words;

/// How long a mail server may take for each answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where mails go, and what stands in all of them.
#[derive(Clone)]
pub struct Post {
    to: To,
    from: Mailbox,
    address: String,
}

#[derive(Clone)]
enum To {
    Files(PathBuf),
    Server(SmtpTransport),
}

impl Post {
    /// Into files of a folder, one a mail, for their owner alone. `address` is where the pages are, such as
    /// `https://licences.example.com`.
    ///
    /// # Errors
    /// If `from` is no mail address.
    pub fn files(folder: PathBuf, from: &str, address: &str) -> Result<Self, String> {
        Ok(Self { to: To::Files(folder), from: sender(from)?, address: address.trim_end_matches('/').to_owned() })
    }

    /// To a mail server: `smtp://host`, `smtps://user:password@host:465`, `smtp://host?tls=required`.
    ///
    /// # Errors
    /// If `server` is no such address, which is not repeated since a password may stand in it, or `from` no mail address.
    pub fn server(server: &str, from: &str, address: &str) -> Result<Self, String> {
        let to = SmtpTransport::from_url(server)
            .map_err(|_| "is no address of a mail server, such as smtps://user:password@mail.example.com".to_owned())?;
        let to = To::Server(to.timeout(Some(PATIENCE)).build());
        Ok(Self { to, from: sender(from)?, address: address.trim_end_matches('/').to_owned() })
    }

    /// Where the pages are.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends a mail. Blocks.
    pub(super) fn send(&self, id: MailId, to: &str, words: &Words, now: Timestamp) -> Result<(), String> {
        let message = self.message(id, to, words, now)?;
        match &self.to {
            To::Server(server) => server.send(&message).map(drop).map_err(|error| error.to_string()),
            To::Files(folder) => {
                let file = folder.join(format!("{id}.eml"));
                write(folder, &file, &message.formatted()).map_err(|error| format!("{}: {error}", file.display()))
            }
        }
    }

    fn message(&self, id: MailId, to: &str, words: &Words, now: Timestamp) -> Result<Message, String> {
        let to: Address = to.parse().map_err(|error| format!("{error}"))?;
        let host = self.from.email.domain();
        let date = std::time::SystemTime::from(now);
        // Sent again it is the same mail.
        let builder: MessageBuilder =
            Message::builder().message_id(Some(format!("<{id}@{host}>"))).header(Date::new(date));
        let builder = builder.from(self.from.clone()).to(Mailbox::new(None, to)).subject(words.subject.clone());
        builder.header(ContentType::TEXT_PLAIN).body(whole(&words.body)).map_err(|error| error.to_string())
    }
}

/// A mail's body as it is where every mail server takes that, so that a long link stays in one piece for those who read the
/// file; coded otherwise.
fn whole(text: &str) -> Body {
    // RFC 5322, 2.1.1: a line has at most 998 characters.
    match text.is_ascii() && text.lines().all(|line| line.len() <= 998) {
        true => Body::dangerous_pre_encoded(text.replace('\n', "\r\n").into_bytes(), ContentTransferEncoding::SevenBit),
        false => Body::new(text.to_owned()),
    }
}

fn sender(from: &str) -> Result<Mailbox, String> {
    from.parse().map_err(|_| format!("{from:?} is no mail address, such as licences@example.com"))
}

/// Whole or not at all, for its owner alone.
fn write(folder: &PathBuf, file: &PathBuf, text: &[u8]) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let part = file.with_extension("part");
    let mut open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    open.write_all(text)?;
    open.sync_all()?;
    std::fs::rename(part, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn sent(to: &str, subject: &str) -> Result<(String, u32), String> {
        let dir = tempfile::tempdir().unwrap();
        let post = Post::files(dir.path().join("mail"), "Acme <licences@acme.example>", "https://l.example/").unwrap();
        let words = Words { subject: subject.to_owned(), body: "Grüße,\n\nhttps://l.example/link/x".to_owned() };
        post.send(uuid::Uuid::nil().into(), to, &words, NOW)?;
        let file = dir.path().join("mail/00000000-0000-0000-0000-000000000000.eml");
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        Ok((std::fs::read_to_string(file).unwrap(), mode))
    }

    #[test]
    fn a_mail_in_a_file_is_its_owners_alone_and_whole() {
        let (text, mode) = sent("ada@example.com", "Hello").unwrap();
        assert_eq!(mode, 0o600);
        for part in
            ["To: ada@example.com\r\n", "Subject: Hello\r\n", "From: Acme <licences@acme.example>\r\n", "/link/x"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.contains("Message-ID: <00000000-0000-0000-0000-000000000000@acme.example>"), "{text}");
        assert!(text.contains("Date: Fri, 15 Jan 2027 08:00:00"), "{text}");
    }

    /// Seen red when the subject is put in as it is.
    #[test]
    fn nothing_that_people_wrote_becomes_a_header() {
        let (text, _) = sent("ada@example.com", "Hello\r\nBcc: eve@example.com\r\n\r\nbody").unwrap();
        assert!(!text.contains("\nBcc:"), "{text}");
        assert!(sent("ada@example.com\r\nBcc: eve@example.com", "Hello").is_err());
    }

    #[test]
    fn a_long_link_stays_in_one_piece() {
        let link = format!("https://l.example/link/{}", "x".repeat(200));
        let words = Words { subject: "Hello".to_owned(), body: format!("Here:\n\n{link}\n") };
        let post = Post::files(PathBuf::new(), "licences@acme.example", "https://l.example").unwrap();
        let message = post.message(uuid::Uuid::nil().into(), "ada@example.com", &words, NOW).unwrap().formatted();
        let text = String::from_utf8(message).unwrap();
        assert!(text.contains(&format!("\r\n\r\nHere:\r\n\r\n{link}\r\n")), "{text}");
    }

    #[test]
    fn what_is_no_mail_server_is_refused_without_repeating_it() {
        let refused = |server, from| Post::server(server, from, "http://localhost").map(drop).unwrap_err();
        assert!(!refused("smtpx://u:hush@host", "a@b.example").contains("hush"));
        assert!(refused("smtp://host", "nobody").contains("no mail address"));
        assert!(Post::server("smtps://u:p@mail.example.com:465", "a@b.example", "http://localhost").is_ok());
    }
}
