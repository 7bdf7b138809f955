//! Use cases: what programs and administrators may ask, and what it takes to answer them.
//!
//! Authorises, draws ids and secrets, seals, hands commands to the batch driver, signs what was decided.
//! It decides nothing about seats (that is `domain`) and knows nothing of HTTP or of any engine.

mod asks;
mod authority;
mod credential;
mod customers;
mod entropy;
mod failure;
mod feed;
mod files;
mod find;
mod free_page;
mod health;
mod import;
mod jobs;
mod keyring;
mod licenses;
mod live;
mod mail;
mod mark;
mod mentioned;
mod office;
mod people;
mod program;
mod reads;
mod record;
mod root;
mod seal;
mod seats;
mod service;
mod timeline;
mod usage;
mod watchers;
pub mod written;

pub use asks::{Asking, OpenAsk, Reply, Shown};
pub use authority::{Admin, Permission};
pub use failure::Failure;
pub use feed::News;
pub use find::Found;
pub use free_page::{FreePool, FreeSeats, FreeStanding};
pub use health::{Health, WAITING_MOST};
pub use import::{
    Became, COLUMNS, Column, Ending, Imported, KeyLine, MOST as IMPORTED_MOST, Mistake, Plan, Row, Sold, Stage,
    read as read_import,
};
pub use jobs::Jobs;
pub use live::Changes;
pub use mail::Post;
pub use mentioned::Mentioned;
pub use office::{Asked, Issued, OfficeAnswer, Wanted};
pub use people::{Caller, FactorOffer, NewPerson, NewSignIn, OpenLink, SignedIn, Taking};
pub use program::{Activation, ActivationAsked, CheckoutAsked, Lease, RefreshAsked, Terms};
pub use record::{Explained, History, HistoryFilter, Verified};
pub use root::{RootKey, RootPlace, certify, kid};
pub use seats::{Pool, ReleasedAll};
pub use service::{Parts, Service, make_master};
pub use timeline::{SEATED, Told};
pub use usage::RightSized;

// What is read, and how it may fail, as the store spells it: the faces of the service name no store.
pub use seatkeeper_store::write::{Finding, Progress};
pub use seatkeeper_store::{StoreError, read};
