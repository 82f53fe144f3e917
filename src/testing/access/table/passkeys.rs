//! Passkeys: adding, using and removing them.

use serde_json::Value;

use crate::testing::{
    Authenticator, Browser,
    access::{ANYONE, Account, Business, Function, Person, SIGNED_IN, form, function},
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("passkey_registration_options", SIGNED_IN, "platform.sessions", async |at, who| {
            form!().by(at.another(who).await.browser)
        })
        .names_nothing(),
        function("add_passkey", SIGNED_IN, "passkeys", async |at, who| {
            let (account, _, credential) = asked_to_add(at, who).await;
            form!("name" = "My phone", "credential" = credential).by(account.browser)
        })
        .elsewhere(409),
        function("remove_passkey", SIGNED_IN, "passkeys", async |at, who| {
            let (mut account, _) = with_passkey(at, who).await;
            let page = account.browser.get("/account/passkeys").await;
            let id = page.attribute("form[action^='/api/remove_passkey'] input[name=id]", "value");
            form!("id" = id.expect("the new passkey is listed")).by(account.browser)
        }),
        function("passkey_sign_in_options", ANYONE, "platform.sessions", async |at, _| {
            form!().by(at.browser(Person::Nobody))
        })
        .names_nothing(),
        function("sign_in_with_passkey", ANYONE, "platform.sessions", async |at, who| {
            let (_, mut device) = with_passkey(at, who).await;
            let mut browser = at.browser(Person::Nobody);
            let proof = device.get(&options(&mut browser, "passkey_sign_in_options").await);
            form!("credential" = proof).by(browser)
        })
        .elsewhere(409),
    ]
}

/// The challenge for the device.
async fn options(browser: &mut Browser, endpoint: &str) -> Value {
    let reply = browser.call(&format!("/api/{endpoint}"), &[]).await;
    let inner: String = serde_json::from_str(&reply.html).expect("options");
    serde_json::from_str(&inner).expect("options are JSON")
}

/// A new account whose device has just created a passkey.
async fn asked_to_add(at: &Business, who: Person) -> (Account, Authenticator, String) {
    let mut account = at.another(who).await;
    let mut device = Authenticator::new(&at.host, account.id.uuid());
    let credential = device.create(&options(&mut account.browser, "passkey_registration_options").await);
    (account, device, credential)
}

async fn with_passkey(at: &Business, who: Person) -> (Account, Authenticator) {
    let (mut account, device, credential) = asked_to_add(at, who).await;
    let fields = [("name".to_owned(), "My phone".to_owned()), ("credential".to_owned(), credential)];
    account.browser.call("/api/add_passkey", &fields).await;
    (account, device)
}
