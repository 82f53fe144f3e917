//! `/sign-in/phone`, `/sign-in/phone/code` and `/account/phone`.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{
        AskedFor, RemovePhoneSignIn, RequestPhoneVerification, RequestSignInCode, SignInWithPhoneCode, VerifyPhone,
    },
    store,
};
use crate::{
    error::AppError,
    identity::{own_path, pages::with_next, store as accounts},
    server::{Answer, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{
        self, Badge, Card, CompactPage, ConfirmForm, DangerButton, FieldState, FormState, HiddenField, PhoneField,
        PostForm, PrimaryButton, QuietLink, TextField, TitledCard, Tone,
    },
};

/// `/sign-in/phone?next=…`: asks for the number.
pub async fn sign_in_phone(visit: Visit) -> Result<Answer, AppError> {
    if !visit.ctx.app.channels.can_text() {
        return Err(AppError::NotFound);
    }
    let next = visit.query("next").unwrap_or_default().to_owned();
    if let Some(user) = &visit.ctx.user {
        return Ok(Answer::Redirect(own_path(&next).unwrap_or(user.home()).to_owned()));
    }
    // If the form is submitted without this cookie, the browser stores no cookies, and nobody can sign in.
    visit.ctx.device.remember();
    let form = visit.form(RequestSignInCode::PATH);
    let ctx = visit.ctx;
    Page::new(t!("identity-sign-in-by-phone"), move || {
        view! {
            <CustomerFrame ctx>
                <CompactPage title=t!("identity-sign-in-by-phone") lead=t!("identity-we-text-a-code-to-the")>
                    <ui::ErrorSummary form=form.clone() />
                    <Card>
                        <PostForm action=RequestSignInCode::PATH>
                            <HiddenField name="next" value=next />
                            <PhoneField label=t!("identity-phone") name="phone" state=form.field("phone") />
                            <PrimaryButton>{t!("identity-text-me-a-code")}</PrimaryButton>
                        </PostForm>
                    </Card>
                    <p><QuietLink href="/sign-in">{t!("identity-sign-in-with-e-mail-instead")}</QuietLink></p>
                </CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

/// `/sign-in/phone/code`: asks for the code.
pub async fn sign_in_phone_code(visit: Visit) -> Result<Answer, AppError> {
    let Some(asked_for) = AskedFor::find().await? else {
        return Ok(Answer::Redirect("/sign-in/phone".into()));
    };
    let form = visit.form(SignInWithPhoneCode::PATH);
    let ctx = visit.ctx;
    let begin = if ctx.user.is_some() { "/account/confirm" } else { "/sign-in/phone" };
    let again = with_next(begin, &asked_for.next);
    Page::new(t!("identity-enter-your-code"), move || {
        let number = asked_for.phone.parse().map_or(asked_for.phone, |phone| ctx.tenant.written_phone(&phone));
        let lead = t!("identity-if-an-account-signs-in-with", number = number);
        view! {
            <CustomerFrame ctx>
                <CompactPage title=t!("identity-enter-your-code") lead=lead>
                    <ui::ErrorSummary form=form.clone() />
                    <Card>
                        <PostForm action=SignInWithPhoneCode::PATH>
                            <SixDigits state=form.field("code") />
                            <PrimaryButton>{t!("identity-sign-in")}</PrimaryButton>
                        </PostForm>
                    </Card>
                    <p class="muted">{t!("identity-the-code-works-for-10-minutes")}</p>
                    <p><QuietLink href=again>{t!("identity-another-number-or-a-new-code")}</QuietLink></p>
                </CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

fn written(tenant: &Tenant, phone: &str) -> String {
    phone.parse().map_or_else(|_| phone.to_owned(), |phone| tenant.written_phone(&phone))
}

/// The field for a code; phones offer to fill it in.
#[component]
fn SixDigits(state: FieldState) -> impl IntoView {
    view! {
        <TextField
            label=t!("identity-six-digits")
            name="code"
            state
            autocomplete="one-time-code"
            inputmode="numeric"
            maxlength=12
        />
    }
}

/// `/account/phone`: the phone number for signing in.
pub async fn account_phone(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.user()?.clone();
    let mut tx = visit.begin().await?;
    let is_verified = accounts::phone_is_verified(&mut tx, user.id).await?;
    let sent = store::find_verification(&mut tx, &visit.ctx.app.keys, user.id).await?;
    drop(tx);
    let mut ask = visit.form(RequestPhoneVerification::PATH);
    if !ask.was_submitted()
        && let Some(phone) = &user.phone
    {
        ask = FormState::prefilled([("phone", written(&visit.ctx.tenant, phone))]);
    }
    let verify = visit.form(VerifyPhone::PATH);
    let can_text = visit.ctx.app.channels.can_text();
    let ctx = visit.ctx;
    Page::new(t!("identity-phone"), move || {
        let (mut typed_phone, typed_code) = (ask.field("phone"), verify.field("code"));
        let badge = if is_verified {
            view! { <Badge tone=Tone::Success label=t!("identity-confirmed") /> }
        } else {
            view! { <Badge tone=Tone::Neutral label=t!("identity-not-confirmed") /> }
        };
        let number = user.phone.clone().map(|phone| {
            let shown = written(&ctx.tenant, &phone);
            view! { <p class="row"><span class="strong">{shown}</span> {badge}</p> }
        });
        let type_code = sent.map(|(_, phone)| {
            view! {
                <TitledCard title=t!("identity-we-sent-a-code-to", phone = phone)>
                    <PostForm action=VerifyPhone::PATH>
                        <SixDigits state=typed_code />
                        <PrimaryButton>{t!("identity-confirm-my-number")}</PrimaryButton>
                    </PostForm>
                </TitledCard>
            }
        });
        let confirmed = is_verified.then(|| {
            view! {
                <p>{t!("identity-a-code-to-this-number-signs")}</p>
                <ConfirmForm
                    action=RemovePhoneSignIn::PATH
                    label=t!("identity-stop-signing-in-by-phone")
                    question=t!("identity-no-sign-in-by-text-message-we-can-call")
                >
                    <DangerButton>{t!("identity-stop-signing-in-by-phone")}</DangerButton>
                </ConfirmForm>
            }
        });
        let offer = (!is_verified).then(|| view! { <p>{t!("identity-confirm-your-number-to-sign-in")}</p> });
        let (label, button) = if is_verified { (t!("identity-another-number"), t!("identity-text-it-a-code")) } else { (t!("identity-phone"), t!("identity-text-me-a-code")) };
        if is_verified && !ask.was_submitted() {
            typed_phone = FieldState::default();
        }
        let ask_for_code = can_text.then(|| {
            view! {
                <TitledCard title=t!("identity-sign-in-by-text-message")>
                    {number}
                    {offer}
                    {confirmed}
                    <p class="muted">
                        {t!("identity-anyone-who-sees-your-phone-or")}
                        <a href="/account/passkeys">{t!("identity-a-passkey")}</a> {t!("identity-and")} <a href="/account/second-factor">{t!("identity-an-authenticator-app")}</a> "."
                    </p>
                    <PostForm action=RequestPhoneVerification::PATH>
                        <PhoneField label name="phone" state=typed_phone />
                        <ui::SecondaryButton>{button}</ui::SecondaryButton>
                    </PostForm>
                </TitledCard>
            }
        });
        view! {
            <CustomerFrame ctx>
                <ui::Page title=t!("identity-phone") lead=t!("identity-the-number-you-can-sign-in")>
                    <ui::ErrorSummary form=ask.clone() />
                    <ui::ErrorSummary form=verify.clone() />
                    {type_code}
                    {ask_for_code}
                    <p><QuietLink href="/account/security">{t!("identity-back-to-security")}</QuietLink></p>
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}
