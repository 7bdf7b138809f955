//! What administrators ask: one wrapper authorises, scopes, seals and repeats nothing.

use std::time::Instant;

use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::decide::{
    AddKey, AddSigningKey, Command, CreateToken, CutOffs, EraseNames, Idempotency, Import, Issue, LicenseTerms, NewKey,
    Office, OfficeCommand, PromoteSigningKey, PutCustomer, RecordKeyShown, Reissue, What,
};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{CustomerId, KeyId, LicenseId, TokenId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::Role;
use seatkeeper_protocol::ProductKey;
use seatkeeper_protocol::token::AdminToken;
use seatkeeper_store::read::Scope;

use jiff::Timestamp;

use crate::authority::{Admin, Permission, needed};
use crate::failure::Failure;
use crate::seal::{Purpose, same};
use crate::service::{Service, unexpected};
use crate::{entropy, root};

/// The idempotency key of a request, with the hash of its method, path and body.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The key.
    pub key: String,
    /// The hash.
    pub request: [u8; 32],
}

/// What was done, now or under the same idempotency key before.
#[derive(Debug)]
pub struct OfficeAnswer {
    /// What.
    pub done: Done,
    /// The secret to be shown: a product key, a token.
    pub secret: Option<String>,
}

/// A licence with the key that was made with it.
#[derive(Debug)]
pub struct Issued {
    /// The licence.
    pub license_id: LicenseId,
    /// The key.
    pub key_id: KeyId,
    /// The key as its owner types it.
    pub product_key: String,
}

/// Rows of a kind in which a name is erased at once: a person's year at work, so that one step is nearly always all.
const ERASED_AT_ONCE: u32 = 500;

/// What a reissue is asked to do.
pub struct Wanted {
    /// The key to be replaced.
    pub key_id: Option<KeyId>,
    /// How long the old one works, in seconds.
    pub overlap_seconds: u32,
    /// Until when what is open is refreshed.
    pub end_open_at: Option<Timestamp>,
    /// Whether the licence gets a new serial number.
    pub new_serial_number: bool,
}

impl Service {
    /// The administrator that a token stands for.
    pub async fn admin(&self, token: &str) -> Result<Admin, Failure> {
        let AdminToken { id, secret } = AdminToken::parse(token).ok_or(Failure::Unauthorized)?;
        let id = TokenId(id);
        let row = self.read(move |reader| reader.token(id)).await?.ok_or(Failure::Unauthorized)?;
        let now = self.now();
        let good = same(&self.secrets.admin_token_hash(&secret), &row.hash)
            && row.revoked_at.is_none()
            && row.expires_at.is_none_or(|at| now < at);
        if !good {
            return Err(Failure::Unauthorized);
        }
        Ok(Admin {
            actor: Actor::Token(id),
            role: row.role,
            scope: row.customer_id.map_or(Scope::Vendor, Scope::Customer),
            token_id: id,
        })
    }

    /// The owner of the machine, who came through the local socket or opened the books themselves.
    pub fn owner(&self) -> Admin {
        Admin::owner()
    }

    /// Does what an administrator asks, if they may.
    pub async fn office(
        &self,
        admin: &Admin,
        asked: Option<Asked>,
        what: impl Into<What>,
    ) -> Result<OfficeAnswer, Failure> {
        self.office_with(admin, asked, what.into(), None).await
    }

    /// Likewise, `secret` being shown in the answer, and again to whoever repeats the request.
    async fn office_with(
        &self,
        admin: &Admin,
        asked: Option<Asked>,
        what: What,
        secret: Option<String>,
    ) -> Result<OfficeAnswer, Failure> {
        admin.may(needed(&what))?;
        let begun = Instant::now();
        let sealed = secret.as_ref().map(|s| self.secrets.seal(Purpose::Answer, s.as_bytes())).unwrap_or_default();
        let idempotency =
            asked.map(|asked| Idempotency { token_id: admin.token_id, key: asked.key, request: asked.request, sealed });
        let by = Office { actor: admin.actor, customer_id: admin.scope.customer(), idempotency };
        let answer = self.run(Command::Office(Box::new(OfficeCommand { by, what }))).await;
        metrics::histogram!("seatkeeper_office_seconds").record(begun.elapsed().as_secs_f64());
        match answer? {
            Answer::Done(done) => Ok(OfficeAnswer { done, secret }),
            Answer::Replayed { done, sealed } => Ok(OfficeAnswer { done, secret: self.opened(&sealed)? }),
            _ => Err(unexpected()),
        }
    }

