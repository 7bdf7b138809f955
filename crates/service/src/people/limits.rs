//! How often somebody may try: by account and network, by account, by network. An address that nobody has counts like one
//! that somebody has.

use jiff::Timestamp;
use seatkeeper_domain::answer::Done;
use seatkeeper_domain::attempts::Limit;
use seatkeeper_domain::decide::CountAttempt;
use seatkeeper_domain::holder::fold;

use crate::failure::Failure;
use crate::service::{Service, unexpected};

/// From where somebody comes.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The address, as people read it.
    pub address: String,
    /// The network that attempts are counted by.
    pub network: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// Characters of the browser's name for itself that are kept.
const AGENT: usize = 200;

impl Caller {
    /// What the browser calls itself, cut short and in one line.
    pub(super) fn short_agent(&self) -> String {
        self.agent.chars().filter(|letter| !letter.is_control()).take(AGENT).collect()
    }
}

impl Service {
    /// What an attempt to sign in is counted under. No mail address stands there.
    pub(super) fn sign_in_limits(&self, email: &str, caller: &Caller) -> Vec<(String, Limit)> {
        let account = self.secrets.attempts_of(&fold(email));
        vec![
            (format!("sign-in {account} {}", caller.network), Limit::SIGN_IN_HERE),
            (format!("sign-in {account}"), Limit::SIGN_IN_ACCOUNT),
            (format!("sign-in {}", caller.network), Limit::SIGN_IN_NETWORK),
        ]
    }

    /// What a mail that somebody without a sign-in has sent is counted under.
    pub(super) fn reset_limits(&self, email: &str, caller: &Caller) -> Vec<(String, Limit)> {
        let account = self.secrets.attempts_of(&fold(email));
        vec![
            (format!("reset {account}"), Limit::RESET_ACCOUNT),
            (format!("reset {}", caller.network), Limit::RESET_NETWORK),
        ]
    }

    /// Counts an attempt before it is looked at; the keys it is forgiven by, should it be right.
    pub(super) async fn counted(&self, email: &str, caller: &Caller) -> Result<Vec<String>, Failure> {
        let under = self.sign_in_limits(email, caller);
        let keys = under.iter().map(|(key, _)| key.clone()).collect();
        not_held(self.job(CountAttempt { under, email: email.to_owned() }.into()).await?)?;
        Ok(keys)
    }
}

/// Refuses what is held back.
pub(crate) fn not_held(counted: Done) -> Result<(), Failure> {
    match counted {
        Done::Counted { held_until: None } => Ok(()),
        Done::Counted { held_until: Some(until) } => Err(held(until)),
        _ => Err(unexpected()),
    }
}

fn held(until: Timestamp) -> Failure {
    Failure::SignInHeld { until }
}
