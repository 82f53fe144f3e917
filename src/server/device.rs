//! A cookie that identifies a browser. It grants no access: it only shows that an account has signed in from this browser before, so that failed
//! sign-ins from elsewhere don't lock the owner out.

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, HeaderValue, header};

use crate::identity::token::Token;

const COOKIE: &str = "__Host-device";
const ONE_YEAR: u32 = 31_536_000;

/// The browser of a request.
#[derive(Clone, Default)]
pub struct Device {
    presented: Option<String>,
    made: Arc<OnceLock<String>>,
}

impl Device {
    /// The value of the cookie.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let presented = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
            .filter(|token| (20..=64).contains(&token.len()));
        Self { presented: presented.map(str::to_owned), made: Arc::default() }
    }

    /// The browser's token, if it sent the cookie.
    pub fn known(&self) -> Option<&str> {
        self.presented.as_deref()
    }

    /// The token for later requests; a browser without the cookie gets one with this response.
    pub fn remember(&self) -> &str {
        match &self.presented {
            Some(token) => token,
            None => self.made.get_or_init(|| Token::random().reveal().to_owned()),
        }
    }

    /// The same browser at its next request.
    #[cfg(test)]
    #[must_use]
    pub fn returning(&self) -> Self {
        Self { presented: Some(self.remember().to_owned()), made: Arc::default() }
    }

    /// The cookie to set, if this request created one.
    pub(super) fn cookie(&self) -> Option<HeaderValue> {
        let token = self.made.get()?;
        let cookie = format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={ONE_YEAR}");
        HeaderValue::from_str(&cookie).ok()
    }
}
