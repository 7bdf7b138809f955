//! Sending what is due: by one server at a time, again where it failed, given up in the end. A mail may arrive twice where a
//! server dies between sending it and noting so; none is lost.

use jiff::Timestamp;
use seatkeeper_domain::account::{Account, Mail, MailOutcome};
use seatkeeper_domain::ask::{Ask, Stage};
use seatkeeper_domain::decide::{AskMailed, MailTried};
use seatkeeper_domain::id::MailId;
use seatkeeper_store::read::Scope;

use super::Post;
use super::words::{Words, words};
use crate::failure::Failure;
use crate::people::replaced;
use crate::service::Service;

/// Mails sent in one round: each may take as long as a mail server lets it.
const AT_ONCE: u32 = 20;

impl Service {
    /// Sends what is due.
    pub async fn send_mails(&self, post: &Post) -> Result<(), Failure> {
        let now = self.now();
        for mail in self.read(move |reader| reader.mails_due(now, AT_ONCE)).await? {
            // Asked for each: a mail server may take its time, and a job is one server's for some seconds only.
            if !self.claims("mail").await? {
                return Ok(());
            }
            let outcome = self.deliver(&mail, post, now).await?;
            self.job(MailTried { id: mail.id, outcome }.into()).await?;
        }
        // After people's own, which strangers thus never hold up.
        for ask in self.read(move |reader| reader.asks_to_mail(now, AT_ONCE)).await? {
            if !self.claims("mail").await? {
                return Ok(());
            }
            let outcome = self.deliver_to_visitor(&ask, post, now).await?;
            let Some(due_at) = ask.mail.next_at else { continue };
            self.job(AskMailed { id: ask.id, due_at, outcome }.into()).await?;
        }
        Ok(())
    }

    async fn deliver_to_visitor(&self, ask: &Ask, post: &Post, now: Timestamp) -> Result<MailOutcome, Failure> {
        let id = ask.product_id;
        let Some(product) = self.read(move |reader| reader.product(id)).await? else {
            return Ok(MailOutcome::GivenUp);
        };
        if ask.stage() == Stage::Unconfirmed && !ask.link_good(now) {
            return Ok(MailOutcome::GivenUp);
        }
        let words = super::ask::words(ask, &product.name, post.address(), &self.ask_text(ask.id), now);
        Ok(post_it(post, self.draw(), ask.email.clone(), words, ask.mail.tries, now).await)
    }

    async fn deliver(&self, mail: &Mail, post: &Post, now: Timestamp) -> Result<MailOutcome, Failure> {
        let id = mail.account_id;
        let Some(account) = self.read(move |reader| reader.account(Scope::Vendor, id)).await? else {
            return Ok(MailOutcome::GivenUp);
        };
        let link = match self.link_of(mail, &account, now).await? {
            None if mail.link_id.is_some() => return Ok(MailOutcome::GivenUp),
            link => link,
        };
        let house = self.house_of(&account).await?;
        let words = words(mail.kind, &account, &house, post.address(), link);
        Ok(post_it(post, mail.id, account.email, words, mail.tries, now).await)
    }

    /// The link in a mail, if it is still good for anything.
    async fn link_of(
        &self,
        mail: &Mail,
        account: &Account,
        now: Timestamp,
    ) -> Result<Option<(String, Timestamp)>, Failure> {
        let Some(id) = mail.link_id else { return Ok(None) };
        let link = self.read(move |reader| reader.link(id)).await?;
        let good = link.filter(|link| link.good(now) && !replaced(link, account));
        Ok(good.map(|link| (self.link_text(link.id), link.expires_at())))
    }

    async fn house_of(&self, account: &Account) -> Result<String, Failure> {
        let Some(id) = account.customer_id else { return Ok("Seatkeeper".to_owned()) };
        let customer = self.read(move |reader| reader.customer(Scope::Vendor, id)).await?;
        Ok(customer.map_or_else(|| "your licences".to_owned(), |customer| format!("the licences of {}", customer.name)))
    }
}

/// Hands a mail over; one that could not be is told to the log, without its address.
async fn post_it(post: &Post, id: MailId, to: String, words: Words, tries: u32, now: Timestamp) -> MailOutcome {
    let post = post.clone();
    let sending = tokio::task::spawn_blocking(move || post.send(id, &to, &words, now));
    match sending.await.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(()) => MailOutcome::Sent,
        Err(error) => {
            tracing::warn!(mail = %id, tries = tries + 1, error, "a mail could not be sent");
            MailOutcome::Failed
        }
    }
}
