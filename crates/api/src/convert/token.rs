//! Administration tokens and signing keys, as they are listed.

use seatkeeper_domain::signing::{SigningKey, Stage};
use seatkeeper_domain::token::{Role, Token};
use seatkeeper_protocol::admin;

pub(crate) fn role(role: admin::Role) -> Role {
    match role {
        admin::Role::Owner => Role::Owner,
        admin::Role::Admin => Role::Admin,
        admin::Role::Sales => Role::Sales,
        admin::Role::Support => Role::Support,
        admin::Role::Viewer => Role::Viewer,
    }
}

pub(crate) fn token(token: Token) -> admin::Token {
    admin::Token {
        id: token.id.0,
        label: token.label,
        role: spelled(token.role),
        customer_id: token.customer_id.map(|id| id.0),
        created_at: token.created_at,
        expires_at: token.expires_at,
        revoked_at: token.revoked_at,
    }
}

pub(crate) fn signing_key(key: SigningKey) -> admin::SigningKey {
    admin::SigningKey {
        id: key.id.0,
        kid: key.kid,
        stage: match key.stage {
            Stage::Next => admin::SigningStage::Next,
            Stage::Current => admin::SigningStage::Current,
            Stage::Retired => admin::SigningStage::Retired,
        },
        created_at: key.created_at,
        retired_at: key.retired_at,
    }
}

/// A role as the protocol spells it.
pub(crate) fn spelled(role: Role) -> admin::Role {
    match role {
        Role::Owner => admin::Role::Owner,
        Role::Admin => admin::Role::Admin,
        Role::Sales => admin::Role::Sales,
        Role::Support => admin::Role::Support,
        Role::Viewer => admin::Role::Viewer,
    }
}
