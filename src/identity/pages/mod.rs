//! Sign-in, sign-up and reset pages.

mod dead_link;
mod email;
mod inbox;
mod passkey;
mod reset;
mod sign_in;
mod sign_up;

use crate::words::Phrase;

pub use dead_link::dead_link_because;
pub use email::{agree, verify};
pub use inbox::{reset_sent, sign_up_sent};
pub use passkey::passkey;
pub use reset::{new_password, reset};
pub use sign_in::sign_in;
pub use sign_up::{finish_sign_up, sign_up};

/// The hint about good passwords.
const PASSWORD_HINT: Phrase = phrase!("identity-at-least-10-characters-a-few");

/// The address with the page to go to afterwards, if there is one.
pub(super) fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() {
        return path.to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{path}?next={next}")
}
