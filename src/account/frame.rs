use leptos::prelude::*;

use crate::{
    identity::Role,
    server::Ctx,
    tenants::pages::CustomerFrame,
    ui::{Tab, Tabs, WidePage},
    verticals::NavSide,
};

/// The frame around the pages of the user's account: its navigation.
#[component]
pub fn AccountFrame(
    ctx: Ctx,
    path: &'static str,
    #[prop(into)] title: String,
    /// Buttons and links next to the title.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    let books = ctx.user.as_ref().is_some_and(|user| user.has(Role::Customer));
    let bookings = books.then_some(Tab { label: t!("account-bookings"), href: "/account/bookings" });
    // An operator who acts as the user may not open the security pages.
    let own = ctx.impersonated_by.is_none().then_some([
        Tab { label: t!("account-security"), href: "/account/security" },
        Tab { label: t!("account-devices"), href: "/account/devices" },
        Tab { label: t!("account-your-data"), href: "/account/privacy" },
    ]);
    let of_kinds = ctx.tenant.nav(NavSide::Customer).filter(|_| books);
    let of_kinds: Vec<_> = of_kinds.map(|entry| Tab { label: entry.label.say(), href: entry.href }).collect();
    let tabs = bookings.into_iter().chain(of_kinds).chain(own.into_iter().flatten()).collect();
    let actions = actions.unwrap_or_else(|| (|| ()).into());
    view! {
        <CustomerFrame ctx>
            <WidePage title actions>
                <Tabs label=t!("account-my-account") tabs path />
                {children()}
            </WidePage>
        </CustomerFrame>
    }
}
