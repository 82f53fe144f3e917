use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    operator::{Operator, actions::OperatorSignOut},
    ui::{AppShell, Avatar, ButtonForm, Glyph, IconButton, NavItem},
};

/// The frame around the operators' pages.
#[component]
pub(super) fn OperatorFrame(operator: Operator, #[prop(into)] path: String, children: Children) -> impl IntoView {
    let items = vec![
        NavItem::new("Businesses", "/operator", Glyph::LayoutDashboard),
        NavItem::new("Health", "/operator/health", Glyph::Stethoscope),
        NavItem::new("Log", "/operator/log", Glyph::History),
        NavItem::new("Your account", "/operator/account", Glyph::KeyRound),
        NavItem::new("Second factor", "/operator/security", Glyph::ShieldCheck),
    ];
    let account = move || {
        let name = operator.name.clone();
        view! {
            <div class="person">
                <Avatar name=name.clone() />
                <div>
                    <p class="person-name">{name}</p>
                    <p class="person-detail">"Operator"</p>
                </div>
                <ButtonForm action=OperatorSignOut::PATH>
                    <IconButton label="Sign out" glyph=Glyph::LogOut />
                </ButtonForm>
            </div>
        }
    };
    view! {
        <AppShell name="Wayside" mark=Glyph::Route items path account>
            {children()}
        </AppShell>
    }
}
