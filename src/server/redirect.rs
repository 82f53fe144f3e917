use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};

/// Redirects the browser with a GET.
pub(super) fn see_other(to: &str) -> Response<Body> {
    let location = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// The sign-in page, which continues to `path`.
pub(super) fn sign_in_path(path: &str) -> String {
    with_next("/sign-in", path)
}

/// The page that asks for proof of identity, and continues to `path`.
pub(super) fn confirm_path(path: &str) -> String {
    with_next("/account/confirm", path)
}

fn with_next(page: &str, path: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("{page}?next={next}")
}
