mod email;
mod reset;
mod security;
mod sessions;
mod sign_in;
mod sign_up;

use crate::testing::TestApp;

/// The path of the link in the newest mail to this address.
async fn mailed_path(app: &TestApp, to: &str) -> String {
    app.drain().await;
    let mails = app.mailbox(to).await;
    mails.first().and_then(|mail| mail.path()).unwrap_or_else(|| panic!("no mail to {to} with a link")).to_owned()
}

/// The secret at the end of a link.
fn token_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
