//! The buttons that start the device's dialog, driven by `public/scripts/passkeys.js`. They appear only in browsers that support passkeys.

use leptos::prelude::*;

use crate::ui::{TextField, form::FieldState};

#[component]
pub fn PasskeySignIn(
    /// The page to open after signing in.
    next: String,
) -> impl IntoView {
    view! {
        <passkey-sign-in next=next>
            <div class="stack wide needs-script" data-passkeys="known">
                <button type="button" class="button button-primary" disabled>{t!("identity-use-a-passkey")}</button>
                <p class="small" role="status"></p>
            </div>
            <Unsupported />
        </passkey-sign-in>
    }
}

/// Adds a passkey to the signed-in account.
#[component]
pub fn AddPasskey() -> impl IntoView {
    view! {
        <add-passkey>
            <form class="stack wide needs-script" data-passkeys="known">
                <TextField
                    label=t!("identity-name")
                    name="name"
                    state=FieldState::default()
                    hint=t!("identity-a-name-for-this-device-like")
                />
                <button type="submit" class="button button-primary" disabled>{t!("identity-add-a-passkey")}</button>
                <p class="small" role="status"></p>
            </form>
            <Unsupported />
        </add-passkey>
    }
}

/// Shown by browsers without passkeys or without scripts.
#[component]
fn Unsupported() -> impl IntoView {
    view! {
        <p data-passkeys="unknown" hidden>{t!("identity-this-browser-doesnt-support-passkeys-use")}</p>
        <noscript>
            <p>{t!("identity-passkeys-need-javascript-which-is-off")}</p>
        </noscript>
    }
}
