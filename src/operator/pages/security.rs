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
    Page::new(t!("operator-second-factor"), move || {
        let owed = is_required.then(|| {
            view! {
                <Alert tone=Tone::Info title=t!("operator-operators-sign-in-with-a-second")>
                    <p>{t!("operator-set-it-up-now-it-takes")}</p>
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
                <ui::Page title=t!("operator-second-factor") lead=t!("operator-add-a-code-from-your-phone")>
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
        <TitledCard title=t!("operator-with-an-authenticator-app")>
            <AboutApps />
            <PostForm action=OperatorBeginSecondFactor::PATH>
                <PasswordField label=t!("operator-your-password") name="password" state />
                <PrimaryButton>{t!("operator-set-up")}</PrimaryButton>
            </PostForm>
        </TitledCard>
    }
}

fn on(factor: &SecondFactor, left: i64, renew: &FormState, remove: &FormState) -> impl IntoView + use<> {
    let since = factor.confirmed_at.map(moment).unwrap_or_default();
    let (renewed, removed) = (renew.field("password"), remove.field("code"));
    view! {
        <ActiveFactor since left />
        <TitledCard title=t!("operator-recovery-codes")>
            <CodesLeft left />
            <PostForm action=OperatorRenewRecoveryCodes::PATH>
                <PasswordField label=t!("operator-your-password") name="password" state=renewed />
                <SecondaryButton>{t!("operator-make-ten-new-codes")}</SecondaryButton>
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
    Page::new(t!("operator-recovery-codes"), move || {
        view! {
            <OperatorFrame operator path="/operator/security">
                <CodesToNote codes action=OperatorHideRecoveryCodes::PATH />
            </OperatorFrame>
        }
    })
    .answer()
}
