//! Colleagues: invitations, roles, suspension.

use chrono::TimeDelta;
use engine::{EmailAddress, Id};

use crate::{
    identity::{Role, second_factor, token::Token},
    invites::{
        Invite, InvitedRole,
        store::{self, NewInvite},
    },
    testing::access::{ADMINS, ANYONE, Business, Call, Function, PageLine, Person, STAFF, form, function, open, page},
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("accept_invite", ANYONE, "users", async |at, _| {
            let (_, token) = invite(at, InvitedRole::Staff).await;
            form!("token" = token, "name" = "Nia New", "phone" = "(404) 555-0199", "password" = "three words in a row")
                .by(at.browser(Person::Nobody))
        }),
        function("change_account_status", ADMINS, "users", async |at, _| {
            form!("user" = at.account(Role::Staff).await.id, "status" = "suspended", "reason" = "Left")
        }),
        function("change_roles", ADMINS, "users", async |at, _| {
            form!("user" = at.account(Role::Staff).await.id, "staff" = "true", "admin" = "true")
        }),
        function("reset_factors", ADMINS, "second_factors", async |at, _| {
            let account = at.account(Role::Staff).await;
            let mut tx = at.begin().await;
            second_factor::activate(&mut tx, &at.app().app.keys, account.id).await;
            tx.commit().await.unwrap();
            form!("user" = account.id)
        }),
        function("sign_out_person", ADMINS, "platform.sessions", async |at, _| {
            form!("user" = at.another(Person::Staff).await.id)
        }),
        function("resend_invite", STAFF, "invites", async |at, _| {
            form!("invite" = invite(at, InvitedRole::Provider).await.0)
        }),
        function("resend_invite", ADMINS, "invites", async |at, _| {
            form!("invite" = invite(at, InvitedRole::Admin).await.0)
        })
        .answers(Person::Staff, 404),
        function("revoke_invite", STAFF, "invites", async |at, _| {
            form!("invite" = invite(at, InvitedRole::Provider).await.0)
        }),
        function("revoke_invite", ADMINS, "invites", async |at, _| {
            form!("invite" = invite(at, InvitedRole::Staff).await.0)
        })
        .answers(Person::Staff, 404),
        function("send_invite", STAFF, "invites", async |at, _| form!("email" = address(at), "role" = "provider"))
            .names_nothing(),
        function("send_invite", ADMINS, "invites", async |at, _| form!("email" = address(at), "role" = "admin"))
            .names_nothing(),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/admin/invites", STAFF),
        open("/admin/people", STAFF),
        page("/admin/people/{id}", STAFF, async |at, _| Call::to(format!("/admin/people/{}", at.admin))),
        page("/invite/{token}", ANYONE, async |at, _| {
            Call::to(format!("/invite/{}", invite(at, InvitedRole::Provider).await.1))
        }),
    ]
}

fn address(at: &Business) -> String {
    format!("{}@example.com", at.name("invited"))
}

/// An open invitation, and the token of its link.
async fn invite(at: &Business, role: InvitedRole) -> (Id<Invite>, String) {
    let email: EmailAddress = address(at).parse().unwrap();
    let token = Token::random();
    let mut tx = at.begin().await;
    let new = NewInvite {
        email: &email,
        role,
        invited_by: at.admin,
        token: &token,
        expires_at: tx.now + TimeDelta::hours(72),
    };
    let id = store::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    (id, token.reveal().to_owned())
}
