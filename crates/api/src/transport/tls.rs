//! TLS from PEM files, which are read again when they change: certificates are renewed every few weeks. Knows no HTTP.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::ListenError;

/// A certificate and its key.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The server's certificate, and those between it and its authority, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);

pub(super) struct Tls {
    files: TlsFiles,
    acceptor: TlsAcceptor,
    /// When the files were written that the acceptor was made of.
    written: Written,
    looked: Instant,
}

type Written = [Option<SystemTime>; 2];

impl Tls {
    pub(super) fn load(files: TlsFiles) -> Result<Self, ListenError> {
        let written = written(&files);
        let acceptor = acceptor(&files)?;
        Ok(Self { files, acceptor, written, looked: Instant::now() })
    }

    /// What the next connection is greeted with.
    pub(super) fn acceptor(&mut self) -> TlsAcceptor {
        if self.looked.elapsed() >= LOOK {
            self.looked = Instant::now();
            self.renew();
        }
        self.acceptor.clone()
    }

    /// Takes up files that changed. While they do not fit together (one of the two is written, the other is not yet)
    /// the old ones go on and the next look tries again.
    fn renew(&mut self) {
        let written = written(&self.files);
        if written == self.written {
            return;
        }
        match acceptor(&self.files) {
            Ok(acceptor) => {
                (self.acceptor, self.written) = (acceptor, written);
                tracing::info!("the TLS certificate was renewed");
            }
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "the TLS files changed and cannot be used; the certificate before goes on");
            }
        }
    }
}

fn written(files: &TlsFiles) -> Written {
    [&files.certificate, &files.key].map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
}

fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, ListenError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| ListenError::TlsFile { path, source }
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable(&files.certificate))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable(&files.key))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|source| ListenError::Certificate { path: files.certificate.clone(), source })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a certificate, or its key alone, as of so many seconds after the first.
    fn write(files: &TlsFiles, certificate: bool, second: u64) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let put = |path: &Path, pem: String| {
            std::fs::write(path, pem).unwrap();
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + second);
            std::fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
        };
        if certificate {
            put(&files.certificate, made.cert.pem());
        }
        put(&files.key, made.signing_key.serialize_pem());
    }

    #[test]
    fn a_renewed_certificate_is_taken_up_once_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let files = TlsFiles { certificate: dir.path().join("cert.pem"), key: dir.path().join("key.pem") };
        write(&files, true, 0);
        let mut tls = Tls::load(files.clone()).unwrap();
        let first = tls.acceptor();
        let same = |tls: &Tls| Arc::ptr_eq(tls.acceptor.config(), first.config());
        tls.renew();
        assert!(same(&tls), "nothing changed");
        write(&files, false, 1);
        tls.renew();
        assert!(same(&tls), "the key is another's: the certificate is still to come");
        write(&files, true, 2);
        tls.renew();
        assert!(!same(&tls));
    }
}
