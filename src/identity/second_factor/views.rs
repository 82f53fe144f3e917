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
    view! { <TextField label="Code" name="code" state autocomplete="one-time-code" maxlength=40 /> }
}

#[component]
pub fn AboutApps() -> impl IntoView {
    view! {
        <p>
            "You need an app that makes codes, such as Aegis, 2FAS, Google Authenticator or your password manager. When you sign in, it tells
            you six digits that are new every half minute."
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
        <TitledCard title="1. Add your account to the app">
            <p>"Scan this with the app. On the phone that has the app, tap the link instead."</p>
            <div class="qr-code" role="img" aria-label="QR code for your authenticator app" inner_html=image></div>
            <p><SecondaryLink href=address>"Open my app"</SecondaryLink></p>
            <p class="muted">"Or type this key into it: " <code class="typed-key">{seed}</code></p>
        </TitledCard>
        <TitledCard title="2. Type the code it shows">
            <PostForm action>
                <CodeField state />
                <PrimaryButton>"Turn it on"</PrimaryButton>
            </PostForm>
        </TitledCard>
    }
}

/// Shown while the second factor is active.
#[component]
pub fn ActiveFactor(since: String, left: i64) -> impl IntoView {
    let few = (left < 3).then(|| {
        view! {
            <Alert tone=Tone::Warning title="Few recovery codes are left">
                <p>"Make new ones before you need them."</p>
            </Alert>
        }
    });
    view! {
        <Alert tone=Tone::Success title="Your second factor is on">
            <p>"Since " {since} ". You sign in with a code from your authenticator app."</p>
        </Alert>
        {few}
    }
}

#[component]
pub fn CodesLeft(left: i64) -> impl IntoView {
    view! { <p>{left} " of 10 are left. Each works once, when you are without your phone."</p> }
}

/// The form that turns it off, with one of its codes.
#[component]
pub fn TurnOff(action: &'static str, state: FieldState) -> impl IntoView {
    view! {
        <TitledCard title="Turn it off">
            <p>"For a new phone, turn it off and set it up again."</p>
            <PostForm action>
                <CodeField state />
                <DangerButton>"Turn it off"</DangerButton>
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
        <ui::Page title="Recovery codes" lead="Write these down or print them. They let you in when your phone is lost, broken or new.">
            <Card>
                <ol class="recovery-codes">{codes}</ol>
                <p class="muted">"Each code works once. We can't show them again."</p>
                <PostForm action>
                    <PrimaryButton>"I wrote them down"</PrimaryButton>
                </PostForm>
            </Card>
        </ui::Page>
    }
}
