//! What administrators read. Each call takes the administrator, and reads within what exists for them.

use std::sync::Arc;
use std::time::Duration;

use seatkeeper_domain::activation::Activation;
use seatkeeper_domain::block::Block;
use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::id::{ActivationId, CustomerId, LicenseId, ProductId, SessionId, TokenId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::Token;
use seatkeeper_store::Upkeep;
use seatkeeper_store::read::{
    DenialFilter, EventRow, KeyRow, LanePosition, LicenseFilter, LicenseRow, Listed, Page, SessionFilter, SessionRow,
};
use tokio::time::{Instant, timeout_at};

use crate::authority::{Admin, Permission};
use crate::failure::Failure;
use crate::service::Service;

type Answered<T> = Result<T, Failure>;

fn found<T>(row: Option<T>, what: &'static str) -> Answered<T> {
    Ok(row.ok_or(Refusal::NotFound { what })?)
}

impl Service {
    /// One product.
    pub async fn product(&self, _: &Admin, id: ProductId) -> Answered<Product> {
        found(self.read(move |r| r.product(id)).await?, "product")
    }

    /// Products.
    pub async fn products(&self, _: &Admin, page: Page) -> Answered<Listed<Product>> {
        self.read(move |r| r.products(page)).await
    }

    /// One customer.
    pub async fn customer(&self, admin: &Admin, id: CustomerId) -> Answered<Customer> {
        let scope = admin.scope();
        found(self.read(move |r| r.customer(scope, id)).await?, "customer")
    }

    /// Customers.
    pub async fn customers(
        &self,
        admin: &Admin,
        external_id: Option<String>,
        page: Page,
    ) -> Answered<Listed<Customer>> {
        let scope = admin.scope();
        self.read(move |r| r.customers(scope, external_id.as_deref(), page)).await
    }

    /// One licence.
    pub async fn license(&self, admin: &Admin, id: LicenseId) -> Answered<LicenseRow> {
        let scope = admin.scope();
        found(self.read(move |r| r.license(scope, id)).await?, "licence")
    }

    /// Licences.
    pub async fn licenses(&self, admin: &Admin, filter: LicenseFilter, page: Page) -> Answered<Listed<LicenseRow>> {
        let scope = admin.scope();
        self.read(move |r| r.licenses(scope, &filter, page)).await
    }

    /// A licence's keys.
    pub async fn keys(&self, admin: &Admin, license: LicenseId) -> Answered<Vec<KeyRow>> {
        self.license(admin, license).await?;
        let scope = admin.scope();
        self.read(move |r| r.keys(scope, license)).await
    }

    /// A licence's blocks.
    pub async fn blocks(&self, admin: &Admin, license: LicenseId, page: Page) -> Answered<Listed<Block>> {
        self.license(admin, license).await?;
        let scope = admin.scope();
        self.read(move |r| r.blocks(scope, license, page)).await
    }

    /// One session.
    pub async fn session(&self, admin: &Admin, id: SessionId) -> Answered<SessionRow> {
        let scope = admin.scope();
        found(self.read(move |r| r.session(scope, id)).await?, "session")
    }

    /// Sessions.
    pub async fn sessions(&self, admin: &Admin, filter: SessionFilter, page: Page) -> Answered<Listed<SessionRow>> {
        let (scope, now) = (admin.scope(), self.now());
        self.read(move |r| r.sessions(scope, &filter, now, page)).await
    }

    /// One device.
    pub async fn activation(&self, admin: &Admin, id: ActivationId) -> Answered<Activation> {
        let scope = admin.scope();
        found(self.read(move |r| r.activation(scope, id)).await?, "activation")
    }

    /// Devices.
    pub async fn activations(
        &self,
        admin: &Admin,
        license: Option<LicenseId>,
        page: Page,
    ) -> Answered<Listed<Activation>> {
        let scope = admin.scope();
        self.read(move |r| r.activations(scope, license, page)).await
    }

    /// Episodes of refusals.
    pub async fn denials(&self, admin: &Admin, filter: DenialFilter, page: Page) -> Answered<Listed<Denial>> {
        let scope = admin.scope();
        self.read(move |r| r.denials(scope, &filter, page)).await
    }

    /// Tokens.
    pub async fn tokens(&self, admin: &Admin, page: Page) -> Answered<Listed<Token>> {
        admin.may(Permission::Govern)?;
        self.read(move |r| r.tokens(page)).await
    }

    /// One token.
    pub async fn token(&self, admin: &Admin, id: TokenId) -> Answered<Token> {
        admin.may(Permission::Govern)?;
        found(self.read(move |r| r.token(id)).await?, "token")
    }

    /// Signing keys.
    pub async fn signing_keys(&self, admin: &Admin) -> Answered<Vec<SigningKey>> {
        admin.may(Permission::Govern)?;
        self.read(|r| r.signing_keys()).await
    }

    /// How far each lane of events is: where a follower begins who wants only what is still to come.
    pub async fn lanes(&self, _: &Admin) -> Answered<Vec<LanePosition>> {
        self.read(|r| r.lanes()).await
    }

    /// Events after a position on each lane; where there is none yet, the first that come within `wait`.
    pub async fn events(
        &self,
        admin: &Admin,
        after: &[LanePosition],
        limit: u32,
        wait: Duration,
    ) -> Answered<Vec<EventRow>> {
        let (scope, until) = (admin.scope(), Instant::now() + wait);
        let mut news = self.follow();
        loop {
            let after = after.to_vec();
            let rows = self.read(move |r| r.events(scope, &after, limit)).await?;
            if !rows.is_empty() || timeout_at(until, news.more()).await != Ok(true) {
                return Ok(rows);
            }
        }
    }

    /// Care of the books: backup and check. Its calls block.
    pub fn upkeep(&self, admin: &Admin) -> Answered<Arc<dyn Upkeep>> {
        admin.may(Permission::Govern)?;
        Ok(self.upkeep.clone())
    }
}
