//! What people do with their own account.

use jiff::Timestamp;
use seatkeeper_domain::account::SignIn;
use seatkeeper_domain::decide::{
    ChangePassword, Confirm, ConfirmFactor, DrawFactor, EndSignIns, RemoveFactor, RenewRecovery, UpdateProfile, Which,
};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::read::Scope;

use super::limits::Caller;
use super::passwords::strong;
use super::{SignedIn, factor, whose};
use crate::failure::Failure;
use crate::seal::Purpose;
use crate::service::Service;

/// What a telephone's program needs to make codes.
#[derive(Debug)]
pub struct FactorOffer {
    /// The address for the square that its camera reads.
    pub address: String,
    /// The secret, for typing.
    pub secret: String,
}

impl SignedIn {
    /// Whether the password was given a short while ago.
    pub fn fresh(&self, now: Timestamp) -> bool {
        self.sign_in.fresh(now)
    }
}

impl Service {
    /// Takes the password again: for some minutes the sign-in is a fresh one.
    pub async fn confirm(&self, who: &SignedIn, password: &str, caller: &Caller) -> Result<(), Failure> {
        let verified = self.verified(who, password, caller).await?;
        let (whose, sign_in_id) = (whose(&who.account), who.sign_in.id);
        let forgive = self.sign_in_limits(&who.account.email, caller).into_iter().map(|(key, _)| key).collect();
        self.by_account(&who.account, Confirm { whose, sign_in_id, verified, forgive }).await.map(drop)
    }

    /// The hash that a password was right for; counted like any attempt, since a cookie may be in other hands.
    async fn verified(&self, who: &SignedIn, password: &str, caller: &Caller) -> Result<String, Failure> {
        self.counted(&who.account.email, caller).await?;
        let hash = who.account.password.clone();
        match (self.passwords.matches(password, hash.as_deref()).await?, hash) {
            (true, Some(hash)) => Ok(hash),
            _ => Err(Refusal::field("current_password", "is not right").into()),
        }
    }

    /// Refuses whoever has not given their password a short while ago.
    pub(super) fn only_fresh(&self, who: &SignedIn) -> Result<(), Failure> {
        if who.fresh(self.now()) { Ok(()) } else { Err(Failure::NotFresh) }
    }

    /// Changes one's own name and time zone.
    pub async fn update_profile(&self, who: &SignedIn, name: &str, time_zone: Option<String>) -> Result<(), Failure> {
        let update = UpdateProfile { whose: whose(&who.account), name: name.to_owned(), time_zone };
        self.by_account(&who.account, update).await.map(drop)
    }

    /// Sets another password. Other sign-ins end.
    pub async fn change_password(
        &self,
        who: &SignedIn,
        current: &str,
        new: &str,
        caller: &Caller,
    ) -> Result<(), Failure> {
        strong(new, &who.account.email, &who.account.name)?;
        let verified = self.verified(who, current, caller).await?;
        let password = self.passwords.hash(new).await?;
        let (whose, sign_in_id, mail_id) = (whose(&who.account), who.sign_in.id, self.draw());
        self.by_account(&who.account, ChangePassword { whose, sign_in_id, verified, password, mail_id }).await.map(drop)
    }

    /// Begins two-factor sign-in: from now on there is an [offer](Self::factor_offer).
    pub async fn begin_factor(&self, who: &SignedIn) -> Result<(), Failure> {
        self.only_fresh(who)?;
        let sealed = self.secrets.seal(Purpose::SecondFactor, &factor::draw());
        self.by_account(&who.account, DrawFactor { whose: whose(&who.account), sealed }).await.map(drop)
    }

    /// What a telephone's program needs, where two-factor sign-in was begun and not confirmed.
    pub fn factor_offer(&self, who: &SignedIn) -> Result<Option<FactorOffer>, Failure> {
        let begun = who.account.second_factor.as_ref().filter(|factor| factor.confirmed_at.is_none());
        let Some(begun) = begun else { return Ok(None) };
        self.only_fresh(who)?;
        let secret = self.factor_secret(&begun.sealed)?;
        let address = factor::address(&secret, "Seatkeeper", &who.account.email);
        Ok(Some(FactorOffer { address, secret: factor::shown(&secret) }))
    }

    fn factor_secret(&self, sealed: &[u8]) -> Result<Vec<u8>, Failure> {
        let opened = self.secrets.open(Purpose::SecondFactor, sealed);
        opened.ok_or_else(|| Failure::Fault("a sealed second factor cannot be opened".to_owned()))
    }

    /// Switches two-factor sign-in on with a first code; the recovery codes, shown only here. Other sign-ins end.
    pub async fn confirm_factor(&self, who: &SignedIn, typed: &str) -> Result<Vec<String>, Failure> {
        self.only_fresh(who)?;
        let begun = who.account.second_factor.as_ref().filter(|factor| factor.confirmed_at.is_none());
        let sealed = begun.ok_or(Refusal::Conflict("Two-factor sign-in was not begun."))?.sealed.clone();
        let step = factor::step_of(&self.factor_secret(&sealed)?, typed, self.now()).ok_or(Refusal::CodeRefused)?;
        let (codes, recovery) = self.recovery_codes(who);
        let (whose, sign_in_id, mail_id) = (whose(&who.account), who.sign_in.id, self.draw());
        let confirm = ConfirmFactor { whose, sign_in_id, sealed, step, recovery, mail_id };
        self.by_account(&who.account, confirm).await?;
        Ok(codes)
    }

    /// Puts new recovery codes in place of those that are left; shown only here.
    pub async fn renew_recovery_codes(&self, who: &SignedIn) -> Result<Vec<String>, Failure> {
        self.only_fresh(who)?;
        let (codes, recovery) = self.recovery_codes(who);
        self.by_account(&who.account, RenewRecovery { whose: whose(&who.account), recovery }).await?;
        Ok(codes)
    }

    fn recovery_codes(&self, who: &SignedIn) -> (Vec<String>, Vec<[u8; 32]>) {
        let codes = factor::recovery_codes();
        let hash = |code: &String| self.secrets.recovery_hash(who.account.id, &factor::folded(code));
        let hashes = codes.iter().map(hash).collect();
        (codes, hashes)
    }

    /// Switches one's own two-factor sign-in off. Other sign-ins end.
    pub async fn remove_own_factor(&self, who: &SignedIn) -> Result<(), Failure> {
        self.only_fresh(who)?;
        let (whose, sign_in_id, mail_id) = (whose(&who.account), Some(who.sign_in.id), self.draw());
        self.by_account(&who.account, RemoveFactor { whose, sign_in_id, mail_id }).await.map(drop)
    }

    /// One's own sign-ins, newest first.
    pub async fn own_sign_ins(&self, who: &SignedIn, limit: u32) -> Result<Vec<SignIn>, Failure> {
        let id = who.account.id;
        self.read(move |reader| reader.sign_ins(Scope::Vendor, id, limit)).await
    }

    /// Ends sign-ins of one's own.
    pub async fn end_own_sign_ins(&self, who: &SignedIn, which: Which) -> Result<(), Failure> {
        let end = EndSignIns { whose: whose(&who.account), which, signing_out: false };
        self.by_account(&who.account, end).await.map(drop)
    }
}
