use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    account::AccountFrame,
    error::AppError,
    identity::{
        User,
        email::{ChangeEmail, KeepEmail, SendVerification},
        email_changes::{self, EmailChange},
        has_password,
        security::ChangePassword,
    },
    server::{Answer, Page, Visit},
    ui::{
        self, Alert, Badge, ButtonForm, EmailField, NewPasswordField, PasswordField, PostForm, PrimaryButton,
        SecondaryButton, SecondaryLink, TitledCard, Tone, form::FormState,
    },
    words::Phrase,
};

const PASSWORD_HINT: Phrase = phrase!("account-at-least-10-characters-a-few");

/// `/account/security`: the e-mail and the password of the account.
pub async fn security(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.user()?.clone();
    let mut tx = visit.begin().await?;
    let has_password = has_password(&mut tx, user.id).await?;
    let change = email_changes::find(&mut tx, user.id).await?;
    drop(tx);
    let password_form = visit.form(ChangePassword::PATH);
    let email_form = visit.form(ChangeEmail::PATH);
    let has_second_factor = user.has_second_factor;
    let can_text = visit.ctx.app.channels.can_text();
    let ctx = visit.ctx;
    Page::new(t!("account-security"), move || {
        view! {
            <AccountFrame ctx path="/account/security" title=t!("account-security")>
                <ui::ErrorSummary form=password_form.clone() />
                <ui::ErrorSummary form=email_form.clone() />
                <div class="grid grid-top">
                    <div class="stack">{email_card(&user, change, &email_form)} {password_card(has_password, &password_form)}</div>
                    <div class="stack">
                        {second_factor_card(has_second_factor)}
                        <TitledCard title=t!("account-passkeys")>
                            <p>{t!("account-passkey-instead-of-a-password")}</p>
                            <p><SecondaryLink href="/account/passkeys">{t!("account-manage-passkeys")}</SecondaryLink></p>
                        </TitledCard>
                        {can_text.then(phone_card)}
                    </div>
                </div>
            </AccountFrame>
        }
    })
    .answer()
}

fn email_card(user: &User, change: Option<EmailChange>, form: &FormState) -> impl IntoView + use<> {
    let badge = if user.is_email_verified {
        view! { <Badge tone=Tone::Success label=t!("account-confirmed") /> }.into_any()
    } else {
        view! {
            <Badge tone=Tone::Warning label=t!("account-not-confirmed") />
            <ButtonForm action=SendVerification::PATH>
                <SecondaryButton>{t!("account-send-me-a-link")}</SecondaryButton>
            </ButtonForm>
        }
        .into_any()
    };
    let waiting = change.map(|change| {
        let missing = match (change.old_confirmed_at, change.new_confirmed_at) {
            (None, None) => t!("account-confirm-the-change-in-both-e-mails").to_owned(),
            (None, Some(_)) => t!("account-confirm-the-change-at-the-old-address").to_owned(),
            _ => t!("account-confirm-the-change-at-the-new-address", new_email = change.new_email),
        };
        view! {
            <Alert tone=Tone::Info title=t!("account-changing-to", new_email = change.new_email)>
                <p>{missing}</p>
                <ButtonForm action=KeepEmail::PATH>
                    <SecondaryButton>{t!("account-keep-the-old-address")}</SecondaryButton>
                </ButtonForm>
            </Alert>
        }
    });
    let email = user.email.clone();
    let state = form.field("email");
    view! {
        <TitledCard title=t!("account-e-mail")>
            <p class="row"><span class="strong">{email}</span> {badge}</p>
            {waiting}
            <PostForm action=ChangeEmail::PATH>
                <EmailField
                    label=t!("account-new-e-mail")
                    name="email"
                    state
                    hint=t!("account-we-ask-both-addresses-to-confirm")
                />
                <SecondaryButton>{t!("account-change-e-mail")}</SecondaryButton>
            </PostForm>
        </TitledCard>
    }
}

fn password_card(has_password: bool, form: &FormState) -> impl IntoView + use<> {
    let current = has_password.then(|| {
        let state = form.field("current_password");
        view! { <PasswordField label=t!("account-current-password") name="current_password" state /> }
    });
    let state = form.field("new_password");
    let (title, button) = if has_password {
        (t!("account-password"), t!("account-change-password"))
    } else {
        (t!("account-choose-a-password"), t!("account-set-password"))
    };
    view! {
        <TitledCard title>
            <PostForm action=ChangePassword::PATH>
                {current}
                <NewPasswordField label=t!("account-new-password") name="new_password" state hint=PASSWORD_HINT.say() />
                <PrimaryButton>{button}</PrimaryButton>
            </PostForm>
            <p class="muted">{t!("account-changing-it-signs-you-out-on")}</p>
        </TitledCard>
    }
}

fn second_factor_card(is_on: bool) -> impl IntoView {
    let (tone, label, link) = if is_on {
        (Tone::Success, t!("account-on"), t!("account-manage"))
    } else {
        (Tone::Neutral, t!("account-off"), t!("account-set-up"))
    };
    view! {
        <TitledCard title=t!("account-second-factor")>
            <p class="row"><span class="strong">{t!("account-authenticator-app")}</span> <Badge tone=tone label=label /></p>
            <p>{t!("account-add-a-code-from-your-phone")}</p>
            <p><SecondaryLink href="/account/second-factor">{link}</SecondaryLink></p>
        </TitledCard>
    }
}

fn phone_card() -> impl IntoView {
    view! {
        <TitledCard title=t!("account-phone")>
            <p>{t!("account-confirm-your-number-to-sign-in")}</p>
            <p><SecondaryLink href="/account/phone">{t!("account-manage-phone")}</SecondaryLink></p>
        </TitledCard>
    }
}
