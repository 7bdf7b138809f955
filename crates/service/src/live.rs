//! Who is told that something of theirs changed: one follower of the lanes, however many pages are open. Knows no page and
//! no record; what changed is read again by whoever shows it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use seatkeeper_domain::account::{Account, SignIn};
use seatkeeper_domain::id::{AccountId, CustomerId, SignInId};
use seatkeeper_store::read::LanePosition;
use seatkeeper_store::read::Scope;
use seatkeeper_store::read::record::{TOUCHED_MOST, Touched};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use crate::feed::News;
use crate::people::SignedIn;
use crate::service::Service;

/// Open pages of one account at most: a browser or two with what fits on a screen. One more takes the place of the oldest.
const PAGES: usize = 12;

/// How often it is looked whether who follows is still signed in, where nothing happens that tells of it.
const LOOKED: Duration = Duration::from_secs(15);

/// Tells one open page when there is something new for it.
pub struct Changes {
    page: Followed,
    sign_in: SignInId,
}

/// What an open page waits for.
struct Followed {
    news: watch::Receiver<()>,
    /// Over when another page took its place.
    place: oneshot::Receiver<()>,
}

impl Service {
    /// Tells of changes from now on, of what exists for somebody who is signed in: for the vendor's people of all.
    pub fn changes(&self, who: &SignedIn) -> Changes {
        Changes { page: self.live.follow(who.admin.scope(), who.account.id), sign_in: who.sign_in.id }
    }

    /// Waits until something that exists for the reader was written since this was asked last; `false` when there is nobody
    /// to be told any more: the sign-in is over, another page took this one's place, or the server is stopping. What is
    /// written while the reader reads is told again, so that nothing is missed.
    pub async fn changed(&self, changes: &mut Changes) -> bool {
        loop {
            let told = tokio::select! {
                _ = &mut changes.page.place => return false,
                told = timeout(LOOKED, changes.page.news.changed()) => told,
            };
            match told {
                Ok(Err(_)) => return false,
                _ if self.signed_out(changes.sign_in).await => return false,
                Ok(Ok(())) => return true,
                Err(_) => {}
            }
        }
    }

    /// Whether a sign-in is over. Where the books cannot be read, nobody is sent away for that.
    async fn signed_out(&self, id: SignInId) -> bool {
        let found = self.read(move |reader| reader.signed_in(id)).await;
        let good = |(sign_in, account): (SignIn, Account)| sign_in.good(self.now()) && account.disabled_at.is_none();
        found.is_ok_and(|found| !found.is_some_and(good))
    }
}

/// The open pages, by whose records they show.
#[derive(Default)]
pub(crate) struct Live(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    of: HashMap<Option<CustomerId>, watch::Sender<()>>,
    /// The places of each account's pages, the oldest first.
    places: HashMap<AccountId, VecDeque<oneshot::Sender<()>>>,
    /// The server is stopping: nobody waits any more.
    over: bool,
}

impl Live {
    fn follow(&self, scope: Scope, account: AccountId) -> Followed {
        let (given, place) = oneshot::channel();
        let mut pages = self.pages();
        if pages.over {
            return Followed { news: watch::channel(()).1, place };
        }
        let own = pages.places.entry(account).or_default();
        own.retain(|place| !place.is_closed());
        if own.len() >= PAGES {
            own.pop_front();
        }
        own.push_back(given);
        Followed { news: pages.of.entry(scope.customer()).or_default().subscribe(), place }
    }

    /// Forgets pages that were closed; whether any is open.
    fn any(&self) -> bool {
        let mut pages = self.pages();
        pages.of.retain(|_, tell| tell.receiver_count() > 0);
        pages.places.retain(|_, own| own.iter().any(|place| !place.is_closed()));
        !pages.of.is_empty()
    }

    /// Tells those whom it is about; all where that is not known.
    fn tell(&self, touched: Option<&Touched>) {
        for (customer, tell) in &self.pages().of {
            let about = |customer: &CustomerId| touched.is_none_or(|touched| touched.customers.contains(customer));
            if customer.as_ref().is_none_or(about) {
                tell.send_replace(());
            }
        }
    }

