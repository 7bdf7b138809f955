//! Where the database is: one address or several, and how to speak to it in private.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::OpenError;

/// For each host in turn. A leader that does not answer in this time is not waited for.
const CONNECT: Duration = Duration::from_secs(3);
/// How long what was sent may stay without an acknowledgement before the connection is given up.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);
/// A silent connection is asked whether it is still there.
const SILENT: Duration = Duration::from_secs(10);

/// A database's address.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) config: Config,
    pub(crate) tls: MakeRustlsConnect,
}

impl Address {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME?sslmode=…`, with libpq's names for what follows the `?`.
    ///
    /// Where TLS is spoken the server's certificate is always verified, against the machine's roots or `sslrootcert`:
    /// `require`, `verify-ca` and `verify-full` are the same here, and what holds where nothing is said, but on this machine.
    /// Only a server that writes is connected to, unless `target_session_attrs` says otherwise.
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        let (plain, roots) = own_words(url)?;
        let mut config: Config = plain.parse().map_err(|error: tokio_postgres::Error| {
            OpenError::Address(std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string))
        })?;
        if config.get_hosts().is_empty() {
            return Err(OpenError::Address("it names no host".to_owned()));
        }
        if !plain.contains("target_session_attrs=") {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("seatkeeper");
        }
        config
            .tcp_user_timeout(UNACKNOWLEDGED)
            .keepalives_idle(SILENT)
            .keepalives_interval(SILENT / 5)
            .keepalives_retries(3);
        if !plain.contains("sslmode=") {
            let mode = if config.get_hosts().iter().all(own_machine) { SslMode::Disable } else { SslMode::Require };
            config.ssl_mode(mode);
        }
        let tls = match config.get_ssl_mode() {
            // Never used, and the machine's roots may be missing.
            SslMode::Disable => Ok(builder()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth()),
            _ => verifying(roots.as_deref()),
        }?;
        Ok(Self { config, tls: MakeRustlsConnect::new(tls) })
    }
}

/// The address in libpq's words that our library knows, and the file of roots.
fn own_words(url: &str) -> Result<(String, Option<String>), OpenError> {
    let Some((before, words)) = url.split_once('?') else { return Ok((url.to_owned(), None)) };
    let (mut kept, mut roots) = (Vec::new(), None);
    for word in words.split('&').filter(|word| !word.is_empty()) {
        match word.split_once('=') {
            Some(("sslrootcert", file)) => roots = Some(file.replace("%2F", "/").replace("%2f", "/")),
            Some(("sslmode", "verify-full" | "verify-ca")) => kept.push("sslmode=require".to_owned()),
            Some(("sslmode", "allow")) => {
                return Err(OpenError::Address(
                    "sslmode=allow is not known: say disable, prefer or require".to_owned(),
                ));
            }
            _ => kept.push(word.to_owned()),
        }
    }
    let mark = if kept.is_empty() { "" } else { "?" };
    Ok((format!("{before}{mark}{}", kept.join("&")), roots))
}

fn own_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]"),
        Host::Unix(_) => true,
    }
}

fn verifying(roots: Option<&str>) -> Result<ClientConfig, OpenError> {
    let Some(file) = roots else {
        return Ok(builder()?.with_platform_verifier().map_err(no_tls)?.with_no_client_auth());
    };
    let mut store = RootCertStore::empty();
    let named = |error: &dyn fmt::Display| no_tls(format!("{file}: {error}"));
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| named(&error))? {
        store.add(certificate.map_err(|error| named(&error))?).map_err(|error| named(&error))?;
    }
    if store.is_empty() {
        return Err(named(&"it holds no certificate"));
    }
    Ok(builder()?.with_root_certificates(store).with_no_client_auth())
}

fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, OpenError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(no_tls)
}

fn no_tls(error: impl fmt::Display) -> OpenError {
    OpenError::Address(format!("TLS cannot be set up: {error}"))
}

/// For people and the log: the hosts and the name, and no user or password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hosts, ports) = (self.config.get_hosts(), self.config.get_ports());
        f.write_str("the database ")?;
        if let Some(name) = self.config.get_dbname() {
            write!(f, "{name} ")?;
        }
        f.write_str("at ")?;
        for (at, host) in hosts.iter().enumerate() {
            let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
            let comma = if at == 0 { "" } else { ", " };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}:{port}")?,
                Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Result<Address, String> {
        Address::parse(url).map_err(|error| error.to_string())
    }

    #[test]
    fn several_hosts_are_one_address_and_no_password_is_shown() {
        let at = address("postgres://keeper:hush@a:5433,b/seats?sslmode=disable").unwrap();
        assert_eq!(at.to_string(), "the database seats at a:5433, b:5432");
        assert_eq!(at.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
    }

    #[test]
    fn what_is_wrong_is_named_and_no_password_with_it() {
        for (url, named) in [
            ("postgres://keeper:hush@a/seats?sslmode=maybe", "sslmode"),
            ("postgres://keeper:hush@a:port/seats", "port"),
            ("postgres:///seats?user=keeper&password=hush", "host"),
            ("postgres://keeper:hush@a/seats?sslmode=allow", "allow"),
            ("postgres://keeper:hush@a/seats?sslmode=verify-full&sslrootcert=/none/such.pem", "/none/such.pem"),
        ] {
            let error = address(url).err().unwrap_or_default();
            assert!(error.contains(named) && !error.contains("hush"), "{url}: {error}");
        }
    }

    #[test]
    fn what_leaves_the_machine_is_private_where_nothing_is_said() {
        for (host, mode) in
            [("127.0.0.1", SslMode::Disable), ("localhost,b", SslMode::Require), ("b", SslMode::Require)]
        {
            assert_eq!(
                address(&format!("postgres://keeper@{host}/seats")).unwrap().config.get_ssl_mode(),
                mode,
                "{host}"
            );
        }
    }

    #[test]
    fn libpqs_words_for_verified_tls_are_known() {
        for mode in ["verify-full", "verify-ca", "require"] {
            let at = address(&format!("postgres://keeper@a/seats?sslmode={mode}&application_name=x")).unwrap();
            assert_eq!((at.config.get_ssl_mode(), at.config.get_application_name()), (SslMode::Require, Some("x")));
        }
    }
}
