//! Error pages: a status, a title, what to do next.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use leptos::prelude::*;

use super::{App, Ctx, Page, documents::document, scope::RequestScope};
use crate::{
    error::AppError,
    tenants::{self, Tenant, pages::CustomerFooter},
    ui::{Glyph, Icon, PrimaryLink, SecondaryLink, TopBar},
};

pub(crate) fn error_response(app: &App, tenant: Option<&Arc<Tenant>>, error: &AppError) -> Response<Body> {
    error_response_with_back(app, tenant, error, None)
}

/// The page of a tenant's site for an unknown path.
pub(super) async fn not_found(ctx: Ctx, path: &str) -> Response<Body> {
    let (app, tenant) = (ctx.app.clone(), ctx.tenant.clone());
    let mut page = tenants::pages::not_found(ctx).await;
    page.address = Some(path.to_owned());
    document(&app, Some(&tenant), page.status, page, None)
}

/// The error page, with a link back to the form if one failed.
pub(super) fn error_response_with_back(
    app: &App,
    tenant: Option<&Arc<Tenant>>,
    error: &AppError,
    back: Option<String>,
) -> Response<Body> {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let title = title(error);
    let text = if matches!(error, AppError::Forbidden) && is_impersonated() {
        t!("server-you-act-as-someone-else-only").to_owned()
    } else {
        error.to_string()
    };
    let details: Vec<String> = match error {
        AppError::Invalid(fields) => fields.0.values().cloned().collect(),
        _ => Vec::new(),
    };
    let tenant_shown = tenant.cloned();
    let page = Page::new(title, move || {
        let bar = tenant_shown.clone().map(|tenant| {
            let call = format!("tel:{}", tenant.phone);
            view! {
                <TopBar name=tenant.name.clone() mark=tenant.mark() home="/">
                    <a class="top-link" href=call>{t!("server-call-us")}</a>
                </TopBar>
            }
        });
        let footer = tenant_shown.clone().map(|tenant| view! { <CustomerFooter tenant /> });
        let call = tenant_shown.map(|tenant| {
            view! { <SecondaryLink href=format!("tel:{}", tenant.phone)><Icon glyph=Glyph::Phone />{t!("server-call-us")}</SecondaryLink> }
        });
        view! {
            {bar}
            <main id="main" class="page page-narrow" tabindex="-1">
                <header class="page-heading">
                    <p class="muted strong">{status.as_u16()}</p>
                    <h1>{title}</h1>
                    <p class="lead">{text}</p>
                </header>
                {(!details.is_empty())
                    .then(|| view! { <ul>{details.into_iter().map(|detail| view! { <li>{detail}</li> }).collect_view()}</ul> })}
                <p class="row">
                    {match back {
                        Some(back) => view! { <PrimaryLink href=back>{t!("server-back")}</PrimaryLink> },
                        None => view! { <PrimaryLink href="/">{t!("server-to-the-start-page")}</PrimaryLink> },
                    }}
                    {call}
                </p>
            </main>
            {footer}
        }
    });
    let mut response = document(app, tenant, status, page, None);
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Whether an operator who acts as a user sent the current request.
fn is_impersonated() -> bool {
    RequestScope::current().is_some_and(|scope| scope.impersonator.get().is_some())
}

fn title(error: &AppError) -> &'static str {
    match error {
        AppError::Unauthenticated => t!("server-please-sign-in"),
        AppError::Unconfirmed => t!("server-please-confirm-its-you"),
        AppError::Forbidden => t!("server-not-allowed"),
        AppError::NotFound => t!("server-not-found"),
        AppError::Conflict(_) => t!("server-that-cant-be-done-now"),
        AppError::Invalid(_) => t!("server-please-check-this-again"),
        AppError::Malformed => t!("server-request-not-understood"),
        AppError::TooLarge => t!("server-too-large"),
        AppError::TooMany(_) => t!("server-too-many-attempts"),
        AppError::Unavailable | AppError::Locked | AppError::Collided => t!("server-not-available-right-now"),
        AppError::Internal(_) => t!("server-something-went-wrong"),
    }
}
