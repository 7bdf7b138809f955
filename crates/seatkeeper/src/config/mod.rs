//! What `serve` is told, from a file, the environment and flags: a flag is stronger than the environment, that than the file.
//!
//! Every mistake is reported at once, each with where it came from. Opens no port and no books.

mod file;
mod layers;
mod nearest;
mod network;
mod read;
mod setting;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) use network::Network;
use seatkeeper_protocol::Secret;
pub(crate) use setting::SettingArgs;
use tracing::level_filters::LevelFilter;

use crate::failure::WrongWords;
use crate::place::Place;
use layers::{Layers, Origin};

/// All that a server must know before it starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// Where the books and the secrets are.
    pub(crate) place: Place,
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// What it speaks TLS with; plain HTTP where absent.
    pub(crate) tls: Option<TlsFiles>,
    /// Whether plain HTTP is served off loopback.
    pub(crate) insecure_http: bool,
    /// Who may say on whose behalf a request comes (`X-Forwarded-For`).
    pub(crate) trusted_proxies: Vec<Network>,
    /// Connections open at once.
    pub(crate) max_connections: usize,
    /// Where people reach the pages; where it listens if absent.
    pub(crate) public_url: Option<String>,
    /// How mails go out.
    pub(crate) mail: Mail,
    /// How the log is written.
    pub(crate) log: Log,
}

/// How mails go out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Mail {
    /// The mail server; files in the data folder where absent.
    pub(crate) server: Option<Secret>,
    /// Whom they come from.
    pub(crate) from: Option<String>,
}

/// The two files that TLS needs, both PEM.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TlsFiles {
    /// The certificate and those between it and a root.
    pub(crate) certificate: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Log {
    /// JSON, one object a line; otherwise text.
    pub(crate) json: bool,
    /// The least important that is written.
    pub(crate) level: LevelFilter,
}

/// One thing that is wrong with the configuration.
#[derive(Debug, PartialEq)]
struct Mistake {
    origin: Origin,
    wrong: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.wrong)
    }
}

/// Reads the configuration.
///
/// # Errors
/// One sentence with a line for each mistake.
pub(crate) fn load(args: &SettingArgs) -> Result<Config, WrongWords> {
    // A variable that is empty is one that was not set, as everywhere.
    let given = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    let environment = given.filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect();
    check(args, environment).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect();
        let places = if lines.len() == 1 { "one place".to_owned() } else { format!("{} places", lines.len()) };
        WrongWords(format!("the configuration is wrong in {places}:{}", lines.concat()))
    })
}