    fn end(&self) {
        *self.pages() = Pages { over: true, ..Pages::default() };
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows the lanes for all pages. While no page is open it reads nothing.
pub(crate) async fn follow_changes(service: Weak<Service>, live: Arc<Live>, mut news: News) {
    let mut seen = news.places();
    while news.more().await {
        let Some(service) = service.upgrade() else { break };
        let now = news.places();
        let after = std::mem::replace(&mut seen, now);
        if live.any() {
            let touched = if many(&after, &seen) {
                None
            } else {
                // Where it cannot be read, all pages look for themselves.
                service.read(move |reader| reader.touched(&after)).await.ok()
            };
            live.tell(touched.as_ref());
        }
    }
    live.end();
}

/// Whether there is more to look at than is worth it. Lanes have no gaps, so that their ends tell.
fn many(after: &[LanePosition], now: &[LanePosition]) -> bool {
    let seen = |lane: u32| after.iter().find(|place| place.lane == lane).map_or(0, |place| place.number);
    let events: u64 = now.iter().map(|end| end.number.saturating_sub(seen(end.lane))).sum();
    events > u64::from(TOUCHED_MOST)
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::error::TryRecvError;
    use uuid::Uuid;

    use super::*;

    const MARA: AccountId = AccountId(Uuid::nil());

    fn told(page: &mut Followed) -> bool {
        let told = page.news.has_changed().expect("the server is not stopping");
        page.news.mark_unchanged();
        told
    }

    fn has_its_place(page: &mut Followed) -> bool {
        page.place.try_recv() == Err(TryRecvError::Empty)
    }

    /// Seen red when an account may have any number.
    #[test]
    fn one_page_too_many_takes_the_place_of_the_oldest_of_the_same_account() {
        let live = Live::default();
        let mut others = live.follow(Scope::Vendor, AccountId(Uuid::from_u128(1)));
        let mut pages: Vec<_> = (0..PAGES).map(|_| live.follow(Scope::Vendor, MARA)).collect();
        assert!(pages.iter_mut().all(has_its_place));
        pages.push(live.follow(Scope::Vendor, MARA));
        let places: Vec<bool> = pages.iter_mut().map(has_its_place).collect();
        assert_eq!(places, [vec![false], vec![true; PAGES]].concat());
        // What was closed makes room.
        drop(pages.split_off(PAGES - 1));
        pages.push(live.follow(Scope::Vendor, MARA));
        assert!(pages[1..].iter_mut().all(has_its_place) && has_its_place(&mut others));
    }

    /// Seen red when everybody is told of everything.
    #[test]
    fn pages_are_told_of_their_own() {
        let (live, acme, other) = (Live::default(), CustomerId(Uuid::from_u128(1)), CustomerId(Uuid::from_u128(2)));
        let mut pages =
            [Scope::Vendor, Scope::Customer(acme), Scope::Customer(other)].map(|scope| live.follow(scope, MARA));
        let mut who = |touched: Option<Touched>| {
            live.tell(touched.as_ref());
            pages.each_mut().map(told)
        };
        let of = |customer| Touched { customers: [customer].into(), server: false };
        assert_eq!(who(Some(of(acme))), [true, true, false]);
        assert_eq!(who(Some(of(other))), [true, false, true]);
        assert_eq!(who(Some(Touched { server: true, ..Touched::default() })), [true, false, false]);
        assert_eq!(who(None), [true, true, true], "what was not looked at may be anybody's");
    }

    /// Seen red when closed pages are kept.
    #[test]
    fn closed_pages_are_forgotten_and_none_waits_when_the_server_stops() {
        let live = Live::default();
        let page = live.follow(Scope::Vendor, MARA);
        assert!(live.any());
        drop(page);
        assert!(!live.any() && live.pages().places.is_empty());
        let before = live.follow(Scope::Vendor, MARA);
        live.end();
        let after = live.follow(Scope::Vendor, MARA);
        assert!(before.news.has_changed().is_err() && after.news.has_changed().is_err());
    }

    #[test]
    fn what_is_too_much_to_look_at_is_known_by_the_lanes() {
        let at = |numbers: &[u64]| -> Vec<LanePosition> {
            (1..).zip(numbers).map(|(lane, number)| LanePosition { lane, number: *number }).collect()
        };
        assert!(!many(&at(&[10, 20]), &at(&[1_010, 1_020])));
        assert!(many(&at(&[10, 20]), &at(&[1_010, 1_021])));
        assert!(many(&at(&[10]), &at(&[10, 2_001])), "a lane that is new is read from its start");
    }
}
