//! How a licence's seats are lent: lease, refresh, grace, hold, and what counts as one.

use serde::{Deserialize, Serialize};

use crate::license::Model;

/// When an unreturned seat is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// When the lease ends. The holder's grace may outlast it; that overlap is recorded.
    Lease,
    /// When the holder's grace ends.
    Grace,
    /// Only when returned or released.
    Indefinite,
}

/// Who counts as one holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountBy {
    /// Device, user and OS session together.
    Holder,
    /// The user, on however many devices.
    User,
    /// The device, with however many users.
    Device,
}

/// The policy of a licence. Durations are in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// How long a lease lasts.
    pub lease_seconds: u32,
    /// How often a program refreshes its lease.
    pub refresh_seconds: u32,
    /// How long a program may go on with no contact.
    pub grace_seconds: u32,
    /// When an unreturned seat is taken back.
    pub hold: Hold,
    /// Who counts as one.
    pub count_by: CountBy,
    /// Seats beyond those bought that may be used.
    pub overdraft: u32,
    /// Whether people who are refused see who holds the seats.
    pub show_holders: bool,
    /// Devices admitted at most at once; any number where absent.
    pub devices: Option<u32>,
    /// Holders on one device at most at once; any number where absent.
    pub holders_per_device: Option<u32>,
    /// How long a subscription goes on past its end.
    pub renewal_grace_seconds: u32,
    /// Moves of a single-user licence in a year before they are reported; never where absent.
    pub moves_per_year: Option<u32>,
}

const DAY: u32 = 86_400;

impl Policy {
    /// The policy of a licence whose issuer said nothing else.
    pub fn default_for(model: Model) -> Self {
        let single = model == Model::SingleUser;
        Self {
            lease_seconds: 1200,
            refresh_seconds: 300,
            grace_seconds: if single { 30 * DAY } else { 2 * DAY },
            hold: if single { Hold::Lease } else { Hold::Grace },
            count_by: CountBy::Holder,
            overdraft: 0,
            show_holders: false,
            devices: single.then_some(1),
            holders_per_device: None,
            renewal_grace_seconds: 0,
            moves_per_year: None,
        }
    }

    /// What is wrong with it, by field.
    pub fn mistakes(&self, model: Model) -> Vec<(&'static str, String)> {
        let mut wrong = Vec::new();
        let mut bound = |field, value: u32, least: u32, most: u32| {
            if !(least..=most).contains(&value) {
                wrong.push((field, format!("must be between {least} and {most}, not {value}")));
            }
        };
        bound("policy.lease_seconds", self.lease_seconds, 30, 30 * DAY);
        bound("policy.refresh_seconds", self.refresh_seconds, 5, 30 * DAY);
        bound("policy.grace_seconds", self.grace_seconds, 0, 400 * DAY);
        bound("policy.overdraft", self.overdraft, 0, 1_000_000);
        bound("policy.renewal_grace_seconds", self.renewal_grace_seconds, 0, 366 * DAY);
        if let Some(devices) = self.devices {
            bound("policy.devices", devices, 1, 10_000_000);
        }
        if let Some(holders) = self.holders_per_device {
            bound("policy.holders_per_device", holders, 1, 10_000);
        }
        if let Some(moves) = self.moves_per_year.filter(|_| model == Model::SingleUser) {
            bound("policy.moves_per_year", moves, 1, 1_000);
        }
        if self.refresh_seconds >= self.lease_seconds {
            wrong.push((
                "policy.refresh_seconds",
                format!(
                    "must be shorter than the lease of {} seconds, or every lease ends before it is renewed",
                    self.lease_seconds
                ),
            ));
        }
        if self.grace_seconds != 0 && self.grace_seconds < self.lease_seconds {
            wrong.push((
                "policy.grace_seconds",
                format!("must be 0 or at least the lease of {} seconds", self.lease_seconds),
            ));
        }
        if model == Model::Concurrent && self.moves_per_year.is_some() {
            wrong.push(("policy.moves_per_year", "only a single-user licence moves".to_owned()));
        }
        if model == Model::SingleUser {
            if self.devices != Some(1) {
                wrong.push(("policy.devices", "a single-user licence has one device".to_owned()));
            }
            if self.overdraft != 0 {
                wrong.push(("policy.overdraft", "a single-user licence has one seat".to_owned()));
            }
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_sound() {
        for model in [Model::Concurrent, Model::SingleUser] {
            assert_eq!(Policy::default_for(model).mistakes(model), vec![]);
        }
    }

    #[test]
    fn a_refresh_as_long_as_the_lease_is_refused_by_field() {
        let policy = Policy { refresh_seconds: 1200, ..Policy::default_for(Model::Concurrent) };
        assert_eq!(policy.mistakes(Model::Concurrent)[0].0, "policy.refresh_seconds");
    }
}
