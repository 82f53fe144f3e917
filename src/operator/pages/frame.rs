use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    operator::{Operator, actions::OperatorSignOut},
    ui::{AppShell, Avatar, ButtonForm, Glyph, IconButton, NavItem},
};

/// The frame around the operators' pages.
#[component]
pub(super) fn OperatorFrame(operator: Operator, #[prop(into)] path: String, children: Children) -> impl IntoView {
    let items = vec![
        NavItem::new(t!("operator-businesses"), "/operator", Glyph::LayoutDashboard),
        NavItem::new(t!("operator-health"), "/operator/health", Glyph::Stethoscope),
        NavItem::new(t!("operator-log"), "/operator/log", Glyph::History),
        NavItem::new(t!("operator-your-account"), "/operator/account", Glyph::KeyRound),
        NavItem::new(t!("operator-second-factor"), "/operator/security", Glyph::ShieldCheck),
    ];
    let account = move || {
        let name = operator.name.clone();
        view! {
            <div class="person">
                <Avatar name=name.clone() />
                <div>
                    <p class="person-name">{name}</p>
                    <p class="person-detail">{t!("operator-operator")}</p>
                </div>
                <ButtonForm action=OperatorSignOut::PATH>
                    <IconButton label=t!("operator-sign-out") glyph=Glyph::LogOut />
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
