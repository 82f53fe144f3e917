use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    error::AppError,
    identity::{
        actions::SignIn,
        oidc::{
            Refusal,
            pages::{ProviderButtons, Refused},
            store::list_offered,
        },
        own_path,
    },
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{self, Glyph, Icon, SecondaryLink},
};

/// `/sign-in?next=…`: e-mail and password. A signed-in user goes straight to `next`.
pub async fn sign_in(visit: Visit) -> Result<Answer, AppError> {
    let next = visit.query("next").unwrap_or_default().to_owned();
    if let Some(user) = &visit.ctx.user {
        return Ok(Answer::Redirect(own_path(&next).unwrap_or(user.home()).to_owned()));
    }
    // If the form is submitted without this cookie, the browser stores no cookies, and nobody can sign in.
    visit.ctx.device.remember();
    let form = visit.form(SignIn::PATH);
    let refusal = visit.query("refused").and_then(Refusal::from_code);
    let providers = list_offered(&mut *visit.begin().await?).await?;
    let can_text = visit.ctx.app.channels.can_text();
    let ctx = visit.ctx;
    Page::new(t!("identity-sign-in"), move || {
        let elsewhere = next.clone();
        let by_phone = super::with_next("/sign-in/phone", &next);
        let sign_up = super::with_next("/sign-up", &next);
        let passkey = super::with_next("/sign-in/passkey", &next);
        view! {
            <CustomerFrame ctx>
                <ui::CompactPage title=t!("identity-sign-in") lead=t!("identity-one-account-for-customers-providers-and")>
                    <ui::ErrorSummary form=form.clone() />
                    {refusal.map(|refusal| view! { <Refused refusal /> })}
                    <ui::Card>
                        <ui::PostForm action=SignIn::PATH>
                            <ui::HiddenField name="next" value=next />
                            <ui::EmailField label=t!("identity-e-mail") name="email" state=form.field("email") autocomplete="username" />
                            <ui::PasswordField label=t!("identity-password") name="password" state=form.field("password") />
                            <ui::PrimaryButton>{t!("identity-sign-in")}</ui::PrimaryButton>
                            <p class="small"><a href="/reset">{t!("identity-forgot-your-password")}</a></p>
                        </ui::PostForm>
                    </ui::Card>
                    <div class="stack-tight">
                        <ProviderButtons providers next=elsewhere />
                        <div class="wide"><SecondaryLink href=passkey><Icon glyph=Glyph::KeyRound />{t!("identity-sign-in-with-a-passkey")}</SecondaryLink></div>
                        {can_text
                            .then(|| {
                                view! { <div class="wide"><SecondaryLink href=by_phone><Icon glyph=Glyph::MessageSquare />{t!("identity-sign-in-with-a-code-by")}</SecondaryLink></div> }
                            })}
                    </div>
                    <p>{t!("identity-new-here")} <a href=sign_up>{t!("identity-create-an-account")}</a></p>
                </ui::CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
