//! What people of the world ask who sign in, and who manages them.

use jiff::Timestamp;
use seatkeeper_domain::account::{Account, Link, MailOutcome, Proof, SignIn};
use seatkeeper_domain::attempts::Limit;
use seatkeeper_domain::decide::{
    AccountPatch, AskReset, ChangePassword, CompleteSignIn, Confirm, ConfirmFactor, CountAttempt, DrawFactor,
    EndSignIns, EraseAccount, Invite, Letter, MailTried, MakeAccount, MakeLink, Newcomer, Redeem, RemoveFactor,
    RenewRecovery, Seen, SendLink, StartSignIn, StopViewing, UpdateAccount, UpdateProfile, View, What, Which, Whose,
};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::token::Role;

use super::{USERS, World};
use crate::conformance::Books;
use crate::conformance::plan::{By, Door, People};

/// The vendor's house, after the two customers'.
const VENDOR: usize = 2;

/// Attempts of everybody are counted here, too few to be looked at for long.
const EVERYWHERE: &str = "everywhere";
const FEW: Limit = Limit { attempts: 3, seconds: 500 };

impl World {
    /// Somebody with a password in every house, who manages it.
    pub(super) fn settlers(&mut self) -> Vec<What> {
        let houses = [Some(self.customers[0]), Some(self.customers[1]), None];
        let made = houses.into_iter().enumerate().map(|(house, customer_id)| {
            let role = if customer_id.is_some() { Role::Owner } else { Role::Admin };
            let whose = Whose { id: self.draw().into(), customer_id };
            let (email, name, password) = (email(house, 0), USERS[0].to_owned(), format!("hash of {house}"));
            MakeAccount { whose, email, name, role, password }.into()
        });
        made.collect()
    }

    /// What whoever manages people asks, and which customer exists for them.
    pub(super) fn managed(&mut self, people: People, by: By, books: &Books) -> Option<(What, Option<CustomerId>)> {
        let (house, what) = match people {
            People::Invite(house, person, role) => {
                let whose = Whose { id: self.draw().into(), customer_id: self.house(house) };
                let (email, name, letter) = (email(house, person), USERS[person].to_owned(), self.letter());
                (house, Invite { whose, email, name, role, letter }.into())
            }
            People::Change(person, role, disabled) => {
                let account = nth(books, person)?;
                let patch = AccountPatch { role, disabled };
                (self.house_of(account), UpdateAccount { whose: whose(account), patch, if_match: None }.into())
            }
            People::Erase(person) => {
                let account = nth(books, person)?;
                (self.house_of(account), EraseAccount { whose: whose(account) }.into())
            }
            People::Send(person) => {
                let account = nth(books, person)?;
                (self.house_of(account), SendLink { whose: whose(account), letter: self.letter() }.into())
            }
            People::End(person) => {
                let account = nth(books, person)?;
                let end = EndSignIns { whose: whose(account), which: Which::All, signing_out: false };
                (self.house_of(account), end.into())
            }
            People::RemoveFactor(person) => {
                let account = nth(books, person)?;
                let mail_id = self.draw().into();
                let remove = RemoveFactor { whose: whose(account), sign_in_id: None, mail_id };
                (self.house_of(account), remove.into())
            }
        };
        let customer = match by {
            By::Vendor => None,
            By::Owner => Some(self.customers[house % VENDOR]),
            By::Stranger => Some(self.customers[1 - house % VENDOR]),
        };
        Some((what, customer))
    }

