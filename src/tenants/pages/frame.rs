use std::sync::Arc;

use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    identity::{User, actions::SignOut, email::SendVerification},
    server::Ctx,
    tenants::Tenant,
    ui::{Alert, ButtonForm, Footer, Glyph, Icon, SecondaryButton, Tone, TopBar},
};

/// The frame around a customer's pages: the brand, the phone number, the link to the account.
#[component]
pub fn CustomerFrame(ctx: Ctx, children: Children) -> impl IntoView {
    let tenant = ctx.tenant.clone();
    let call = format!("tel:{}", tenant.phone);
    let unconfirmed = ctx.user.as_ref().is_some_and(|user| !user.is_email_verified);
    view! {
        <TopBar name=tenant.name.clone() mark=tenant.mark() home="/">
            {call_us(call, ctx.user.is_some())}
            {match ctx.user {
                Some(user) => signed_in(&user).into_any(),
                None => view! { <a class="top-link" href="/sign-in">{t!("tenants-sign-in")}</a> }.into_any(),
            }}
        </TopBar>
        {unconfirmed.then(unconfirmed_email)}
        {children()}
        <CustomerFooter tenant=tenant />
    }
}

/// The footer of a customer's pages: the business and how to reach it.
#[component]
pub fn CustomerFooter(tenant: Arc<Tenant>) -> impl IntoView {
    let call = format!("tel:{}", tenant.phone);
    let write = format!("mailto:{}", tenant.email);
    view! {
        <Footer>
            <p>{imprint(&tenant)}</p>
            <p class="row">
                <a href=call>{tenant.spoken_phone.clone()}</a>
                <a href=write>{tenant.email.clone()}</a>
                <a href="/privacy">{t!("tenants-privacy")}</a>
            </p>
        </Footer>
    }
}

/// The brand's name and area.
fn imprint(tenant: &Tenant) -> String {
    let name = isolated(&tenant.name);
    if tenant.coverage.is_empty() { name.to_string() } else { format!("{name} · {}", isolated(&tenant.coverage)) }
}

/// A reminder for users who haven't confirmed their address.
fn unconfirmed_email() -> impl IntoView {
    view! {
        <div class="notice">
            <Alert tone=Tone::Warning title=t!("tenants-confirm-your-e-mail")>
                <ButtonForm action=SendVerification::PATH>
                    <SecondaryButton>{t!("tenants-send-me-a-link")}</SecondaryButton>
                </ButtonForm>
            </Alert>
        </div>
    }
}

/// The phone link. On a phone, a bar with more links shows only its icon.
fn call_us(number: String, is_crowded: bool) -> impl IntoView {
    let (label, sign) = if is_crowded {
        ("desktop-only", Some(view! { <span class="phone-only"><Icon glyph=Glyph::Phone /></span> }))
    } else {
        ("", None)
    };
    view! { <a class="top-link" href=number aria-label=t!("tenants-call-us")><span class=label>{t!("tenants-call-us")}</span>{sign}</a> }
}

fn signed_in(user: &User) -> impl IntoView + use<> {
    let place = if user.is_staff() {
        t!("tenants-back-office")
    } else if user.is_provider() {
        t!("tenants-my-jobs")
    } else {
        t!("tenants-my-bookings")
    };
    view! {
        <a class="top-link" href=user.home()>{place}</a>
        <SignOutButton />
    }
}

/// The sign-out button in the bar of every page.
#[component]
pub fn SignOutButton() -> impl IntoView {
    view! {
        <form method="post" action=SignOut::PATH>
            <button class="top-link" type="submit" aria-label=t!("tenants-sign-out")>
                <span class="desktop-only">{t!("tenants-sign-out")}</span>
                <span class="phone-only"><Icon glyph=Glyph::LogOut /></span>
            </button>
        </form>
    }
}
