use engine::Id;

use super::{
    content::Content,
    outcome::Outcome,
    store::{self, Notification},
};
use crate::{error::AppError, server::App, tasks::Task, tenants};

/// Kind of the task that delivers one message.
pub const DELIVER: &str = "deliver";

/// Handles the task of one message. No transaction is open while it waits for a server.
pub async fn deliver(app: &App, task: &Task) -> Result<(), AppError> {
    let id: Id<Notification> = task.payload()?;
    let tenant = task.tenant()?;
    let mut tx = app.db.begin_system(tenant).await?;
    let Some(waiting) = store::find_waiting(&mut tx, id).await? else {
        return Ok(());
    };
    let sender = tenants::find_by_id(&mut tx, tenant).await?.ok_or(AppError::NotFound)?;
    drop(tx);

    let outcome = match Content::open(&app.keys, &waiting.sealed_content)? {
        Content::Email(letter) => match &app.channels.mail {
            Some(server) => server.send(id, &sender, &letter).await?,
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
