//! The events of several lanes in one order, in which every lane and every chain goes forward. It knows no engine, and keeps no
//! more in memory than a page of each lane and the head of each chain.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;
use seatkeeper_domain::event::{ChainHead, Stream};

use crate::error::StoreError;
use crate::read::{EventRow, LanePosition};

/// Lanes that are read a page at a time: what follows a place on one of them, nothing where it ends.
pub struct Merge<R> {
    lanes: Vec<Lane>,
    heads: HashMap<Stream, ChainHead>,
    read: R,
}

struct Lane {
    at: LanePosition,
    ahead: VecDeque<EventRow>,
    over: bool,
}

/// An event in its turn.
#[derive(Debug)]
pub struct Turn {
    /// The event, and its place on its own lane.
    pub row: EventRow,
    /// The head of its chain before it. It follows that head, or else the one that does is on no lane.
    pub before: ChainHead,
}

impl<R: FnMut(LanePosition) -> Result<Vec<EventRow>, StoreError>> Merge<R> {
    /// From the start of each lane.
    pub fn new(lanes: impl IntoIterator<Item = u32>, read: R) -> Self {
        let lane = |lane| Lane { at: LanePosition { lane, number: 0 }, ahead: VecDeque::new(), over: false };
        Self { lanes: lanes.into_iter().map(lane).collect(), heads: HashMap::new(), read }
    }

    /// The next event: of those that follow in their chain the earliest, since an event of the same chain may be later on
    /// another lane, whatever the clocks of the servers said. Where none does, the earliest all the same.
    ///
    /// # Errors
    /// Those of reading.
    pub fn next_turn(&mut self) -> Result<Option<Turn>, StoreError> {
        for lane in self.lanes.iter_mut().filter(|lane| lane.ahead.is_empty() && !lane.over) {
            lane.ahead = (self.read)(lane.at)?.into();
            lane.over = lane.ahead.is_empty();
            lane.at.number = lane.ahead.back().map_or(lane.at.number, |row| row.lane_number);
        }
        let heads = &mut self.heads;
        let turn = |lane: &Lane| -> Option<(bool, Timestamp, u32)> {
            let event = &lane.ahead.front()?.event;
            let length = heads.get(&event.stream).map_or(0, |head| head.length);
            Some((event.number != length + 1, event.at, lane.at.lane))
        };
        let first = self.lanes.iter_mut().filter(|lane| !lane.ahead.is_empty()).min_by_key(|lane| turn(lane));
        Ok(first.and_then(|lane| lane.ahead.pop_front()).map(|row| {
            let head = heads.entry(row.event.stream).or_default();
            let before = std::mem::replace(head, row.event.head());
            Turn { row, before }
        }))
    }

    /// The head of each chain that was met so far.
    pub fn heads(&self) -> &HashMap<Stream, ChainHead> {
        &self.heads
    }
}

#[cfg(test)]
mod tests {
    use seatkeeper_domain::event::Event;
    use uuid::Uuid;

    use super::*;

    /// An event of a stream at a second, which stands at a place.
    fn row(lane: u32, lane_number: u64, stream: u128, number: u64, second: i64) -> EventRow {
        let head = ChainHead { length: number - 1, hash: [0; 32] };
        let (stream, at) = (Stream::License(Uuid::from_u128(stream).into()), Timestamp::from_second(second).unwrap());
        EventRow { lane, lane_number, event: Event::following(head, stream, at, "a", "job", "{}".to_owned()) }
    }

    /// The places in the order in which they come, where a page holds one event.
    fn merged(rows: &[EventRow]) -> Vec<(u32, u64)> {
        let mut merge = Merge::new([1, 2], |after: LanePosition| {
            let next = |row: &&EventRow| row.lane == after.lane && row.lane_number == after.number + 1;
            Ok(rows.iter().find(next).cloned().into_iter().collect())
        });
        std::iter::from_fn(|| merge.next_turn().unwrap()).map(|turn| (turn.row.lane, turn.row.lane_number)).collect()
    }

    /// Seen red when the earliest instant goes first whatever its chain says.
    #[test]
    fn a_chain_goes_forward_whatever_the_clocks_said() {
        let rows = [row(1, 1, 7, 2, 1), row(1, 2, 8, 1, 2), row(2, 1, 7, 1, 3), row(2, 2, 8, 2, 4)];
        assert_eq!(merged(&rows), [(2, 1), (1, 1), (1, 2), (2, 2)]);
    }

    #[test]
    fn what_follows_nothing_comes_once_nothing_else_does() {
        let rows = [row(1, 1, 7, 3, 1), row(1, 2, 8, 1, 2), row(2, 1, 9, 1, 5)];
        assert_eq!(merged(&rows), [(2, 1), (1, 1), (1, 2)]);
    }
}
