//! Sessions, devices and blocks, as administrators read them.

use jiff::Timestamp;
use seatkeeper_domain::activation::{Activation, ActivationEnd};
use seatkeeper_domain::block::{Block, Blocked};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::SessionId;
use seatkeeper_domain::session::EndReason;
use seatkeeper_protocol as protocol;
use seatkeeper_protocol::admin;
use seatkeeper_service::read::{SessionRow, SessionState};

use super::Checked;
use super::text::{NAME, SENTENCE};
use crate::problem::Refused;

/// A session as it stands at `now`.
pub(crate) fn session(row: SessionRow, now: Timestamp) -> admin::Session {
    let session = row.session;
    let state = match &session.ended {
        Some(_) => admin::SessionState::Ended,
        None if now < row.lease_until => admin::SessionState::Live,
        None => admin::SessionState::Silent,
    };
    admin::Session {
        id: session.id.0,
        license_id: session.license_id.0,
        activation_id: session.activation_id.0,
        kind: "live".to_owned(),
        user: session.names.user,
        device_name: session.names.device_name,
        os_session: session.names.os_session,
        version: session.version,
        address: session.address,
        checkouts: session.checkouts,
        started_at: session.started_at,
        last_refreshed_at: row.refreshed_at,
        lease_until: row.lease_until,
        back_by: row.back_by,
        state,
        ended_at: session.ended.map(|(at, _)| at),
        end_reason: session.ended.map(|(_, reason)| end_reason(reason)),
    }
}

pub(crate) fn state(state: admin::SessionState) -> SessionState {
    match state {
        admin::SessionState::Live => SessionState::Live,
        admin::SessionState::Silent => SessionState::Silent,
        admin::SessionState::Ended => SessionState::Ended,
    }
}

fn end_reason(reason: EndReason) -> protocol::EndReason {
    match reason {
        EndReason::Returned => protocol::EndReason::Returned,
        EndReason::Died => protocol::EndReason::Died,
        EndReason::Released => protocol::EndReason::Released,
        EndReason::Reclaimed => protocol::EndReason::Reclaimed,
        EndReason::ActivationEnded => protocol::EndReason::ActivationEnded,
        EndReason::Blocked => protocol::EndReason::Blocked,
        EndReason::LicenseRevoked => protocol::EndReason::LicenseRevoked,
    }
}

/// What a release means for whoever held the seat.
pub(crate) fn release(session_id: SessionId, overlap_until: Option<Timestamp>) -> admin::Release {
    let message = match overlap_until {
        Some(until) => format!(
            "The seat is free. If the program is still open and has no contact, it may go on until {} without knowing.",
            until.strftime("%H:%M UTC on %-d %B %Y")
        ),
        None => "The seat is free, and nobody goes on in it.".to_owned(),
    };
    admin::Release { session_id: session_id.0, overlap_until, message }
}

pub(crate) fn activation(activation: Activation) -> admin::Activation {
    admin::Activation {
        id: activation.id.0,
        license_id: activation.license_id.0,
        device_name: activation.names.device_name,
        os: activation.os,
        activated_at: activation.activated_at,
        ended_at: activation.ended.map(|(at, _)| at),
        end_reason: activation.ended.map(|(_, how)| match how {
            ActivationEnd::Moved => admin::ActivationEnd::Moved,
            ActivationEnd::Ended => admin::ActivationEnd::Ended,
            ActivationEnd::Blocked => admin::ActivationEnd::Blocked,
        }),
    }
}

/// Whom to block, and why.
pub(crate) fn blocked(block: admin::BlockNew) -> Result<(Blocked, String), Refused> {
    let mut checked = Checked::default();
    let reason = checked.text("reason", block.reason, SENTENCE);
    let who = match (block.user, block.device) {
        (Some(user), None) => Some(Blocked::User(fold(&checked.text("user", user, NAME)))),
        (None, Some(device)) => Some(Blocked::Device(device.into())),
        _ => None,
    };
    checked.done()?;
    Ok((who.ok_or_else(|| Refused::field("user", "or device must be given, and not both"))?, reason))
}

pub(crate) fn block(block: Block) -> admin::Block {
    let (user, device) = match block.who {
        Blocked::User(user) => (Some(user), None),
        Blocked::Device(device) => (None, Some(device.0)),
    };
    admin::Block {
        id: block.id.0,
        license_id: block.license_id.0,
        user,
        device,
        reason: block.reason,
        created_at: block.created_at,
    }
}
