//! The buttons that start the device's dialog. They appear only in browsers that support passkeys.
#![allow(missing_docs, reason = "the island macro makes a struct it does not document")]

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

use crate::ui::{PrimaryButton, TextField, form::FieldState};

const UNSUPPORTED: &str = "This browser doesn't know passkeys. A current one does.";

const WITHOUT_SCRIPTS: &str = "Passkeys need JavaScript, which this browser doesn't run.";

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
        <div class="stack wide" hidden=move || supported.get() != Some(true)>
            <button type="button" class="button button-primary" on:click=sign_in>"Use a passkey"</button>
            <p class="small" role="status">{move || told.get()}</p>
        </div>
        <p hidden=move || supported.get() != Some(false)>{UNSUPPORTED}</p>
        <noscript>
            <p>{WITHOUT_SCRIPTS}</p>
        </noscript>
    }
}

/// Creates a passkey for the signed-in account.
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
        <form class="stack wide" on:submit=add hidden=move || supported.get() != Some(true)>
            <TextField
                label="Name"
                name="name"
                state=FieldState::default()
                hint="So that you can tell it from others: “My phone”."
            />
            <PrimaryButton>"Add a passkey"</PrimaryButton>
            <p class="small" role="status">{move || told.get()}</p>
        </form>
        <p hidden=move || supported.get() != Some(false)>{UNSUPPORTED}</p>
        <noscript>
            <p>{WITHOUT_SCRIPTS}</p>
        </noscript>
    }
}
