//! Who signs in, beside the model's: in every scope, by every id, page by page.

use super::reads::{Asked, Checked, pages, same};
use crate::read::{Reader, Scope};
use seatkeeper_domain::holder::fold;

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    /// What nobody's scope is asked for: by a cookie, a mail address, a link.
    pub(super) fn people_themselves(&self) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        for id in books.sign_ins.keys() {
            same("signed_in", e.signed_in(*id), m.signed_in(*id))?;
        }
        for email in books.accounts.values().map(|a| fold(&a.email)).chain(["nobody@example.org".to_owned()]) {
            same("account_by_email", e.account_by_email(&email), m.account_by_email(&email))?;
        }
        for id in books.links.keys() {
            same("link", e.link(*id), m.link(*id))?;
        }
        same("first_link", e.first_link(), m.first_link())?;
        for limit in [1, 100] {
            same("mails_due", e.mails_due(self.now, limit), m.mails_due(self.now, limit))?;
        }
        Ok(())
    }

    /// People, and where they are signed in.
    pub(super) fn people(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        for id in books.accounts.keys() {
            same("account", e.account(scope, *id), m.account(scope, *id))?;
            for limit in [1, 1_000] {
                same("sign_ins", e.sign_ins(scope, *id, limit), m.sign_ins(scope, *id, limit))?;
            }
        }
        for of in books.customers.keys().map(|id| Scope::Customer(*id)).chain([Scope::Vendor]) {
            let (e, m) = (pages(|page| e.accounts(scope, of, page)), pages(|page| m.accounts(scope, of, page)));
            same("accounts", e, m)?;
        }
        Ok(())
    }
}
