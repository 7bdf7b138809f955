//! How pools stand, for people who want to know whether they can start the program.

use seatkeeper_service::{FreePool, FreeSeats, FreeStanding};

use crate::parts::Strip;
use crate::words::{Face, When, many};

/// A pool, to be shown.
pub(super) struct Pool {
    pub(super) product: String,
    pub(super) features: Vec<String>,
    pub(super) free: u32,
    pub(super) seats: u32,
    /// Of a pool that can be used.
    pub(super) strip: Option<Strip>,
    pub(super) says: Option<Says>,
}

/// What there is to say beside the numbers.
#[derive(Debug)]
pub(super) enum Says {
    /// Words alone.
    Words(String),
    /// When the next seat is due back.
    Next(When),
    /// Since when the licence is over.
    Ended(When),
}

impl Pool {
    fn of(pool: &FreePool, face: &Face) -> Self {
        let open = pool.standing == FreeStanding::Open;
        let free = if open { pool.seats.saturating_sub(pool.in_use) } else { 0 };
        Self {
            product: pool.product.clone(),
            features: pool.features.clone(),
            free,
            seats: pool.seats,
            strip: (open && pool.seats > 0).then(|| Strip::plain(pool.in_use, free)),
            says: says(pool, free, face),
        }
    }
}

fn says(pool: &FreePool, free: u32, face: &Face) -> Option<Says> {
    let words = |words: &str| Some(Says::Words(words.to_owned()));
    match (pool.standing, pool.next_back_by) {
        (FreeStanding::Suspended, _) => words("Suspended by the vendor: nobody can start. Who is at work goes on."),
        (FreeStanding::Ended(at), _) => Some(Says::Ended(face.day(at))),
        (FreeStanding::Open, _) if pool.seats == 0 => words("It has no seats at present."),
        (FreeStanding::Open, _) if free > 0 => None,
        (FreeStanding::Open, _) if pool.room > 0 => Some(Says::Words(format!(
            "All are taken, and {} more can be lent all the same.",
            many(pool.room.into(), "seat")
        ))),
        (FreeStanding::Open, Some(at)) if at <= face.now => words("A seat is due back now: try to start."),
        (FreeStanding::Open, Some(at)) => Some(Says::Next(face.at(at))),
        (FreeStanding::Open, None) => words("A seat comes back when somebody closes the program."),
    }
}

/// Whether somebody can start, in a sentence; and the pools.
pub(super) fn told(seats: &FreeSeats, face: &Face) -> (String, Vec<Pool>) {
    let pools: Vec<Pool> = seats.pools.iter().map(|pool| Pool::of(pool, face)).collect();
    let free = pools.iter().filter(|pool| pool.free > 0).count();
    let room = seats.pools.iter().any(|pool| pool.room > 0);
    let headline = match (pools.as_slice(), free) {
        ([], _) => "There is no pool of seats yet".to_owned(),
        (_, 0) if room => "All seats are taken, and there is room".to_owned(),
        (_, 0) => "No seat is free".to_owned(),
        ([pool], _) if pool.free == 1 => format!("1 of {} is free", many(pool.seats.into(), "seat")),
        ([pool], _) => format!("{} of {} are free", pool.free, many(pool.seats.into(), "seat")),
        (all, free) if free == all.len() => "Seats are free".to_owned(),
        (all, free) => format!("Seats are free in {free} of {} pools", all.len()),
    };
    (headline, pools)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn pool(in_use: u32, room: u32, standing: FreeStanding, next: Option<&str>) -> FreePool {
        let next_back_by = next.map(at);
        FreePool { product: "Planner".to_owned(), features: vec![], seats: 7, in_use, room, standing, next_back_by }
    }

    fn headline(pools: &[FreePool]) -> (String, Vec<String>) {
        let now = at("2026-11-22T07:00:00Z");
        let seats = FreeSeats { customer: "Arup".to_owned(), time_zone: None, pools: pools.to_vec(), at: now };
        let (headline, pools) = told(&seats, &Face { now, zone: TimeZone::get("Europe/Berlin").unwrap() });
        let says = |pool: &Pool| match &pool.says {
            None => String::new(),
            Some(Says::Words(words)) => words.clone(),
            Some(Says::Next(when)) => format!("next {}", when.said()),
            Some(Says::Ended(when)) => format!("ended {}", when.said()),
        };
        (headline, pools.iter().map(says).collect())
    }

    /// Seen red when a paused pool's seats count as free, and when a time that is past is told as still to come.
    #[test]
    fn it_is_said_whether_somebody_can_start() {
        let open = FreeStanding::Open;
        let one = |pool| {
            let (headline, mut says) = headline(&[pool]);
            (headline, says.remove(0))
        };
        assert_eq!(one(pool(5, 2, open, None)), ("2 of 7 seats are free".to_owned(), String::new()));
        let full = one(pool(7, 0, open, Some("2026-11-22T07:44:00Z")));
        assert_eq!(full, ("No seat is free".to_owned(), "next 08:44".to_owned()));
        assert_eq!(one(pool(7, 0, open, Some("2026-11-22T06:59:00Z"))).1, "A seat is due back now: try to start.");
        assert_eq!(one(pool(7, 0, open, None)).1, "A seat comes back when somebody closes the program.");
        assert_eq!(one(pool(7, 1, open, None)).0, "All seats are taken, and there is room");
        assert_eq!(one(pool(9, 0, open, None)).0, "No seat is free", "after a cut");
        assert_eq!(one(pool(2, 0, FreeStanding::Suspended, None)).0, "No seat is free");
        let ended = one(pool(0, 0, FreeStanding::Ended(at("2026-10-31T12:00:00Z")), None));
        assert_eq!(ended, ("No seat is free".to_owned(), "ended 31 Oct 2026".to_owned()));
        let paused = pool(2, 0, FreeStanding::Suspended, None);
        assert_eq!(headline(&[paused, pool(6, 1, open, None)]).0, "Seats are free in 1 of 2 pools");
        assert_eq!(headline(&[pool(6, 1, open, None), pool(5, 2, open, None)]).0, "Seats are free");
        assert_eq!(headline(&[pool(6, 1, open, None)]).0, "1 of 7 seats is free");
    }
}
