//! A customer's pools as cards: seats by how they stand, and the peaks of the last sixty days.

use jiff::{SignedDuration, ToSpan};
use seatkeeper_service::Pool as Counted;
use seatkeeper_service::read::LicenseRow;
use seatkeeper_service::read::usage::{Usage, hour_of, hour_start};
use uuid::Uuid;

use crate::parts::{PeakDay, Peaks, Strip};
use crate::words::{Face, TermSaid, Usable, When, beyond, many};

/// Days that the chart looks back, today among them.
const DAYS: i64 = 60;

/// A pool, to be shown.
pub(super) struct Pool {
    pub(super) id: Uuid,
    pub(super) product: String,
    pub(super) serial: String,
    pub(super) features: Vec<String>,
    pub(super) term: TermSaid,
    pub(super) in_use: u32,
    usable: bool,
    pub(super) seats: u32,
    pub(super) strip: Strip,
    /// What is to be said of more in use than were bought.
    pub(super) beyond: Option<String>,
    /// When its seats were counted, where that was not just now.
    pub(super) as_of: Option<When>,
    /// People refused in the last seven days.
    pub(super) refused: u64,
    /// What the last sixty days were like, and that in a sentence.
    pub(super) past: Option<(Peaks, String)>,
}

impl Pool {
    pub(super) fn of(row: &LicenseRow, counted: &Counted, face: &Face) -> Self {
        let seats = row.license.seats(face.now);
        let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let states = counted.states;
        let (live, silent, held) = (few(states.live), few(states.silent), few(states.held));
        let free = seats.saturating_sub(row.counters.in_use);
        // When a seat is back is asked for where there is none.
        let next = states.next_back_by.filter(|_| free == 0).map(|at| face.at(at));
        Self {
            id: row.license.id.0,
            product: row.product.name.clone(),
            serial: row.license.serial_number.clone(),
            features: features(row, face),
            term: TermSaid::of(&row.license, face),
            in_use: row.counters.in_use,
            usable: Usable::of(&row.license, face) == Usable::Active,
            seats,
            strip: Strip { live, silent, held, free, plain: false, next },
            beyond: beyond(&row.license, row.counters.in_use, face),
            as_of: counted.as_of.map(|at| face.at(at)),
            refused: 0,
            past: None,
        }
    }

    /// Seats that somebody could take now: none of a licence that is paused or over.
    pub(super) fn free(&self) -> u32 {
        if self.usable { self.seats.saturating_sub(self.in_use) } else { 0 }
    }
}

/// The first hour that the chart looks at.
pub(super) fn since(face: &Face) -> i64 {
    hour_of(face.today() - SignedDuration::from_hours(24 * (DAYS - 1)))
}

/// The last sixty days in the reader's zone, from the figures of their hours; seats are as they were last known.
pub(super) fn past(hours: &[Usage], seats_now: u32, face: &Face) -> (Peaks, String) {
    let today = face.now.to_zoned(face.zone.clone()).date();
    let mut seats = hours.first().map_or(seats_now, |hour| hour.seats);
    let (mut hours, mut refused, mut days) = (hours.iter().peekable(), 0, Vec::new());
    for ago in (0..DAYS).rev() {
        let day = today.saturating_sub(ago.days());
        let mut row = PeakDay { day, peak: 0, seats, full: false };
        let of_day = |hour: &&Usage| hour_start(hour.hour).to_zoned(face.zone.clone()).date() <= day;
        while let Some(hour) = hours.next_if(of_day) {
            row.peak = row.peak.max(hour.peak);
            row.full |= hour.full_seconds > 0;
            seats = hour.seats;
            refused += u64::from(hour.people);
        }
        row.seats = if ago == 0 { seats_now } else { seats };
        days.push(row);
    }
    let peaks = Peaks { days };
    let full = match peaks.full_days() {
        0 => format!("Peak {} in {DAYS} days. Never at the limit.", peaks.peak()),
        days => format!("At the limit on {days} of {DAYS} days."),
    };
    let refused =
        if refused == 0 { String::new() } else { format!(" Somebody was refused {}.", many(refused, "time")) };
    (peaks, full + &refused)
}

/// What a licence switches on.
pub(super) fn features(row: &LicenseRow, face: &Face) -> Vec<String> {
    let name =
        |code: &str| row.product.features.iter().find(|f| f.code == code).map_or(code.to_owned(), |f| f.name.clone());
    row.license.features_at(face.now).map(|feature| name(&feature.code)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use uuid::Uuid;

    use super::*;

    fn hour(at: &str, peak: u32, seats: u32, people: u32) -> Usage {
        let full_seconds = if peak >= seats { 60 } else { 0 };
        Usage {
            license_id: Uuid::nil().into(),
            hour: hour_of(at.parse().unwrap()),
            peak,
            seat_seconds: 0,
            seats,
            full_seconds,
            people,
            tries: people,
        }
    }

    /// Seen red when days are those of UTC, and when a day without figures has no seats.
    #[test]
    fn days_are_the_readers() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let face = Face { now, zone: TimeZone::get("Europe/Berlin").unwrap() };
        // Half past midnight on the twentieth in Berlin, and the afternoon of that day.
        let hours = [hour("2026-11-19T23:30:00Z", 5, 5, 2), hour("2026-11-20T14:00:00Z", 4, 6, 0)];
        let (peaks, said) = past(&hours, 7, &face);
        let day = |text: &str| peaks.days.iter().find(|row| row.day == text.parse().unwrap()).unwrap();
        assert_eq!(peaks.days.len(), 60);
        assert_eq!((day("2026-11-20").peak, day("2026-11-20").full), (5, true));
        assert_eq!((day("2026-11-19").peak, day("2026-11-19").seats), (0, 5));
        assert_eq!((day("2026-11-21").seats, day("2026-11-22").seats), (6, 7));
        assert_eq!(said, "At the limit on 1 of 60 days. Somebody was refused 2 times.");
    }
}
