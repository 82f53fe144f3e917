//! Messages to people: e-mail (SMTP) and text messages (Twilio's protocol). Table `notifications`.
//!
//! A message is written in the transaction whose consequence it is, sealed. A task delivers it and wipes what it said:
//!
//! ```text
//! waiting ─> sent       the server took it
//!    ├─────> failed     it never will (no such address), or there is no server
//!    └─────> kept       a development machine without a server: it is read at /dev/mailbox
//! ```
//! A server that doesn't answer is tried again, for hours; so a message may arrive twice, under one message id.

mod content;
mod deliver;
mod mail;
mod mailbox;
pub mod pages;
pub mod store;
mod tell;
#[cfg(test)]
mod tests;
mod texts;

use engine::{EmailAddress, Phone};

use content::Content;

pub use deliver::{Channels, DELIVER, deliver};
pub use mailbox::{Mail, mailbox};
pub use tell::{Deed, Message, Recipient, tell};

use crate::{db::Tx, error::AppError, server::App};

/// What the content of a message is sealed for.
pub const SEALED_FOR: &str = "notification";

/// An e-mail to be written.
#[derive(Debug, Clone)]
pub struct Email {
    /// To whom.
    pub to: EmailAddress,
    /// What it is about, in a few words.
    pub subject: String,
    /// Paragraphs of plain text.
    pub lines: Vec<String>,
    /// What the reader can do: the button's label and the absolute address it leads to ([`Ctx::url`](crate::server::Ctx::url)).
    pub action: Option<(&'static str, String)>,
    /// What kind of message it is, as in `password-reset`: for the log, at most 40 characters.
    pub kind: &'static str,
}

/// Sends an e-mail once this transaction is committed.
pub async fn email(tx: &mut Tx, app: &App, email: Email) -> Result<(), AppError> {
    let kind = email.kind;
    let content = Content::Email {
        to: email.to,
        subject: email.subject,
        lines: email.lines,
        action: email.action.map(|(label, url)| (label.to_owned(), url)),
    };
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
    crate::tasks::enqueue(tx, DELIVER, id, now, None).await
}
