//! Everybody at one pool, and everybody at a pool of their own.

use anyhow::Result;

use super::{CONNECTIONS, Engine, Plan, Site, tell};
use crate::load::closed;
use crate::report::{Figure, Section};
use crate::work::{Cycling, InTurn};

const POOLS: u32 = 1000;

const METHOD: &str = "A thousand programs take and return seats over 64 connections, each asking again as soon as it was \
    answered: all of them in one pool, or each in a pool of its own. A licence's row is then written once for a batch, \
    or once for each request.";

pub(crate) async fn measure(plan: &Plan) -> Result<Section> {
    let mut figures = Vec::new();
    for engine in Engine::ALL {
        figures.extend(on(engine, plan).await?);
    }
    Ok(Section { title: "One pool and a thousand", method: METHOD.to_owned(), figures, notes: String::new() })
}

async fn on(engine: Engine, plan: &Plan) -> Result<[Figure; 3]> {
    let site = Site::on(engine)?;
    let hot = site.arrive(&site.vendor.pools(1, 2 * POOLS), POOLS, 1).await?;
    let spread = site.arrive(&site.vendor.pools(POOLS, 2), 1, 2).await?;
    let mut hot = InTurn::shared_out(hot.into_iter().map(Cycling::new), CONNECTIONS);
    let mut spread = InTurn::shared_out(spread.into_iter().map(Cycling::new), CONNECTIONS);
    let (mut one, mut many) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        one.push(closed(site.address, &mut hot, plan.window).await?.rate());
        many.push(closed(site.address, &mut spread, plan.window).await?.rate());
    }
    let name = engine.name();
    let ratio = Figure::ratio(format!("{name}: a thousand pools ÷ one pool"), &many, &one);
    tell(&ratio.what, ratio.median());
    Ok([
        ratio,
        Figure::new(format!("{name}: one pool"), "requests/s", one),
        Figure::new(format!("{name}: a thousand pools"), "requests/s", many),
    ])
}
