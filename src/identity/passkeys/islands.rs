//! The buttons that start the device's dialog. They are enabled once the browser is known to support passkeys.
#![allow(missing_docs, reason = "the island macro makes a struct it does not document")]

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

use crate::ui::{TextField, form::FieldState};

const UNSUPPORTED: &str = "This browser doesn't support passkeys. Use a newer one.";

const WITHOUT_SCRIPTS: &str = "Passkeys need JavaScript, which is off in this browser.";

/// Signs in with a passkey.
#[island]
pub fn PasskeySignIn(next: String) -> impl IntoView {
    let told = RwSignal::new(None::<String>);
    let supported = RwSignal::new(None::<bool>);
    #[cfg(feature = "hydrate")]
    Effect::new(move || supported.set(Some(browser::knows_passkeys())));
    let sign_in = move |_| {
        #[cfg(feature = "hydrate")]
        browser::sign_in(next.clone(), told);
        #[cfg(not(feature = "hydrate"))]
        let _ = &next;
    };
    view! {
        <div class="stack wide needs-script" hidden=move || supported.get() == Some(false)>
            <button
                type="button"
                class="button button-primary"
                disabled=move || supported.get() != Some(true)
                on:click=sign_in
            >
                "Use a passkey"
            </button>
            <p class="small" role="status">{move || told.get()}</p>
        </div>
        <p hidden=move || supported.get() != Some(false)>{UNSUPPORTED}</p>
        <noscript>
            <p>{WITHOUT_SCRIPTS}</p>
        </noscript>
    }
}

/// Makes a passkey for the account that is signed in.
#[island]
pub fn AddPasskey() -> impl IntoView {
    let told = RwSignal::new(None::<String>);
    let supported = RwSignal::new(None::<bool>);
    #[cfg(feature = "hydrate")]
    Effect::new(move || supported.set(Some(browser::knows_passkeys())));
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        #[cfg(feature = "hydrate")]
        browser::add(&event, told);
    };
    view! {
        <form class="stack wide needs-script" on:submit=add hidden=move || supported.get() == Some(false)>
            <TextField
                label="Name"
                name="name"
                state=FieldState::default()
                hint="Tells it apart from your other devices, like “My phone”."
            />
            <button type="submit" class="button button-primary" disabled=move || supported.get() != Some(true)>
                "Add a passkey"
            </button>
            <p class="small" role="status">{move || told.get()}</p>
        </form>
        <p hidden=move || supported.get() != Some(false)>{UNSUPPORTED}</p>
        <noscript>
            <p>{WITHOUT_SCRIPTS}</p>
        </noscript>
    }
}
