use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    identity::{User, actions::SignOut},
    server::Ctx,
    ui::{Footer, Glyph, TopBar},
};

/// The frame around a customer's pages: the brand, the number to call, the way to one's account.
#[component]
pub fn CustomerFrame(
    /// Who looks at which tenant's page.
    ctx: Ctx,
    /// The page.
    children: Children,
) -> impl IntoView {
    let tenant = ctx.tenant.clone();
    let call = format!("tel:{}", tenant.phone);
    let call_below = call.clone();
    let write = format!("mailto:{}", tenant.email);
    view! {
        <TopBar name=tenant.name.clone() glyph=Glyph::Truck home="/">
            <a class="top-link" href=call>"Call us"</a>
            {match ctx.user {
                Some(user) => signed_in(&user).into_any(),
                None => view! { <a class="top-link" href="/sign-in">"Sign in"</a> }.into_any(),
            }}
        </TopBar>
        {children()}
        <Footer>
            <p>{tenant.name.clone()} " · " {tenant.coverage.clone()}</p>
            <p class="row">
                <a href=call_below>{tenant.spoken_phone()}</a>
                <a href=write>{tenant.email.clone()}</a>
            </p>
        </Footer>
    }
}

fn signed_in(user: &User) -> impl IntoView + use<> {
    let place = if user.is_staff() {
        "Back office"
    } else if user.is_provider() {
        "My jobs"
    } else {
        "My bookings"
    };
    view! {
        <a class="top-link" href=user.home()>{place}</a>
        <form method="post" action=SignOut::PATH>
            <button class="top-link" type="submit">"Sign out"</button>
        </form>
    }
}
