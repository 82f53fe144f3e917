use anyhow::Result;

use super::{mail::MailServer, outcome::Outcome, texts::TextGateway};
use crate::config::Config;

/// The ways a message can leave.
#[derive(Clone)]
pub struct Channels {
    pub(super) mail: Option<MailServer>,
    pub(super) texts: Option<TextGateway>,
    /// Without a server, messages stay where a developer can read them.
    keeps: bool,
}

impl Channels {
    /// As the settings say. Fails when one of them is unreadable.
    pub fn of(config: &Config) -> Result<Self> {
        Ok(Self {
            mail: config.mail.as_ref().map(MailServer::new).transpose()?,
            texts: config.texts.as_ref().map(TextGateway::new).transpose()?,
            keeps: config.environment.has_dev_pages(),
        })
    }

    /// Whether a text message would reach anybody: without, no page offers to send one.
    pub fn can_text(&self) -> bool {
        self.texts.is_some() || self.keeps
    }

    /// Whether an e-mail would reach anybody.
    pub fn can_mail(&self) -> bool {
        self.mail.is_some() || self.keeps
    }

    /// Asks the mail server whether it is there; none if there is none.
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