fn check(args: &SettingArgs, environment: layers::Environment) -> Result<Config, Vec<Mistake>> {
    let (layers, mut mistakes) = Layers::gather(args, environment);
    let config = read::config(&layers, &mut mistakes);
    if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{BooksAt, DATA};
    use clap::{Args, Command, FromArgMatches};
    use std::io::Write;

    /// Reads a file, variables (`NAME=value`) and flags as `serve` does; the mistakes as they are shown.
    fn given(file: &str, variables: &[&str], flags: &[&str]) -> Result<Config, Vec<String>> {
        let mut on_disk = tempfile::NamedTempFile::new().unwrap();
        on_disk.write_all(file.as_bytes()).unwrap();
        let path = on_disk.path().to_str().unwrap();
        let words = ["serve", "--config", path].into_iter().chain(flags.iter().copied());
        let matches = SettingArgs::augment_args(Command::new("serve")).get_matches_from(words);
        let variables = variables.iter().filter_map(|pair| pair.split_once('='));
        let environment = variables.map(|(name, value)| (name.to_owned(), value.into())).collect();
        check(&SettingArgs::from_arg_matches(&matches).unwrap(), environment)
            .map_err(|mistakes| mistakes.iter().map(|m| m.to_string().replace(path, "FILE")).collect())
    }

    #[test]
    fn nothing_given_is_a_server_on_loopback() {
        let config = given("", &[], &[]).unwrap();
        assert_eq!(config.place.data, PathBuf::from(DATA));
        assert_eq!(config.listen, "127.0.0.1:4870".parse().unwrap());
        assert_eq!(config.tls, None);
        assert_eq!(config.log, Log { json: false, level: LevelFilter::INFO });
    }

    #[test]
    fn a_flag_beats_a_variable_beats_the_file() {
        let file = "data = \"a\"\nlisten = \"127.0.0.1:1\"\nlog_format = \"json\"\nmax_connections = 7";
        let variables = ["SEATKEEPER_DATA=b", "SEATKEEPER_LISTEN=127.0.0.1:2"];
        let config = given(file, &variables, &["--data", "c"]).unwrap();
        assert_eq!(config.place.data, PathBuf::from("c"));
        assert_eq!(config.listen.port(), 2);
        assert!(config.log.json);
        assert_eq!(config.max_connections, 7);
    }

    #[test]
    fn every_mistake_is_named_with_its_origin() {
        let file = "listn = \"127.0.0.1:1\"\n\nmax_connections = \"many\"\nlog_format = \"xml\"";
        let variables = ["SEATKEEPER_LOG_LEVEL=loud", "SEATKEEPER_DATABSE=x"];
        let mistakes = given(file, &variables, &["--listen", "localhost"]).unwrap_err();
        assert_eq!(
            mistakes,
            [
                "FILE:1: listn: is no setting; did you mean `listen`?",
                "variable SEATKEEPER_DATABSE: is no setting; did you mean `SEATKEEPER_DATABASE`?",
                "flag --listen: \"localhost\" is no IP address with a port, such as 0.0.0.0:4870",
                "FILE:3: max_connections: \"many\" is no number from 1 to 1000000",
                "FILE:4: log_format: \"xml\" is neither text nor json",
                "variable SEATKEEPER_LOG_LEVEL: \"loud\" is none of error, warn, info, debug, trace",
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_by_line() {
        let mistakes = given("data = \"a\"\nlisten = = 3\n", &[], &[]).unwrap_err();
        assert!(mistakes[0].starts_with("FILE:2: "), "{mistakes:?}");
    }

    #[test]
    fn plain_http_off_loopback_must_be_meant() {
        let mistakes = given("", &[], &["--listen", "0.0.0.0:4870"]).unwrap_err();
        assert!(mistakes[0].starts_with("flag --listen: "), "{mistakes:?}");
        assert!(given("insecure_http = true", &[], &["--listen", "0.0.0.0:4870"]).is_ok());
        assert!(given("insecure_http = false", &[], &["--listen", "[::1]:4870"]).is_ok());
    }

    #[test]
    fn tls_takes_both_files_and_they_must_be_there() {
        let mistakes = given("tls_key = \"nowhere/key.pem\"", &[], &[]).unwrap_err();
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        assert!(mistakes[0].starts_with("FILE:1: tls_key: cannot be read"), "{mistakes:?}");
        assert!(mistakes[1].contains("`tls_certificate`"), "{mistakes:?}");
    }

    #[test]
    fn the_books_are_in_the_folder_or_in_a_database_and_no_password_is_repeated() {
        let books = |file, variables: &[&str]| given(file, variables, &[]).map(|config| config.place.books);
        assert_eq!(books("", &[]), Ok(BooksAt::Folder));
        assert_eq!(books("database = \"postgres://db/seats\"", &["SEATKEEPER_DATABASE=sqlite"]), Ok(BooksAt::Folder));
        let database = books("", &["SEATKEEPER_DATABASE=postgres://keeper:hush@db/seats"]).unwrap();
        assert!(matches!(database, BooksAt::Database(_)));
        let mistakes = books("", &["SEATKEEPER_DATABASE=keeper:hush@db"]).unwrap_err();
        assert!(mistakes[0].starts_with("variable SEATKEEPER_DATABASE: "), "{mistakes:?}");
        assert!(!mistakes[0].contains("hush"), "{mistakes:?}");
    }

    #[test]
    fn mails_go_where_it_is_said_and_no_password_is_repeated() {
        let config = given("mail = \"smtps://u:hush@mail.example\"\nmail_from = \"a@b.example\"", &[], &[]).unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        assert_eq!(given("", &[], &[]).unwrap().mail, Mail::default());
        let mistakes = given("mail = \"ftp://u:hush@mail.example\"\nmail_from = \"me\"\npublic_url = \"x\"", &[], &[]);
        let mistakes = mistakes.unwrap_err();
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
        assert!(!mistakes.concat().contains("hush"), "{mistakes:?}");
    }

    #[test]
    fn variables_that_others_set_are_none_of_ours() {
        let variables = ["SEATKEEPER_URL=https://x", "SEATKEEPER_TOKEN=t", "SEATKEEPER_PORT=tcp://10.0.0.1:80"];
        assert!(given("", &variables, &[]).is_ok());
    }
}
