//! The service itself: what its use cases share, and how it starts.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use jiff::Timestamp;
use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::decide::{AddSigningKey, Command, Office, OfficeCommand};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::signing::{SigningKey, Stage};
use seatkeeper_protocol::jwks::Jwks;
use seatkeeper_store::{Clock, Reader, StoreError, Submit, Upkeep};
use tokio::time::timeout;

use crate::failure::Failure;
use crate::feed::{Feed, News};
use crate::free_page::FreePages;
use crate::import::Imports;
use crate::keyring::Keyring;
use crate::live::{Live, follow_changes};
use crate::people::Passwords;
use crate::root::{self, RootKey, RootPlace, certify, kid};
use crate::seal::{Purpose, Secrets};
use crate::seats::Pools;
use crate::watchers::Watchers;
use crate::{entropy, files};

/// How long the books may take to show that they are there. Load balancers and monitors ask, and wait for little longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

/// What the service is put together from.
pub struct Parts {
    /// The way to the writer.
    pub submit: Submit,
    /// Reading.
    pub reader: Arc<dyn Reader>,
    /// Care of the books.
    pub upkeep: Arc<dyn Upkeep>,
    /// The clock that the writer uses.
    pub clock: Arc<dyn Clock>,
    /// The restore epoch of the books.
    pub epoch: u32,
    /// The file of the master secret; made at the first start.
    pub master: PathBuf,
    /// Where the root key is.
    pub root: RootPlace,
    /// Who signs: the vendor's name or the server's address.
    pub issuer: String,
}

/// The use cases. Shared by all who serve.
pub struct Service {
    pub(crate) submit: Submit,
    pub(crate) reader: Arc<dyn Reader>,
    pub(crate) upkeep: Arc<dyn Upkeep>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) epoch: u32,
    pub(crate) secrets: Secrets,
    pub(crate) root: Option<RootKey>,
    pub(crate) issuer: String,
    pub(crate) root_public: [u8; 32],
    keyring: RwLock<Arc<Keyring>>,
    feed: Feed,
    pub(crate) watchers: Watchers,
    pub(crate) passwords: Passwords,
    pub(crate) live: Arc<Live>,
    pub(crate) pools: Pools,
    pub(crate) free_pages: FreePages,
    pub(crate) imports: Imports,
}

impl Service {
    /// Starts on books that are open. Makes the master secret, the root key and the first signing key where
    /// there are none; says in the log where they are.
    ///
    /// # Errors
    /// If a secret file cannot be read, is readable by others, or is not the one that the books were made
    /// with; if the root key is elsewhere and no signing key was added yet, it starts and is not ready.
    pub async fn start(parts: Parts) -> Result<Arc<Self>, Failure> {
        let (master, made) = files::read_or_create(&parts.master, entropy::bytes).map_err(file(&parts.master))?;
        if made {
            tracing::info!(file = %parts.master.display(), "made the master secret; keep a copy with every backup");
        }
        let root = match &parts.root {
            RootPlace::Here(path) => Some(root_here(path).map_err(file(path))?),
            RootPlace::Away(_) => None,
        };
        let root_public = match (&parts.root, &root) {
            (RootPlace::Away(public), _) => *public,
            (_, Some(root)) => root.public(),
            (_, None) => return Err(Failure::Fault("there is no root key".to_owned())),
        };
        let secrets = Secrets::derive(&master);
        let now = parts.clock.now();
        let ring = Keyring::open(Vec::new(), &secrets, root_public, parts.issuer.clone(), now)?;
        let service = Arc::new(Self {
            keyring: RwLock::new(Arc::new(ring)),
            feed: Feed::start(parts.reader.clone()),
            watchers: Watchers::default(),
            passwords: Passwords::default(),
            live: Arc::default(),
            pools: Pools::default(),
            free_pages: FreePages::default(),
            imports: Imports::default(),
            submit: parts.submit,
            reader: parts.reader,
            upkeep: parts.upkeep,
            clock: parts.clock,
            epoch: parts.epoch,
            secrets,
            root,
            issuer: parts.issuer,
            root_public,
        });
        // Before the keys are read for the first time, so that no change of them is missed.
        let news = service.follow();
        service.reload_keyring().await?;
        if !service.keyring().signs()
            && let Some(key) = service.draw_signing_key()
        {
            service.job(AddSigningKey { key }.into()).await?;
            service.reload_keyring().await?;
        }
        tokio::spawn(follow_keys(Arc::downgrade(&service), news));
        tokio::spawn(follow_changes(Arc::downgrade(&service), service.live.clone(), service.follow()));
        Ok(service)
    }

    /// News of the books, from now on, whichever server makes them.
    pub fn follow(&self) -> News {
        self.feed.follow()
    }

    /// Lets nobody wait for news any more, when the server is told to stop.
    pub fn end_news(&self) {
        self.feed.end();
    }

    /// The public keys, for whoever verifies.
    pub fn jwks(&self) -> Jwks {
        self.keyring().jwks().clone()
    }

