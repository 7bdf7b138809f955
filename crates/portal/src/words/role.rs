//! What a role is called.

use seatkeeper_domain::token::Role;

/// A role, in words that say what it may.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Account owner",
        Role::Admin => "Administrator",
        Role::Sales => "Sales",
        Role::Support => "Support",
        Role::Viewer => "Viewer",
    }
}
