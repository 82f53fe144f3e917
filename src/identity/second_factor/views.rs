//! Views of the second factor, for users on a tenant's pages and for operators on theirs. Forms post to the given `action`.

use leptos::prelude::*;

use super::SecondFactor;
use crate::{
    error::AppError,
    secrets::Keys,
    ui::{
        self, Alert, Card, DangerButton, FieldState, PostForm, PrimaryButton, SecondaryLink, TextField, TitledCard,
        Tone,
    },
};

/// The secret for the app: as a QR code, as a link and to type.
pub struct SharedSecret {
    image: String,
    address: String,
    seed: String,
}

impl SharedSecret {
    /// The secret of a factor being set up.
    pub fn of(factor: &SecondFactor, keys: &Keys) -> Result<Self, AppError> {
        let authenticator = factor.authenticator(keys)?;
        Ok(Self { image: authenticator.image()?, address: authenticator.address()?, seed: authenticator.typed_seed() })
    }
}

/// The field for a one-time code. Browsers must not store it; it takes digits or letters.
#[component]
pub fn CodeField(state: FieldState) -> impl IntoView {
    view! { <TextField label=t!("identity-code") name="code" state autocomplete="one-time-code" maxlength=40 /> }
}

#[component]
pub fn AboutApps() -> impl IntoView {
    view! {
        <p>
            {t!("identity-you-need-an-app-that-makes")}
        </p>
    }
}

/// The two steps of the set-up.
#[component]
pub fn BeingSetUp(
    secret: SharedSecret,
    /// The action of the form with the first code.
    action: &'static str,
    state: FieldState,
) -> impl IntoView {
    let SharedSecret { image, address, seed } = secret;
    view! {
        <TitledCard title=t!("identity-1-add-your-account-to-the")>
            <p>{t!("identity-scan-this-with-the-app-on")}</p>
            <div class="qr-code" role="img" aria-label=t!("identity-qr-code-for-your-authenticator-app") inner_html=image></div>
            <p><SecondaryLink href=address>{t!("identity-open-my-app")}</SecondaryLink></p>
            <p class="muted">{t!("identity-or-type-this-key-into-it")} <code class="typed-key">{seed}</code></p>
        </TitledCard>
        <TitledCard title=t!("identity-2-type-the-code-it-shows")>
            <PostForm action>
                <CodeField state />
                <PrimaryButton>{t!("identity-turn-it-on")}</PrimaryButton>
            </PostForm>
        </TitledCard>
    }
}

/// Shown while the second factor is active.
#[component]
pub fn ActiveFactor(since: String, left: i64) -> impl IntoView {
    let few = (left < 3).then(|| {
        view! {
            <Alert tone=Tone::Warning title=t!("identity-few-recovery-codes-are-left")>
                <p>{t!("identity-make-new-ones-before-you-need")}</p>
            </Alert>
        }
    });
    view! {
        <Alert tone=Tone::Success title=t!("identity-your-second-factor-is-on")>
            <p>{t!("identity-since")} {since} {t!("identity-you-sign-in-with-a-code")}</p>
        </Alert>
        {few}
    }
}

#[component]
pub fn CodesLeft(left: i64) -> impl IntoView {
    view! { <p>{left} {t!("identity-of-10-are-left-each-works")}</p> }
}

/// The form that turns it off, with one of its codes.
#[component]
pub fn TurnOff(action: &'static str, state: FieldState) -> impl IntoView {
    view! {
        <TitledCard title=t!("identity-turn-it-off")>
            <p>{t!("identity-for-a-new-phone-turn-it")}</p>
            <PostForm action>
                <CodeField state />
                <DangerButton>{t!("identity-turn-it-off")}</DangerButton>
            </PostForm>
        </TitledCard>
    }
}

#[component]
pub fn CodesToNote(
    codes: Vec<String>,
    /// The action that marks them as saved.
    action: &'static str,
) -> impl IntoView {
    let codes = codes.into_iter().map(|code| view! { <li><code class="reference">{code}</code></li> }).collect_view();
    view! {
        <ui::Page title=t!("identity-recovery-codes") lead=t!("identity-write-these-down-or-print-them")>
            <Card>
                <ol class="recovery-codes">{codes}</ol>
                <p class="muted">{t!("identity-each-code-works-once-we-cant")}</p>
                <PostForm action>
                    <PrimaryButton>{t!("identity-i-wrote-them-down")}</PrimaryButton>
                </PostForm>
            </Card>
        </ui::Page>
    }
}
