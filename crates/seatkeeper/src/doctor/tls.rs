//! The server's certificate: whose name it carries, until when, and whether this machine trusts who signed it.

use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use x509_cert::der::Decode;

use super::network::Address;
use super::report::Report;
use crate::arguments::shown_instant;
use crate::wall::wall_clock;

/// A certificate that ends sooner is worth a note: most are renewed a month before.
const SOON: jiff::SignedDuration = jiff::SignedDuration::from_hours(14 * 24);

/// Shakes hands as a program would; whether that works.
pub(super) fn look(address: &Address, mut stream: TcpStream, report: &mut Report) -> anyhow::Result<bool> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(10)))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let seen = Arc::new(Seen {
        verifier: Verifier::new(provider.clone())?,
        provider: provider.clone(),
        end: Mutex::default(),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(seen.clone())
        .with_no_client_auth();
    let name = ServerName::try_from(address.host.clone()).context("no name for TLS")?;
    let mut connection = ClientConnection::new(Arc::new(config), name)?;
    let mut shaken = Ok(());
    while shaken.is_ok() && connection.is_handshaking() {
        shaken = connection.complete_io(&mut stream).map(drop);
    }
    let end = *seen.end.lock().unwrap_or_else(PoisonError::into_inner);
    let until = end.map(|at| format!(", good until {} UTC", shown_instant(at))).unwrap_or_default();
    match shaken {
        Ok(()) => {
            if end.is_some_and(|end| end.duration_since(wall_clock()) < SOON) {
                let to_do = "whoever runs the server should renew the certificate before that";
                report.note("TLS", format!("the certificate is right{until}"), to_do)?;
            } else {
                report.ok("TLS", format!("the certificate is right{until}"))?;
            }
            Ok(true)
        }
        Err(error) => {
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<Error>());
            report.fails("TLS", format!("{error}{until}"), advice(cause))?;
            Ok(false)
        }
    }
}

fn advice(error: Option<&Error>) -> &'static str {
    match error {
        Some(Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. })) => {
            "compare this machine's date; if it is right, whoever runs the server must renew its certificate"
        }
        Some(Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        )) => "compare this machine's date with a clock you trust",
        Some(Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => "use the name that the certificate carries, or have one issued for this name",
        Some(Error::InvalidCertificate(_)) => {
            "if your company inspects TLS, have its root certificate installed on this machine; else ask whoever runs the server \
             whether it sends the whole chain"
        }
        _ => {
            "ask whoever runs the server whether this port speaks HTTPS, and IT whether something in between cuts it off"
        }
    }
}

/// Believes what the machine believes, and remembers when the certificate ends, whatever it believes.
#[derive(Debug)]
struct Seen {
    verifier: Verifier,
    provider: Arc<CryptoProvider>,
    end: Mutex<Option<Timestamp>>,
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = end(end_entity);
        self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// When a certificate ends, if it can be read.
fn end(certificate: &CertificateDer<'_>) -> Option<Timestamp> {
    let certificate = x509_cert::Certificate::from_der(certificate).ok()?;
    let end = certificate.tbs_certificate.validity.not_after.to_unix_duration();
    Timestamp::from_second(end.as_secs().try_into().ok()?).ok()
}
