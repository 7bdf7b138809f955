//! What a batch of commands must see before it can be decided.
//!
//! Whatever is loaded brings its parents: a checkout its session; a session, an activation, a key, a block
//! and a denial their licence; a licence its counters and its product; an installation its activation and
//! its key; an ask its product. The restore epoch and the head of the server's own chain are always there.

use std::collections::{BTreeMap, BTreeSet};

use crate::block::Blocked;
use crate::holder::{HolderKey, Person};
use crate::id::{
    AccountId, ActivationId, AskId, BlockId, CheckoutId, CustomerId, DenialId, InstallationId, KeyId, LicenseId,
    LinkId, MailId, ProductId, SessionId, SignInId, TokenId,
};
use crate::policy::CountBy;

/// Somebody who asks for a seat: their session if they have one, their blocks, their open episode of
/// refusals, and the number of sessions started on their device where the policy limits it.
#[derive(Clone, Debug)]
pub struct HolderNeed {
    /// The licence asked.
    pub license_id: LicenseId,
    /// The device.
    pub activation_id: ActivationId,
    /// Who.
    pub person: Person,
}

impl HolderNeed {
    /// Who they count as, once the licence's policy is known.
    pub fn key(&self, count_by: CountBy) -> HolderKey {
        HolderKey::of(count_by, self.activation_id, &self.person)
    }
}

/// A device that asks to be admitted: activations of the licence that may be [the same
/// device](crate::activation::same_device), ended ones too, each with its block and this installation on it;
/// and its open episode of refusals.
#[derive(Clone, Debug)]
pub struct DeviceNeed {
    /// The licence asked.
    pub license_id: LicenseId,
    /// The installation that asks.
    pub installation_id: InstallationId,
    /// The device's hashes.
    pub fingerprint: Vec<String>,
    /// Whether a visitor began the licence as a trial: then devices too that may be this one, of other such licences of
    /// its product, no two of them being admitted at the same time.
    pub trial: bool,
}

/// Live sessions to be ended, each with all its live checkouts: at most [`Needs::ENDED_AT_ONCE`], whichever they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// All of a licence.
    License(LicenseId),
    /// Those that a block shuts out: a user's, or those with a copy on a device.
    Blocked(LicenseId, Blocked),
    /// Those with a copy on a device, wherever they were started.
    Activation(ActivationId),
}

/// What a batch must load. Sets, so that what many commands need is loaded once, in one order.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Licences by id.
    pub licenses: BTreeSet<LicenseId>,
    /// Licences by serial number, whatever its case.
    pub serials: BTreeSet<String>,
    /// All product keys of these licences.
    pub keys_of: BTreeSet<LicenseId>,
    /// Product keys by id.
    pub keys: BTreeSet<KeyId>,
    /// Installations.
    pub installations: BTreeSet<(ActivationId, InstallationId)>,
    /// Devices by id.
    pub activations: BTreeSet<ActivationId>,
    /// Devices by their hashes.
    pub devices: Vec<DeviceNeed>,
    /// Holders.
    pub holders: Vec<HolderNeed>,
    /// Checkouts by id.
    pub checkouts: BTreeSet<CheckoutId>,
    /// Sessions by id, with all their live checkouts.
    pub sessions: BTreeSet<SessionId>,
    /// How many seats are wanted of a licence: where fewer are free, as many that may be taken back as it
    /// takes to have so many free (more than are wanted, after a cut). Sessions are looked at by hint, then
    /// id, while the hint has passed, and loaded with their live checkouts until enough of them are due;
    /// those that turned out to be early are loaded too, so that their hint is corrected.
    pub seats: BTreeMap<LicenseId, u32>,
    /// How many seats of a licence are to be taken back if they are due, free ones or not; loaded likewise.
    /// Where a batch names a licence in both, the larger number is loaded.
    pub due: BTreeMap<LicenseId, u32>,
    /// Live sessions to be ended.
    pub endings: BTreeSet<Ending>,
    /// Blocks by id.
    pub blocks: BTreeSet<BlockId>,
    /// Blocks by whom they shut out.
    pub blocked: BTreeSet<(LicenseId, Blocked)>,
    /// Episodes of refusals by id.
    pub denials: BTreeSet<DenialId>,
    /// Products by id.
    pub products: BTreeSet<ProductId>,
    /// Products by code.
    pub product_codes: BTreeSet<String>,
    /// Customers by id.
    pub customers: BTreeSet<CustomerId>,
    /// Customers by the vendor's own id.
    pub external_ids: BTreeSet<String>,
    /// Administration tokens.
    pub tokens: BTreeSet<TokenId>,
    /// What was answered under idempotency keys.
    pub answered: BTreeSet<(TokenId, String)>,
    /// Failed attempts, by address.
    pub attempts: BTreeSet<String>,
    /// All signing keys.
    pub signing_keys: bool,
    /// Accounts by id.
    pub accounts: BTreeSet<AccountId>,
    /// Accounts by mail address, folded.
    pub emails: BTreeSet<String>,
    /// Accounts of a customer, or of the vendor where absent, that [govern](crate::account::Account::governs).
    pub governors: BTreeSet<Option<CustomerId>>,
    /// Sign-ins by id.
    pub sign_ins: BTreeSet<SignInId>,
    /// Sign-ins of these accounts that did not end.
    pub sign_ins_of: BTreeSet<AccountId>,
    /// Links.
    pub links: BTreeSet<LinkId>,
    /// Mails.
    pub mails: BTreeSet<MailId>,
    /// What visitors asked for, by id.
    pub asks: BTreeSet<AskId>,
    /// What was asked for from mail addresses, as they are [compared](crate::ask::mailbox).
    pub asks_from: BTreeSet<String>,
}

impl Needs {
    /// Most sessions that one command ends; what is left is ended by the next.
    pub const ENDED_AT_ONCE: u32 = 200;
}
