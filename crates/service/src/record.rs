//! What was written down, for pages: refusals with what explains them, and who did what, each newest first. Knows no page.

use jiff::Timestamp;
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::event::{ChainHead, Event, Stream};
use seatkeeper_domain::id::{DenialId, LicenseId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::record::before;
use seatkeeper_store::read::refusals::{EpisodeFilter, EpisodePlace, Episodes, Label, Refused};
use seatkeeper_store::read::{EventRow, LanePosition, LicenseRow, Reader, Scope, SessionRow};

use crate::authority::Admin;
use crate::failure::Failure;
use crate::service::Service;
use crate::timeline::SEATED;

/// Events that are looked at for one page.
const LOOKED_AT: usize = 5_000;

/// Events that are looked at for one look at a chain.
const VERIFIED_AT_ONCE: u64 = 20_000;

/// Events read at once.
const AT_ONCE: u32 = 500;

/// A refusal, and what explains it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The episode: why, how often, how it ended.
    pub denial: Denial,
    /// What the licence is called, and whose it is.
    pub label: Label,
    /// The licence as it is now.
    pub license: LicenseRow,
    /// Who held its seats at the first try, those who came back first, first.
    pub seated: Vec<SessionRow>,
}

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct HistoryFilter {
    /// Of this stream; of all that exist for the reader where absent.
    pub of: Option<Stream>,
    /// Whose kind begins with one of these; of any kind where there is none.
    pub kinds: Vec<String>,
    /// Whose actor begins with this, as actors display.
    pub actor: Option<String>,
    /// At or after this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
}

/// A page of events, newest first.
#[derive(Clone, Debug)]
pub struct History {
    /// The events.
    pub items: Vec<EventRow>,
    /// Where the next page begins, if there may be one. It may hold few events or none, where those that were looked at are
    /// of other kinds.
    pub next: Option<Vec<LanePosition>>,
}

/// What became of a look at a chain, from its end backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Events that follow from one another, and lead to the end that the books know.
    pub sound: u64,
    /// Whether that is all of them.
    pub whole: bool,
    /// The number of the newest event that does not fit, or is missing.
    pub broken: Option<u64>,
}

impl HistoryFilter {
    fn fits(&self, event: &Event) -> bool {
        (self.kinds.is_empty() || self.kinds.iter().any(|kind| event.kind.starts_with(kind)))
            && self.actor.as_ref().is_none_or(|actor| event.actor.starts_with(actor))
            && self.until.is_none_or(|until| event.at < until)
    }
}

impl Service {
    /// Episodes of refusals, newest first.
    pub async fn episodes(
        &self,
        admin: &Admin,
        filter: EpisodeFilter,
        before: Option<EpisodePlace>,
        limit: u32,
    ) -> Result<Episodes, Failure> {
        let (scope, now) = (admin.scope(), self.now());
        self.read(move |reader| reader.episodes(scope, &filter, now, before, limit)).await
    }

    /// A refusal, and what explains it.
    pub async fn explain(&self, admin: &Admin, id: DenialId) -> Result<Explained, Failure> {
        let scope = admin.scope();
        let found = self.read(move |reader| {
            let Some(denial) = reader.denial(scope, id)? else { return Ok(None) };
            let license = reader.license(scope, denial.license_id)?;
            let label = reader.labels(scope, &[denial.license_id])?.pop();
            let seated = reader.seated_at(scope, denial.license_id, denial.first_at, SEATED)?;
            Ok(license.zip(label).map(|(license, label)| Explained { denial, label, license, seated }))
        });
        Ok(found.await?.ok_or(Refusal::NotFound { what: "denial" })?)
    }

    /// How many were refused by each of some licences that were read before, since an instant; in their order.
    pub async fn refused_since(
        &self,
        _: &Admin,
        licenses: &[LicenseRow],
        since: Timestamp,
    ) -> Result<Vec<Refused>, Failure> {
        let ids: Vec<LicenseId> = licenses.iter().map(|row| row.license.id).collect();
        self.read(move |reader| reader.refused_since(&ids, since)).await
    }

    /// What licences are called, of those that exist for the administrator.
    pub async fn labels(&self, admin: &Admin, licenses: Vec<LicenseId>) -> Result<Vec<Label>, Failure> {
        let scope = admin.scope();
        self.read(move |reader| reader.labels(scope, &licenses)).await
    }

    /// Events newest first, those before a place on each lane; from the end where it is empty.
    pub async fn history(
        &self,
        admin: &Admin,
        filter: HistoryFilter,
        before: Vec<LanePosition>,
        limit: usize,
    ) -> Result<History, Failure> {
        let scope = admin.scope();
        self.read(move |reader| history(reader, scope, &filter, before, limit)).await
    }

    /// Looks at a chain from its end backwards, so many events at most: each must follow from the one before.
    pub async fn verify(&self, admin: &Admin, stream: Stream) -> Result<Verified, Failure> {
        let scope = admin.scope();
        let verified = self.read(move |reader| verify(reader, scope, stream)).await?;
        Ok(verified.ok_or(Refusal::NotFound { what: "history" })?)
    }
}

