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
};

const PASSWORD_HINT: &str = "At least 10 characters. A few words in a row are easy to remember.";

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
    Page::new("Security", move || {
        view! {
            <AccountFrame ctx path="/account/security" title="Security">
                <ui::ErrorSummary form=password_form.clone() />
                <ui::ErrorSummary form=email_form.clone() />
                <div class="grid grid-top">
                    <div class="stack">{email_card(&user, change, &email_form)} {password_card(has_password, &password_form)}</div>
                    <div class="stack">
                        {second_factor_card(has_second_factor)}
                        <TitledCard title="Passkeys">
                            <p>"Sign in with your finger, face or device PIN instead of a password."</p>
                            <p><SecondaryLink href="/account/passkeys">"Manage passkeys"</SecondaryLink></p>
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
        view! { <Badge tone=Tone::Success label="Confirmed" /> }.into_any()
    } else {
        view! {
            <Badge tone=Tone::Warning label="Not confirmed" />
            <ButtonForm action=SendVerification::PATH>
                <SecondaryButton>"Send me a link"</SecondaryButton>
            </ButtonForm>
        }
        .into_any()
    };
    let waiting = change.map(|change| {
        let missing = match (change.old_confirmed_at, change.new_confirmed_at) {
            (None, None) => "Confirm the change in the e-mails we sent to both addresses.".to_owned(),
            (None, Some(_)) => "Confirm the change in the e-mail we sent to your old address.".to_owned(),
            _ => format!("Confirm the change in the e-mail we sent to {}.", change.new_email),
        };
        view! {
            <Alert tone=Tone::Info title=format!("Changing to {}", change.new_email)>
                <p>{missing}</p>
                <ButtonForm action=KeepEmail::PATH>
                    <SecondaryButton>"Keep the old address"</SecondaryButton>
                </ButtonForm>
            </Alert>
        }
    });
    let email = user.email.clone();
    let state = form.field("email");
    view! {
        <TitledCard title="E-mail">
            <p class="row"><span class="strong">{email}</span> {badge}</p>
            {waiting}
            <PostForm action=ChangeEmail::PATH>
                <EmailField
                    label="New e-mail"
                    name="email"
                    state
                    hint="We ask both addresses to confirm the change."
                />
                <SecondaryButton>"Change e-mail"</SecondaryButton>
            </PostForm>
        </TitledCard>
    }
}

fn password_card(has_password: bool, form: &FormState) -> impl IntoView + use<> {
    let current = has_password.then(|| {
        let state = form.field("current_password");
        view! { <PasswordField label="Current password" name="current_password" state /> }
    });
    let state = form.field("new_password");
    let (title, button) =
        if has_password { ("Password", "Change password") } else { ("Choose a password", "Set password") };
    view! {
        <TitledCard title>
            <PostForm action=ChangePassword::PATH>
                {current}
                <NewPasswordField label="New password" name="new_password" state hint=PASSWORD_HINT />
                <PrimaryButton>{button}</PrimaryButton>
            </PostForm>
            <p class="muted">"Changing it signs you out on all other devices."</p>
        </TitledCard>
    }
}

fn second_factor_card(is_on: bool) -> impl IntoView {
    let (tone, label, link) = if is_on { (Tone::Success, "On", "Manage") } else { (Tone::Neutral, "Off", "Set up") };
    view! {
        <TitledCard title="Second factor">
            <p class="row"><span class="strong">"Authenticator app"</span> <Badge tone=tone label=label /></p>
            <p>"Add a code from your phone, so a stolen password isn't enough."</p>
            <p><SecondaryLink href="/account/second-factor">{link}</SecondaryLink></p>
        </TitledCard>
    }
}

fn phone_card() -> impl IntoView {
    view! {
        <TitledCard title="Phone">
            <p>"Confirm your number to sign in with a code by text message."</p>
            <p><SecondaryLink href="/account/phone">"Manage phone"</SecondaryLink></p>
        </TitledCard>
    }
}
