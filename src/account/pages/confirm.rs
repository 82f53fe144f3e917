use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    error::AppError,
    identity::{
        fresh_proof::FreshProofs,
        oidc::{
            Refusal,
            pages::{ProofButtons, Refused},
        },
        own_path,
        passkeys::elements::PasskeySignIn,
        phone_code::actions::RequestSignInCode,
        security::ConfirmPassword,
    },
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{
        Card, CompactPage, ErrorSummary, HiddenField, PasswordField, PostForm, PrimaryButton, SecondaryButton,
        SecondaryLink, form::FormState,
    },
};

/// `/account/confirm?next=…`: asks for proof of identity before an irreversible action, by any of the account's sign-in methods. A user who
/// gave it recently goes straight to `next`.
pub async fn confirm(visit: Visit) -> Result<Answer, AppError> {
    let next = own_path(visit.query("next").unwrap_or_default()).unwrap_or("/account/security").to_owned();
    if visit.ctx.confirmed().is_ok() {
        return Ok(Answer::Redirect(next));
    }
    let mut proofs = FreshProofs::of(&mut visit.begin().await?, visit.ctx.user()?.id).await?;
    proofs.phone = proofs.phone.filter(|_| visit.ctx.app.channels.can_text());
    let refusal = visit.query("refused").and_then(Refusal::from_code);
    let password = visit.form(ConfirmPassword::PATH);
    let texted = visit.form(RequestSignInCode::PATH);
    let ctx = visit.ctx;
    Page::new(t!("account-confirm-its-you"), move || {
        view! {
            <CustomerFrame ctx>
                <CompactPage title=t!("account-confirm-its-you") lead=t!("account-the-next-step-cant-be-undone")>
                    <ErrorSummary form=password.clone() />
                    <ErrorSummary form=texted />
                    {refusal.map(|refusal| view! { <Refused refusal /> })}
                    {ways(proofs, &next, &password)}
                </CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

fn ways(proofs: FreshProofs, next: &str, form: &FormState) -> impl IntoView + use<> {
    let FreshProofs { has_password, has_passkey, phone, providers } = proofs;
    let is_dead_end = !has_password && !has_passkey && phone.is_none() && providers.is_empty();
    let state = form.field("password");
    let [by_password, by_passkey, by_phone, elsewhere] = [(); 4].map(|()| next.to_owned());
    let password = has_password.then(|| {
        view! {
            <Card>
                <PostForm action=ConfirmPassword::PATH>
                    <HiddenField name="next" value=by_password />
                    <PasswordField label=t!("account-password") name="password" state />
                    <PrimaryButton>{t!("account-continue")}</PrimaryButton>
                </PostForm>
            </Card>
        }
    });
    let passkey = has_passkey.then(|| {
        view! {
            <Card>
                <PasskeySignIn next=by_passkey />
            </Card>
        }
    });
    // An ordinary sign-in: only one function checks codes, with its limits.
    let text_message = phone.map(|phone| {
        let label = t!("account-text-a-code-to", phone = phone);
        view! {
            <PostForm action=RequestSignInCode::PATH>
                <HiddenField name="phone" value=phone.as_str().to_owned() />
                <HiddenField name="next" value=by_phone />
                <SecondaryButton>{label}</SecondaryButton>
            </PostForm>
        }
    });
    let dead_end = is_dead_end.then(|| {
        view! {
            <Card>
                <p>{t!("account-your-account-has-no-password-yet")}</p>
                <p><SecondaryLink href="/reset">{t!("account-send-me-a-link")}</SecondaryLink></p>
            </Card>
        }
    });
    view! { {password} {passkey} <div class="stack-tight"><ProofButtons providers next=elsewhere /> {text_message}</div> {dead_end} }
}
