//! Who may do what: one table of roles and permissions.

use seatkeeper_domain::decide::What;
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::id::TokenId;
use seatkeeper_domain::token::Role;
use seatkeeper_store::read::Scope;
use uuid::Uuid;

use crate::failure::Failure;

/// An administrator who said who they are. Only [`crate::Service`] makes one.
#[derive(Clone, Debug)]
pub struct Admin {
    pub(crate) actor: Actor,
    pub(crate) role: Role,
    pub(crate) scope: Scope,
    pub(crate) token_id: TokenId,
}

/// A thing that a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Read customers, licences, sessions, devices, denials, events.
    Read,
    /// Products.
    Catalogue,
    /// Customers, licences, seats, terms, imports.
    Sell,
    /// Suspend and resume a licence.
    Suspend,
    /// Release, block, end; product keys and their secrets.
    Support,
    /// Revoke, erase names.
    Finish,
    /// Tokens, signing keys.
    Govern,
    /// People who sign in: the vendor's, by its administrators, who manage customers' people too; a customer's, by its
    /// owners.
    People,
}

impl Admin {
    /// The machine's owner, through the local socket: everything.
    pub(crate) fn owner() -> Self {
        Self { actor: Actor::Local, role: Role::Admin, scope: Scope::Vendor, token_id: TokenId(Uuid::nil()) }
    }

    /// Whose records exist for them.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// What they are.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Refuses what their role does not allow. An owner is a customer's alone. A customer's own people never sell, suspend, resume, revoke or govern,
    /// whatever their role: a vendor's suspension is not theirs to lift. `docs/roles.md` has the table.
    pub fn may(&self, permission: Permission) -> Result<(), Failure> {
        let role = match (self.role, permission) {
            (Role::Owner, _) => self.scope != Scope::Vendor,
            (Role::Admin, Permission::People) => self.scope == Scope::Vendor,
            (Role::Admin, _) | (_, Permission::Read) => true,
            (Role::Sales, Permission::Catalogue | Permission::Sell | Permission::Suspend | Permission::Support) => true,
            (Role::Support, Permission::Suspend | Permission::Support) => true,
            (Role::Sales | Role::Support | Role::Viewer, _) => false,
        };
        let own = match (self.scope, permission) {
            (Scope::Vendor, _) | (_, Permission::Read | Permission::Support | Permission::People) => true,
            (Scope::Customer(_), _) => false,
        };
        if role && own { Ok(()) } else { Err(Failure::Forbidden) }
    }
}

/// What a command takes.
pub(crate) fn needed(what: &What) -> Permission {
    match what {
        What::PutProduct(_) => Permission::Catalogue,
        What::PutCustomer(_)
        | What::Issue(_)
        | What::Import(_)
        | What::UpdateLicense(_)
        | What::AnswerRequest(_)
        | What::AnswerAsk(_) => Permission::Sell,
        What::Suspend(_) | What::Resume(_) => Permission::Suspend,
        What::AddKey(_)
        | What::UpdateKey(_)
        | What::Reissue(_)
        | What::RecordKeyShown(_)
        | What::RecordKeysShown(_)
        | What::AskSeats(_)
        | What::SetFreePage(_)
        | What::Block(_)
        | What::Unblock(_)
        | What::EndActivation(_)
        | What::Release(_) => Permission::Support,
        What::Revoke(_) | What::EraseNames(_) => Permission::Finish,
        What::CreateToken(_) | What::RevokeToken(_) | What::AddSigningKey(_) | What::PromoteSigningKey(_) => {
            Permission::Govern
        }
        // What people do with their own account, what signs them in, and what visitors ask, needs no permission, and does not
        // come this way.
        What::Invite(_)
        | What::MakeAccount(_)
        | What::UpdateAccount(_)
        | What::EraseAccount(_)
        | What::SendLink(_)
        | What::MakeLink(_)
        | What::Redeem(_)
        | What::AskReset(_)
        | What::CountAttempt(_)
        | What::StartSignIn(_)
        | What::CompleteSignIn(_)
        | What::Seen(_)
        | What::Confirm(_)
        | What::EndSignIns(_)
        | What::UpdateProfile(_)
        | What::ChangePassword(_)
        | What::DrawFactor(_)
        | What::ConfirmFactor(_)
        | What::RenewRecovery(_)
        | What::RemoveFactor(_)
        | What::View(_)
        | What::StopViewing(_)
        | What::MailTried(_)
        | What::AskLicense(_)
        | What::BeginTrial(_)
        | What::ConfirmAsk(_)
        | What::AskMailed(_) => Permission::People,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table that vendors read says what is so.
    #[test]
    fn the_table_of_roles_is_true() {
        let table = include_str!("../../../docs/roles.md").lines().filter_map(|line| line.strip_prefix("| **"));
        let mut told = 0;
        for line in table {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let name = cells[0].split("**").next().unwrap();
            let permission = match name {
                "Read" => Permission::Read,
                "Support" => Permission::Support,
                "Suspend" => Permission::Suspend,
                "Sell" => Permission::Sell,
                "Catalogue" => Permission::Catalogue,
                "Finish" => Permission::Finish,
                "Govern" => Permission::Govern,
                "People" => Permission::People,
                other => panic!("{other} is no permission"),
            };
            let roles = [Role::Viewer, Role::Support, Role::Sales, Role::Admin, Role::Owner];
            let may = |role, scope| Admin { role, scope, ..Admin::owner() }.may(permission).is_ok();
            let vendors = roles.map(|role| may(role, Scope::Vendor));
            let customers = roles.map(|role| may(role, Scope::Customer(Uuid::nil().into())));
            for (i, cell) in cells[1..6].iter().enumerate() {
                let expected = match *cell {
                    "yes" => (true, true),
                    "vendor" => (true, false),
                    "customer" => (false, true),
                    "" => (false, false),
                    other => panic!("{other} is no answer"),
                };
                assert_eq!((vendors[i], customers[i]), expected, "{name}: {:?}", roles[i]);
            }
            told += 1;
        }
        assert_eq!(told, 8, "every permission has its row");
    }
}
