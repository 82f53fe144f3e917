//! `/sign-in/code` and `/account/second-factor`.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{
        BeginSecondFactor, EnableSecondFactor, FinishSignIn, HideRecoveryCodes, RemoveSecondFactor, RenewRecoveryCodes,
    },
    is_owed,
    store::{self, SecondFactor},
};
use crate::{
    error::AppError,
    identity::{actions::SignOut, sign_in_as::UnfinishedSignIn},
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{
        self, Alert, ButtonForm, Card, CompactPage, ConfirmForm, DangerButton, FieldState, FormState, PostForm,
        PrimaryButton, QuietLink, SecondaryButton, SecondaryLink, TextField, TitledCard, Tone,
    },
};

/// `/sign-in/code`: the second factor, after the password or what took its place.
pub async fn sign_in_code(visit: Visit) -> Result<Answer, AppError> {
    let unfinished = match UnfinishedSignIn::find().await? {
        Some(unfinished) => unfinished.user(&mut visit.begin().await?).await?,
        None => None,
    };
    if unfinished.is_none() {
        return Ok(Answer::Redirect("/sign-in".into()));
    }
    let form = visit.form(FinishSignIn::PATH);
    let ctx = visit.ctx;
    Page::new("Enter your code", move || {
        let call = format!("tel:{}", ctx.tenant.phone);
        view! {
            <CustomerFrame ctx>
                <CompactPage title="Enter your code" lead="Open your authenticator app and type the six digits it shows.">
                    <ui::ErrorSummary form=form.clone() />
                    <Card>
                        <PostForm action=FinishSignIn::PATH>
                            <CodeField state=form.field("code") />
                            <PrimaryButton>"Sign in"</PrimaryButton>
                        </PostForm>
                    </Card>
                    <p class="muted">
                        "Without your phone, type one of your recovery codes instead. Without those, " <a href=call>"call us"</a> "."
                    </p>
                    <p><QuietLink href="/sign-in">"Start again"</QuietLink></p>
                </CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

/// A code that changes by itself: not to be remembered by the browser, typed with digits or letters.
#[component]
fn CodeField(
    /// What came back from a rejected form.
    state: FieldState,
) -> impl IntoView {
    view! { <TextField label="Code" name="code" state autocomplete="one-time-code" maxlength=40 /> }
}

/// `/account/second-factor`: off, being set up, or on.
pub async fn second_factor(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.user()?.clone();
    let mut tx = visit.begin().await?;
    let factor = store::find(&mut tx, user.id).await?;
    let left = store::count_recovery_codes(&mut tx, user.id).await?;
    drop(tx);
    if factor.as_ref().is_some_and(|factor| !factor.is_in_force()) {
        // It shows the seed.
        visit.ctx.confirmed()?;
    }
    let is_owed = is_owed(&visit.ctx);
    let enable = visit.form(EnableSecondFactor::PATH);
    let remove = visit.form(RemoveSecondFactor::PATH);
    let card = match factor {
        None => Standing::Off,
        Some(factor) if factor.is_in_force() => Standing::On { factor, left },
        Some(factor) => {
            let authenticator = factor.authenticator(&visit.ctx.app.keys)?;
            let (image, address) = (authenticator.image()?, authenticator.address()?);
            Standing::BeingSetUp { image, address, seed: authenticator.typed_seed() }
        }
    };
    let ctx = visit.ctx;
    Page::new("Second factor", move || {
        let tenant = ctx.tenant.clone();
        let owed = is_owed.then(|| {
            let title = format!("{} asks its staff for a second factor", tenant.name);
            view! {
                <Alert tone=Tone::Info title=title>
                    <p>"Set it up now: it takes a minute. Then you go on where you were going."</p>
                </Alert>
            }
        });
        let way = if is_owed {
            view! { <ButtonForm action=SignOut::PATH><SecondaryButton>"Sign out"</SecondaryButton></ButtonForm> }.into_any()
        } else {
            view! { <QuietLink href="/account/security">"Back to security"</QuietLink> }.into_any()
        };
        let card = match card {
            Standing::Off => off().into_any(),
            Standing::BeingSetUp { image, address, seed } => being_set_up(image, address, seed, &enable).into_any(),
            Standing::On { factor, left } => {
                let since = factor.confirmed_at.map(|at| tenant.date(at)).unwrap_or_default();
                on(since, left, &remove).into_any()
            }
        };
        view! {
            <CustomerFrame ctx>
                <ui::Page title="Second factor" lead="Something you have, beside the password you know: then a stolen password opens nothing.">
                    {owed}
                    <ui::ErrorSummary form=enable.clone() />
                    <ui::ErrorSummary form=remove.clone() />
                    {card}
                    <p>{way}</p>
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

enum Standing {
    Off,
    BeingSetUp { image: String, address: String, seed: String },
    On { factor: SecondFactor, left: i64 },
}

fn off() -> impl IntoView {
    view! {
        <TitledCard title="With an authenticator app">
            <p>
                "You need an app that makes codes, such as Aegis, 2FAS, Google Authenticator or your password manager. When you sign in, it tells
                you six digits that are new every half minute."
            </p>
            <PostForm action=BeginSecondFactor::PATH>
                <PrimaryButton>"Set it up"</PrimaryButton>
            </PostForm>
        </TitledCard>
    }
}

fn being_set_up(image: String, address: String, seed: String, form: &FormState) -> impl IntoView + use<> {
    let code = form.field("code");
    view! {
        <TitledCard title="1. Add your account to the app">
            <p>"Scan this with the app. On the phone that has the app, tap the link instead."</p>
            <div class="qr-code" role="img" aria-label="QR code for your authenticator app" inner_html=image></div>
            <p><SecondaryLink href=address>"Open my app"</SecondaryLink></p>
            <p class="muted">"Or type this key into it: " <code class="typed-key">{seed}</code></p>
        </TitledCard>
        <TitledCard title="2. Type the code it shows">
            <PostForm action=EnableSecondFactor::PATH>
                <CodeField state=code />
                <PrimaryButton>"Turn it on"</PrimaryButton>
            </PostForm>
        </TitledCard>
    }
}

fn on(since: String, left: i64, form: &FormState) -> impl IntoView + use<> {
    let code = form.field("code");
    let few = (left < 3).then(|| {
        view! {
            <Alert tone=Tone::Warning title="Few recovery codes are left">
                <p>"Make new ones before you need them."</p>
            </Alert>
        }
    });
    view! {
        <Alert tone=Tone::Success title="Your second factor is on">
            <p>"Since " {since} ". Signing in takes a code of your authenticator app."</p>
        </Alert>
        {few}
        <TitledCard title="Recovery codes">
            <p>{left} " of 10 are left. Each works once, when you are without your phone."</p>
            <ConfirmForm
                action=RenewRecoveryCodes::PATH
                label="Make new codes"
                question="The codes you noted down before will not work any more."
            >
                <SecondaryButton>"Make ten new codes"</SecondaryButton>
            </ConfirmForm>
        </TitledCard>
        <TitledCard title="Turn it off">
            <p>"For a new phone, turn it off and set it up again."</p>
            <PostForm action=RemoveSecondFactor::PATH>
                <CodeField state=code />
                <DangerButton>"Turn it off"</DangerButton>
            </PostForm>
        </TitledCard>
    }
}

/// `/account/second-factor/codes`: the recovery codes that were made just now.
pub async fn recovery_codes(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.confirmed()?.id;
    let mut tx = visit.begin().await?;
    let codes = store::shown_recovery_codes(&mut tx, &visit.ctx.app.keys, user).await?;
    drop(tx);
    let Some(codes) = codes else {
        return Ok(Answer::Redirect("/account/second-factor".into()));
    };
    let ctx = visit.ctx;
    Page::new("Recovery codes", move || {
        let codes = codes.into_iter().map(|code| view! { <li><code class="reference">{code}</code></li> }).collect_view();
        view! {
            <CustomerFrame ctx>
                <ui::Page title="Recovery codes" lead="Write these down or print them. They let you in when your phone is lost, broken or new.">
                    <Card>
                        <ol class="recovery-codes">{codes}</ol>
                        <p class="muted">"Each works once. We show them only now: we can't tell them to you later."</p>
                        <PostForm action=HideRecoveryCodes::PATH>
                            <PrimaryButton>"I have noted them down"</PrimaryButton>
                        </PostForm>
                    </Card>
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}
