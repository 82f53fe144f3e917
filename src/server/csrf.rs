//! Rejects cross-site requests that change something.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, errors::error_response, redirect::see_other};
use crate::error::AppError;

/// A state-changing request must come from a page of the same origin. The browser says so in `Sec-Fetch-Site`, or else in `Origin`.
/// A request with neither is allowed only without a browser's cookies.
pub(super) async fn same_origin_only(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe && starts_provider_sign_in(request.uri().path()) && is_from_elsewhere(request.headers()) {
        return see_other("/sign-in").into_response();
    }
    if safe || request.uri().path().starts_with("/hooks/") || is_same_origin(request.headers()) {
        return next.run(request).await;
    }
    error_response(&app, None, &AppError::Forbidden).into_response()
}

/// Whether a page redirects to an identity provider and so begins a sign-in. Only our own pages may open it, never another site.
fn starts_provider_sign_in(path: &str) -> bool {
    path.starts_with("/sign-in/with/") && !path.ends_with("/callback")
}

fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    match (text(header::HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some("same-origin"), _) => true,
        (Some(_), _) => false,
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(header::HOST)
        }
        (None, None) => !headers.contains_key(header::COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn another_sites_form_is_refused() {
        assert!(!is_same_origin(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!is_same_origin(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(!is_same_origin(&headers(&[("origin", "https://evil.example"), ("host", "tow.example")])));
        assert!(!is_same_origin(&headers(&[("cookie", "session=1")])));
    }

    #[test]
    fn the_own_form_passes() {
        assert!(is_same_origin(&headers(&[("sec-fetch-site", "same-origin"), ("cookie", "session=1")])));
        assert!(is_same_origin(&headers(&[("origin", "https://tow.example"), ("host", "tow.example")])));
        assert!(is_same_origin(&headers(&[])));
    }
}
