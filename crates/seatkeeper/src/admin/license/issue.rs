//! Issuing and changing licences: seats, term, features, policy. What is sound is the server's to say.

use std::collections::BTreeMap;

use clap::Args;
use seatkeeper_protocol::admin::{FeatureGrant, GrantNew, License, LicenseNew, LicensePatch, Term};
use serde::Deserialize;
use serde_json::Value;

use super::show::{ModelArg, page};
use super::{Desk, Named};
use crate::arguments::{PolicyArgs, feature_grant, grant, metadata, term};

#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// Who buys it: its id, your own id for it, or its exact name
    #[arg(long)]
    customer: String,
    /// The product's code
    #[arg(long)]
    product: String,
    /// A pool or a single user
    #[arg(long, default_value = "concurrent")]
    model: ModelArg,
    #[command(flatten)]
    seats: Seats,
    /// perpetual, perpetual:LAST-DAY-OF-MAINTENANCE, subscription:LAST-DAY, trial:DAYS or education:LAST-DAY
    #[arg(long, value_parser = term)]
    term: Term,
    #[command(flatten)]
    more: More,
    #[command(flatten)]
    policy: PolicyArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    seats: Seats,
    /// Add seats to those there are; repeat it for more
    #[arg(long, value_name = "SEATS[@FROM..TO][#ORDER]", value_parser = grant, conflicts_with_all = ["seats", "grants"])]
    add: Vec<GrantNew>,
    /// Another term: a renewal, a trial that converts
    #[arg(long, value_parser = term)]
    term: Option<Term>,
    #[command(flatten)]
    more: More,
    #[command(flatten)]
    policy: PolicyArgs,
}

/// The seats bought; in a change, in place of all that were before.
#[derive(Debug, Args)]
struct Seats {
    /// So many seats from now on, for ever [default: 1 for a single user]
    #[arg(long, value_name = "N", conflicts_with = "grants")]
    seats: Option<u32>,
    /// Seats bought together, as 10, 5@2027-01-01..2027-03-31 or 5@..2027-03-31#ORDER; repeat it for more
    #[arg(long = "grant", value_name = "SEATS[@FROM..TO][#ORDER]", value_parser = grant)]
    grants: Option<Vec<GrantNew>>,
}

/// What else is said of a licence; in a change, each in place of what was before, and an empty word for none.
#[derive(Debug, Args)]
struct More {
    /// A feature to switch on, until its last day or with the licence; repeat it for more
    #[arg(long = "feature", value_name = "CODE[:LAST-DAY]", value_parser = feature_grant)]
    features: Option<Vec<FeatureGrant>>,
    /// Your own id for it, as in your CRM; unique
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Whatever your CRM wants to find again; repeat it for more
    #[arg(long, value_name = "KEY=VALUE", value_parser = metadata)]
    metadata: Option<Vec<(String, Value)>>,
}

impl More {
    fn features(&self) -> Option<Vec<FeatureGrant>> {
        let features = self.features.clone()?.into_iter();
        Some(features.filter(|feature| !feature.code.is_empty()).collect())
    }

    fn metadata(&self) -> Option<BTreeMap<String, Value>> {
        self.metadata.clone().map(|pairs| pairs.into_iter().filter(|(key, _)| !key.is_empty()).collect())
    }
}

impl Issue {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let new = LicenseNew {
            customer_id: desk.client.customer_id(&self.customer)?,
            product: self.product.clone(),
            model: self.model.wire(),
            seats: self.seats.seats,
            grants: self.seats.grants.clone(),
            features: self.more.features(),
            term: self.term.clone(),
            policy: self.policy.patch(),
            external_id: self.more.external_id.clone(),
            metadata: self.more.metadata().unwrap_or_default(),
        };
        page(desk, &desk.client.post("/v1/licenses", &new)?)
    }
}

impl Change {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let path = self.named.path(desk, "")?;
        let (grants, revision) = if self.add.is_empty() {
            (self.seats.grants.clone(), None)
        } else {
            let (grants, revision) = self.added(desk, &path)?;
            (Some(grants), revision)
        };
        let policy = self.policy.patch();
        let patch = LicensePatch {
            seats: self.seats.seats,
            grants,
            features: self.more.features(),
            term: self.term.clone(),
            policy: Some(policy).filter(|policy| *policy != Default::default()),
            external_id: self.more.external_id.clone().map(|id| Some(id).filter(|id| !id.is_empty())),
            metadata: self.more.metadata(),
        };
        page(desk, &desk.client.patch_if(&path, &patch, revision.as_deref())?)
    }

    /// The grants that are there and the new ones, and the licence's revision: somebody else may be adding seats too.
    fn added(&self, desk: &Desk<'_>, path: &str) -> anyhow::Result<(Vec<GrantNew>, Option<String>)> {
        let (license, revision) = desk.client.get_tagged(path)?;
        let license = License::deserialize(license)?;
        let kept = license.grants.into_iter().map(|grant| GrantNew {
            seats: grant.seats,
            starts_at: grant.starts_at,
            ends_at: grant.ends_at,
            order_reference: grant.order_reference,
        });
        Ok((kept.chain(self.add.iter().cloned()).collect(), revision))
    }
}
