//! Signing in and out. A fresh secret after each step, so that nobody can be made to use one that somebody else knows.

use seatkeeper_domain::account::{Account, Proof};
use seatkeeper_domain::answer::Done;
use seatkeeper_domain::decide::{CompleteSignIn, EndSignIns, StartSignIn, Which};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::SignInId;
use seatkeeper_domain::refusal::Refusal;

use super::limits::Caller;
use super::{Secret, factor, whose};
use crate::entropy;
use crate::failure::Failure;
use crate::seal::Purpose;
use crate::service::{Service, unexpected};

/// A sign-in that began, or went a step on.
#[derive(Debug)]
pub struct NewSignIn {
    /// What the browser's cookie is to hold.
    pub cookie: String,
    /// Whether nothing more is asked for: otherwise the second factor is.
    pub complete: bool,
}

impl Service {
    /// Signs somebody in who gives a mail address and a password. What is answered does not tell whether there is such an
    /// account, and neither does how long it takes.
    ///
    /// # Errors
    /// [`Refusal::SignInRefused`]; [`Failure::SignInHeld`] after too many attempts.
    pub async fn sign_in(&self, email: &str, password: &str, caller: &Caller) -> Result<NewSignIn, Failure> {
        let forgive = self.counted(email, caller).await?;
        let folded = fold(email);
        let account = self.read(move |reader| reader.account_by_email(&folded)).await?;
        let account = account.filter(|account| account.disabled_at.is_none());
        let hash = account.as_ref().and_then(|account| account.password.clone());
        let right = self.passwords.matches(password, hash.as_deref()).await?;
        match (account, hash) {
            (Some(account), Some(verified)) if right => self.begin(&account, verified, caller, forgive).await,
            _ => Err(Refusal::SignInRefused.into()),
        }
    }

    /// Begins a sign-in: the password with this hash was right.
    pub(super) async fn begin(
        &self,
        account: &Account,
        verified: String,
        caller: &Caller,
        forgive: Vec<String>,
    ) -> Result<NewSignIn, Failure> {
        let secret = Secret { id: entropy::id(self.now()), secret: entropy::bytes() };
        let start = StartSignIn {
            whose: whose(account),
            id: SignInId(secret.id),
            verified,
            hash: self.secrets.sign_in_hash(&secret.secret),
            address: caller.address.clone(),
            agent: caller.short_agent(),
            forgive,
        };
        match self.by_account(account, start).await? {
            Done::SignedIn { complete, .. } => Ok(NewSignIn { cookie: secret.to_string(), complete }),
            _ => Err(unexpected()),
        }
    }

    /// Whether a cookie is of a sign-in that waits for its second factor.
    pub async fn waits_for_code(&self, cookie: &str) -> Result<bool, Failure> {
        match self.presented(cookie).await {
            Ok((sign_in, _)) => Ok(!sign_in.complete),
            Err(Failure::Unauthorized) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Completes a sign-in with a code, or with a recovery code.
    ///
    /// # Errors
    /// [`Refusal::CodeRefused`]; [`Failure::Unauthorized`] where no sign-in waits; [`Failure::SignInHeld`].
    pub async fn give_code(&self, cookie: &str, typed: &str, caller: &Caller) -> Result<NewSignIn, Failure> {
        let (half, account) = self.presented(cookie).await?;
        if half.complete {
            return Err(Failure::Unauthorized);
        }
        let forgive = self.counted(&account.email, caller).await?;
        let proof = self.proof(&account, typed).ok_or(Refusal::CodeRefused)?;
        let secret = Secret { id: half.id.0, secret: entropy::bytes() };
        let hash = self.secrets.sign_in_hash(&secret.secret);
        self.by_account(&account, CompleteSignIn { whose: whose(&account), id: half.id, hash, proof, forgive }).await?;
        Ok(NewSignIn { cookie: secret.to_string(), complete: true })
    }

    /// What was typed, as a proof that may still have been used.
    fn proof(&self, account: &Account, typed: &str) -> Option<Proof> {
        let asked = account.asked_factor()?;
        let secret = self.secrets.open(Purpose::SecondFactor, &asked.sealed)?;
        let code = factor::step_of(&secret, typed, self.now()).map(Proof::Code);
        code.or_else(|| {
            let hash = self.secrets.recovery_hash(account.id, &factor::folded(typed));
            asked.recovery.contains(&hash).then_some(Proof::Recovery(hash))
        })
    }

    /// Signs out, whatever step the sign-in is at. A cookie that is no good is out already.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), Failure> {
        let (sign_in, account) = match self.presented(cookie).await {
            Err(Failure::Unauthorized) => return Ok(()),
            presented => presented?,
        };
        let end = EndSignIns { whose: whose(&account), which: Which::One(sign_in.id), signing_out: true };
        self.by_account(&account, end).await.map(drop)
    }
}
