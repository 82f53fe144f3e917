use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use engine::field::isolated;
use leptos::prelude::*;

use crate::{
    server::{App, Page, documents::document},
    tenants::Tenant,
    ui::{EmptyState, Footer, Glyph, Icon, PrimaryLink, TopBar},
};

/// `Retry-After`, seconds.
const RETRY_AFTER: &str = "600";

/// The page for customers while the business is closed for maintenance: who it is, when it reopens, and how to reach it now.
pub fn maintenance(app: &App, tenant: &Arc<Tenant>) -> Response<Body> {
    let shown = tenant.clone();
    let page = Page::new(tenant.name.clone(), move || {
        let call = format!("tel:{}", shown.phone);
        let spoken = shown.spoken_phone.clone();
        let write = format!("mailto:{}", shown.email);
        let note = shown.maintenance.clone().map(|closed| closed.note).filter(|note| !note.is_empty());
        view! {
            <TopBar name=shown.name.clone() mark=shown.mark() home="/">
                <a class="top-link" href="/sign-in">{t!("tenants-sign-in")}</a>
            </TopBar>
            <crate::ui::Page title=t!("tenants-is-back-soon", name = isolated(&shown.name))>
                <EmptyState
                    glyph=Glyph::Wrench
                    title=t!("tenants-were-closed-for-maintenance")
                    text=note.unwrap_or_else(|| t!("tenants-existing-bookings-stay-if-its-urgent").to_owned())
                >
                    <PrimaryLink href=call><Icon glyph=Glyph::Phone />{spoken}</PrimaryLink>
                </EmptyState>
            </crate::ui::Page>
            <Footer>
                <p>{shown.name.clone()}</p>
                <p><a href=write>{shown.email.clone()}</a></p>
            </Footer>
        }
    });
    let mut response = document(app, Some(tenant), StatusCode::SERVICE_UNAVAILABLE, page, None);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
    response
}

/// The server functions needed to reopen the business.
const SIGNING_IN: [&str; 12] = [
    "sign_in",
    "finish_sign_in",
    "request_sign_in_code",
    "sign_in_with_phone_code",
    "passkey_sign_in_options",
    "sign_in_with_passkey",
    "confirm_password",
    "sign_out",
    "request_reset",
    "reset_password",
    "accept_invite",
    "begin_impersonation",
];

/// Paths that work anyway: those that staff need to sign in, and the logo on these pages.
pub fn stays_open(path: &str) -> bool {
    let is_under = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let by_page = ["/sign-in", "/reset", "/invite", "/impersonate", "/account/confirm", "/account/second-factor"]
        .into_iter()
        .any(is_under);
    let by_form = path.strip_prefix("/api/").is_some_and(|endpoint| SIGNING_IN.contains(&endpoint));
    by_page || by_form || super::is_of_brand(path)
}
