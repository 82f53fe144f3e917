//! Text messages with Twilio's API, which several gateways offer.

use std::time::Duration;

use anyhow::{Context, Result};
use engine::Phone;
use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::outcome::Outcome;
use crate::config::TextSettings;

/// Time limit of the gateway.
const TIME_LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub(super) struct TextGateway {
    client: Client,
    messages: String,
    account: String,
    token: SecretString,
    from: String,
}

/// The gateway's error. Its `message` contains the number, so only the code is read.
#[derive(Deserialize)]
struct Refusal {
    code: Option<u32>,
}

impl TextGateway {
    pub(super) fn new(settings: &TextSettings) -> Result<Self> {
        let base = reqwest::Url::parse(&settings.url).context("WAYSIDE_SMS_URL is not an address")?;
        let path = format!("2010-04-01/Accounts/{}/Messages.json", settings.account);
        Ok(Self {
            client: Client::builder().timeout(TIME_LIMIT).redirect(reqwest::redirect::Policy::none()).build()?,
            messages: format!("{}/{path}", base.as_str().trim_end_matches('/')),
            account: settings.account.clone(),
            token: settings.token.clone(),
            from: settings.from.clone(),
        })
    }

    pub(super) async fn send(&self, to: &Phone, body: &str) -> Outcome {
        // One character outside the alphabet of text messages halves the length that costs one message.
        let body = body.replace('\u{a0}', " ");
        let request = self
            .client
            .post(&self.messages)
            .basic_auth(&self.account, Some(self.token.expose_secret()))
            .form(&[("To", to.as_str()), ("From", &self.from), ("Body", &body)]);
        match request.send().await {
            Ok(response) if response.status().is_success() => Outcome::Sent,
            Ok(response) => {
                let status = response.status();
                let code = response.json::<Refusal>().await.ok().and_then(|refusal| refusal.code);
                let said = code.map_or_else(|| format!("HTTP {status}"), |code| format!("gateway code {code}"));
                if is_final(status) { Outcome::Refused(said) } else { Outcome::NotNow(said) }
            }
            Err(error) if error.is_timeout() => Outcome::NotNow("timed out".into()),
            Err(_) => Outcome::NotNow("no connection".into()),
        }
    }
}

/// Codes for a number that can't be reached. Wrong credentials can be corrected, and after too many requests the message waits.
fn is_final(status: StatusCode) -> bool {
    status.is_client_error()
        && ![
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::NOT_FOUND,
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::TOO_MANY_REQUESTS,
        ]
        .contains(&status)
}
