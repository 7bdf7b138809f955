//! Use over a time: the peak of each step as a bar, red where every seat was taken, the mean and the limit as lines.

use std::fmt::Write;

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;
use seatkeeper_service::read::usage::{Usage, hour_start};

use super::asked::{Range, length};
use crate::words::{Face, many};

/// A step of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) from: Timestamp,
    /// Most seats in use at once.
    pub(super) peak: u32,
    /// Seats in use on average.
    pub(super) mean: f64,
    /// Seats that there were; none known where nothing was used.
    pub(super) seats: Option<u32>,
    /// Minutes in which all of them were taken.
    pub(super) full_minutes: u64,
    /// How many were refused.
    pub(super) people: u32,
}

/// The chart, and what it says in words.
#[derive(Template)]
#[template(path = "reports/chart.html")]
pub(super) struct Chart {
    pub(super) steps: Vec<Step>,
    marks: Vec<String>,
    /// Seats now.
    limit: u32,
    step: &'static str,
}

/// Its template writes numbers and dates alone.
impl HtmlSafe for Chart {}

/// The height in units of its own; a step is ten wide.
const HEIGHT: f64 = 100.0;

impl Chart {
    pub(super) fn of(usage: &[Usage], range: Range, limit: u32, face: &Face) -> Self {
        let starts = range.steps(face);
        let mut hours = usage.iter().peekable();
        let mut steps = Vec::with_capacity(starts.len());
        for step in starts.windows(2) {
            let mut sum = Step { from: step[0], peak: 0, mean: 0.0, seats: None, full_minutes: 0, people: 0 };
            let (mut seat_seconds, mut full_seconds) = (0, 0);
            while let Some(hour) = hours.next_if(|hour| hour_start(hour.hour) < step[1]) {
                sum.peak = sum.peak.max(hour.peak);
                sum.seats = sum.seats.max(Some(hour.seats));
                sum.people += hour.people;
                seat_seconds += hour.seat_seconds;
                full_seconds += hour.full_seconds;
            }
            let seconds = length(step, face.now).as_secs().max(1);
            sum.mean = seat_seconds as f64 / seconds as f64;
            // A minute that was begun counts: a step was at the limit or it was not.
            sum.full_minutes = full_seconds.div_ceil(60);
            steps.push(sum);
        }
        let marks = steps.iter().step_by(steps.len().div_ceil(4).max(1));
        let form = if range == Range::Day { "%H:%M" } else { "%-d %b" };
        let marks = marks.map(|step| step.from.to_zoned(face.zone.clone()).strftime(form).to_string()).collect();
        Self { steps, marks, limit, step: range.step() }
    }

    pub(super) fn peak(&self) -> u32 {
        self.steps.iter().map(|step| step.peak).max().unwrap_or(0)
    }

    pub(super) fn full(&self) -> usize {
        self.steps.iter().filter(|step| step.full_minutes > 0).count()
    }

    pub(super) fn mean(&self) -> f64 {
        self.steps.iter().map(|step| step.mean).sum::<f64>() / self.steps.len().max(1) as f64
    }

    fn top(&self) -> u32 {
        let most = self.steps.iter().map(|step| step.peak.max(step.seats.unwrap_or(0))).max().unwrap_or(0);
        most.max(self.limit).max(1)
    }

    fn y(&self, seats: f64) -> f64 {
        HEIGHT - seats * HEIGHT / f64::from(self.top())
    }

    /// The bars of the steps that were full, or of those that were not, as one path.
    fn bars(&self, full: bool) -> String {
        let mut path = String::new();
        let steps = self.steps.iter().enumerate();
        for (i, step) in steps.filter(|(_, step)| (step.full_minutes > 0) == full && step.peak > 0) {
            let _ = write!(path, "M{} {HEIGHT}V{:.1}h8V{HEIGHT}z", i * 10 + 1, self.y(step.peak.into()));
        }
        path
    }

    /// The mean as a line.
    fn means(&self) -> String {
        let point = |(i, step): (usize, &Step)| {
            format!("{}{} {:.1}", if i == 0 { "M" } else { "L" }, i * 10 + 5, self.y(step.mean))
        };
        self.steps.iter().enumerate().map(point).collect()
    }

    /// The seats that there were, as a line of steps; where nothing was used there were as many as after.
    fn limits(&self) -> String {
        let (mut path, mut seats) = (String::new(), self.limit);
        let mut levels: Vec<u32> = Vec::with_capacity(self.steps.len());
        for step in self.steps.iter().rev() {
            seats = step.seats.unwrap_or(seats);
            levels.push(seats);
        }
        for (i, seats) in levels.iter().rev().enumerate() {
            let y = self.y((*seats).into());
            let _ = write!(path, "{}{} {y:.1}L{} {y:.1}", if i == 0 { "M" } else { "L" }, i * 10, i * 10 + 10);
        }
        path
    }

    /// What somebody hears who does not see it.
    fn label(&self) -> String {
        format!(
            "Seats in use per {} over {}: at most {}, {:.1} on average, {} at the limit; the limit now is {}",
            self.step,
            many(self.steps.len() as u64, self.step),
            self.peak(),
            self.mean(),
            many(self.full() as u64, self.step),
            self.limit
        )
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use seatkeeper_domain::id::LicenseId;
    use seatkeeper_service::read::usage::hour_of;
    use uuid::Uuid;

    use super::*;

    /// Seen red when an hour falls into the day before the reader's.
    #[test]
    fn hours_are_summed_by_the_readers_days() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let face = Face { now: "2026-11-22T10:00:00Z".parse().unwrap(), zone };
        let hour = |at: &str, peak, full_seconds| Usage {
            license_id: LicenseId(Uuid::nil()),
            hour: hour_of(at.parse().unwrap()),
            peak,
            seat_seconds: u64::from(peak) * 3_600,
            seats: 4,
            full_seconds,
            people: 1,
            tries: 2,
        };
        let usage = [
            hour("2026-11-20T22:00:00Z", 2, 0),
            hour("2026-11-20T23:00:00Z", 3, 0),
            // Nine minutes and a half.
            hour("2026-11-21T08:00:00Z", 4, 570),
        ];
        let chart = Chart::of(&usage, Range::Month, 5, &face);
        let [friday, saturday, sunday] = chart.steps[27..] else { panic!("{} days", chart.steps.len()) };
        assert_eq!((friday.peak, friday.people, friday.full_minutes), (2, 1, 0));
        assert_eq!((saturday.peak, saturday.people, saturday.full_minutes), (4, 2, 10));
        assert_eq!((sunday.peak, sunday.seats), (0, None));
        assert!((saturday.mean - 7.0 / 24.0).abs() < 1e-9);
        assert_eq!(chart.full(), 1);
        assert_eq!(chart.bars(true), "M281 100V20.0h8V100z");
        assert!(chart.limits().ends_with("L270 20.0L280 20.0L280 20.0L290 20.0L290 0.0L300 0.0"), "{}", chart.limits());
        assert!(chart.label().contains("at most 4"), "{}", chart.label());
    }
}
