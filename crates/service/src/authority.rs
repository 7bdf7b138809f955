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
    /// Release, block, end, reissue, suspend and resume; show a key.
    Support,
    /// Revoke, erase names.
    Finish,
    /// Tokens, signing keys.
    Govern,
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

    /// Refuses what their role does not allow. A customer's own people never sell, revoke or govern,
    /// whatever their role.
    pub fn may(&self, permission: Permission) -> Result<(), Failure> {
        let role = match (self.role, permission) {
            (Role::Admin, _) | (_, Permission::Read) => true,
            (Role::Sales, Permission::Catalogue | Permission::Sell | Permission::Support) => true,
            (Role::Support, Permission::Support) => true,
            (Role::Sales | Role::Support | Role::Viewer, _) => false,
        };
        let own = match (self.scope, permission) {
            (Scope::Vendor, _) | (_, Permission::Read | Permission::Support) => true,
            (Scope::Customer(_), _) => false,
        };
        if role && own { Ok(()) } else { Err(Failure::Forbidden) }
    }
}

/// What a command takes.
pub(crate) fn needed(what: &What) -> Permission {
    match what {
        What::PutProduct(_) => Permission::Catalogue,
        What::PutCustomer(_) | What::Issue(_) | What::Import(_) | What::UpdateLicense(_) => Permission::Sell,
        What::AddKey(_)
        | What::UpdateKey(_)
        | What::Reissue(_)
        | What::RecordKeyShown(_)
        | What::Suspend(_)
        | What::Resume(_)
        | What::Block(_)
        | What::Unblock(_)
        | What::EndActivation(_)
        | What::Release(_) => Permission::Support,
        What::Revoke(_) | What::EraseNames(_) => Permission::Finish,
        What::CreateToken(_) | What::RevokeToken(_) | What::AddSigningKey(_) | What::PromoteSigningKey(_) => {
            Permission::Govern
        }
    }
}
