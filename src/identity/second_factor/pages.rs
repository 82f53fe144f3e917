//! `/sign-in/code` and `/account/second-factor`.

use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    SecondFactor,
    actions::{
        BeginSecondFactor, EnableSecondFactor, FinishSignIn, HideRecoveryCodes, RemoveSecondFactor, RenewRecoveryCodes,
    },
    is_required, must_use_passkey, store,
    views::{AboutApps, ActiveFactor, BeingSetUp, CodeField, CodesLeft, CodesToNote, SharedSecret, TurnOff},
};
use crate::{
    error::AppError,
    identity::{actions::SignOut, passkeys::elements::PasskeySignIn, sign_in_as::UnfinishedSignIn},
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{
        self, Alert, ButtonForm, Card, CompactPage, ConfirmForm, FormState, PostForm, PrimaryButton, QuietLink,
        SecondaryButton, TitledCard, Tone,
    },
};

/// `/sign-in/code`: the second factor, after the password or another first factor.
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
    Page::new(t!("identity-enter-your-code"), move || {
        let call = format!("tel:{}", ctx.tenant.phone);
        view! {
            <CustomerFrame ctx>
                <CompactPage title=t!("identity-enter-your-code") lead=t!("identity-open-your-authenticator-app-and-type")>
                    <ui::ErrorSummary form=form.clone() />
                    <Card>
                        <PostForm action=FinishSignIn::PATH>
                            <CodeField state=form.field("code") />
                            <PrimaryButton>{t!("identity-sign-in")}</PrimaryButton>
                        </PostForm>
                    </Card>
                    <p class="muted">
                        {t!("identity-without-your-phone-type-one-of")} <a href=call>{t!("identity-call-us")}</a> "."
                    </p>
                    <p><QuietLink href="/sign-in">{t!("identity-start-again")}</QuietLink></p>
                </CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

/// `/account/second-factor`: off, being set up, or on.
pub async fn second_factor(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.user()?.clone();
    let mut tx = visit.begin().await?;
    let factor = store::find(&mut tx, user.id).await?;
    let left = store::count_recovery_codes(&mut tx, user.id).await?;
    let must_use_passkey = must_use_passkey(&mut tx, &visit.ctx).await?;
    drop(tx);
    if factor.as_ref().is_some_and(|factor| !factor.is_active()) {
        // The page shows the seed.
        visit.ctx.confirmed()?;
    }
    let is_required = is_required(&visit.ctx);
    let enable = visit.form(EnableSecondFactor::PATH);
    let remove = visit.form(RemoveSecondFactor::PATH);
    let card = match factor {
        _ if must_use_passkey => State::PasskeyToShow,
        None => State::Off,
        Some(factor) if factor.is_active() => State::On { factor, left },
        Some(factor) => State::BeingSetUp(SharedSecret::of(&factor, &visit.ctx.app.keys)?),
    };
    let ctx = visit.ctx;
    Page::new(t!("identity-second-factor"), move || {
        let tenant = ctx.tenant.clone();
        let owed = is_required.then(|| {
            let title = t!("identity-requires-a-second-factor-for-its", business = isolated(&tenant.name));
            view! {
                <Alert tone=Tone::Info title=title>
                    <p>{t!("identity-it-takes-a-minute-then-you")}</p>
                </Alert>
            }
        });
        let way = if is_required {
            view! { <ButtonForm action=SignOut::PATH><SecondaryButton>{t!("identity-sign-out")}</SecondaryButton></ButtonForm> }
                .into_any()
        } else {
            view! { <QuietLink href="/account/security">{t!("identity-back-to-security")}</QuietLink> }.into_any()
        };
        let card = match card {
            State::PasskeyToShow => passkey_to_show().into_any(),
            State::Off => off().into_any(),
            State::BeingSetUp(secret) => {
                let state = enable.field("code");
                view! { <BeingSetUp secret action=EnableSecondFactor::PATH state /> }.into_any()
            }
            State::On { factor, left } => {
                let since = factor.confirmed_at.map(|at| tenant.date(at)).unwrap_or_default();
                on(since, left, &remove).into_any()
            }
        };
        view! {
            <CustomerFrame ctx>
                <ui::Page title=t!("identity-second-factor") lead=t!("identity-add-a-code-from-your-phone")>
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

enum State {
    PasskeyToShow,
    Off,
    BeingSetUp(SharedSecret),
    On { factor: SecondFactor, left: i64 },
}

fn passkey_to_show() -> impl IntoView {
    view! {
        <TitledCard title=t!("identity-with-your-passkey")>
            <p>{t!("identity-your-account-has-a-passkey-use")}</p>
            <PasskeySignIn next="/account/second-factor".to_owned() />
        </TitledCard>
    }
}

fn off() -> impl IntoView {
    view! {
        <TitledCard title=t!("identity-with-an-authenticator-app")>
            <AboutApps />
            <PostForm action=BeginSecondFactor::PATH>
                <PrimaryButton>{t!("identity-set-it-up")}</PrimaryButton>
            </PostForm>
        </TitledCard>
    }
}

fn on(since: String, left: i64, form: &FormState) -> impl IntoView + use<> {
    let code = form.field("code");
    view! {
        <ActiveFactor since left />
        <TitledCard title=t!("identity-recovery-codes")>
            <CodesLeft left />
            <ConfirmForm
                action=RenewRecoveryCodes::PATH
                label=t!("identity-make-new-codes")
                question=t!("identity-the-codes-you-wrote-down-before")
            >
                <SecondaryButton>{t!("identity-make-ten-new-codes")}</SecondaryButton>
            </ConfirmForm>
        </TitledCard>
        <TurnOff action=RemoveSecondFactor::PATH state=code />
    }
}

/// `/account/second-factor/codes`: the new recovery codes.
pub async fn recovery_codes(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.confirmed()?.id;
    let mut tx = visit.begin().await?;
    let codes = store::shown_recovery_codes(&mut tx, &visit.ctx.app.keys, user).await?;
    drop(tx);
    let Some(codes) = codes else {
        return Ok(Answer::Redirect("/account/second-factor".into()));
    };
    let ctx = visit.ctx;
    Page::new(t!("identity-recovery-codes"), move || {
        view! {
            <CustomerFrame ctx>
                <CodesToNote codes action=HideRecoveryCodes::PATH />
            </CustomerFrame>
        }
    })
    .answer()
}
