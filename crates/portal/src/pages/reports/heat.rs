//! When people are refused: each hour of the week, the redder the more.

use askama::Template;
use askama::filters::HtmlSafe;
use seatkeeper_service::read::usage::{Usage, hour_start};

use crate::words::{Face, many};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// People refused by weekday and hour, in the reader's zone.
#[derive(Template)]
#[template(path = "reports/heat.html")]
pub(super) struct Heat {
    people: [[u32; 24]; 7],
}

/// Its template writes numbers and names of days alone.
impl HtmlSafe for Heat {}

/// A cell with something in it.
struct Cell {
    x: usize,
    y: usize,
    /// From 0.25 to 1.
    share: f64,
    words: String,
}

impl Heat {
    pub(super) fn of(usage: &[Usage], face: &Face) -> Self {
        let mut people = [[0; 24]; 7];
        for hour in usage {
            let at = hour_start(hour.hour).to_zoned(face.zone.clone());
            let day = at.weekday().to_monday_zero_offset() as usize;
            people[day][at.hour() as usize] += hour.people;
        }
        Self { people }
    }

    pub(super) fn all(&self) -> u32 {
        self.people.iter().flatten().sum()
    }

    /// The hours in which most were refused, most first.
    pub(super) fn worst(&self) -> Vec<(String, u32)> {
        let mut hours: Vec<(usize, usize, u32)> = self.hours().filter(|(_, _, people)| *people > 0).collect();
        hours.sort_by_key(|(day, hour, people)| (std::cmp::Reverse(*people), *day, *hour));
        hours.truncate(5);
        hours.into_iter().map(|(day, hour, people)| (said(day, hour), people)).collect()
    }

    /// Each hour of the week with how many were refused in it.
    pub(super) fn hours(&self) -> impl Iterator<Item = (usize, usize, u32)> {
        let days = self.people.iter().enumerate();
        days.flat_map(|(day, hours)| hours.iter().enumerate().map(move |(hour, people)| (day, hour, *people)))
    }

    fn cells(&self) -> impl Iterator<Item = Cell> {
        let most = self.people.iter().flatten().copied().max().unwrap_or(0).max(1);
        self.hours().filter(|(_, _, people)| *people > 0).map(move |(day, hour, people)| Cell {
            x: 32 + hour * 20,
            y: 14 + day * 20,
            share: 0.25 + 0.75 * f64::from(people) / f64::from(most),
            words: format!("{}: {} refused", said(day, hour), people),
        })
    }

    fn label(&self) -> String {
        let worst = self.worst();
        let worst: Vec<String> = worst.iter().map(|(when, people)| format!("{when} {people}")).collect();
        format!(
            "Refusals by weekday and hour: {} in all; most {}",
            many(self.all().into(), "refusal"),
            worst.join(", ")
        )
    }
}

/// `Mon 09:00`.
pub(super) fn said(day: usize, hour: usize) -> String {
    format!("{} {hour:02}:00", DAYS[day % 7])
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use seatkeeper_domain::id::LicenseId;
    use seatkeeper_service::read::usage::hour_of;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_hour_stands_where_the_reader_has_it() {
        let hour = |at: &str, people| Usage {
            license_id: LicenseId(Uuid::nil()),
            hour: hour_of(at.parse().unwrap()),
            peak: 1,
            seat_seconds: 1,
            seats: 1,
            full_seconds: 0,
            people,
            tries: people,
        };
        let face = Face { now: "2026-11-22T10:00:00Z".parse().unwrap(), zone: TimeZone::get("Asia/Tokyo").unwrap() };
        // Sunday evening in UTC is Monday morning in Tokyo.
        let heat = Heat::of(&[hour("2026-11-15T23:00:00Z", 2), hour("2026-11-08T23:00:00Z", 3)], &face);
        assert_eq!(heat.worst(), [("Mon 08:00".to_owned(), 5)]);
        assert_eq!(heat.all(), 5);
    }
}
