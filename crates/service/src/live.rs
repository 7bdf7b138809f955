//! Who is told that something of theirs changed: one follower of the lanes, however many pages are open. Knows no page and
//! no record; what changed is read again by whoever shows it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use seatkeeper_domain::id::CustomerId;
use seatkeeper_store::read::LanePosition;
use seatkeeper_store::read::Scope;
use seatkeeper_store::read::record::{TOUCHED_MOST, Touched};
use tokio::sync::watch;

use crate::authority::Admin;
use crate::feed::News;
use crate::service::Service;

/// Tells one open page when there is something new for it.
pub struct Changes(watch::Receiver<()>);

impl Changes {
    /// Waits until something that exists for the reader was written since this was asked last; `false` when the server is
    /// stopping. What is written while the reader reads is told again, so that nothing is missed.
    pub async fn more(&mut self) -> bool {
        self.0.changed().await.is_ok()
    }
}

impl Service {
    /// Tells of changes from now on, of what exists for an administrator: for the vendor of all.
    pub fn changes(&self, admin: &Admin) -> Changes {
        Changes(self.live.follow(admin.scope()))
    }
}

/// The open pages, by whose records they show.
#[derive(Default)]
pub(crate) struct Live(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    of: HashMap<Option<CustomerId>, watch::Sender<()>>,
    /// The server is stopping: nobody waits any more.
    over: bool,
}

impl Live {
    fn follow(&self, scope: Scope) -> watch::Receiver<()> {
        let mut pages = self.pages();
        if pages.over {
            return watch::channel(()).1;
        }
        pages.of.entry(scope.customer()).or_default().subscribe()
    }

    /// Forgets pages that were closed; whether any is open.
    fn any(&self) -> bool {
        let mut pages = self.pages();
        pages.of.retain(|_, tell| tell.receiver_count() > 0);
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
        *self.pages() = Pages { of: HashMap::new(), over: true };
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
    use uuid::Uuid;

    use super::*;

    fn told(page: &mut watch::Receiver<()>) -> bool {
        let told = page.has_changed().expect("the server is not stopping");
        page.mark_unchanged();
        told
    }

    /// Seen red when everybody is told of everything.
    #[test]
    fn pages_are_told_of_their_own() {
        let (live, acme, other) = (Live::default(), CustomerId(Uuid::from_u128(1)), CustomerId(Uuid::from_u128(2)));
        let mut pages = [Scope::Vendor, Scope::Customer(acme), Scope::Customer(other)].map(|scope| live.follow(scope));
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
        let page = live.follow(Scope::Vendor);
        assert!(live.any());
        drop(page);
        assert!(!live.any());
        let before = live.follow(Scope::Vendor);
        live.end();
        let after = live.follow(Scope::Vendor);
        assert!(before.has_changed().is_err() && after.has_changed().is_err());
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
