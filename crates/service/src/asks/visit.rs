//! A visitor: asks, confirms their mail address by the link that comes, and reads what became of it by the same link.

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::ask::{Ask, Wanted, mailbox};
use seatkeeper_domain::attempts::Limit;
use seatkeeper_domain::catalogue::{Offer, Product};
use seatkeeper_domain::decide::{AskLicense, BeginTrial, Command, ConfirmAsk, Office, OfficeCommand, What};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::id::AskId;
use seatkeeper_domain::license::License;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::read::{Page, Scope};

use crate::failure::Failure;
use crate::people::{Caller, Secret, not_held};
use crate::seal::same;
use crate::service::{Service, unexpected};

/// What somebody fills in who asks.
#[derive(Clone, Debug)]
pub struct Asking {
    /// What for.
    pub wanted: Wanted,
    /// The product's code.
    pub product: String,
    /// Their mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their company, or where they teach or study.
    pub company: Option<String>,
    /// Why they ask for an education licence.
    pub why: Option<String>,
}

/// What a link that is good leads to.
#[derive(Debug)]
pub struct OpenAsk {
    /// What was asked for, and how it stands.
    pub ask: Ask,
    /// Of which product.
    pub product: Product,
    /// The licence, once there is one.
    pub shown: Option<Shown>,
}

/// A licence with its key, for whoever it was made for.
#[derive(Debug)]
pub struct Shown {
    /// The licence.
    pub license: License,
    /// The key as its owner types it.
    pub product_key: String,
}

impl Service {
    /// The products of which visitors may ask for something, in the order in which they were added.
    pub async fn offers(&self) -> Result<Vec<Product>, Failure> {
        let (mut offers, mut page) = (Vec::new(), Page { after: None, limit: 200 });
        loop {
            let listed = self.read(move |reader| reader.products(page)).await?;
            offers.extend(listed.items.into_iter().filter(|product| product.offer != Offer::default()));
            match listed.next {
                None => return Ok(offers),
                after => page.after = after,
            }
        }
    }

    /// Has a mail sent that says how to go on. Whether the address was seen before is not told.
    pub async fn ask_license(&self, asking: Asking, caller: &Caller) -> Result<(), Failure> {
        let id: AskId = self.draw();
        let mailbox = self.secrets.attempts_of(&mailbox(&asking.email));
        let under = vec![
            (format!("ask {mailbox}"), Limit::ASK_MAILBOX),
            (format!("ask {}", caller.network), Limit::ASK_NETWORK),
            ("ask".to_owned(), Limit::ASK_EVERYBODY),
        ];
        let Asking { wanted, product, email, name, company, why } = asking;
        let asked = AskLicense { under, id, wanted, product, email, name, company, why };
        match self.visitor(id, asked).await? {
            Answer::Done(done) => not_held(done),
            _ => Err(unexpected()),
        }
    }

    /// What a link leads to. Reads only, so that programs which look at links before people do begin nothing.
    ///
    /// # Errors
    /// [`Refusal::LinkOver`] for one that is too old, or never was one.
    pub async fn open_ask(&self, text: &str) -> Result<OpenAsk, Failure> {
        let over = || Failure::from(Refusal::LinkOver);
        let given = Secret::parse(text).ok_or_else(over)?;
        let id = AskId(given.id);
        if !same(&given.secret, &self.secrets.ask_secret(id)) {
            return Err(over());
        }
        let ask = self.read(move |reader| reader.ask(id)).await?;
        let ask = ask.filter(|ask| ask.link_good(self.now())).ok_or_else(over)?;
        let product_id = ask.product_id;
        let product = self.read(move |reader| reader.product(product_id)).await?.ok_or_else(over)?;
        let shown = match ask.made() {
            None => None,
            Some(made) => {
                let license = self.read(move |reader| reader.license(Scope::Vendor, made.license_id)).await?;
                let license = license.ok_or_else(over)?.license;
                let product_key = self.opened_key(Scope::Vendor, made.license_id, made.key_id).await?;
                Some(Shown { license, product_key })
            }
        };
        Ok(OpenAsk { ask, product, shown })
    }

    /// Uses a link: begins the trial, or has the vendor look at what was asked for. Used again it does nothing more.
    pub async fn use_ask(&self, text: &str) -> Result<(), Failure> {
        let ask = self.open_ask(text).await?.ask;
        let what: What = match ask.wanted {
            Wanted::Education => ConfirmAsk { ask_id: ask.id }.into(),
            Wanted::Trial => BeginTrial { ask_id: ask.id, making: self.making(&ask).await? }.into(),
        };
        self.visitor(ask.id, what).await.map(drop)
    }

    /// Does what a visitor asks, in their name.
    async fn visitor(&self, id: AskId, what: impl Into<What>) -> Result<Answer, Failure> {
        let by = Office { actor: Actor::Visitor(id), customer_id: None, idempotency: None };
        self.run(Command::Office(Box::new(OfficeCommand { by, what: what.into() }))).await
    }
}
