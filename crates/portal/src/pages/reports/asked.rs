//! What a report is asked: of what, and over how long.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use seatkeeper_service::read::usage::{hour_of, hour_start};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::words::Face;

/// What is asked; what is left out is not.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) license: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<Uuid>,
    pub(super) range: Range,
    /// Seats to be tried.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) seats: String,
}

/// How long, and by what steps it is shown.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) enum Range {
    /// By the hour.
    #[serde(rename = "24h")]
    Day,
    /// By the day.
    #[serde(rename = "30d")]
    Month,
    /// By the day.
    #[default]
    #[serde(rename = "60d")]
    TwoMonths,
    /// By the week.
    #[serde(rename = "12m")]
    Year,
}

impl Range {
    pub(super) const ALL: [Self; 4] = [Self::Day, Self::Month, Self::TwoMonths, Self::Year];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Month => "30d",
            Self::TwoMonths => "60d",
            Self::Year => "12m",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Month => "30 days",
            Self::TwoMonths => "60 days",
            Self::Year => "12 months",
        }
    }

    /// What one step of it is called.
    pub(super) fn step(self) -> &'static str {
        match self {
            Self::Day => "hour",
            Self::Month | Self::TwoMonths => "day",
            Self::Year => "week",
        }
    }

    /// When each step begins where the reader is, and when the last one ends.
    pub(super) fn steps(self, face: &Face) -> Vec<Timestamp> {
        let hour = hour_of(face.now);
        let now = face.now.to_zoned(face.zone.clone());
        let tomorrow = now.date().tomorrow().unwrap_or(now.date());
        match self {
            Self::Day => (hour - 23..=hour + 1).map(hour_start).collect(),
            Self::Month | Self::TwoMonths => {
                let days = if self == Self::Month { 30 } else { 60 };
                (0..=days).rev().map(|day| start(tomorrow.saturating_sub(day.days()), &now)).collect()
            }
            Self::Year => {
                let monday = week(tomorrow);
                (0..=52).rev().map(|weeks| start(monday.saturating_sub(weeks.weeks()), &now)).collect()
            }
        }
    }
}

/// The Monday on or after a day, with which the weeks before it end.
fn week(day: Date) -> Date {
    match day.weekday() {
        Weekday::Monday => day,
        _ => day.nth_weekday(1, Weekday::Monday).unwrap_or(day),
    }
}

/// When a day begins; an hour that the clocks leave out is the next.
fn start(day: Date, now: &Zoned) -> Timestamp {
    let midnight = DateTime::from_parts(day, jiff::civil::Time::midnight());
    midnight.to_zoned(now.time_zone().clone()).map_or(now.timestamp(), |zoned| zoned.timestamp())
}

impl Asked {
    /// The number of seats to be tried, if it is one.
    pub(super) fn tried(&self) -> Option<u32> {
        self.seats.trim().parse().ok().filter(|seats| (1..=1_000_000).contains(seats))
    }

    /// An address with the same asked of it but for what is changed.
    pub(super) fn address(&self, path: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut asked = self.clone();
        change(&mut asked);
        format!("{path}?{}", serde_html_form::to_string(&asked).unwrap_or_default())
    }

    pub(super) fn over(&self, range: &Range) -> String {
        self.address("/reports", |asked| asked.range = *range)
    }

    pub(super) fn of(&self, license: &Uuid) -> String {
        self.address("/reports", |asked| (asked.license, asked.seats) = (Some(*license), String::new()))
    }

    pub(super) fn file(&self, kind: &str) -> String {
        self.address(&format!("/reports/export/{kind}"), |_| {})
    }
}

/// From when something is asked, so that it is a whole number of hours ago.
pub(super) fn since(steps: &[Timestamp]) -> Timestamp {
    steps.first().copied().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// How long one step is, as far as it is over.
pub(super) fn length(step: &[Timestamp], now: Timestamp) -> SignedDuration {
    step[1].min(now).duration_since(step[0])
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn steps_follow_the_readers_calendar() {
        let face = Face { now: "2026-11-22T08:15:00Z".parse().unwrap(), zone: TimeZone::get("Europe/Berlin").unwrap() };
        let of = |range: Range| {
            let steps: Vec<String> = range.steps(&face).iter().map(ToString::to_string).collect();
            (steps.len() - 1, steps[0].clone(), steps[steps.len() - 1].clone())
        };
        assert_eq!(of(Range::Day), (24, "2026-11-21T09:00:00Z".to_owned(), "2026-11-22T09:00:00Z".to_owned()));
        // Clocks went back on 25 October.
        assert_eq!(of(Range::TwoMonths), (60, "2026-09-23T22:00:00Z".to_owned(), "2026-11-22T23:00:00Z".to_owned()));
        assert_eq!(of(Range::Year), (52, "2025-11-23T23:00:00Z".to_owned(), "2026-11-22T23:00:00Z".to_owned()));
    }
}
