use std::sync::Arc;

use axum::{
    body::Body,
    http::{Response, StatusCode},
};
use engine::field::isolated;
use leptos::prelude::*;

use crate::{
    server::{App, Page, documents::document},
    tenants::{Status, Tenant},
    ui::{EmptyState, Footer, Glyph, Icon, PrimaryLink, TopBar},
};

/// The page of a paused or cancelled business: who it is, and how to reach it.
pub fn paused(app: &App, tenant: &Arc<Tenant>) -> Response<Body> {
    let shown = tenant.clone();
    let (title, summary, text) = if tenant.status == Status::Cancelled {
        (
            t!("tenants-has-closed"),
            t!("tenants-you-can-no-longer-book-here"),
            t!("tenants-for-anything-about-an-earlier-booking"),
        )
    } else {
        (
            t!("tenants-is-taking-a-break"),
            t!("tenants-you-cant-book-here-right-now"),
            t!("tenants-if-you-have-booked-something-or"),
        )
    };
    let page = Page::new(tenant.name.clone(), move || {
        let call = format!("tel:{}", shown.phone);
        let call_above = call.clone();
        let write = format!("mailto:{}", shown.email);
        view! {
            <TopBar name=shown.name.clone() mark=shown.mark() home="/">
                <a class="top-link" href=call_above>{t!("tenants-call-us")}</a>
            </TopBar>
            <crate::ui::Page title=format!("{} {title}", isolated(&shown.name))>
                <EmptyState
                    glyph=Glyph::TrafficCone
                    title=summary
                    text
                >
                    <PrimaryLink href=call><Icon glyph=Glyph::Phone />{t!("tenants-call-us")}</PrimaryLink>
                </EmptyState>
            </crate::ui::Page>
            <Footer>
                <p>{shown.name.clone()}</p>
                <p><a href=write>{shown.email.clone()}</a></p>
            </Footer>
        }
    });
    document(app, Some(tenant), StatusCode::SERVICE_UNAVAILABLE, page, None)
}
