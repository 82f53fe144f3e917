//! Who may invite whom. Staff invite providers, whom an administrator then approves. Only administrators invite into the back office.

use super::{Invite, InvitedRole};
use crate::identity::User;

/// Whether the actor may invite somebody with this role.
pub fn can_invite(actor: &User, role: InvitedRole) -> bool {
    match role {
        InvitedRole::Provider => actor.is_staff(),
        InvitedRole::Staff | InvitedRole::Admin => actor.is_admin(),
    }
}

/// Whether the role gives rights in the back office.
pub fn gives_rights(role: InvitedRole) -> bool {
    role != InvitedRole::Provider
}

/// Whether the actor may see the invitations.
pub fn can_see_invites(actor: &User) -> bool {
    actor.is_staff()
}

/// Whether the actor may resend or revoke this invitation: they must be allowed to create it.
pub fn can_change(actor: &User, invite: &Invite) -> bool {
    can_invite(actor, invite.role)
}

/// The roles that the actor may invite to.
pub fn invitable(actor: &User) -> Vec<InvitedRole> {
    InvitedRole::ALL.iter().copied().filter(|role| can_invite(actor, *role)).collect()
}
