//! What visitors who have no account ask for: a trial of a product, which they begin themselves, or an education licence,
//! which the vendor grants. Knows no page and no mail's words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::Delivery;
use crate::catalogue::Offer;
use crate::event::Actor;
use crate::holder::fold;
use crate::id::{AskId, CustomerId, KeyId, LicenseId, ProductId};
use crate::term::after;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// A trial.
    Trial,
    /// An education licence.
    Education,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has shown yet that the mail address is theirs.
    Unconfirmed,
    /// The vendor has not answered yet.
    Waiting,
    /// There is a licence.
    Granted,
    /// There is none.
    Declined,
}

/// What a visitor asked for. There is one of each kind for a mailbox and a product: who asks again asks for the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Its id. The secret in its link is made from it, and kept nowhere.
    pub id: AskId,
    /// What is asked for.
    pub wanted: Wanted,
    /// Of which product.
    pub product_id: ProductId,
    /// The mail address, as it was written.
    pub email: String,
    /// Who asks, in their words, as all that follows.
    pub name: String,
    /// Their company; the school or university where an education licence is asked for.
    pub company: Option<String>,
    /// What for: of an education licence.
    pub why: Option<String>,
    /// When it was asked last.
    pub asked_at: Timestamp,
    /// When its link was used: the mailbox is theirs.
    pub confirmed_at: Option<Timestamp>,
    /// What became of it.
    pub answer: Option<AskAnswer>,
    /// The mail to its address, which says how it stands.
    pub mail: Delivery,
}

/// What became of an ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskAnswer {
    /// What was made; nothing where it was declined.
    pub made: Option<Made>,
    /// What was said with it, for the asker to read.
    pub said: String,
    /// Who answered; whoever asked, where it was a trial.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// The licence that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Whose it is.
    pub customer_id: CustomerId,
    /// Which.
    pub license_id: LicenseId,
    /// Its key.
    pub key_id: KeyId,
}

impl Ask {
    /// Seconds for which its link confirms the address. What is not confirmed then is forgotten.
    pub const CONFIRM_SECONDS: i64 = 3 * 86_400;
    /// Seconds for which its link shows the licence and its key again.
    pub const SHOWN_SECONDS: i64 = 7 * 86_400;

    /// How far it is.
    pub fn stage(&self) -> Stage {
        match &self.answer {
            Some(answer) if answer.made.is_some() => Stage::Granted,
            Some(_) => Stage::Declined,
            None if self.confirmed_at.is_some() => Stage::Waiting,
            None => Stage::Unconfirmed,
        }
    }

    /// What was made of it.
    pub fn made(&self) -> Option<Made> {
        self.answer.as_ref().and_then(|answer| answer.made)
    }

    /// Until when its link is good for what comes next; for as long as the vendor takes, where that is waited for.
    pub fn link_until(&self) -> Timestamp {
        match &self.answer {
            Some(answer) => after(answer.at, Self::SHOWN_SECONDS),
            None if self.confirmed_at.is_some() => Timestamp::MAX,
            None => after(self.asked_at, Self::CONFIRM_SECONDS),
        }
    }

    /// Whether its link is good.
    pub fn link_good(&self, now: Timestamp) -> bool {
        now < self.link_until()
    }
}

impl Offer {
    /// Whether this may be asked for.
    pub fn has(&self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Trial => self.trial_days.is_some(),
            Wanted::Education => self.education,
        }
    }
}

/// Hosts that deliver an address's letters whatever dots stand between them.
const DOTLESS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// The mailbox of an address, as far as one can know: capital letters make no other, nor does what follows a `+`, since
/// mail goes to the same person then nearly everywhere. Dots do, except where the host is known to leave them out.
pub fn mailbox(email: &str) -> String {
    let folded = fold(email.trim());
    let Some((local, host)) = folded.rsplit_once('@') else { return folded };
    let local = local.split_once('+').map_or(local, |(name, _)| name);
    if DOTLESS.contains(&host) {
        return format!("{}@gmail.com", local.replace('.', ""));
    }
    format!("{local}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen red when what follows a `+` is kept.
    #[test]
    fn ways_to_write_one_mailbox_are_one() {
        for same in ["Ada@Example.com", " ada@example.com", "ada+trial2@example.com"] {
            assert_eq!(mailbox(same), "ada@example.com", "{same}");
        }
        assert_eq!(mailbox("A.da+x@googlemail.com"), mailbox("ada@gmail.com"));
        assert_ne!(mailbox("a.da@example.com"), mailbox("ada@example.com"));
        assert_ne!(mailbox("ada@example.org"), mailbox("ada@example.com"));
        assert_eq!(mailbox("nobody"), "nobody");
    }
}
