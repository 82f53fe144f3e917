use anyhow::Result;
use engine::Id;

use super::{
    content::Content,
    mail::MailServer,
    store::{self, Notification},
    texts::TextGateway,
};
use crate::{config::Config, error::AppError, server::App, tasks::Task, tenants};

/// Kind of the task that delivers one message.
pub const DELIVER: &str = "deliver";

/// The ways a message can leave.
#[derive(Clone)]
pub struct Channels {
    mail: Option<MailServer>,
    texts: Option<TextGateway>,
    /// Without a server, messages stay where a developer can read them.
    keeps: bool,
}

/// How one try went. The texts are codes for the log: what servers say in words often has the address in it.
pub(super) enum Outcome {
    Sent,
    Kept,
    /// It will never be taken.
    Refused(String),
    /// Try again later.
    NotNow(String),
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

    fn without_server(&self) -> Outcome {
        if self.keeps { Outcome::Kept } else { Outcome::Refused("no server in the settings".into()) }
    }
}

/// Works the task of one message. No transaction is open while a server is spoken to.
pub async fn deliver(app: &App, task: &Task) -> Result<(), AppError> {
    let id: Id<Notification> =
        serde_json::from_value(task.payload.0.clone()).map_err(|error| AppError::internal(&error))?;
    let tenant = task.tenant_id.ok_or_else(|| AppError::internal(&"a message without a tenant"))?;
    let mut tx = app.db.begin_system(tenant).await?;
    let Some(waiting) = store::find_waiting(&mut tx, id).await? else {
        return Ok(());
    };
    let sender = tenants::find_by_id(&mut tx, tenant).await?.ok_or(AppError::NotFound)?;
    drop(tx);

    let outcome = match Content::open(&app.keys, &waiting.sealed_content)? {
        Content::Email { to, subject, lines, action } => match &app.channels.mail {
            Some(server) => server.send(id, &sender, &to, &subject, &lines, action.as_ref()).await?,
            None => app.channels.without_server(),
        },
        Content::Text { to, body } => match &app.channels.texts {
            Some(gateway) => gateway.send(&to, &body).await,
            None => app.channels.without_server(),
        },
    };

    let mut tx = app.db.begin_system(tenant).await?;
    let delivered = match outcome {
        Outcome::Sent => store::mark_sent(&mut tx, id).await,
        Outcome::Kept => store::mark_kept(&mut tx, id).await,
        Outcome::Refused(error) => {
            tracing::warn!(%id, %error, "message refused");
            store::mark_failed(&mut tx, id, &error).await
        }
        Outcome::NotNow(error) => {
            tracing::warn!(%id, %error, "message not delivered");
            store::note_error(&mut tx, id, &error).await?;
            tx.commit().await?;
            return Err(AppError::Unavailable);
        }
    };
    delivered?;
    tx.commit().await
}
