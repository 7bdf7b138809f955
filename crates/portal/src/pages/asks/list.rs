//! The list of what was asked for, newest first.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::ask::Stage;
use seatkeeper_domain::id::ProductId;
use seatkeeper_service::Permission;
use seatkeeper_service::read::Page as Part;
use seatkeeper_service::read::asks::AskFilter;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Row, products};
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;

/// Rows on a page.
const ROWS: u32 = 50;

/// What is asked of the list; what is left out is not.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    product: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Uuid>,
}

impl Asked {
    fn filter(&self) -> AskFilter {
        let stage = STATES.iter().find(|(code, _, _)| *code == self.state).map(|(_, _, stage)| *stage);
        AskFilter { product_id: self.product.parse::<Uuid>().ok().map(ProductId), stage }
    }

    fn everything(&self) -> bool {
        self.state.is_empty() && self.product.is_empty()
    }

    fn page(&self, after: Uuid) -> String {
        let asked = Self { after: Some(after), ..self.clone() };
        format!("/asks?{}", serde_html_form::to_string(&asked).unwrap_or_default())
    }
}

const STATES: [(&str, &str, Stage); 4] = [
    ("waiting", "Waiting for you", Stage::Waiting),
    ("granted", "Granted", Stage::Granted),
    ("declined", "Declined", Stage::Declined),
    ("unconfirmed", "Address not confirmed", Stage::Unconfirmed),
];

#[derive(Template)]
#[template(path = "asks/list.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    products: Vec<(ProductId, String)>,
    rows: Vec<Row>,
    next: Option<String>,
    offers: Vec<(String, String)>,
    may_answer: bool,
}

/// What visitors asked for.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.vendor_only()?;
    let part = Part { after: asked.after, limit: ROWS };
    let found = portal.service.asks(&visitor.admin, asked.filter(), part).await?;
    let products = products(&portal, &visitor).await?;
    let offers = portal.service.offers().await?.into_iter().map(|product| (product.code, product.name)).collect();
    shown(&Page {
        next: found.next.map(|after| asked.page(after)),
        rows: found.items.into_iter().map(|ask| Row::of(ask, &products, &visitor.face)).collect(),
        may_answer: visitor.may(Permission::Sell),
        shell: Shell::of(&mut visitor, "/asks", "Trials"),
        products,
        offers,
        asked,
    })
}

/// Those who wait for an answer, as many as fit on a page beside others.
pub(crate) async fn waiting(portal: &Portal, visitor: &Visitor) -> Result<Vec<Row>, Refused> {
    let filter = AskFilter { stage: Some(Stage::Waiting), ..AskFilter::default() };
    let found = portal.service.asks(&visitor.admin, filter, Part { after: None, limit: ROWS }).await?;
    if found.items.is_empty() {
        return Ok(Vec::new());
    }
    let products = products(portal, visitor).await?;
    Ok(found.items.into_iter().map(|ask| Row::of(ask, &products, &visitor.face)).collect())
}
