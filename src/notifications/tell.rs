use super::{
    DELIVER, Message, Recipient,
    content::{Content, Letter},
    store,
};
use crate::{db::Tx, error::AppError, server::App};

impl Recipient {
    /// The recipient without the channels that this installation has no server for.
    #[must_use]
    pub fn reachable(self, app: &App) -> Self {
        Self {
            email: self.email.filter(|_| app.channels.can_mail()),
            phone: self.phone.filter(|_| app.channels.can_text()),
        }
    }
}

/// Notifies somebody by every channel they have, once this transaction is committed. Notifying of the same event again changes nothing.
pub async fn tell(tx: &mut Tx, app: &App, who: Recipient, message: Message) -> Result<(), AppError> {
    let Message { kind, about, subject, lines, action, text } = message;
    let Recipient { email, phone } = who.reachable(app);
    let letter = email.map(|to| Content::Email(Letter { to, subject, lines, action }));
    let text = phone.map(|to| Content::Text { to, body: text });
    for content in letter.into_iter().chain(text) {
        let sealed = content.seal(&app.keys)?;
        if let Some(id) = store::insert_about(tx, content.channel(), kind, about, &sealed).await? {
            let now = tx.now;
            crate::tasks::enqueue(tx, DELIVER, id, now, None).await?;
        }
    }
    Ok(())
}
