//! Durations as people write them: `20m`, `48h`, `1h30m`, `30d`, or whole seconds.

use std::str::FromStr;

const UNITS: &[(char, u64)] = &[('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// A duration in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) u64);

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a duration is written 20m, 48h, 1h30m or 30d".to_owned();
        if let Ok(seconds) = text.parse() {
            return Ok(Self(seconds));
        }
        let mut total: u64 = 0;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let unit = rest[digits..].chars().next().ok_or_else(wrong)?;
            let (_, each) = UNITS.iter().find(|(letter, _)| *letter == unit).ok_or_else(wrong)?;
            let count: u64 = rest[..digits].parse().map_err(|_| wrong())?;
            total = count.checked_mul(*each).and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
            rest = &rest[digits + unit.len_utf8()..];
        }
        if text.is_empty() { Err(wrong()) } else { Ok(Self(total)) }
    }
}

/// A duration in the largest unit that fits whole: `48h` comes back as `2d`.
pub(crate) fn shown_seconds(seconds: u64) -> String {
    let fits = UNITS[1..].iter().find(|(_, each)| seconds >= *each && seconds.is_multiple_of(*each));
    fits.map_or_else(|| format!("{seconds}s"), |(letter, each)| format!("{}{letter}", seconds / each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let cases = [
            ("20m", 1200),
            ("48h", 172_800),
            ("30d", 2_592_000),
            ("2w", 1_209_600),
            ("1h30m", 5400),
            ("0", 0),
            ("45", 45),
        ];
        for (text, seconds) in cases {
            assert_eq!(text.parse(), Ok(Seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "m", "20x", "20m5", "-1h", "1.5h", "99999999999999999999d", "99999999999999999w", "ⅷh"] {
            assert!(text.parse::<Seconds>().is_err(), "{text}");
        }
    }

    #[test]
    fn shows_the_largest_unit() {
        assert_eq!(shown_seconds(172_800), "2d");
        assert_eq!(shown_seconds(5400), "90m");
        assert_eq!(shown_seconds(61), "61s");
        assert_eq!(shown_seconds(0), "0s");
    }
}
