use leptos::{prelude::*, server_fn::ServerFn};

use super::Waiting;
use crate::{
    audit,
    identity::{User, actions::SignOut},
    server::Ctx,
    tenants,
    ui::{AppShell, Avatar, ButtonForm, Glyph, IconButton, NavItem},
    verticals::NavSide,
};

/// The frame around the back office: navigation with counts of waiting things, and the signed-in user.
#[component]
pub fn AdminFrame(ctx: Ctx, waiting: Waiting, #[prop(into)] path: String, children: Children) -> impl IntoView {
    let mut items = vec![
        NavItem::new("Board", "/admin/board", Glyph::SquareKanban).with_urgent(waiting.alerts),
        NavItem::new("Bookings", "/admin/bookings", Glyph::ClipboardList),
        NavItem::new("Providers", "/admin/providers", Glyph::Users).with_waiting(waiting.providers),
        NavItem::new("Payments", "/admin/payments", Glyph::Banknote).with_waiting(waiting.payments),
        NavItem::new("Payouts", "/admin/payouts", Glyph::HandCoins).with_waiting(waiting.payouts),
        NavItem::new("People", "/admin/people", Glyph::UserCheck),
        NavItem::new("Services", "/admin/services", Glyph::Wrench).with_waiting(waiting.services),
    ];
    items.extend(ctx.tenant.nav(NavSide::Staff).map(NavItem::from));
    if ctx.user.as_ref().is_some_and(audit::policy::can_read) {
        items.push(NavItem::new("Audit log", "/admin/audit", Glyph::History));
    }
    let user = ctx.user.clone();
    if user.as_ref().is_some_and(tenants::policy::can_change_settings) {
        items.push(NavItem::new("Settings", "/admin/settings", Glyph::Settings));
    }
    let account = move || user.as_ref().map(account);
    view! {
        <AppShell name=ctx.tenant.name.clone() mark=ctx.tenant.mark() items path account>
            {children()}
        </AppShell>
    }
}

fn account(user: &User) -> impl IntoView + use<> {
    let name = user.name.clone();
    let role = if user.is_admin() { "Administrator" } else { "Staff" };
    view! {
        <div class="person">
            <Avatar name=name.clone() />
            <div>
                <p class="person-name"><a href="/account/security">{name}</a></p>
                <p class="person-detail">{role}</p>
            </div>
            <ButtonForm action=SignOut::PATH>
                <IconButton label="Sign out" glyph=Glyph::LogOut />
            </ButtonForm>
        </div>
    }
}
