//! One licence: how its seats stand, what was sold, and what its policy means for people.

use askama::Template;
use axum::extract::State;
use seatkeeper_domain::id::{AskId, LicenseId};
use seatkeeper_domain::license::{Grant, License, Model};
use seatkeeper_domain::term::Term;
use seatkeeper_service::Permission;
use seatkeeper_service::read::LicenseRow;

use super::super::requests::Told;
use super::frame::Frame;
use crate::named::Named;
use crate::notes;
use crate::parts::Strip;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, Rule, TermSaid, Usable, When, beyond, many, rules};

#[derive(Template)]
#[template(path = "licenses/one.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    /// Why it cannot be used, and since what was said.
    stopped: Option<String>,
    pool: Option<Pool>,
    /// What was asked of the vendor last.
    request: Option<Told>,
    may_ask: bool,
    /// Devices admitted now.
    devices: u32,
    term: TermSaid,
    /// What can be done about its term.
    renew: &'static str,
    issued: When,
    /// The ask that a trial is the answer to, for the vendor.
    ask: Option<AskId>,
    external_id: Option<String>,
    notes: Vec<(String, String)>,
    grants: Vec<Seats>,
    features: Vec<Feature>,
    rules: Vec<Rule>,
    may_sell: bool,
    may_suspend: bool,
    may_finish: bool,
}

/// The seats of a pool.
struct Pool {
    in_use: u32,
    seats: u32,
    strip: Strip,
    /// When they were counted, where that was not just now.
    as_of: Option<When>,
    /// What is to be said of more in use than were bought.
    beyond: Option<String>,
}

/// Seats bought together.
struct Seats {
    count: String,
    from: Option<When>,
    until: Option<When>,
    over: bool,
    order: Option<String>,
}

struct Feature {
    name: String,
    until: Option<When>,
    over: bool,
}

/// The licence.
pub(crate) async fn license(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "").await?;
    let pool = pool(&portal, &visitor, &row).await?;
    let (face, license) = (&visitor.face, &row.license);
    shown(&Page {
        stopped: stopped(license, frame.usable),
        request: Told::of(license, face),
        may_ask: !visitor.vendor() && visitor.may(Permission::Support) && pool.is_some() && !license.revoked(),
        pool,
        devices: row.counters.devices,
        term: TermSaid::of(license, face),
        renew: if matches!(license.term, Term::Trial { .. }) { "Convert or extend" } else { "Renew or change" },
        issued: face.day(license.created_at),
        ask: license.tried_by.filter(|_| visitor.vendor()),
        external_id: license.external_id.clone(),
        notes: license.metadata.iter().map(|(key, value)| (key.clone(), notes::said(value))).collect(),
        grants: license.grants.iter().map(|grant| Seats::of(grant, face)).collect(),
        features: features(&row, face),
        rules: rules(license),
        may_sell: visitor.may(Permission::Sell) && !license.revoked(),
        may_suspend: visitor.may(Permission::Suspend) && !license.revoked(),
        may_finish: visitor.may(Permission::Finish) && !license.revoked(),
        shell: Shell::live(&mut visitor, "/licenses", frame.title("Licence")),
        frame,
    })
}

fn stopped(license: &License, usable: Usable) -> Option<String> {
    let why = license.status_reason.as_deref().unwrap_or("no reason was given");
    match usable {
        Usable::Active => None,
        Usable::Ended => {
            Some("Its term is over: nobody can start the program with it. Renewing it is enough.".to_owned())
        }
        Usable::Suspended => {
            Some(format!("Suspended: {why}. Nobody can start the program with it until it is resumed."))
        }
        Usable::Revoked => Some(format!("Revoked: {why}. That is final; this licence cannot be used again.")),
    }
}

async fn pool(portal: &Portal, visitor: &Visitor, row: &LicenseRow) -> Result<Option<Pool>, Refused> {
    if row.license.model != Model::Concurrent {
        return Ok(None);
    }
    let counted = portal.service.pools(&visitor.admin, std::slice::from_ref(row)).await?;
    let (face, seats, in_use) = (&visitor.face, row.license.seats(visitor.now()), row.counters.in_use);
    Ok(counted.first().map(|counted| {
        let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let (live, silent, held) = (few(counted.states.live), few(counted.states.silent), few(counted.states.held));
        let free = seats.saturating_sub(in_use);
        let next = counted.states.next_back_by.map(|at| face.at(at));
        Pool {
            in_use,
            seats,
            strip: Strip { live, silent, held, free, plain: false, next },
            as_of: counted.as_of.map(|at| face.at(at)),
            beyond: beyond(&row.license, in_use, face),
        }
    }))
}

impl Seats {
    fn of(grant: &Grant, face: &Face) -> Self {
        Self {
            count: many(grant.seats.into(), "seat"),
            from: grant.starts_at.map(|at| face.day(at)),
            until: grant.ends_at.map(|at| face.day(at)),
            over: grant.ends_at.is_some_and(|at| at <= face.now),
            order: grant.order_reference.clone(),
        }
    }
}

fn features(row: &LicenseRow, face: &Face) -> Vec<Feature> {
    let name =
        |code: &str| row.product.features.iter().find(|f| f.code == code).map_or(code.to_owned(), |f| f.name.clone());
    let feature = |granted: &seatkeeper_domain::license::FeatureGrant| Feature {
        name: name(&granted.code),
        until: granted.ends_at.map(|at| face.day(at)),
        over: granted.ends_at.is_some_and(|at| at <= face.now),
    };
    row.license.features.iter().map(feature).collect()
}
