//! What is logged of a request: its id, method and route. Never its path or query, which contain tokens, references and search terms.

use axum::{extract::MatchedPath, extract::Request, http::HeaderMap};
use leptos::server_fn::axum::server_fn_paths;
use tower_http::request_id::RequestId;
use tracing::Span;

/// Maximum length of an id accepted from a proxy.
const LONGEST_ID: usize = 64;

/// The span around all logging of a request.
pub(super) fn span(request: &Request) -> Span {
    let id = request_id(request.headers());
    tracing::info_span!("request", method = %request.method(), route = route(request).unwrap_or("none"), %id)
}

/// The route as the router knows it: `/b/{token}`. Server functions have their own names; an unknown path has none.
pub(super) fn route(request: &Request) -> Option<&str> {
    let path = request.uri().path();
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str)?;
    if route.starts_with("/api/") {
        return server_fn_paths().map(|(known, _)| known).find(|known| *known == path).or(Some(route));
    }
    Some(route)
}

/// Drops a request id that doesn't come from a trusted proxy, or has anything but letters, digits and dashes: ids end up in logs.
pub(super) fn without_foreign_id(mut request: Request, proxies: usize) -> Request {
    let fits =
        |text: &str| text.len() <= LONGEST_ID && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if proxies == 0 || !fits(&request_id(request.headers())) {
        request.headers_mut().remove("x-request-id");
    }
    request
}

pub(super) fn request_id(headers: &HeaderMap) -> String {
    headers
        .get("x-request-id")
        .map(|value| RequestId::new(value.clone()))
        .and_then(|id| id.header_value().to_str().ok().map(str::to_owned))
        .unwrap_or_default()
}
