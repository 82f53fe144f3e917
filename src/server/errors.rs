//! Errors as pages: a status, a title, what to do next.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use leptos::prelude::*;

use super::{App, Page, documents::document};
use crate::{
    error::AppError,
    tenants::Tenant,
    ui::{Glyph, Icon, PrimaryLink, SecondaryLink, TopBar},
};

/// The page for an error.
pub(crate) fn error_response(app: &App, tenant: Option<&Arc<Tenant>>, error: &AppError) -> Response<Body> {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let title = title(error);
    let text = error.to_string();
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
                    <a class="top-link" href=call>"Call us"</a>
                </TopBar>
            }
        });
        let call = tenant_shown.map(|tenant| {
            view! { <SecondaryLink href=format!("tel:{}", tenant.phone)><Icon glyph=Glyph::Phone />"Call us"</SecondaryLink> }
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
                    <PrimaryLink href="/">"To the start page"</PrimaryLink>
                    {call}
                </p>
            </main>
        }
    });
    let mut response = document(app, tenant, status, page, None);
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn title(error: &AppError) -> &'static str {
    match error {
        AppError::Unauthenticated => "Please sign in",
        AppError::Unconfirmed => "Please confirm that it is you",
        AppError::Forbidden => "Not allowed",
        AppError::NotFound => "Not found",
        AppError::Conflict(_) => "That has changed in the meantime",
        AppError::Invalid(_) => "Something is missing",
        AppError::Malformed => "That didn't work",
        AppError::TooLarge => "Too much",
        AppError::TooMany(_) => "Too many tries",
        AppError::Unavailable => "Not available right now",
        AppError::Internal(_) => "Something went wrong",
    }
}
