use axum::http::{HeaderMap, header};

use super::App;
use crate::config::Environment;

/// The port of a request. Used only in development: in a message's link, a forged port could lead to another server on that host.
pub(super) fn port_of(app: &App, headers: &HeaderMap) -> Option<u16> {
    if app.config.environment == Environment::Production {
        return None;
    }
    headers.get(header::HOST)?.to_str().ok()?.rsplit_once(':')?.1.parse().ok()
}

/// The host of a request, without port.
pub(super) fn host_of(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    name.to_ascii_lowercase()
}
