use leptos::{prelude::*, server_fn::ServerFn};

use super::{frame::OperatorFrame, moment};
use crate::{
    error::AppError,
    identity::second_factor::{
        SecondFactor,
        views::{AboutApps, ActiveFactor, BeingSetUp, CodesLeft, CodesToNote, SharedSecret, TurnOff},
    },
    operator::{
        OperatorCtx,
        actions::{
            OperatorBeginSecondFactor, OperatorEnableSecondFactor, OperatorHideRecoveryCodes,
            OperatorRemoveSecondFactor, OperatorRenewRecoveryCodes,
        },
        second_factor::is_required,
        store::second_factors,
    },
    server::{Answer, Page, Visit},
    ui::{self, Alert, FormState, PasswordField, PostForm, PrimaryButton, SecondaryButton, TitledCard, Tone},
};

/// `/operator/security`: the operator's second factor: off, being set up, or on.
pub async fn security(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let operator = visit.ctx.operator()?.clone();
    let mut tx = visit.ctx.begin().await?;
    let factor = second_factors::find(&mut tx).await?;
    let left = second_factors::count_recovery_codes(&mut tx).await?;
    drop(tx);
    let is_required = is_required(&visit.ctx);
    let secret = match factor.as_ref().filter(|factor| !factor.is_active()) {
        Some(factor) => Some(SharedSecret::of(factor, &visit.ctx.app.keys)?),
        None => None,
    };
    let forms = [
        OperatorBeginSecondFactor::PATH,
        OperatorEnableSecondFactor::PATH,
        OperatorRenewRecoveryCodes::PATH,
        OperatorRemoveSecondFactor::PATH,
    ]
    .map(|path| visit.form(path));
    Page::new("Second factor", move || {
        let owed = is_required.then(|| {
            view! {
                <Alert tone=Tone::Info title="Operators sign in with a second factor">
                    <p>"Set it up now. It takes a minute, and nothing else opens before it is done."</p>
                </Alert>
            }
        });
        let summaries = forms.clone().into_iter().map(|form| view! { <ui::ErrorSummary form /> }).collect_view();
        let [begin, enable, renew, remove] = forms;
        let card = match (factor, secret) {
            (_, Some(secret)) => {
                let state = enable.field("code");
                view! { <BeingSetUp secret action=OperatorEnableSecondFactor::PATH state /> }.into_any()
            }
            (Some(factor), None) => on(&factor, left, &renew, &remove).into_any(),
            (None, None) => off(&begin).into_any(),
        };
        view! {
            <OperatorFrame operator path="/operator/security">
                <ui::Page title="Second factor" lead="Add a code from your phone, so a stolen password isn't enough.">
                    {owed} {summaries} {card}
                </ui::Page>
            </OperatorFrame>
        }
    })
    .answer()
}

fn off(form: &FormState) -> impl IntoView + use<> {
    let state = form.field("password");
    view! {
        <TitledCard title="With an authenticator app">
            <AboutApps />
            <PostForm action=OperatorBeginSecondFactor::PATH>
                <PasswordField label="Your password" name="password" state />
                <PrimaryButton>"Set up"</PrimaryButton>
            </PostForm>
        </TitledCard>
    }
}

fn on(factor: &SecondFactor, left: i64, renew: &FormState, remove: &FormState) -> impl IntoView + use<> {
    let since = factor.confirmed_at.map(moment).unwrap_or_default();
    let (renewed, removed) = (renew.field("password"), remove.field("code"));
    view! {
        <ActiveFactor since left />
        <TitledCard title="Recovery codes">
            <CodesLeft left />
            <PostForm action=OperatorRenewRecoveryCodes::PATH>
                <PasswordField label="Your password" name="password" state=renewed />
                <SecondaryButton>"Make ten new codes"</SecondaryButton>
            </PostForm>
        </TitledCard>
        <TurnOff action=OperatorRemoveSecondFactor::PATH state=removed />
    }
}

/// `/operator/security/codes`: the new recovery codes.
pub async fn recovery_codes(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let operator = visit.ctx.operator()?.clone();
    let codes = second_factors::shown_recovery_codes(&mut *visit.ctx.begin().await?, &visit.ctx.app.keys).await?;
    let Some(codes) = codes else {
        return Ok(Answer::Redirect("/operator/security".into()));
    };
    Page::new("Recovery codes", move || {
        view! {
            <OperatorFrame operator path="/operator/security">
                <CodesToNote codes action=OperatorHideRecoveryCodes::PATH />
            </OperatorFrame>
        }
    })
    .answer()
}
