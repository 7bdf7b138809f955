//! The way to the server: its address, the proxies in the environment, its name, a connection. Sends nothing.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use ureq::Proxy;
use ureq::http::Uri;

use super::report::Report;

const CONNECT: Duration = Duration::from_secs(10);

/// Where a server or a proxy is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Address {
    /// As it was given, without a slash at the end.
    pub(super) url: String,
    /// Name or IP address.
    pub(super) host: String,
    pub(super) port: u16,
    /// Whether TLS is spoken.
    pub(super) tls: bool,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres") {
            return Err("that is a database; doctor looks at a server as programs see it, such as \
                        https://licences.example.com. Whether it reaches its database a server says itself, at /readyz"
                .to_owned());
        }
        let wrong = || format!("{url:?} is no address of a server, such as https://licences.example.com");
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong()),
        };
        let host = uri.host().ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned();
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Ok(Self { url: url.trim_end_matches('/').to_owned(), host, port, tls })
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// Whether what travels can be read on the way.
pub(super) fn encryption(address: &Address, report: &mut Report) -> anyhow::Result<()> {
    if address.tls || address.is_loopback() {
        return Ok(());
    }
    report.fails(
        "encryption",
        format!(
            "{} is plain HTTP: product keys and tokens can be read on the way, and programs refuse it",
            address.url
        ),
        "use the server's https:// address; whoever runs it sets tls_certificate and tls_key, or a proxy before it",
    )
}

/// The proxy that the environment puts between, if it does.
pub(super) fn proxy(address: &Address, report: &mut Report) -> anyhow::Result<Option<Address>> {
    let uri: Uri = address.url.parse()?;
    let Some(proxy) = Proxy::try_from_env().filter(|proxy| !proxy.is_no_proxy(&uri)) else {
        report.ok("proxy", "none in the environment for this server")?;
        return Ok(None);
    };
    let found = Address { url: address.url.clone(), host: proxy.host().to_owned(), port: proxy.port(), tls: false };
    let seen = format!("requests go through {}:{}", found.host, found.port);
    let to_do = format!("if the server is on your own network, put {} into NO_PROXY", address.host);
    report.note("proxy", seen, to_do)?;
    Ok(Some(found))
}

/// A connection to it; none where that fails.
pub(super) fn reach(address: &Address, report: &mut Report) -> anyhow::Result<Option<TcpStream>> {
    let name = &address.host;
    let found: Vec<SocketAddr> = match (name.as_str(), address.port).to_socket_addrs() {
        Ok(found) => found.collect(),
        Err(error) => {
            let to_do =
                "compare the name with what the vendor told you; if it is right, ask IT why DNS here does not know it";
            report.fails("name", format!("{name} cannot be looked up: {error}"), to_do)?;
            return Ok(None);
        }
    };
    let shown: Vec<String> = found.iter().map(|address| address.ip().to_string()).collect();
    report.ok("name", format!("{name} is {}", shown.join(", ")))?;
    let mut failed = Vec::new();
    for candidate in &found {
        match TcpStream::connect_timeout(candidate, CONNECT) {
            Ok(stream) => {
                report.ok("connection", format!("{candidate} answers"))?;
                return Ok(Some(stream));
            }
            Err(error) => failed.push(format!("{candidate}: {error}")),
        }
    }
    let to_do = format!(
        "ask IT whether a firewall lets this machine out to port {}, and the vendor whether the server runs",
        address.port
    );
    report.fails("connection", failed.join("; "), to_do)?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let address = Address::parse("https://licences.example.com/").unwrap();
        assert_eq!((address.host.as_str(), address.port, address.tls), ("licences.example.com", 443, true));
        assert_eq!(address.url, "https://licences.example.com");
        let address = Address::parse("http://[::1]:4870").unwrap();
        assert_eq!((address.host.as_str(), address.port), ("::1", 4870));
        assert!(address.is_loopback());
        for wrong in ["licences.example.com", "ftp://x", "https://"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}
