//! Which server the administration commands speak to: one elsewhere with a token, or the one on this machine as its owner.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use clap::Args;
use seatkeeper_protocol::Secret;

use super::client::{self, Client};
use super::socket;
use crate::failure::WrongWords;
use crate::place::{DATA, Place, unread};
use crate::serve::{Owner, SOCKET};

/// Which server to speak to.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerArgs {
    /// Address of the server; also SEATKEEPER_URL, with a token in SEATKEEPER_TOKEN
    #[arg(long, global = true, value_name = "URL", conflicts_with = "data")]
    url: Option<String>,
    /// Data folder of the server on this machine, spoken to as its owner; also SEATKEEPER_DATA
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where its books are, if not in that folder: postgres://…; also SEATKEEPER_DATABASE. Asked only while no server runs there
    #[arg(long, global = true, value_name = "URL", conflicts_with = "url", value_parser = unread)]
    database: Option<Secret>,
}

/// Which server it is.
#[derive(Debug, PartialEq)]
enum Which {
    Elsewhere(String),
    Here(PathBuf),
}

impl ServerArgs {
    /// A client for it; where none runs on a data folder, for its books as they lie there.
    ///
    /// # Errors
    /// If no server was named, or neither it nor the books can be had.
    pub(crate) fn connect(&self) -> anyhow::Result<Connected> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        match self.which(variable, Path::new(DATA).exists())? {
            Which::Here(data) => local(&Place::at(&data, self.database.as_ref())?),
            Which::Elsewhere(url) => {
                let token = token(variable("SEATKEEPER_TOKEN"))?;
                if readable_on_the_way(&url) {
                    eprintln!("{url} is plain HTTP: the token and product keys can be read on the way.");
                }
                Ok(Connected { client: Client::new(client::agent()?, &url, Some(token)), _owner: None })
            }
        }
    }

    /// The data folder on this machine.
    pub(super) fn data_folder(&self) -> PathBuf {
        let variable = std::env::var_os("SEATKEEPER_DATA").filter(|data| !data.is_empty()).map(PathBuf::from);
        self.data.clone().or(variable).unwrap_or_else(|| DATA.into())
    }

    /// Flags before variables, an address before a folder; last the default folder, if it is there.
    fn which(&self, variable: impl Fn(&str) -> Option<String>, default: bool) -> Result<Which, WrongWords> {
        let flag = self.url.clone().map(Which::Elsewhere).or_else(|| self.data.clone().map(Which::Here));
        let variable = || {
            let url = variable("SEATKEEPER_URL").map(Which::Elsewhere);
            url.or_else(|| variable("SEATKEEPER_DATA").map(|data| Which::Here(data.into())))
        };
        let which = flag.or_else(variable).or_else(|| default.then(|| Which::Here(DATA.into())));
        let which = which.ok_or_else(|| {
            WrongWords("which server? Name its address with --url or SEATKEEPER_URL, or its data folder on this machine with --data".to_owned())
        })?;
        match &which {
            Which::Elsewhere(url) if !url.starts_with("https://") && !url.starts_with("http://") => {
                Err(WrongWords(format!("{url:?} is no address of a server: it begins with https:// or http://")))
            }
            _ => Ok(which),
        }
    }
}

/// The token of the environment, without the line's end that comes along when it is read from a file.
fn token(variable: Option<String>) -> Result<Secret, WrongWords> {
    let token = variable.ok_or_else(|| {
        WrongWords(
            "a server elsewhere asks for a token: put it into SEATKEEPER_TOKEN, or name --data on its own machine"
                .to_owned(),
        )
    })?;
    let token = token.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(WrongWords(
            "what is in SEATKEEPER_TOKEN is no token: it is one word that begins with skt_".to_owned(),
        ));
    }
    Ok(Secret::new(token))
}

/// Plain HTTP that leaves this machine.
fn readable_on_the_way(url: &str) -> bool {
    let uri = url.parse::<ureq::http::Uri>().unwrap_or_default();
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    uri.scheme_str() == Some("http") && !here
}

/// A client, and what it needs as long as it is used.
pub(crate) struct Connected {
    /// The client.
    pub(crate) client: Client,
    _owner: Option<Owner>,
}

/// As the owner of this machine's server: by its socket while it runs, else with the books opened here.
pub(crate) fn local(place: &Place) -> anyhow::Result<Connected> {
    let path = place.data.join(SOCKET);
    let owner = match UnixStream::connect(&path) {
        Ok(_) => None,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            anyhow::bail!("{} is for the server's owner alone: become that user", path.display())
        }
        Err(_) => Some(Owner::open(place)?),
    };
    let client = Client::new(socket::agent(move || UnixStream::connect(&path)), socket::BASE, None);
    Ok(Connected { client, _owner: owner })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(url: Option<&str>, data: Option<&str>) -> ServerArgs {
        ServerArgs { url: url.map(str::to_owned), data: data.map(PathBuf::from), database: None }
    }

    #[test]
    fn plain_http_is_fine_on_this_machine_only() {
        for url in ["https://licences.example.com", "http://127.0.0.1:4870", "http://[::1]:4870", "http://localhost"] {
            assert!(!readable_on_the_way(url), "{url}");
        }
        assert!(readable_on_the_way("http://licences.example.com") && readable_on_the_way("http://10.0.0.1"));
    }

    #[test]
    fn a_token_is_one_word() {
        assert_eq!(token(Some("skt_x\n".to_owned())).unwrap().expose(), "skt_x");
        for wrong in ["skt_a\nskt_b", "skt_é", " \n"] {
            assert!(token(Some(wrong.to_owned())).unwrap_err().0.contains("is no token"), "{wrong:?}");
        }
    }

    fn both(name: &str) -> Option<String> {
        let value = if name == "SEATKEEPER_URL" { "https://variable" } else { "variable" };
        Some(value.to_owned())
    }

    #[test]
    fn the_strongest_word_decides() {
        let flag = Which::Elsewhere("https://flag".to_owned());
        assert_eq!(args(Some("https://flag"), None).which(both, true).unwrap(), flag);
        assert_eq!(args(None, Some("flag")).which(both, true).unwrap(), Which::Here("flag".into()));
        let variable = Which::Elsewhere("https://variable".to_owned());
        assert_eq!(args(None, None).which(both, true).unwrap(), variable);
        assert_eq!(args(None, None).which(|_| None, true).unwrap(), Which::Here(DATA.into()));
        assert!(args(None, None).which(|_| None, false).is_err());
        assert!(args(Some("licences.example.com"), None).which(|_| None, false).is_err());
    }
}
