//! The vendor's side: what was asked for, and the answer to who asks for an education licence.

use jiff::Timestamp;
use seatkeeper_domain::ask::Ask;
use seatkeeper_domain::decide::{AnswerAsk, AskVerdict};
use seatkeeper_domain::id::AskId;
use seatkeeper_domain::license::FeatureGrant;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::read::asks::AskFilter;
use seatkeeper_store::read::{Listed, Page, Scope};

use crate::authority::{Admin, Permission};
use crate::failure::Failure;
use crate::service::Service;

/// What the vendor answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A licence.
    Grant {
        /// When it ends.
        expires_at: Timestamp,
        /// Codes of the features that it switches on.
        features: Vec<String>,
    },
    /// None.
    Decline,
}

impl Service {
    /// What visitors asked for, newest first. It exists for the vendor alone.
    pub async fn asks(&self, admin: &Admin, filter: AskFilter, page: Page) -> Result<Listed<Ask>, Failure> {
        vendors(admin)?;
        self.read(move |reader| reader.asks(filter, page)).await
    }

    /// One of them.
    pub async fn ask(&self, admin: &Admin, id: AskId) -> Result<Ask, Failure> {
        vendors(admin)?;
        let found = self.read(move |reader| reader.ask(id)).await?;
        found.ok_or_else(|| Refusal::NotFound { what: "request" }.into())
    }

    /// Answers who asks for an education licence: they get a mail, and read `said` in it.
    pub async fn answer_ask(&self, admin: &Admin, id: AskId, reply: Reply, said: String) -> Result<(), Failure> {
        let ask = self.ask(admin, id).await?;
        let verdict = match reply {
            Reply::Decline => AskVerdict::Decline,
            Reply::Grant { expires_at, features } => {
                let features = features.into_iter().map(|code| FeatureGrant { code, ends_at: None }).collect();
                AskVerdict::Grant { making: Box::new(self.making(&ask).await?), expires_at, features }
            }
        };
        self.office(admin, None, AnswerAsk { ask_id: id, verdict, said }).await.map(drop)
    }
}

/// Refuses whoever sees one customer only: for them there is nothing.
fn vendors(admin: &Admin) -> Result<(), Failure> {
    admin.may(Permission::Read)?;
    match admin.scope() {
        Scope::Vendor => Ok(()),
        Scope::Customer(_) => Err(Refusal::NotFound { what: "request" }.into()),
    }
}
