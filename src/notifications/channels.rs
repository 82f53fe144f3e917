use anyhow::Result;

use super::{mail::MailServer, outcome::Outcome, texts::TextGateway};
use crate::config::Config;

#[derive(Clone)]
pub struct Channels {
    pub(super) mail: Option<MailServer>,
    pub(super) texts: Option<TextGateway>,
    /// Without a server, messages are stored for developers to read.
    keeps: bool,
}

impl Channels {
    /// The configured channels. Fails if a setting is invalid.
    pub fn of(config: &Config) -> Result<Self> {
        Ok(Self {
            mail: config.mail.as_ref().map(MailServer::new).transpose()?,
            texts: config.texts.as_ref().map(TextGateway::new).transpose()?,
            keeps: config.environment.has_dev_pages(),
        })
    }

    /// Whether text messages can be sent: otherwise no page offers one.
    pub fn can_text(&self) -> bool {
        self.texts.is_some() || self.keeps
    }

    pub fn can_mail(&self) -> bool {
        self.mail.is_some() || self.keeps
    }

    /// Checks the connection to the mail server; none if there is no server.
    pub async fn mail_server_answers(&self) -> Option<bool> {
        match &self.mail {
            Some(server) => Some(server.answers().await),
            None => None,
        }
    }

    pub(super) fn without_server(&self) -> Outcome {
        if self.keeps { Outcome::Kept } else { Outcome::Refused("no server in the settings".into()) }
    }
}
