//! Copying in pages, and comparing in pages. What is in the target already is not written again, so that a copy that broke off
//! anywhere is gone on with by the same walk.

use crate::error::StoreError;
use crate::merge::Merge;
use crate::read::{EventRow, LanePosition};
use crate::write::Progress;

use super::{Found, Identity, Kind, MigrateError, Record, Source, Target};

type Done = Result<(), MigrateError>;

/// Rows read and written at once.
const AT_ONCE: u32 = 1_000;

/// Copies all books, or goes on with a copy that broke off, and compares every row of both at the end. Until then nobody can
/// serve the copy. Its events stand on one lane, in an order in which every lane and every chain went forward; where the
/// source has one, each keeps its place. Progress is told in rows: each is copied, and each compared.
///
/// # Errors
/// See [`MigrateError`].
pub fn copy(source: &mut dyn Source, target: &mut dyn Target, progress: Progress<'_>) -> Done {
    let identity = source.identity().map_err(MigrateError::Source)?;
    let lanes: Vec<u32> = identity.lanes.iter().map(|lane| lane.lane).collect();
    let identity = identity.copied();
    let found = target.found().map_err(MigrateError::Target)?;
    match &found {
        Found::Nothing => target.begin(&identity).map_err(MigrateError::Target)?,
        // A whole copy that nobody has served yet: who asked for it was perhaps not told.
        Found::Copy(of) | Found::Books(of) if *of == identity => {}
        Found::Copy(_) => return Err(MigrateError::OtherCopy),
        Found::Books(_) => return Err(MigrateError::NotEmpty),
    }
    let mut rows = identity.events();
    for kind in Kind::ALL {
        rows += source.count(kind).map_err(MigrateError::Source)?;
    }
    let mut walk = Walk { source, target, copying: true, progress, done: 0, all: 2 * rows };
    if !matches!(found, Found::Books(_)) {
        walk.everything(&lanes, &identity)?;
    }
    walk.copying = false;
    walk.done = rows;
    walk.everything(&lanes, &identity)?;
    target.finish().map_err(MigrateError::Target)
}

/// Through all rows of the source, beside those of the target.
struct Walk<'a, 'p> {
    source: &'a mut dyn Source,
    target: &'a mut dyn Target,
    /// What the target has not yet is written. Otherwise it is a difference.
    copying: bool,
    progress: Progress<'p>,
    done: u64,
    all: u64,
}

impl Walk<'_, '_> {
    fn everything(&mut self, lanes: &[u32], identity: &Identity) -> Done {
        Kind::ALL.into_iter().try_for_each(|kind| self.rows(kind))?;
        self.events(lanes)?;
        let copied = self.target.identity().map_err(MigrateError::Target)?;
        if copied == *identity { Ok(()) } else { Err(MigrateError::Differs("it calls itself another".to_owned())) }
    }

    fn rows(&mut self, kind: Kind) -> Done {
        let counted = self.source.count(kind).map_err(MigrateError::Source)?;
        let (mut after, mut read): (Option<Record>, u64) = (None, 0);
        loop {
            let wanted = self.source.rows(kind, after.as_ref(), AT_ONCE).map_err(MigrateError::Source)?;
            let there = self.target.rows(kind, after.as_ref(), AT_ONCE).map_err(MigrateError::Target)?;
            let missing = missing(&wanted, &there, self.copying, ToString::to_string)?;
            if !missing.is_empty() {
                self.target.write(missing).map_err(MigrateError::Target)?;
            }
            read += wanted.len() as u64;
            self.tell(wanted.len());
            match wanted.last() {
                Some(last) => after = Some(last.clone()),
                None if read == counted => return Ok(()),
                None => {
                    let lost = format!("of {counted} {} {read} can be read: run `seatkeeper check`", kind.table());
                    return Err(MigrateError::Source(StoreError::Unavailable(lost)));
                }
            }
        }
    }

    fn events(&mut self, lanes: &[u32]) -> Done {
        let mut number = 0;
        let source = &mut *self.source;
        let mut merge = Merge::new(lanes.iter().copied(), |after| source.events(after, AT_ONCE));
        loop {
            let mut wanted: Vec<EventRow> = Vec::new();
            while wanted.len() < AT_ONCE as usize {
                let Some(turn) = merge.next_turn().map_err(MigrateError::Source)? else { break };
                if turn.row.event.number != turn.before.length + 1 {
                    let (lane, place) = (turn.row.lane, turn.row.lane_number);
                    let broken = format!("event {place} of lane {lane} is out of place: run `seatkeeper check`");
                    return Err(MigrateError::Source(StoreError::Unavailable(broken)));
                }
                wanted.push(EventRow { lane: 1, lane_number: number + wanted.len() as u64 + 1, ..turn.row });
            }
            let at = LanePosition { lane: 1, number };
            let there = self.target.events(at, AT_ONCE).map_err(MigrateError::Target)?;
            let missing = missing(&wanted, &there, self.copying, |row| format!("event {}", row.lane_number))?;
            if let Some(first) = missing.first() {
                self.target.write_events(first.lane_number, missing).map_err(MigrateError::Target)?;
            }
            number += wanted.len() as u64;
            self.done += wanted.len() as u64;
            (self.progress)(self.done, self.all);
            if wanted.is_empty() {
                return Ok(());
            }
        }
    }

    fn tell(&mut self, rows: usize) {
        self.done += rows as u64;
        (self.progress)(self.done, self.all);
    }
}

/// What of a page is not in the target yet. What is there has to be the beginning of what is wanted.
fn missing<'w, T: PartialEq>(
    wanted: &'w [T],
    there: &[T],
    copying: bool,
    name: impl Fn(&T) -> String,
) -> Result<&'w [T], MigrateError> {
    let same = wanted.iter().zip(there).take_while(|(wanted, there)| wanted == there).count();
    match (wanted.get(same), there.get(same)) {
        (Some(row), Some(_)) => Err(MigrateError::Differs(format!("{} is another", name(row)))),
        (None, Some(row)) => Err(MigrateError::Differs(format!("{} is one too many", name(row)))),
        (Some(row), None) if !copying => Err(MigrateError::Differs(format!("{} is missing", name(row)))),
        _ => Ok(&wanted[same..]),
    }
}
