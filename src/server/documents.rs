//! Renders a [`Page`] into a whole HTML document.

use engine::field::isolated;
use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use hydration_context::SsrSharedContext;
use leptos::{
    nonce::{provide_nonce, use_nonce},
    prelude::*,
    reactive::owner::Owner,
};

use super::{App, assets::Assets, headers::content_security_policy, listing, page::Page};
use crate::{
    operator::pages::banner,
    tenants::Tenant,
    ui::{BrandColors, BrandStyle, FieldLabels, HeadAssets, Toast, Tone, forms::FormsPage},
    words::Carried,
};

/// The markup of every island; a page without it needs no WASM.
const ISLAND_MARK: &str = "<leptos-island";

const ISLAND_END: &str = "</leptos-island>";

/// The marker Leptos writes between texts. Only islands need it.
const TEXT_MARK: &str = "<!>";

/// Elements with a script in `public/scripts/`.
const ELEMENTS: [(&str, &str); 8] = [
    ("<live-updates", "live.js"),
    ("<offer-countdown", "provider.js"),
    ("<share-position", "provider.js"),
    ("<passkey-sign-in", "passkeys.js"),
    ("<add-passkey", "passkeys.js"),
    ("<save-bar", "unsaved.js"),
    ("<office-form", "office.js"),
    ("<toast-message", "toast.js"),
];

/// How the keys of the scripts' sentences begin.
const SENTENCES: &str = "scripts-";

/// How the site is installed on a home screen. Pages with scripts name it after they are painted: browsers would load it before.
const MANIFEST: &str = "/manifest.webmanifest";

/// Loads scripts after the page is shown.
const LOAD: &str = include_str!("load.js");

