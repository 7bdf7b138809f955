//! The modules that a licence switches on, and until when.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use jiff::Timestamp;
use seatkeeper_domain::decide::LicensePatch;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::FeatureGrant;
use seatkeeper_service::read::LicenseRow;
use serde::Deserialize;

use super::change::change;
use super::frame::Frame;
use crate::form::Wrong;
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::{Face, many};

#[derive(Template)]
#[template(path = "licenses/features.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    rows: Vec<Row>,
    revision: u64,
    wrong: Wrong,
}

/// A feature of the product, or one that the licence was sold with.
struct Row {
    code: String,
    name: String,
    on: bool,
    until: String,
}

/// The form as it was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    /// All that the form shows.
    code: Vec<String>,
    /// Until when, in the same order.
    until: Vec<String>,
    /// Those that are ticked.
    on: Vec<String>,
    revision: u64,
}

impl Filled {
    fn of(row: &LicenseRow, face: &Face) -> Self {
        let had = row.license.features.iter().map(|feature| &feature.code);
        let sold = row.product.features.iter().map(|feature| &feature.code);
        let mut code: Vec<String> = sold.cloned().collect();
        code.extend(had.filter(|had| !row.product.features.iter().any(|feature| feature.code == **had)).cloned());
        Self {
            until: code.iter().map(|code| face.field(until(row, code))).collect(),
            on: row.license.features.iter().map(|feature| feature.code.clone()).collect(),
            code,
            revision: row.license.revision,
        }
    }

    fn features(&self, row: &LicenseRow, face: &Face, wrong: &mut Wrong) -> Vec<FeatureGrant> {
        let mut features = Vec::new();
        for (code, typed) in self.code.iter().zip(&self.until).filter(|(code, _)| self.on.contains(code)) {
            match face.last_of(typed, until(row, code)) {
                Ok(ends_at) => features.push(FeatureGrant { code: code.clone(), ends_at }),
                Err(why) => wrong.note("features", format!("{code}: the end {why}")),
            }
        }
        features
    }

    fn rows(&self, row: &LicenseRow) -> Vec<Row> {
        let name = |code: &str| {
            let named = row.product.features.iter().find(|feature| feature.code == code);
            named.map_or_else(|| format!("{code} (no longer sold)"), |feature| feature.name.clone())
        };
        let rows = self.code.iter().zip(&self.until).map(|(code, until)| Row {
            name: name(code),
            on: self.on.contains(code),
            code: code.clone(),
            until: until.clone(),
        });
        rows.collect()
    }
}

/// Until when a licence has a feature.
fn until(row: &LicenseRow, code: &str) -> Option<Timestamp> {
    row.license.features.iter().find(|feature| feature.code == code).and_then(|feature| feature.ends_at)
}

/// The form.
pub(crate) async fn edit(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let form = Filled::of(&row, &visitor.face);
    shown(&page(&mut visitor, frame, &row, &form, Wrong::default()))
}

/// Changes them.
pub(crate) async fn save(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let mut wrong = Wrong::default();
    let features = form.features(&row, &visitor.face, &mut wrong);
    let count = features.len() as u64;
    if wrong.is_empty() {
        let patch = LicensePatch { features: Some(features), ..Default::default() };
        wrong = change(&portal, &visitor, id, form.revision, patch, &["features"]).await?;
    }
    if !wrong.is_empty() {
        return again(&page(&mut visitor, frame, &row, &form, wrong));
    }
    let has =
        format!("The licence has {} now. Open programs learn of it with their next refresh.", many(count, "feature"));
    done(&frame.home(), has)
}

fn page(visitor: &mut Visitor, frame: Frame, row: &LicenseRow, form: &Filled, wrong: Wrong) -> Page {
    let shell = Shell::of(visitor, "/licenses", frame.title("Features"));
    Page { shell, frame, rows: form.rows(row), revision: form.revision, wrong }
}
