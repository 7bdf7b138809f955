//! A holder in a seat, and its running copies' claims on it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::holder::{HolderKey, Names};
use crate::id::{ActivationId, CheckoutId, InstallationId, LicenseId, SessionId};
use crate::license::License;
use crate::policy::Hold;
use crate::term::after;

/// Why a session or a checkout is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Given back.
    Returned,
    /// Named by a later copy as dead.
    Died,
    /// Released by an administrator.
    Released,
    /// Taken back after it was due.
    Reclaimed,
    /// Its device was given up or ended.
    ActivationEnded,
    /// Its user or device was blocked.
    Blocked,
    /// The licence was revoked.
    LicenseRevoked,
}

/// A holder in a seat, from first checkout to last return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The licence whose seat it holds.
    pub license_id: LicenseId,
    /// The device it was started on. Where users are counted, copies on others may join it and outlast that.
    pub activation_id: ActivationId,
    /// Who it counts as; unique among a licence's live sessions.
    pub holder: HolderKey,
    /// The names people read.
    pub names: Names,
    /// The program's version.
    pub version: String,
    /// The address it was started from; none once erased.
    pub address: Option<String>,
    /// Copies running: checkouts not returned.
    pub checkouts: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// Where to look for what may be taken back: it has passed by the time of the session's `back_by`.
    /// Corrected when found to be early.
    pub reclaim_hint: Timestamp,
    /// When the last copy ended of those that did while others went on: the session ends no earlier.
    pub copy_ended_at: Option<Timestamp>,
    /// When and why it ended.
    pub ended: Option<(Timestamp, EndReason)>,
    /// Until when somebody may go on without knowing that the seat is gone, where that is possible: its holder, or
    /// while it is live a copy that was ended behind its back.
    pub overlap_until: Option<Timestamp>,
}

impl Session {
    /// Whether it holds a seat.
    pub fn live(&self) -> bool {
        self.ended.is_none()
    }
}

/// One running copy's claim on its holder's session: all that a refresh changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// Its id, made up by the client.
    pub id: CheckoutId,
    /// Its session.
    pub session_id: SessionId,
    /// The device it is on.
    pub activation_id: ActivationId,
    /// The installation that made it.
    pub installation_id: InstallationId,
    /// The leases given.
    pub leases: Leases,
    /// How long it holds.
    pub times: Times,
    /// When it was last heard of.
    pub refreshed_at: Timestamp,
    /// When and why it ended. A checkout of a session that ended is over too, and says nothing itself.
    pub ended: Option<(Timestamp, EndReason)>,
}

/// What a lease promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The lease is good until then.
    pub lease_until: Timestamp,
    /// With no contact the program may go on until then.
    pub grace_until: Timestamp,
    /// The seat is back by then; never where absent.
    pub back_by: Option<Timestamp>,
}

impl Times {
    /// What a lease given at `now` promises. `refreshed` tells whether its checkout ever was: one that was
    /// not holds by its lease, since a program that died at once should not keep a seat for its whole grace.
    ///
    /// Unless the policy itself says `lease`, grace ends by `back_by`, so that nobody works in a seat that
    /// another has. Nothing reaches past the term's end or `cut_off` (the key's last refresh).
    ///
    /// The reply may get lost, and then the program goes on by what it was told before: `relied_on` is how
    /// far that may be, and the seat is held as long even where the policy has become shorter since.
    pub fn given(
        license: &License,
        cut_off: Option<Timestamp>,
        now: Timestamp,
        refreshed: bool,
        relied_on: Timestamp,
    ) -> Self {
        let policy = &license.policy;
        let end = [license.ends_at(), cut_off].into_iter().flatten().min().unwrap_or(Timestamp::MAX);
        let lease_until = after(now, policy.lease_seconds.into()).min(end);
        let grace_until = after(now, policy.grace_seconds.into()).min(end).max(lease_until);
        let relied_on = relied_on.min(end);
        let (grace_until, held_until) = match (policy.hold, refreshed) {
            (Hold::Lease, _) => (grace_until, lease_until),
            (_, false) => (lease_until, lease_until.max(relied_on)),
            (Hold::Grace, true) => (grace_until, grace_until.max(relied_on)),
            (Hold::Indefinite, true) => (grace_until, end),
        };
        Self { lease_until, grace_until, back_by: (held_until < Timestamp::MAX).then_some(held_until) }
    }