    fn opened(&self, sealed: &[u8]) -> Result<Option<String>, Failure> {
        if sealed.is_empty() {
            return Ok(None);
        }
        let secret = self.secrets.open(Purpose::Answer, sealed).and_then(|s| String::from_utf8(s).ok());
        secret.map(Some).ok_or_else(|| Failure::Fault("a sealed answer cannot be opened".to_owned()))
    }

    /// Issues a licence with a fresh key. `terms.serial_number` is drawn here if it is empty.
    pub async fn issue(&self, admin: &Admin, asked: Option<Asked>, terms: LicenseTerms) -> Result<Issued, Failure> {
        let key = entropy::product_key();
        let issue = self.drawn(terms, &key);
        let answer = self.office_with(admin, asked, issue.into(), Some(key.to_string())).await?;
        issued(answer)
    }

    /// An issue with a fresh key that nobody is told now.
    pub(crate) fn issue_of(&self, terms: LicenseTerms) -> Issue {
        self.drawn(terms, &entropy::product_key())
    }

    fn drawn(&self, mut terms: LicenseTerms, key: &ProductKey) -> Issue {
        if terms.serial_number.is_empty() {
            terms.serial_number = entropy::serial_number();
        }
        Issue { id: entropy::id(self.now()), terms, key: self.new_key(key, "default") }
    }

    pub(crate) fn new_key(&self, key: &ProductKey, label: &str) -> NewKey {
        let text = key.to_string();
        NewKey {
            id: entropy::id(self.now()),
            label: label.to_owned(),
            hash: self.secrets.product_key_hash(key),
            sealed: self.secrets.seal(Purpose::ProductKey, text.as_bytes()),
            hint: text[text.len() - 5..].to_owned(),
        }
    }

    /// Imports customers and licences, whole or not at all. Each licence gets a fresh key: other systems' are none of ours.
    pub async fn import(
        &self,
        admin: &Admin,
        asked: Option<Asked>,
        customers: Vec<PutCustomer>,
        licenses: Vec<LicenseTerms>,
        dry_run: bool,
    ) -> Result<OfficeAnswer, Failure> {
        let licenses = licenses.into_iter().map(|terms| self.issue_of(terms)).collect();
        self.office(admin, asked, Import { id: self.draw(), customers, licenses, dry_run }).await
    }

    /// A fresh id for something new.
    pub fn draw<T: From<uuid::Uuid>>(&self) -> T {
        entropy::id(self.now())
    }

    /// Makes one more key of a licence.
    pub async fn add_key(
        &self,
        admin: &Admin,
        asked: Option<Asked>,
        license_id: LicenseId,
        label: &str,
        cut_offs: CutOffs,
    ) -> Result<OfficeAnswer, Failure> {
        let key = entropy::product_key();
        let add = AddKey { license_id, key: self.new_key(&key, label), cut_offs };
        self.office_with(admin, asked, add.into(), Some(key.to_string())).await
    }

    /// Puts a new key in place of one.
    pub async fn reissue(
        &self,
        admin: &Admin,
        asked: Option<Asked>,
        license_id: LicenseId,
        wanted: Wanted,
    ) -> Result<Issued, Failure> {
        let key = entropy::product_key();
        let reissue = Reissue {
            license_id,
            key_id: wanted.key_id,
            key: self.new_key(&key, ""),
            overlap_seconds: wanted.overlap_seconds,
            end_open_at: wanted.end_open_at,
            new_serial_number: wanted.new_serial_number.then(entropy::serial_number),
        };
        issued(self.office_with(admin, asked, reissue.into(), Some(key.to_string())).await?)
    }

    /// Shows a key again. That it was shown is on the record before it is.
    pub async fn key_secret(&self, admin: &Admin, license_id: LicenseId, key_id: KeyId) -> Result<String, Failure> {
        self.office(admin, None, RecordKeyShown { license_id, key_id }).await?;
        self.opened_key(admin.scope, license_id, key_id).await
    }

    /// A key in the clear, for whoever may see it.
    pub(crate) async fn opened_key(
        &self,
        scope: Scope,
        license_id: LicenseId,
        key_id: KeyId,
    ) -> Result<String, Failure> {
        let keys = self.read(move |reader| reader.keys(scope, license_id)).await?;
        let row = keys.into_iter().find(|row| row.key.id == key_id).ok_or(Refusal::NotFound { what: "key" })?;
        let key = self.secrets.open(Purpose::ProductKey, &row.key.sealed).and_then(|k| String::from_utf8(k).ok());
        key.ok_or_else(|| Failure::Fault("a sealed product key cannot be opened".to_owned()))
    }

