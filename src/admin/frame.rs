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
        NavItem::new(t!("admin-board"), "/admin/board", Glyph::SquareKanban).with_urgent(waiting.alerts),
        NavItem::new(t!("admin-bookings"), "/admin/bookings", Glyph::ClipboardList),
    ];
    if ctx.tenant.publishes_jobs() {
        items.push(NavItem::new(t!("admin-jobs"), "/admin/jobs", Glyph::Route));
    }
    items.extend([
        NavItem::new(t!("admin-providers"), "/admin/providers", Glyph::Users).with_waiting(waiting.providers),
        NavItem::new(t!("admin-payments"), "/admin/payments", Glyph::Banknote).with_waiting(waiting.payments),
        NavItem::new(t!("admin-payouts"), "/admin/payouts", Glyph::HandCoins).with_waiting(waiting.payouts),
        NavItem::new(t!("admin-people"), "/admin/people", Glyph::UserCheck),
        NavItem::new(t!("admin-services"), "/admin/services", Glyph::Wrench).with_waiting(waiting.services),
    ]);
    items.extend(ctx.tenant.nav(NavSide::Staff).map(NavItem::from));
    if ctx.user.as_ref().is_some_and(audit::policy::can_read) {
        items.push(NavItem::new(t!("admin-audit-log"), "/admin/audit", Glyph::History));
    }
    let user = ctx.user.clone();
    if user.as_ref().is_some_and(tenants::policy::can_change_settings) {
        items.push(NavItem::new(t!("admin-settings"), "/admin/settings", Glyph::Settings));
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
    let role = if user.is_admin() { t!("admin-administrator") } else { t!("admin-staff") };
    view! {
        <div class="person">
            <Avatar name=name.clone() />
            <div>
                <p class="person-name"><a href="/account/security">{name}</a></p>
                <p class="person-detail">{role}</p>
            </div>
            <ButtonForm action=SignOut::PATH>
                <IconButton label=t!("admin-sign-out") glyph=Glyph::LogOut />
            </ButtonForm>
        </div>
    }
}
