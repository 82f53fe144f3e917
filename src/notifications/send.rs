use engine::Phone;

use super::{
    DELIVER, Email,
    content::{Content, Letter},
    store,
};
use crate::{db::Tx, error::AppError, server::App, tasks};

/// Sends an e-mail once this transaction is committed.
pub async fn email(tx: &mut Tx, app: &App, email: Email) -> Result<(), AppError> {
    let kind = email.kind;
    let content = Content::Email(Letter {
        to: email.to,
        subject: email.subject,
        lines: email.lines,
        action: email.action.map(|(label, url)| (label.to_owned(), url)),
    });
    enqueue(tx, app, kind, &content).await
}

/// Sends a text message once this transaction is committed.
pub async fn text_message(
    tx: &mut Tx,
    app: &App,
    to: &Phone,
    body: impl Into<String>,
    kind: &'static str,
) -> Result<(), AppError> {
    enqueue(tx, app, kind, &Content::Text { to: to.clone(), body: body.into() }).await
}

async fn enqueue(tx: &mut Tx, app: &App, kind: &'static str, content: &Content) -> Result<(), AppError> {
    let id = store::insert(tx, content.channel(), kind, &content.seal(&app.keys)?).await?;
    let now = tx.now;
    tasks::enqueue(tx, DELIVER, id, now, None).await
}
