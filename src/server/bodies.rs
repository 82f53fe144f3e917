//! Reads each request body in full before the session is loaded. A body can arrive slowly: if its sender is signed out, suspended or loses a role
//! while it arrives, the request must be checked with the rights at its end.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Method, Response},
    middleware::Next,
};

use super::{App, errors::error_response_with_back, form_page::page_of, uploads};
use crate::{error::AppError, tenants::Tenant};

/// Size limit of a form without a file.
const LIMIT: usize = 64 * 1024;

/// How long a form may take to arrive over a slow mobile connection.
const TIME: Duration = Duration::from_secs(30);

/// A layer outside of the session layer: reads the whole body of a form, and converts a form with a file into one without.
pub(super) async fn buffer_body(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let tenant = request.extensions().get::<Arc<Tenant>>().cloned();
    let back = page_of(&request);
    match read(request).await {
        Ok(request) => next.run(request).await,
        Err(error) => error_response_with_back(&app, tenant.as_ref(), &error, back),
    }
}

async fn read(request: Request) -> Result<Request, AppError> {
    let has_file = uploads::has_file(&request);
    if has_file && !uploads::is_taken(&request) {
        return Err(AppError::Malformed);
    }
    let limit = if has_file { uploads::LIMIT } else { LIMIT };
    let (parts, body) = request.into_parts();
    let bytes = match tokio::time::timeout(TIME, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) if has_file => return Err(uploads::too_large()),
        Ok(Err(_)) => return Err(AppError::TooLarge), // or the sender has gone, and nobody reads this
        Err(_) => return Err(AppError::Malformed),
    };
    if has_file {
        uploads::as_plain_form(parts, bytes).await
    } else {
        Ok(Request::from_parts(parts, Body::from(bytes)))
    }
}

/// The body read by [`buffer_body`].
pub(super) async fn collect(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}
