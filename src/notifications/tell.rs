use engine::{EmailAddress, Id, Phone};
use uuid::Uuid;

use super::{DELIVER, content::Content, store};
use crate::{bookings::Booking, db::Tx, error::AppError, server::App};

/// Where somebody can be reached: by e-mail, by text message, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// The e-mail address, if they gave one.
    pub email: Option<EmailAddress>,
    /// The phone number, if they gave one.
    pub phone: Option<Phone>,
}

impl Recipient {
    /// The same, without the channels this installation has no server for.
    #[must_use]
    pub fn reachable(self, app: &App) -> Self {
        Self {
            email: self.email.filter(|_| app.channels.can_mail()),
            phone: self.phone.filter(|_| app.channels.can_text()),
        }
    }
}

/// What was done to a booking, as its messages refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    /// The booking.
    pub booking: Id<Booking>,
    /// An assignment, or the booking itself where it can happen only once.
    pub id: Uuid,
}

/// One thing to say, as an e-mail and as a text message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What kind of message it is, as in `booking-done`: at most 40 characters.
    pub kind: &'static str,
    /// What it tells of.
    pub about: Deed,
    /// The e-mail's subject.
    pub subject: String,
    /// The e-mail's paragraphs.
    pub lines: Vec<String>,
    /// The e-mail's button and the absolute address it leads to.
    pub action: Option<(String, String)>,
    /// All of the text message, with the address in it.
    pub text: String,
}

/// Tells somebody by every channel they can be reached by, once this transaction is committed. Telling of the same deed again changes nothing.
pub async fn tell(tx: &mut Tx, app: &App, who: Recipient, message: Message) -> Result<(), AppError> {
    let Message { kind, about, subject, lines, action, text } = message;
    let Recipient { email, phone } = who.reachable(app);
    let letter = email.map(|to| Content::Email { to, subject, lines, action });
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
