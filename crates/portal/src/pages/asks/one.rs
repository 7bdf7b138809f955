//! One ask, and the answer to who asks for an education licence: until when, with which features, or why not.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use jiff::ToSpan;
use seatkeeper_domain::ask::{Ask, Stage};
use seatkeeper_domain::catalogue::Product;
use seatkeeper_domain::id::AskId;
use seatkeeper_service::{Permission, Reply};

use super::Row;
use crate::form::{Filled, Wrong};
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::When;

/// What the form shows mistakes beside.
const FIELDS: &[&str] = &["term", "features", "said"];

#[derive(Template)]
#[template(path = "asks/one.html")]
struct Page {
    shell: Shell,
    row: Row,
    confirmed: Option<When>,
    answered: Option<When>,
    said: String,
    product: Product,
    /// Whether the reader may answer, and it is not answered yet.
    may_answer: bool,
    form: Filled,
    wrong: Wrong,
}

impl Page {
    fn of(mut visitor: Visitor, ask: Ask, product: Product, form: Filled, wrong: Wrong) -> Self {
        let face = visitor.face.clone();
        Self {
            confirmed: ask.confirmed_at.map(|at| face.at(at)),
            answered: ask.answer.as_ref().map(|answer| face.at(answer.at)),
            said: ask.answer.as_ref().map(|answer| answer.said.clone()).unwrap_or_default(),
            may_answer: ask.stage() == Stage::Waiting && visitor.may(Permission::Sell),
            row: Row::of(ask, &[(product.id, product.name.clone())], &face),
            product,
            form,
            wrong,
            shell: Shell::of(&mut visitor, "/asks", "What a visitor asked for"),
        }
    }
}

/// What was asked for, how it stands, and the form for the answer.
pub(crate) async fn read(State(portal): State<Portal>, visitor: Visitor, Named(id): Named<AskId>) -> Answer {
    let (ask, product) = found(&portal, &visitor, id).await?;
    // A year, which is how long courses last.
    let year = visitor.now().to_zoned(visitor.face.zone.clone()).checked_add(1.year()).ok().map(|at| at.timestamp());
    let mut form = vec![("until".to_owned(), visitor.face.field(year))];
    form.extend(product.features.iter().map(|feature| ("feature".to_owned(), feature.code.clone())));
    shown(&Page::of(visitor, ask, product, Filled(form), Wrong::default()))
}

/// Answers it.
pub(crate) async fn answer(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<AskId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (ask, product) = found(&portal, &visitor, id).await?;
    visitor.admin.may(Permission::Sell)?;
    let mut wrong = Wrong::default();
    let reply = if form.has("verdict", "grant") { grant(&form, &visitor, &mut wrong) } else { Some(Reply::Decline) };
    if let Some(reply) = reply {
        let said = match reply {
            Reply::Grant { .. } => format!("{} gets a mail with the licence.", ask.name),
            Reply::Decline => format!("{} gets a mail with your answer.", ask.name),
        };
        match portal.service.answer_ask(&visitor.admin, id, reply, form.get("said").to_owned()).await {
            Ok(()) => return done("/requests", said),
            Err(failure) => wrong = Wrong::of(failure, FIELDS)?,
        }
    }
    again(&Page::of(visitor, ask, product, form, wrong))
}

fn grant(form: &Filled, visitor: &Visitor, wrong: &mut Wrong) -> Option<Reply> {
    let features = form.0.iter().filter(|(field, _)| field == "feature").map(|(_, code)| code.clone()).collect();
    match visitor.face.last_of(form.get("until"), None) {
        Ok(Some(expires_at)) => return Some(Reply::Grant { expires_at, features }),
        Ok(None) => wrong.note("term", "is needed"),
        Err(why) => wrong.note("term", why),
    }
    None
}

async fn found(portal: &Portal, visitor: &Visitor, id: AskId) -> Result<(Ask, Product), Refused> {
    visitor.vendor_only()?;
    let ask = portal.service.ask(&visitor.admin, id).await?;
    let product = portal.service.product(&visitor.admin, ask.product_id).await?;
    Ok((ask, product))
}
