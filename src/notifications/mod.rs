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
pub use model::{Deed, Email, Message, Recipient};
pub use send::{email, text_message};
pub use tell::tell;