fn history(
    reader: &dyn Reader,
    scope: Scope,
    filter: &HistoryFilter,
    mut places: Vec<LanePosition>,
    limit: usize,
) -> Result<History, StoreError> {
    if let Some(until) = filter.until.filter(|_| places.is_empty()) {
        places = reader.lanes_at(until)?;
    }
    let (mut items, mut looked_at) = (Vec::new(), 0);
    loop {
        let rows = reader.history(scope, filter.of, &places, AT_ONCE)?;
        let end = rows.len() < AT_ONCE as usize;
        looked_at += rows.len();
        for row in rows {
            if filter.since.is_some_and(|since| row.event.at < since) {
                return Ok(History { items, next: None });
            }
            if items.len() >= limit && filter.fits(&row.event) {
                return Ok(History { items, next: Some(places) });
            }
            places = before(std::slice::from_ref(&row), &places);
            if filter.fits(&row.event) {
                items.push(row);
            }
        }
        if end || looked_at >= LOOKED_AT {
            return Ok(History { items, next: Some(places).filter(|_| !end) });
        }
    }
}

/// The end of a chain as its owner's row has it; none for the server's own, and where it does not exist in `scope`.
fn head(reader: &dyn Reader, scope: Scope, stream: Stream) -> Result<Option<Option<ChainHead>>, StoreError> {
    Ok(match stream {
        Stream::License(id) => reader.license(scope, id)?.map(|row| Some(row.counters.chain)),
        Stream::Customer(id) => reader.customer(scope, id)?.map(|customer| Some(customer.chain)),
        Stream::Server => (scope == Scope::Vendor).then_some(None),
    })
}

fn verify(reader: &dyn Reader, scope: Scope, stream: Stream) -> Result<Option<Verified>, StoreError> {
    let Some(head) = head(reader, scope, stream)? else { return Ok(None) };
    let (mut chain, mut places) = (Backwards { head, newer: None, sound: 0 }, Vec::new());
    loop {
        let rows = reader.history(scope, Some(stream), &places, AT_ONCE)?;
        places = before(&rows, &places);
        let end = rows.len() < AT_ONCE as usize;
        let broken = rows.into_iter().try_for_each(|row| chain.take(row.event)).and_then(|()| match end {
            true => chain.end(),
            false => Ok(()),
        });
        let broken = broken.err();
        if end || broken.is_some() || chain.sound >= VERIFIED_AT_ONCE {
            return Ok(Some(Verified { sound: chain.sound, whole: end && broken.is_none(), broken }));
        }
    }
}

/// A chain that is followed from its end. Each step fails with the number of the event that does not fit.
struct Backwards {
    /// Its end, as its owner's row has it.
    head: Option<ChainHead>,
    /// The event taken last.
    newer: Option<Event>,
    sound: u64,
}

impl Backwards {
    /// Takes the next older event. What was written since the end was read is left out.
    fn take(&mut self, event: Event) -> Result<(), u64> {
        match (&self.newer, self.head) {
            (None, Some(head)) if event.number > head.length => return Ok(()),
            (None, Some(head)) if event.head() != head => return Err(head.length),
            (Some(newer), _) if newer.number != event.number + 1 || newer.hash != newer.hash_after(&event.hash) => {
                return Err(newer.number);
            }
            _ => {}
        }
        self.sound += 1;
        self.newer = Some(event);
        Ok(())
    }

    /// There are no older ones.
    fn end(&self) -> Result<(), u64> {
        match (&self.newer, self.head) {
            (Some(first), _) if first.number == 1 && first.hash == first.hash_after(&[0; 32]) => Ok(()),
            (Some(first), _) => Err(first.number),
            (None, Some(head)) if head.length > 0 => Err(head.length),
            (None, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const STREAM: Stream = Stream::License(LicenseId(Uuid::nil()));

    fn chain(length: u64) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        for number in 0..length {
            let head = events.last().map(Event::head).unwrap_or_default();
            let body = format!("{{\"n\":{number}}}");
            events.push(Event::following(head, STREAM, Timestamp::UNIX_EPOCH, "session.started", "job", body));
        }
        events
    }

    /// What is found, followed from an end.
    fn found(events: &[Event], head: Option<ChainHead>) -> Result<u64, u64> {
        let mut chain = Backwards { head, newer: None, sound: 0 };
        events.iter().rev().cloned().try_for_each(|event| chain.take(event))?;
        chain.end()?;
        Ok(chain.sound)
    }

    /// Seen red when the hash of the one before is not looked at.
    #[test]
    fn whatever_was_done_to_a_chain_is_found() {
        let whole = chain(5);
        let head = whole.last().map(Event::head);
        assert_eq!(found(&whole, head), Ok(5));
        assert_eq!(found(&whole, None), Ok(5));
        assert_eq!(found(&[], Some(ChainHead::default())), Ok(0));
        assert_eq!(found(&[], head), Err(5), "all gone");
        assert_eq!(found(&whole[..4], head), Err(5), "the end cut off");
        assert_eq!(found(&whole[1..], head), Err(2), "the beginning cut off");
        assert_eq!(found(&chain(7), head), Ok(5), "what was written since is no fault");
        for altered in 0..5 {
            let mut events = whole.clone();
            events[altered].body = "{}".to_owned();
            assert!(found(&events, head).is_err(), "event {altered} was altered");
            let mut events = whole.clone();
            events.remove(altered);
            assert!(found(&events, head).is_err(), "event {altered} is missing");
        }
    }
}
