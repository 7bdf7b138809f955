//! What the link in a visitor's mail leads to: a button that begins, and from then on what became of it. Looking at it changes
//! nothing, since programs look at the links in mails before people do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::Form;
use jiff::tz::TimeZone;
use seatkeeper_domain::ask::{Stage, Wanted};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::Term;
use seatkeeper_service::{Failure, OpenAsk};

use crate::flash::Flash;
use crate::form::Filled;
use crate::pages::door::Door;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shown::{Answer, shown};
use crate::words::{Face, When, many};

#[derive(Template)]
#[template(path = "trial/link.html")]
struct Page {
    door: Door,
    text: String,
    product: String,
    whom: String,
    trial: bool,
    /// How long the trial is.
    length: String,
    standing: Standing,
}

/// How it stands.
enum Standing {
    /// The button is still to be pressed.
    Open,
    /// The vendor has not answered.
    Waiting,
    /// The licence.
    Granted { serial: String, key: String, until: When, ends: Option<When>, said: String },
    /// The vendor said no, and why.
    Declined(String),
}

/// How it stands, and the button.
pub(crate) async fn page(State(portal): State<Portal>, Path(text): Path<String>) -> Answer {
    let open = portal.service.open_ask(&text).await.map_err(over)?;
    // Nobody is signed in, so that nobody's zone is known.
    let face = Face { now: portal.service.now(), zone: TimeZone::UTC };
    shown(&of(text, open, &face))
}

/// Begins the trial, or has the vendor asked.
pub(crate) async fn take(State(portal): State<Portal>, Path(text): Path<String>, Form(form): Form<Filled>) -> Answer {
    form.sure()?;
    portal.service.use_ask(&text).await.map_err(over)?;
    Ok(Redirect::to(&format!("/ask/{text}")).into_response())
}

fn of(text: String, open: OpenAsk, face: &Face) -> Page {
    let (ask, product) = (open.ask, open.product.name);
    let trial = ask.wanted == Wanted::Trial;
    let title = match (ask.stage(), trial) {
        (Stage::Unconfirmed, true) => format!("Begin your trial of {product}"),
        (Stage::Unconfirmed, false) => "Confirm your request".to_owned(),
        (Stage::Waiting, _) => "Your request is here".to_owned(),
        (Stage::Granted, true) => format!("Your trial of {product}"),
        (Stage::Granted, false) => format!("Your education licence for {product}"),
        (Stage::Declined, _) => "There is no licence for this request".to_owned(),
    };
    let said = ask.answer.as_ref().map(|answer| answer.said.clone()).unwrap_or_default();
    let mut days = open.product.offer.trial_days.unwrap_or_default();
    let standing = match (ask.stage(), open.shown) {
        (Stage::Granted, Some(shown)) => {
            if let Term::Trial { days: sold, .. } = shown.license.term {
                days = sold;
            }
            let (serial, key) = (shown.license.serial_number.clone(), shown.product_key);
            let ends = shown.license.ends_at().map(|at| face.day(at));
            Standing::Granted { serial, key, until: face.day(ask.link_until()), ends, said }
        }
        (Stage::Declined, _) => Standing::Declined(said),
        (Stage::Waiting, _) => Standing::Waiting,
        _ => Standing::Open,
    };
    let whom = match &ask.company {
        Some(company) => format!("{}, {company}", ask.name),
        None => ask.name.clone(),
    };
    let door = Door::of(title, Flash::default());
    Page { door, text, product, whom, trial, length: many(days.into(), "day"), standing }
}

fn over(failure: Failure) -> Refused {
    match failure {
        Failure::Refused { refusal: Refusal::LinkOver, .. } => Refused::ask_over(),
        other => other.into(),
    }
}