    /// `back_by` as an instant that can be ordered: never is the end of time.
    pub fn held_until(&self) -> Timestamp {
        self.back_by.unwrap_or(Timestamp::MAX)
    }
}

/// The numbers of the leases given to a checkout, from which a copied state is told.
///
/// A program presents the lease it holds and gets the next. Replies get lost, so the last two given are
/// good, and so is the last one presented, however often. Two machines with one state would each present
/// a lease that is neither the newest nor one presented before; once is a reply that came late, twice in
/// a row is a fork.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leases {
    /// The last one presented; 0, which is never given, until then.
    pub presented: u32,
    /// The last one given.
    pub given: u32,
    /// How many in a row were presented that were neither the newest nor presented before.
    pub odd: u8,
}

impl Leases {
    /// After the first lease is given.
    pub const FIRST: Self = Self { presented: 0, given: 1, odd: 0 };

    /// The next lease, `presented` being the one held; `None` for a fork.
    pub fn next(self, presented: u32) -> Option<Self> {
        let newest = presented == self.given;
        let known = newest || presented == self.presented || self.given.checked_sub(1) == Some(presented);
        if !known || presented == 0 {
            return None;
        }
        let odd = match (newest, presented == self.presented) {
            (true, _) => 0,
            (false, true) => self.odd,
            (false, false) => self.odd + 1,
        };
        (odd < 2).then_some(Self { presented, given: self.given.saturating_add(1), odd })
    }

    /// The next lease, for a program that asked for its checkout again and presents none.
    #[must_use]
    pub fn repeated(self) -> Self {
        Self { given: self.given.saturating_add(1), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Presents each in turn; the numbers given, or `None` at the fork.
    fn present(leases: &mut Leases, number: u32) -> Option<u32> {
        *leases = leases.next(number)?;
        Some(leases.given)
    }

    #[test]
    fn one_program_goes_on_for_ever() {
        let mut leases = Leases::FIRST;
        for number in 1..100 {
            assert_eq!(present(&mut leases, number), Some(number + 1));
        }
    }

    #[test]
    fn lost_replies_are_no_fork_however_many() {
        let mut leases = Leases::FIRST;
        present(&mut leases, 1);
        for given in 3..20 {
            assert_eq!(present(&mut leases, 2), Some(given), "the same lease again, its replies lost");
        }
        assert_eq!(present(&mut leases, 19), Some(20));
    }

    #[test]
    fn a_reply_that_comes_late_is_no_fork() {
        let mut leases = Leases::FIRST;
        assert_eq!(present(&mut leases, 1), Some(2));
        assert_eq!(present(&mut leases, 1), Some(3), "the delayed twin of the same request");
        assert_eq!(present(&mut leases, 2), Some(4), "the program holds what the first reply said");
        assert_eq!(present(&mut leases, 4), Some(5));
        assert_eq!(leases.odd, 0);
    }

    #[test]
    fn a_restored_state_is_a_fork() {
        let mut leases = Leases::FIRST;
        for number in 1..6 {
            present(&mut leases, number);
        }
        assert_eq!(present(&mut leases, 2), None);
    }

    #[test]
    fn two_machines_in_step_are_a_fork() {
        let mut leases = Leases::FIRST;
        present(&mut leases, 1);
        let (mut a, mut b) = (2, 2);
        let mut forked = false;
        for _ in 0..3 {
            for mine in [&mut a, &mut b] {
                match present(&mut leases, *mine) {
                    Some(next) => *mine = next,
                    None => forked = true,
                }
            }
        }
        assert!(forked);
    }

    #[test]
    fn a_number_never_given_is_a_fork() {
        assert_eq!(Leases::FIRST.next(0), None);
        assert_eq!(Leases::FIRST.next(2), None);
        assert_eq!(Leases { presented: 0, given: u32::MAX, odd: 0 }.next(u32::MAX - 3), None);
    }
}
