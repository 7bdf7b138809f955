//! What visitors asked for, of an engine and of the model.

use seatkeeper_domain::ask::{Stage, mailbox};

use super::reads::{Asked, Checked, pages, same};
use crate::read::Reader;
use crate::read::asks::AskFilter;

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    pub(super) fn asks(&self) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        for ask in books.asks.values() {
            same("ask", e.ask(ask.id), m.ask(ask.id))?;
            same("asks_from", e.asks_from(&mailbox(&ask.email)), m.asks_from(&mailbox(&ask.email)))?;
        }
        for product_id in books.products.keys().copied().map(Some).chain([None]) {
            let stages = [Stage::Unconfirmed, Stage::Waiting, Stage::Granted, Stage::Declined];
            for stage in stages.into_iter().map(Some).chain([None]) {
                let filter = AskFilter { product_id, stage };
                same("asks", pages(|page| e.asks(filter, page)), pages(|page| m.asks(filter, page)))?;
            }
        }
        for limit in [1, 100] {
            same("asks_to_mail", e.asks_to_mail(self.now, limit), m.asks_to_mail(self.now, limit))?;
        }
        Ok(())
    }
}
