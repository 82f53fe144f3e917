//! Renders a [`Page`] into a whole HTML document.

use engine::field::isolated;
use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use hydration_context::SsrSharedContext;
use leptos::{
    hydration::HydrationScripts,
    nonce::{provide_nonce, use_nonce},
    prelude::*,
    reactive::owner::Owner,
};
use leptos_meta::HashedStylesheet;

use super::{App, headers::content_security_policy, page::Page};
use crate::{
    operator::pages::banner,
    tenants::Tenant,
    ui::{BrandStyle, FieldLabels, HeadAssets, Toast, Tone, forms::FormsPage},
};

/// The markup of every island; a page without it needs no script.
const ISLAND_MARK: &str = "<leptos-island";

/// The document with its content security policy. A page without an island has no script and may not run WASM.
pub(crate) fn document(
    app: &App,
    tenant: Option<&Arc<Tenant>>,
    status: StatusCode,
    page: Page,
    flash: Option<String>,
) -> Response<Body> {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let (html, policy) = owner.with(|| {
        provide_nonce();
        FieldLabels::provide();
        let Page { title, indexed, address, view, .. } = page;
        if let Some(address) = address {
            FormsPage::provide(&address);
        }
        let title = match tenant {
            Some(tenant) if title != tenant.name => format!("{} · {}", isolated(&title), isolated(&tenant.name)),
            _ => title,
        };
        let body = view! {
            {banner()}
            {view()}
            {flash.map(|message| view! { <Toast tone=Tone::Success message /> })}
        }
        .to_html();
        let has_island = body.contains(ISLAND_MARK);
        let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        let policy = content_security_policy(&nonce, has_island, app.config.tile_url.as_deref());
        let colors = tenant.map(|tenant| tenant.colors);
        let lang = tenant.map_or("en", |tenant| tenant.lang()).to_owned();
        let options = app.leptos.clone();
        let html = view! {
            <html lang=lang>
                <head>
                    <meta charset="utf-8" />
                    <HeadAssets />
                    <title inner_html=escaped(&title)></title>
                    {(!indexed).then(|| view! { <meta name="robots" content="noindex" /> })}
                    <HashedStylesheet options=options.clone() id="style" />
                    {colors.map(|colors| view! { <BrandStyle colors nonce /> })}
                    {has_island.then(|| view! { <HydrationScripts options islands=true /> })}
                </head>
                <body inner_html=body></body>
            </html>
        }
        .to_html();
        (html, policy)
    });
    let mut response = Response::new(Body::from(format!("<!DOCTYPE html>{html}")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The text as the content of an element. Leptos would append a marker, which browsers show in a title.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
