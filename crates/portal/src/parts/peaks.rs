//! The peak of each day against the seats there were: bars, red where every seat was taken.

use std::fmt::Write;

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::civil::Date;

use crate::words::many;

/// A day of a pool.
pub(crate) struct PeakDay {
    pub(crate) day: Date,
    /// Most seats in use at once.
    pub(crate) peak: u32,
    /// Seats that there were.
    pub(crate) seats: u32,
    /// Whether all of them were taken at some time.
    pub(crate) full: bool,
}

/// Days in a row, the last being today.
#[derive(Template)]
#[template(path = "parts/peaks.html")]
pub(crate) struct Peaks {
    pub(crate) days: Vec<PeakDay>,
}

/// Its template writes numbers and dates alone.
impl HtmlSafe for Peaks {}

/// The height of the chart in its own units; a day is ten wide.
const HEIGHT: u32 = 100;

impl Peaks {
    /// Days on which nobody else could have started.
    pub(crate) fn full_days(&self) -> usize {
        self.days.iter().filter(|day| day.full).count()
    }

    /// Most seats in use at once on any of the days.
    pub(crate) fn peak(&self) -> u32 {
        self.days.iter().map(|day| day.peak).max().unwrap_or(0)
    }

    fn limit(&self) -> u32 {
        self.days.last().map_or(0, |day| day.seats)
    }

    fn top(&self) -> u32 {
        self.days.iter().map(|day| day.peak.max(day.seats)).max().unwrap_or(0).max(1)
    }

    fn y(&self, seats: u32) -> u32 {
        HEIGHT - (u64::from(seats) * u64::from(HEIGHT) / u64::from(self.top())) as u32
    }

    /// The bars of the days that were full, or of those that were not, as one path.
    fn bars(&self, full: bool) -> String {
        let mut path = String::new();
        for (i, day) in self.days.iter().enumerate().filter(|(_, day)| day.full == full && day.peak > 0) {
            let _ = write!(path, "M{} {HEIGHT}V{}h8V{HEIGHT}z", i * 10 + 1, self.y(day.peak));
        }
        path
    }

    /// The seats there were, as a line of steps.
    fn line(&self) -> String {
        let mut path = String::new();
        let mut before = None;
        for (i, day) in self.days.iter().enumerate() {
            let y = self.y(day.seats);
            if before != Some(y) {
                let _ = write!(path, "{}{} {y}", if before.is_none() { "M" } else { "L" }, i * 10);
            }
            let _ = write!(path, "L{} {y}", i * 10 + 10);
            before = Some(y);
        }
        path
    }

    /// Four days, evenly spread, to find one's way by.
    fn marks(&self) -> impl Iterator<Item = String> {
        let step = self.days.len().div_ceil(4).max(1);
        self.days.iter().step_by(step).map(|day| day.day.strftime("%-d %b").to_string())
    }

    /// What somebody hears who does not see it.
    fn label(&self) -> String {
        let full = many(self.full_days() as u64, "day");
        format!(
            "Peak seats in use per day over {}: at most {}, {full} at the limit; the limit now is {}",
            many(self.days.len() as u64, "day"),
            self.peak(),
            self.limit()
        )
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_full_day_is_told_from_the_others() {
        let day = |day, peak, seats| PeakDay { day: date(2026, 11, day), peak, seats, full: peak == seats };
        let peaks = Peaks { days: vec![day(20, 5, 10), day(21, 10, 10), day(22, 12, 20)] };
        assert_eq!(peaks.bars(false), "M1 100V75h8V100zM21 100V40h8V100z");
        assert_eq!(peaks.bars(true), "M11 100V50h8V100z");
        assert_eq!(peaks.line(), "M0 50L10 50L20 50L20 0L30 0");
        assert_eq!(
            peaks.label(),
            "Peak seats in use per day over 3 days: at most 12, 1 day at the limit; the limit now is 20"
        );
    }
}