/// The document with its content security policy. A page without an island may not run WASM.
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
        let Page { title, listing, reloads, address, view, .. } = page;
        if let Some(address) = &address {
            FormsPage::provide(address);
        }
        let path = address.as_deref().and_then(|address| address.split('?').next()).unwrap_or("/");
        let is_listed = listing.is_some() && app.config.listed;
        let listing = tenant.zip(listing).map(|(tenant, listing)| listing::tags(app, tenant, &title, path, listing));
        let title = match tenant {
            Some(tenant) if title != tenant.name => format!("{} · {}", isolated(&title), isolated(&tenant.name)),
            _ => title,
        };
        let body = view! {
            {banner()}
            {flash.map(|message| view! { <Toast tone=Tone::Success message /> })}
            {view()}
        }
        .to_html();
        let has_island = body.contains(ISLAND_MARK);
        let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        let policy = content_security_policy(&nonce, has_island, app.config.tile_url.as_deref());
        let colors = tenant.map(|tenant| tenant.colors);
        let lang = tenant.map_or("en", |tenant| tenant.lang()).to_owned();
        let icons = tenant.map(|tenant| icons(tenant));
        let style = app.assets.style.clone();
        let scripts = scripts(&app.assets, &body, has_island, &nonce, tenant.map(|_| MANIFEST));
        let html = view! {
            <html lang=lang>
                <head>
                    <meta charset="utf-8" />
                    <HeadAssets />
                    {icons}
                    <title inner_html=escaped(&title)></title>
                    {(!is_listed).then(|| view! { <meta name="robots" content="noindex" /> })}
                    {listing}
                    {reloads.then(reload)}
                    <link rel="stylesheet" href=style />
                    {colors.map(|colors| view! { <BrandStyle colors nonce /> })}
                    {scripts}
                </head>
                <body inner_html=body></body>
            </html>
        }
        .to_html();
        (html, policy)
    });
    let mut response = Response::new(Body::from(format!("<!DOCTYPE html>{}", without_marks(&html))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Reloads the page every minute in a browser without scripts.
fn reload() -> impl IntoView {
    view! { <noscript><meta http-equiv="refresh" content="60" /></noscript> }
}

/// The scripts that this page needs.
fn scripts(
    assets: &Assets,
    body: &str,
    has_island: bool,
    nonce: &str,
    manifest: Option<&'static str>,
) -> Option<impl IntoView + use<>> {
    let mut modules: Vec<_> =
        ELEMENTS.iter().filter(|(mark, _)| body.contains(mark)).map(|(_, name)| Assets::script(name)).collect();
    modules.dedup();
    (has_island || !modules.is_empty()).then(|| {
        let sentences = Carried::beginning(SENTENCES).to_json();
        view! {
            <script type="application/json" id="sentences" inner_html=sentences></script>
            <script
                nonce=nonce.to_owned()
                data-modules=modules.join(" ")
                data-glue=has_island.then(|| assets.glue.clone())
                data-wasm=has_island.then(|| assets.wasm.clone())
                data-manifest=manifest
                inner_html=LOAD
            ></script>
        }
    })
}

/// Removes the markers outside of islands: they are 3% of a page. Texts and attributes escape `<`, so nothing else matches.
fn without_marks(document: &str) -> String {
    let mut html = String::with_capacity(document.len());
    let mut rest = document;
    while let Some(start) = rest.find(ISLAND_MARK) {
        let end = rest[start..].find(ISLAND_END).map_or(rest.len(), |length| start + length);
        html.push_str(&rest[..start].replace(TEXT_MARK, ""));
        html.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    html.push_str(&rest.replace(TEXT_MARK, ""));
    html
}

/// The icons for browser tabs and home screens. Their addresses contain what they are drawn from, so that a change shows at once.
fn icons(tenant: &Tenant) -> impl IntoView + use<> {
    let BrandColors { brand, ink, .. } = tenant.colors;
    let drawn_from = format!("{brand}{ink}-{}", tenant.glyph().name()).replace('#', "");
    let drawing = |path: &str| format!("{path}?{drawn_from}");
    // For browsers that don't show an SVG in a tab.
    let drawn = tenant.logo_hash.is_none().then(|| {
        view! { <link rel="icon" href=drawing("/favicon.png") sizes="48x48" type="image/png" /> }
    });
    view! {
        {drawn}
        <link rel="icon" href=tenant.icon() sizes="any" />
        <link rel="apple-touch-icon" href=drawing("/apple-touch-icon.png") />
        <meta name="theme-color" content=brand.to_string() />
    }
}

/// The text as the content of an element. Leptos would end it with a marker, which browsers show in a title.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;
    use crate::{testing::TestApp, ui::Live};

    /// The content security policy and the text of a document with this view.
    async fn shown<V: IntoView + 'static>(
        app: &TestApp,
        view: impl FnOnce() -> V + Send + 'static,
    ) -> (String, String) {
        let response = document(&app.app, None, StatusCode::OK, Page::new("A page", view), None);
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (policy, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_page_without_anything_live_has_no_script() {
        let app = TestApp::new().await;
        let (policy, html) = shown(&app, || view! { <p>"<live-updates"</p> }).await;
        assert!(!html.contains("<script") && !policy.contains("wasm"), "{html}");
        app.done().await;
    }

    #[tokio::test]
    async fn rendering_markers_stay_only_in_islands() {
        let app = TestApp::new().await;
        let typed = String::from("<!>");
        let (_, html) = shown(&app, move || {
            view! {
                <p title=typed.clone()>{typed.clone()} {String::from("b")}</p>
                <leptos-island>{String::from("c")} {String::from("d")}</leptos-island>
                <p>{String::from("e")} {String::from("f")}</p>
            }
        })
        .await;
        let (island, rest) = html.split_once("<leptos-island>").unwrap().1.split_once("</leptos-island>").unwrap();
        assert!(island.contains("<!>") && !rest.contains("<!>"), "{html}");
        assert_eq!(html.matches("<!>").count(), island.matches("<!>").count(), "{html}");
        assert!(html.contains("title=\"&lt;!&gt;\"") && html.contains(">&lt;!&gt;"), "{html}");
        app.done().await;
    }

    #[tokio::test]
    async fn a_live_page_loads_a_script_and_no_wasm() {
        let app = TestApp::new().await;
        let (policy, html) = shown(&app, || view! { <Live topic="board" /> }).await;
        let module = Assets::script("live.js");
        assert!(html.contains(&format!("data-modules=\"{module}\"")), "{html}");
        assert!(!html.contains("wasm\"") && !policy.contains("wasm"), "{html}");
        app.done().await;
    }

    #[tokio::test]
    async fn a_page_with_an_island_loads_its_wasm_after_it_is_shown() {
        let app = TestApp::new().await;
        let (policy, html) = shown(&app, || view! { <leptos-island data-component="Places"></leptos-island> }).await;
        assert!(html.contains("data-wasm=\"/pkg/wayside.wasm\"") && policy.contains("'wasm-unsafe-eval'"), "{html}");
        assert!(
            !html.contains("modulepreload") && !html.contains("as=\"fetch\"") && !html.contains("<script src"),
            "{html}"
        );
        app.done().await;
    }
}
