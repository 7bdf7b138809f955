//! One's own account at a glance.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::sign_ins::{Place, places};
use crate::form::{Wrong, filled};
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::role;

/// Sign-ins that are shown.
const SHOWN: u32 = 20;

/// What is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    name: String,
    time_zone: String,
}

#[derive(Template)]
#[template(path = "account/own.html")]
struct Page {
    shell: Shell,
    email: String,
    role: &'static str,
    two_factor: bool,
    recovery_codes: usize,
    zone: String,
    places: Vec<Place>,
    form: Filled,
    wrong: Wrong,
}

impl Page {
    /// Whether there is another sign-in to end.
    fn elsewhere(&self) -> bool {
        self.places.iter().any(|place| place.good && !place.here)
    }
}

async fn of(
    portal: &Portal,
    visitor: &mut Visitor,
    form: Filled,
    wrong: Wrong,
) -> Result<Page, crate::refused::Refused> {
    let sign_ins = portal.service.own_sign_ins(&visitor.who, SHOWN).await?;
    let account = &visitor.who.account;
    Ok(Page {
        email: account.email.clone(),
        role: role(account.role),
        two_factor: account.asked_factor().is_some(),
        recovery_codes: account.asked_factor().map_or(0, |factor| factor.recovery.len()),
        zone: visitor.face.zone.iana_name().unwrap_or("UTC").to_owned(),
        places: places(&sign_ins, Some(visitor.who.sign_in.id), &visitor.face),
        shell: Shell::of(visitor, "/account", "Your account"),
        form,
        wrong,
    })
}

/// The page.
pub(crate) async fn page(State(portal): State<Portal>, mut visitor: Visitor) -> Answer {
    let account = &visitor.who.account;
    let form = Filled { name: account.name.clone(), time_zone: account.time_zone.clone().unwrap_or_default() };
    shown(&of(&portal, &mut visitor, form, Wrong::default()).await?)
}

/// Changes name and time zone.
pub(crate) async fn save(State(portal): State<Portal>, mut visitor: Visitor, Form(form): Form<Filled>) -> Answer {
    let mut wrong = Wrong::default();
    let zone = filled(&form.time_zone);
    if zone.as_ref().is_some_and(|name| TimeZone::get(name).is_err()) {
        wrong.note("time_zone", "is no time zone: write it as Europe/Berlin or America/New_York");
        return again(&of(&portal, &mut visitor, form, wrong).await?);
    }
    match portal.service.update_profile(&visitor.who, &form.name, zone).await {
        Ok(()) => done("/account", "Your account is changed."),
        Err(failure) => {
            let wrong = Wrong::of(failure, &["name", "time_zone"])?;
            again(&of(&portal, &mut visitor, form, wrong).await?)
        }
    }
}
