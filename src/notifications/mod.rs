//! Messages to people: e-mail (SMTP) and text messages (Twilio's API). Table `notifications`.
//!
//! A message is written, encrypted, in the transaction that causes it. A task delivers it and deletes its text:
//!
//! ```text
//! waiting ─> sent       the server accepted it
//!    ├─────> failed     it can't be delivered (no such address), or there is no server
//!    └─────> kept       a development machine without a server: it is shown at /dev/mailbox
//! ```
//! If a server doesn't answer, the task retries for hours; so a message may arrive twice, with the same message id.

mod channels;
mod content;
mod deliver;
mod mail;
mod mailbox;
mod model;
mod outcome;
pub mod pages;
mod send;
pub mod store;
mod tell;
#[cfg(test)]
mod tests;
mod texts;

pub use channels::Channels;
pub use content::SEALED_FOR;
pub use deliver::{DELIVER, deliver};
pub use mailbox::{Mail, mailbox};
pub use model::{Email, EventRef, Message, Recipient};
pub use send::{email, text_message};
pub use tell::tell;
