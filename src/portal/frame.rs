use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    providers::{Provider, ProviderStatus, actions::SetDuty},
    server::Ctx,
    tenants::pages::SignOutButton,
    ui::{ButtonForm, Glyph, HiddenField, Live, NavItem, Switch, SwitchButton, TabBar, TopBar},
    verticals::NavSide,
};

/// What the frame shows of the provider's shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The duty switch and its position, if there is one.
    switch: Option<Switch>,
    /// The number of offers to answer.
    waiting: usize,
}

impl Shift {
    pub fn of(provider: &Provider, waiting: usize) -> Self {
        let may_work = provider.status == ProviderStatus::Active;
        Self { switch: may_work.then(|| provider.is_on_duty().into()), waiting }
    }
}

/// The frame around a provider's pages: the duty switch at the top, the tabs within reach of a thumb.
#[component]
pub fn ProviderFrame(ctx: Ctx, #[prop(into)] path: String, shift: Shift, children: Children) -> impl IntoView {
    let mut places = vec![
        NavItem::new(t!("portal-home"), "/provider", Glyph::House).with_urgent(shift.waiting),
        NavItem::new(t!("portal-jobs"), "/provider/jobs", Glyph::ClipboardList),
    ];
    places.extend(ctx.tenant.nav(NavSide::Provider).map(NavItem::from));
    places.extend([
        NavItem::new(t!("portal-earnings"), "/provider/earnings", Glyph::Wallet),
        NavItem::new(t!("portal-account"), "/account/security", Glyph::User),
    ]);
    let switch = shift.switch.filter(|_| ctx.tenant.has_duty()).map(|state| {
        let next = if state == Switch::On { "off" } else { "on" };
        view! {
            <ButtonForm action=SetDuty::PATH>
                <HiddenField name="duty" value=next />
                <SwitchButton state>{t!("portal-on-duty")}</SwitchButton>
            </ButtonForm>
        }
    });
    view! {
        <TopBar name=ctx.tenant.name.clone() mark=ctx.tenant.mark() home="/provider">
            {switch}
            <SignOutButton />
        </TopBar>
        {children()}
        <TabBar items=places path />
        <Live topic="provider" />
    }
}
