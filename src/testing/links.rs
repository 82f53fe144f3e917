//! Paths of the links in e-mails.

use super::{Browser, TestApp};

/// The path of the link in the newest mail to this address.
pub async fn mailed_path(app: &TestApp, to: &str) -> String {
    app.drain().await;
    let mails = app.mailbox(to).await;
    mails.first().and_then(|mail| mail.path()).unwrap_or_else(|| panic!("no mail to {to} with a link")).to_owned()
}

/// The token at the end of a link.
pub fn token_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The link that finishes a sign-up.
pub async fn sign_up_path(app: &TestApp, host: &str, email: &str) -> String {
    let fields = [("name", "Nia New"), ("email", email), ("phone", "(404) 555-0199")];
    app.visitor(host).post("/sign-up", "/api/sign_up", &fields).await;
    mailed_path(app, email).await
}

/// The link that sets a new password.
pub async fn reset_path(app: &TestApp, host: &str, email: &str) -> String {
    app.visitor(host).post("/reset", "/api/request_reset", &[("email", email)]).await;
    mailed_path(app, email).await
}

/// The link that confirms the signed-in user's address.
pub async fn verification_path(app: &TestApp, browser: &mut Browser, email: &str) -> String {
    browser.post("/account/security", "/api/send_verification", &[]).await;
    mailed_path(app, email).await
}

/// The links that confirm a change of address: one sent to the old address, one to the new.
pub async fn agreement_paths(app: &TestApp, browser: &mut Browser, old: &str, new: &str) -> (String, String) {
    browser.post("/account/security", "/api/change_email", &[("email", new)]).await;
    (mailed_path(app, old).await, mailed_path(app, new).await)
}