    /// What somebody asks who signs in or is signed in, and in whose house.
    pub(super) fn signing_in(
        &mut self,
        door: Door,
        person: usize,
        books: &Books,
        now: Timestamp,
    ) -> Option<(What, Option<CustomerId>)> {
        let account = nth(books, person)?;
        let whose = whose(account);
        let verified = account.password.clone().unwrap_or_else(|| "none".to_owned());
        let what = match door {
            Door::Count => CountAttempt { under: counted(account), email: account.email.to_uppercase() }.into(),
            Door::AskReset(known) => {
                AskReset { under: counted(account), whose: known.then_some(whose), letter: self.letter() }.into()
            }
            Door::SignIn(right) => self.sign_in(account, if right { verified } else { "wrong".to_owned() }).into(),
            Door::Code(recovery) => {
                let proof = proof(account, recovery, now);
                let (hash, forgive) = (self.hash(), keys(account));
                CompleteSignIn { whose, id: last(books, account)?.id, hash, proof, forgive }.into()
            }
            Door::Seen => Seen { id: last(books, account)?.id }.into(),
            Door::Confirm => {
                Confirm { whose, sign_in_id: last(books, account)?.id, verified, forgive: keys(account) }.into()
            }
            Door::SignOut => {
                EndSignIns { whose, which: Which::One(last(books, account)?.id), signing_out: true }.into()
            }
            Door::EndOthers => {
                EndSignIns { whose, which: Which::AllBut(last(books, account)?.id), signing_out: false }.into()
            }
            Door::Profile => {
                UpdateProfile { whose, name: "Ada King".to_owned(), time_zone: Some("Europe/Paris".to_owned()) }.into()
            }
            Door::Password => {
                let (sign_in_id, mail_id, password) = (last(books, account)?.id, self.draw().into(), self.text());
                ChangePassword { whose, sign_in_id, verified, password, mail_id }.into()
            }
            Door::DrawFactor => DrawFactor { whose, sealed: self.hash().to_vec() }.into(),
            Door::ConfirmFactor => {
                let sealed = account.second_factor.as_ref()?.sealed.clone();
                let (sign_in_id, mail_id) = (last(books, account)?.id, self.draw().into());
                let recovery = vec![self.hash(), self.hash()];
                ConfirmFactor { whose, sign_in_id, sealed, step: step(now), recovery, mail_id }.into()
            }
            Door::Renew => RenewRecovery { whose, recovery: vec![self.hash()] }.into(),
            Door::RemoveFactor => {
                let (sign_in_id, mail_id) = (Some(last(books, account)?.id), self.draw().into());
                RemoveFactor { whose, sign_in_id, mail_id }.into()
            }
            Door::View(customer) => {
                View { whose, sign_in_id: last(books, account)?.id, customer_id: self.customers[customer] }.into()
            }
            Door::StopViewing => {
                let sign_in = last(books, account)?;
                StopViewing { whose, sign_in_id: sign_in.id, customer_id: sign_in.viewing?.0 }.into()
            }
            Door::MakeLink(first) => return Some((MakeLink { id: self.draw().into(), first }.into(), None)),
            Door::Redeem => return self.redeem(person, books),
            Door::Mailed(sent) => return Some((mailed(books, sent)?, None)),
        };
        Some((what, account.customer_id))
    }

    fn sign_in(&mut self, account: &Account, verified: String) -> StartSignIn {
        StartSignIn {
            whose: whose(account),
            id: self.draw().into(),
            verified,
            hash: self.hash(),
            address: "192.0.2.7".to_owned(),
            agent: "Firefox".to_owned(),
            forgive: keys(account),
        }
    }

    /// One of the last links, used or not.
    fn redeem(&mut self, person: usize, books: &Books) -> Option<(What, Option<CustomerId>)> {
        let link: &Link = books.links.values().rev().nth(person % 3)?;
        let (link_id, password) = (link.id, self.text());
        let redeem = match link.account_id.and_then(|id| books.accounts.get(&id)) {
            Some(account) => Redeem { link_id, whose: whose(account), newcomer: None, name: None, password },
            None => {
                let whose = Whose { id: self.draw().into(), customer_id: None };
                let newcomer = Newcomer { email: email(VENDOR, person % 4), name: USERS[person % 4].to_owned() };
                Redeem { link_id, whose, newcomer: Some(newcomer), name: None, password }
            }
        };
        let house = redeem.whose.customer_id;
        Some((redeem.into(), house))
    }

    fn house(&self, house: usize) -> Option<CustomerId> {
        self.customers.get(house).copied()
    }

    fn house_of(&self, account: &Account) -> usize {
        self.customers.iter().position(|id| Some(*id) == account.customer_id).unwrap_or(VENDOR)
    }

    fn letter(&mut self) -> Letter {
        Letter { link_id: self.draw().into(), mail_id: self.draw().into() }
    }

    fn hash(&mut self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(self.draw().as_bytes());
        hash
    }

    fn text(&mut self) -> String {
        format!("hash {}", self.draw())
    }
}

fn whose(account: &Account) -> Whose {
    Whose { id: account.id, customer_id: account.customer_id }
}

/// A person's address, which says their name.
fn email(house: usize, person: usize) -> String {
    format!("{}@house{house}.example", USERS[person].replace(' ', "."))
}

fn nth(books: &Books, person: usize) -> Option<&Account> {
    books.accounts.values().nth(person % books.accounts.len().max(1))
}

fn last<'a>(books: &'a Books, account: &Account) -> Option<&'a SignIn> {
    books.sign_ins.values().rev().find(|s| s.account_id == account.id)
}

fn counted(account: &Account) -> Vec<(String, Limit)> {
    keys(account).into_iter().map(|key| (key, FEW)).collect()
}

fn keys(account: &Account) -> Vec<String> {
    vec![account.id.to_string(), EVERYWHERE.to_owned()]
}

fn step(now: Timestamp) -> u64 {
    now.as_second().cast_unsigned() / 30
}

/// A code of now, or a recovery code that is left, or none any more.
fn proof(account: &Account, recovery: bool, now: Timestamp) -> Proof {
    let left = account.second_factor.as_ref().and_then(|factor| factor.recovery.first());
    if recovery { Proof::Recovery(left.copied().unwrap_or([9; 32])) } else { Proof::Code(step(now)) }
}

fn mailed(books: &Books, sent: bool) -> Option<What> {
    let mail = books.mails.values().find(|mail| mail.next_at.is_some()).or(books.mails.values().next())?;
    let outcome = if sent { MailOutcome::Sent } else { MailOutcome::Failed };
    Some(MailTried { id: mail.id, outcome }.into())
}
