//! A row of any kind, for those who carry rows and need not know them.

use std::fmt;

use seatkeeper_domain::account::{Account, Link, Mail, SignIn};
use seatkeeper_domain::activation::{Activation, Installation};
use seatkeeper_domain::ask::Ask;
use seatkeeper_domain::attempts::Attempts;
use seatkeeper_domain::block::Block;
use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::key::ProductKey;
use seatkeeper_domain::license::{Counters, License};
use seatkeeper_domain::session::{Checkout, Session};
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::{Answered, Token};
use uuid::Uuid;

/// A kind of row. Events are none: they stand on lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Products.
    Product,
    /// Customers.
    Customer,
    /// Licences with their counters.
    License,
    /// Product keys.
    Key,
    /// Devices with their hashes.
    Activation,
    /// Installations.
    Installation,
    /// Sessions.
    Session,
    /// Checkouts.
    Checkout,
    /// Blocks.
    Block,
    /// Episodes of refusals.
    Denial,
    /// Administration tokens.
    Token,
    /// Signing keys.
    SigningKey,
    /// Answers under idempotency keys.
    Answered,
    /// Failed attempts by address.
    Attempts,
    /// People who sign in.
    Account,
    /// Sign-ins.
    SignIn,
    /// Links.
    Link,
    /// Mails.
    Mail,
    /// What visitors asked for.
    Ask,
}

impl Kind {
    /// All, in an order in which each row finds its parents there.
    pub const ALL: [Self; 19] = [
        Self::Product,
        Self::Customer,
        Self::License,
        Self::Key,
        Self::Activation,
        Self::Installation,
        Self::Session,
        Self::Checkout,
        Self::Block,
        Self::Denial,
        Self::Token,
        Self::SigningKey,
        Self::Answered,
        Self::Attempts,
        Self::Account,
        Self::SignIn,
        Self::Link,
        Self::Mail,
        Self::Ask,
    ];

    /// The table that they stand in, in every engine.
    pub fn table(self) -> &'static str {
        match self {
            Self::Product => "products",
            Self::Customer => "customers",
            Self::License => "licenses",
            Self::Key => "keys",
            Self::Activation => "activations",
            Self::Installation => "installations",
            Self::Session => "sessions",
            Self::Checkout => "checkouts",
            Self::Block => "blocks",
            Self::Denial => "denials",
            Self::Token => "tokens",
            Self::SigningKey => "signing_keys",
            Self::Answered => "answered",
            Self::Attempts => "attempts",
            Self::Account => "accounts",
            Self::SignIn => "sign_ins",
            Self::Link => "links",
            Self::Mail => "mails",
            Self::Ask => "asks",
        }
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A product.
    Product(Product),
    /// A customer.
    Customer(Customer),
    /// A licence and its counters.
    License(Box<License>, Counters),
    /// A product key.
    Key(ProductKey),
    /// A device.
    Activation(Activation),
    /// An installation.
    Installation(Installation),
    /// A session.
    Session(Session),
    /// A checkout.
    Checkout(Checkout),
    /// A block.
    Block(Block),
    /// An episode of refusals.
    Denial(Denial),
    /// A token.
    Token(Token),
    /// A signing key.
    SigningKey(SigningKey),
    /// An answer.
    Answered(Answered),
    /// Failed attempts.
    Attempts(Attempts),
    /// Somebody who signs in.
    Account(Account),
    /// A sign-in.
    SignIn(SignIn),
    /// A link.
    Link(Link),
    /// A mail.
    Mail(Mail),
    /// What a visitor asked for.
    Ask(Ask),
}

impl Record {
    /// The ids of its key, first to last. The second is nil where one is enough.
    pub fn ids(&self) -> (Uuid, Uuid) {
        let id = match self {
            Self::Product(row) => row.id.0,
            Self::Customer(row) => row.id.0,
            Self::License(row, _) => row.id.0,
            Self::Key(row) => row.id.0,
            Self::Activation(row) => row.id.0,
            Self::Installation(row) => return (row.activation_id.0, row.id.0),
            Self::Session(row) => row.id.0,
            Self::Checkout(row) => row.id.0,
            Self::Block(row) => row.id.0,
            Self::Denial(row) => row.id.0,
            Self::Token(row) => row.id.0,
            Self::SigningKey(row) => row.id.0,
            Self::Answered(row) => row.token_id.0,
            Self::Attempts(_) => Uuid::nil(),
            Self::Account(row) => row.id.0,
            Self::SignIn(row) => row.id.0,
            Self::Link(row) => row.id.0,
            Self::Mail(row) => row.id.0,
            Self::Ask(row) => row.id.0,
        };
        (id, Uuid::nil())
    }

    /// The text of its key, which ends it; empty where ids are enough.
    pub fn text(&self) -> &str {
        match self {
            Self::Answered(row) => &row.key,
            Self::Attempts(row) => &row.address,
            _ => "",
        }
    }
}

/// Which row it is, and nothing of what it says.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, second) = self.ids();
        match self {
            Self::Product(_) => write!(f, "product {id}"),
            Self::Customer(_) => write!(f, "customer {id}"),
            Self::License(..) => write!(f, "licence {id}"),
            Self::Key(_) => write!(f, "product key {id}"),
            Self::Activation(_) => write!(f, "activation {id}"),
            Self::Installation(_) => write!(f, "installation {second} of activation {id}"),
            Self::Session(_) => write!(f, "session {id}"),
            Self::Checkout(_) => write!(f, "checkout {id}"),
            Self::Block(_) => write!(f, "block {id}"),
            Self::Denial(_) => write!(f, "denial {id}"),
            Self::Token(_) => write!(f, "token {id}"),
            Self::SigningKey(_) => write!(f, "signing key {id}"),
            Self::Answered(_) => write!(f, "an answer to token {id}"),
            Self::Attempts(_) => f.write_str("failed attempts of an address"),
            Self::Account(_) => write!(f, "account {id}"),
            Self::SignIn(_) => write!(f, "sign-in {id}"),
            Self::Link(_) => write!(f, "link {id}"),
            Self::Mail(_) => write!(f, "mail {id}"),
            Self::Ask(_) => write!(f, "ask {id}"),
        }
    }
}
