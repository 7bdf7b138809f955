//! The flags that set a licence's policy, shared by issuing and changing. What is sound is the server's to say.

use clap::{Args, ValueEnum};
use seatkeeper_protocol::Hold;
use seatkeeper_protocol::admin::{CountBy, PolicyPatch};

use super::Seconds;

/// What to set of the policy; the rest is the model's default, or stays as it is.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Policy")]
pub(crate) struct PolicyArgs {
    /// How long a lease runs [default: 20m]
    #[arg(long, value_name = "DURATION")]
    lease: Option<Seconds>,
    /// How often programs renew it [default: 5m]
    #[arg(long, value_name = "DURATION")]
    refresh: Option<Seconds>,
    /// How long programs go on with no contact [default: 48h concurrent, 30d single user]
    #[arg(long, value_name = "DURATION")]
    grace: Option<Seconds>,
    /// When an unreturned seat is taken back [default: grace concurrent, lease single user]
    #[arg(long, value_name = "WHEN")]
    hold: Option<HoldArg>,
    /// Who counts as one [default: holder]
    #[arg(long, value_name = "WHAT")]
    count_by: Option<CountByArg>,
    /// Seats lent beyond those sold
    #[arg(long, value_name = "N")]
    overdraft: Option<u32>,
    /// Tell those who wait who holds the seats
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    show_holders: Option<bool>,
    /// Devices activated at once, or `any`
    #[arg(long, value_name = "N")]
    devices: Option<Limit>,
    /// Holders at once on one device, or `any`
    #[arg(long, value_name = "N")]
    holders_per_device: Option<Limit>,
    /// How long a subscription goes on after its end
    #[arg(long, value_name = "DURATION")]
    renewal_grace: Option<Seconds>,
    /// Moves of a single-user licence in a year before they are reported, or `any`
    #[arg(long, value_name = "N")]
    moves_per_year: Option<Limit>,
}

impl PolicyArgs {
    /// As it travels.
    pub(crate) fn patch(&self) -> PolicyPatch {
        PolicyPatch {
            lease_seconds: self.lease.map(|s| s.0),
            refresh_seconds: self.refresh.map(|s| s.0),
            grace_seconds: self.grace.map(|s| s.0),
            hold: self.hold.map(HoldArg::wire),
            count_by: self.count_by.map(CountByArg::wire),
            overdraft: self.overdraft,
            show_holders: self.show_holders,
            devices: self.devices.map(|limit| limit.0),
            holders_per_device: self.holders_per_device.map(|limit| limit.0),
            renewal_grace_seconds: self.renewal_grace.map(|s| s.0),
            moves_per_year: self.moves_per_year.map(|limit| limit.0),
        }
    }
}

/// A number at most, or `any`.
#[derive(Debug, Clone, Copy)]
struct Limit(Option<u32>);

impl std::str::FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "any" {
            return Ok(Self(None));
        }
        text.parse().map(|limit| Self(Some(limit))).map_err(|_| "a number, or `any`".to_owned())
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum HoldArg {
    /// When the lease ends
    Lease,
    /// When the holder's grace ends
    Grace,
    /// Only when returned or released
    Indefinite,
}

impl HoldArg {
    fn wire(self) -> Hold {
        match self {
            HoldArg::Lease => Hold::Lease,
            HoldArg::Grace => Hold::Grace,
            HoldArg::Indefinite => Hold::Indefinite,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CountByArg {
    /// Device, user and OS session together
    Holder,
    /// The user, on whatever device
    User,
    /// The device, whoever works on it
    Device,
}

impl CountByArg {
    fn wire(self) -> CountBy {
        match self {
            CountByArg::Holder => CountBy::Holder,
            CountByArg::User => CountBy::User,
            CountByArg::Device => CountBy::Device,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, FromArgMatches};
    use serde_json::{Value, json};

    fn patch(flags: &[&str]) -> Value {
        let words = ["issue"].iter().chain(flags);
        let matches = PolicyArgs::augment_args(Command::new("issue")).get_matches_from(words);
        serde_json::to_value(PolicyArgs::from_arg_matches(&matches).unwrap().patch()).unwrap()
    }

    #[test]
    fn only_what_is_said_is_sent() {
        assert_eq!(patch(&[]), json!({}));
        assert_eq!(
            patch(&["--grace", "48h", "--hold", "indefinite", "--show-holders", "--devices", "any"]),
            json!({ "grace_seconds": 172_800, "hold": "indefinite", "show_holders": true, "devices": null })
        );
        assert_eq!(patch(&["--show-holders", "false", "--count-by", "user"])["show_holders"], json!(false));
    }
}
