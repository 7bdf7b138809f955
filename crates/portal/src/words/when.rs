//! Instants as people say them, in their own zone, with the exact one on hover.

use std::fmt;

use askama::filters::HtmlSafe;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The clock on the reader's wall.
#[derive(Clone, Debug)]
pub(crate) struct Face {
    /// Now.
    pub(crate) now: Timestamp,
    /// The reader's zone.
    pub(crate) zone: TimeZone,
}

/// An instant, said; in markup that carries the exact one.
#[derive(Clone, Debug)]
pub(crate) struct When {
    at: Timestamp,
    exact: String,
    said: String,
}

impl Face {
    /// As short as it can be without being mistaken: `08:44`, `Mon 08:44`, `22 Sep 08:44`, `22 Sep 2025`.
    pub(crate) fn at(&self, at: Timestamp) -> When {
        let (then, now) = (at.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        let days = (then.date() - now.date()).get_days().abs();
        let form = match days {
            0 => "%H:%M",
            1..=6 => "%a %H:%M",
            _ if then.year() == now.year() => "%-d %b %H:%M",
            _ => "%-d %b %Y",
        };
        self.when(at, then.strftime(form).to_string())
    }

    /// A day: `31 Mar 2027`.
    pub(crate) fn day(&self, at: Timestamp) -> When {
        let said = at.to_zoned(self.zone.clone()).strftime("%-d %b %Y").to_string();
        self.when(at, said)
    }

    /// How long ago, while that is how people would say it: `12 s ago`, `3 min ago`; then the time.
    pub(crate) fn ago(&self, at: Timestamp) -> When {
        match self.now.as_second() - at.as_second() {
            seconds @ 0..60 => self.when(at, format!("{seconds} s ago")),
            seconds @ 60..3600 => self.when(at, format!("{} min ago", seconds / 60)),
            _ => self.at(at),
        }
    }

    /// What to wish whoever looks.
    pub(crate) fn greeting(&self) -> &'static str {
        match self.now.to_zoned(self.zone.clone()).hour() {
            5..12 => "Good morning",
            12..18 => "Good afternoon",
            _ => "Good evening",
        }
    }

    /// When today began.
    pub(crate) fn today(&self) -> Timestamp {
        let now = self.now.to_zoned(self.zone.clone());
        now.start_of_day().map_or(self.now, |start| start.timestamp())
    }

    fn when(&self, at: Timestamp, said: String) -> When {
        let exact = at.to_zoned(self.zone.clone()).strftime("%A %-d %B %Y, %H:%M:%S %Z").to_string();
        When { at, exact, said }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, exact, said } = self;
        write!(f, r#"<time datetime="{at:.0}" title="{exact}">{said}</time>"#)
    }
}

/// All its parts are digits and names of months, days and zones.
impl HtmlSafe for When {}

impl When {
    /// The words alone, for where no markup can stand.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }
}

/// A length of time as people say it: `5 minutes`, `2 days`, `1 hour 30 minutes`.
pub(crate) fn length(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let mut left = seconds.max(0);
    let mut parts = Vec::new();
    for (size, name) in units {
        let count = left / size;
        left %= size;
        if count > 0 {
            parts.push(super::many(count.unsigned_abs(), name));
        }
    }
    match parts.len() {
        0 => "0 seconds".to_owned(),
        1 => parts.remove(0),
        _ => parts[..2].join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(now: &str) -> Face {
        Face { now: now.parse().unwrap(), zone: TimeZone::get("Europe/Berlin").unwrap() }
    }

    fn said(now: &str, at: &str) -> String {
        face(now).at(at.parse().unwrap()).said
    }

    #[test]
    fn a_time_is_said_as_short_as_it_can_be() {
        let now = "2026-11-22T07:00:00Z";
        assert_eq!(said(now, "2026-11-22T07:44:00Z"), "08:44");
        assert_eq!(said(now, "2026-11-22T23:30:00Z"), "Mon 00:30", "tomorrow in the reader's zone");
        assert_eq!(said(now, "2026-09-22T07:44:00Z"), "22 Sep 09:44", "summer time then");
        assert_eq!(said(now, "2027-03-31T00:00:00Z"), "31 Mar 2027");
    }

    #[test]
    fn the_exact_instant_is_on_hover() {
        let when = face("2026-11-22T07:00:00Z").ago("2026-11-22T06:59:48Z".parse().unwrap()).to_string();
        assert_eq!(
            when,
            r#"<time datetime="2026-11-22T06:59:48Z" title="Sunday 22 November 2026, 07:59:48 CET">12 s ago</time>"#
        );
    }

    #[test]
    fn lengths_are_said_in_two_units_at_most() {
        assert_eq!(length(300), "5 minutes");
        assert_eq!(length(172_800), "2 days");
        assert_eq!(length(5_401), "1 hour 30 minutes");
        assert_eq!(length(0), "0 seconds");
    }
}