    /// Does a command that ends sessions until none is left: the first step fences, the others free seats.
    pub async fn office_until_done(
        &self,
        admin: &Admin,
        asked: Option<Asked>,
        what: impl Into<What>,
    ) -> Result<OfficeAnswer, Failure> {
        let what = what.into();
        let first = self.office(admin, asked, what.clone()).await?;
        let mut more = matches!(first.done, Done::Ended { more: true } | Done::Block { more: true, .. });
        while more {
            let next = self.office(admin, None, what.clone()).await?;
            more = matches!(next.done, Done::Ended { more: true } | Done::Block { more: true, .. });
        }
        Ok(first)
    }

    /// Makes an administration token; it is shown once.
    pub async fn create_token(
        &self,
        admin: &Admin,
        asked: Option<Asked>,
        label: String,
        role: Role,
        customer_id: Option<CustomerId>,
        expires_at: Option<Timestamp>,
    ) -> Result<OfficeAnswer, Failure> {
        let id: TokenId = entropy::id(self.now());
        let token = AdminToken { id: id.0, secret: entropy::bytes() };
        let hash = self.secrets.admin_token_hash(&token.secret);
        let create = CreateToken { id, label, role, customer_id, hash, expires_at };
        self.office_with(admin, asked, create.into(), Some(token.to_string())).await
    }

    /// Adds a signing key: drawn and certified here, or given with its certificate where the root is kept
    /// elsewhere.
    pub async fn add_signing_key(
        &self,
        admin: &Admin,
        asked: Option<Asked>,
        given: Option<([u8; 32], String)>,
    ) -> Result<OfficeAnswer, Failure> {
        let key = match given {
            Some((seed, certificate)) => self.given_key(&seed, certificate)?,
            None => self.draw_signing_key().ok_or(Refusal::Conflict(
                "The root key is kept elsewhere. Make the signing key there and send it with its certificate.",
            ))?,
        };
        let answer = self.office(admin, asked, AddSigningKey { key }).await?;
        self.reload_keyring().await?;
        Ok(answer)
    }

    /// A certificate that programs would not believe is refused here: once the key signs, it would stop them all.
    fn given_key(&self, seed: &[u8; 32], certificate: String) -> Result<SigningKey, Failure> {
        let public = root::public(&root::pair(seed));
        root::certified(&self.root_public, &certificate, &public, self.now())
            .map_err(|wrong| Refusal::field("given.certificate", wrong))?;
        Ok(self.signing_key(seed, certificate))
    }

    /// Lets the next signing key sign.
    pub async fn promote_signing_key(&self, admin: &Admin, asked: Option<Asked>) -> Result<OfficeAnswer, Failure> {
        let answer = self.office(admin, asked, PromoteSigningKey).await?;
        self.reload_keyring().await?;
        Ok(answer)
    }

    /// Forgets a user's names in all that is over; how many rows held them. Only the first step stands under the
    /// idempotency key: a repeat does what is left, and counts that step's rows.
    pub async fn erase_names(
        &self,
        admin: &Admin,
        mut asked: Option<Asked>,
        customer_id: CustomerId,
        user: &str,
    ) -> Result<u32, Failure> {
        admin.may(Permission::Finish)?;
        let user = fold(user);
        let mut erased = 0;
        loop {
            let named = user.clone();
            let rows = self.read(move |reader| reader.named_rows(customer_id, &named, ERASED_AT_ONCE)).await?;
            let none = rows.sessions.is_empty() && rows.denials.is_empty();
            let erase = EraseNames { customer_id, user: user.clone(), sessions: rows.sessions, denials: rows.denials };
            if none && erased > 0 {
                return Ok(erased);
            }
            match self.office(admin, asked.take(), erase).await?.done {
                Done::Erased { rows: 0 } => return Ok(erased),
                Done::Erased { rows } => erased += rows,
                _ => return Err(unexpected()),
            }
        }
    }
}

fn issued(answer: OfficeAnswer) -> Result<Issued, Failure> {
    match answer {
        OfficeAnswer { done: Done::License { id, key_id: Some(key_id) }, secret: Some(product_key) } => {
            Ok(Issued { license_id: id, key_id, product_key })
        }
        _ => Err(unexpected()),
    }
}
