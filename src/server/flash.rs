//! A message shown after one redirect, in a cookie that expires after a minute.

use axum::http::{HeaderMap, HeaderValue, header};

const COOKIE: &str = "__Host-said";

/// The cookie with the message.
pub(super) fn set(sentence: &str) -> Option<HeaderValue> {
    let value: String = form_urlencoded::byte_serialize(sentence.as_bytes()).collect();
    HeaderValue::from_str(&format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60")).ok()
}

/// Removes the cookie after the message was shown.
pub(super) fn clear() -> HeaderValue {
    HeaderValue::from_static("__Host-said=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// The message, if the request has one.
pub(super) fn read(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE);
    let value = cookies
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
    let decoded = form_urlencoded::parse(format!("v={value}").as_bytes()).next()?.1.into_owned();
    (!decoded.is_empty()).then_some(decoded)
}