    /// The server's time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Why the server should get no requests, if so. Asks the books, does not guess; books that do not answer count as away.
    pub async fn not_ready(&self) -> Option<String> {
        if !self.keyring().signs() {
            return Some(NO_SIGNING_KEY.to_owned());
        }
        timeout(PATIENCE, self.books_away()).await.unwrap_or_else(|_| Some("the books do not answer".to_owned()))
    }

    async fn books_away(&self) -> Option<String> {
        if let Err(error) = self.read(|reader| reader.ping()).await {
            return Some(error.to_string());
        }
        // A disk that failed is tried again here, so that readiness comes back when the disk does.
        match self.submit.healthy() {
            true => None,
            false => self.submit.probe().await.err().map(|e| e.to_string()),
        }
    }

    pub(crate) fn keyring(&self) -> Arc<Keyring> {
        self.keyring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The signing keys, where one of them signs. Asked before a command runs, so that nothing is granted that could
    /// not be signed then.
    pub(crate) fn signing(&self) -> Result<Arc<Keyring>, Failure> {
        let keyring = self.keyring();
        if keyring.signs() { Ok(keyring) } else { Err(Failure::NotReady(NO_SIGNING_KEY)) }
    }

    /// Reads the signing keys again, after one was added or promoted.
    pub(crate) async fn reload_keyring(&self) -> Result<(), Failure> {
        let keys = self.read(|reader| reader.signing_keys()).await?;
        let ring = Keyring::open(keys, &self.secrets, self.root_public, self.issuer.clone(), self.now())?;
        *self.keyring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// A signing key certified by the root, where the root is here.
    pub(crate) fn draw_signing_key(&self) -> Option<SigningKey> {
        let root = self.root.as_ref()?;
        let seed: [u8; 32] = entropy::bytes();
        let public = root::public(&root::pair(&seed));
        Some(self.signing_key(&seed, certify(root, &self.issuer, &public, self.now())))
    }

    pub(crate) fn signing_key(&self, seed: &[u8; 32], certificate: String) -> SigningKey {
        let public = root::public(&root::pair(seed));
        let now = self.now();
        SigningKey {
            id: entropy::id(now),
            kid: kid(&public),
            public,
            sealed: self.secrets.seal(Purpose::SigningKey, seed),
            certificate,
            stage: Stage::Next,
            created_at: now,
            retired_at: None,
        }
    }

    /// Reads on a thread that may wait for the disk.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let reader = self.reader.clone();
        let joined = tokio::task::spawn_blocking(move || read(&*reader)).await;
        Ok(joined.map_err(|_| StoreError::Fault("a read panicked".to_owned()))??)
    }

    /// Runs a command; a refusal becomes a failure.
    pub(crate) async fn run(&self, command: Command) -> Result<Answer, Failure> {
        Ok(self.submit.submit(command).await??)
    }

    /// Runs the server's own office command.
    pub(crate) async fn job(&self, what: seatkeeper_domain::decide::What) -> Result<Done, Failure> {
        let by = Office { actor: Actor::Job, customer_id: None, idempotency: None };
        match self.run(Command::Office(Box::new(OfficeCommand { by, what }))).await? {
            Answer::Done(done) => Ok(done),
            _ => Err(unexpected()),
        }
    }
}

/// Reads the signing keys again whenever something was written: one that another server added or promoted is published and
/// used here within a second. Which events are about keys is not asked, for reading the keys costs less than reading events.
async fn follow_keys(service: Weak<Service>, mut news: News) {
    while news.more().await {
        loop {
            let Some(service) = service.upgrade() else { return };
            let Err(failure) = service.reload_keyring().await else { break };
            tracing::warn!(%failure, "the signing keys could not be read again; those known go on being used");
            drop(service);
            tokio::time::sleep(KEYS_AGAIN).await;
        }
    }
}

/// Before signing keys that could not be read are read again.
const KEYS_AGAIN: Duration = Duration::from_secs(5);

/// Makes the master secret before the first start, where there is none yet.
///
/// # Errors
/// If it cannot be written, or what is there cannot be read.
pub fn make_master(path: &Path) -> io::Result<()> {
    files::read_or_create(path, entropy::bytes).map(drop)
}

const NO_SIGNING_KEY: &str = "there is no signing key yet: add one with `seatkeeper key rotate`";

/// An answer of another kind than the command's: a bug.
pub(crate) fn unexpected() -> Failure {
    Failure::Fault("a command was answered with another's answer".to_owned())
}

fn root_here(path: &Path) -> io::Result<RootKey> {
    if let Some(root) = RootKey::read(path)? {
        return Ok(root);
    }
    let root = RootKey::draw();
    root.create(path)?;
    tracing::info!(file = %path.display(), "made the vendor's root key; programs carry its public half");
    Ok(root)
}

fn file(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::Fault(format!("{}: {error}", path.display()))
}
