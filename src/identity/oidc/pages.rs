//! `/sign-in/with/{provider}`, its callback, and `/admin/settings/sign-in`.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    Refusal, account_of,
    actions::{AddIdentityProvider, ChangeIdentityProvider, RemoveIdentityProvider},
    conversation::{self, Begun, Requirement},
    store::{self, IdentityProvider, OfferedProvider},
};
use crate::{
    admin::{AdminFrame, Waiting},
    error::AppError,
    identity::{
        own_path, policy,
        session::{auth_session, confirm, store_failed},
        sign_in_as,
    },
    limits::Limit,
    server::{Answer, Ctx, Page, Visit},
    ui::{
        self, Alert, Badge, Checkbox, ConfirmForm, DangerButton, EmptyState, FieldRow, FormState, Glyph, HiddenField,
        Need, PostForm, PrimaryButton, SecondaryButton, SecondaryLink, TextField, TitledCard, Tone, WidePage,
    },
};

/// The session key of a sign-in in progress at a provider.
const KEY: &str = "oidc";

/// `/sign-in/with/{provider}?next=…`: redirects to the provider. A signed-in user goes straight to `next`, unless `fresh` asks for a fresh proof.
pub async fn begin(visit: Visit) -> Result<Answer, AppError> {
    let next = visit.query("next").unwrap_or_default().to_owned();
    let slug: String = visit.param("provider")?;
    let mut tx = visit.begin().await?;
    let provider = store::find_offered(&mut tx, &slug).await?.ok_or(AppError::NotFound)?;
    let now = tx.now;
    drop(tx);
    let who = match &visit.ctx.user {
        Some(user) if visit.query("fresh").is_some() => Requirement::FreshSignIn(user.id),
        Some(user) => return Ok(Answer::Redirect(own_path(&next).unwrap_or(user.home()).to_owned())),
        None => Requirement::AnySession,
    };
    visit.ctx.limit(Limit::SignIn, "").await?;
    match conversation::begin(&visit.ctx, &provider, &next, who, now).await? {
        Ok((address, begun)) => {
            let auth = auth_session()?;
            let sealed = begun.seal(&visit.ctx.app.keys)?;
            auth.session.insert(KEY, sealed).await.map_err(store_failed)?;
            Ok(Answer::Redirect(address))
        }
        Err(refusal) => Ok(refused(who, &next, refusal)),
    }
}

pub async fn callback(visit: Visit) -> Result<Answer, AppError> {
    let slug: String = visit.param("provider")?;
    let auth = auth_session()?;
    let sealed: Option<String> = auth.session.remove(KEY).await.map_err(store_failed)?;
    let begun = sealed.and_then(|sealed| Begun::open(&visit.ctx.app.keys, &sealed));
    let mut tx = visit.begin().await?;
    let provider = store::find_offered(&mut tx, &slug).await?.ok_or(AppError::NotFound)?;
    let now = tx.now;
    drop(tx);
    let state = visit.query("state").unwrap_or_default();
    let Some(begun) = begun.filter(|begun| begun.is_answered_by(&provider, state, now)) else {
        return Ok(back_to_sign_in(Refusal::Stale));
    };
    let Some(code) = visit.query("code").map(str::to_owned) else {
        return Ok(refused(begun.who, &begun.next, Refusal::Declined));
    };
    let (who, next) = (begun.who, begun.next.clone());
    let ctx: &Ctx = &visit.ctx;
    let identity = match begun.finish(ctx, &provider, code, now).await? {
        Ok(identity) => identity,
        Err(refusal) => return Ok(refused(who, &next, refusal)),
    };
    let mut tx = ctx.begin().await?;
    if let Requirement::FreshSignIn(owner) = who {
        let linked = store::linked_user(&mut tx, provider.id, &identity.subject).await?;
        drop(tx);
        if linked != Some(owner) || ctx.in_person()?.id != owner {
            return Ok(refused(who, &next, Refusal::SomebodyElse));
        }
        confirm(ctx).await?;
        return Ok(Answer::Redirect(own_path(&next).unwrap_or("/account/security").to_owned()));
    }
    let user = match account_of(&mut tx, ctx, &provider, &identity).await? {
        Ok(user) => user,
        Err(refusal) => return Ok(back_to_sign_in(refusal)),
    };
    tx.commit().await?;
    Ok(Answer::Redirect(sign_in_as(&user, &next).await?.to))
}

/// Redirects to the page where the sign-in began.
fn refused(who: Requirement, next: &str, refusal: Refusal) -> Answer {
    if who == Requirement::AnySession {
        return back_to_sign_in(refusal);
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    Answer::Redirect(format!("/account/confirm?next={next}&refused={}", refusal.code()))
}

fn back_to_sign_in(refusal: Refusal) -> Answer {
    Answer::Redirect(format!("/sign-in?refused={}", refusal.code()))
}

/// Why the sign-in failed.
#[component]
pub fn Refused(
    /// The result of the last attempt.
    refusal: Refusal,
) -> impl IntoView {
    view! {
        <Alert tone=Tone::Warning title=t!("identity-sign-in-failed")>
            <p>{refusal.sentence()}</p>
        </Alert>
    }
}

/// The buttons of the sign-in page.
#[component]
pub fn ProviderButtons(providers: Vec<OfferedProvider>, next: String) -> impl IntoView {
    providers
        .into_iter()
        .map(|OfferedProvider { slug, label }| {
            let href = crate::identity::pages::with_next(&format!("/sign-in/with/{slug}"), &next);
            view! { <div class="wide"><SecondaryLink href>{t!("identity-sign-in-with", label = label)}</SecondaryLink></div> }
        })
        .collect_view()
}

/// Buttons to prove identity again.
#[component]
pub fn ProofButtons(
    /// The providers linked to the account.
    providers: Vec<OfferedProvider>,
    next: String,
) -> impl IntoView {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    providers
        .into_iter()
        .map(|OfferedProvider { slug, label }| {
            let href = format!("/sign-in/with/{slug}?fresh=true&next={next}");
            view! { <div class="wide"><SecondaryLink href>{t!("identity-continue-with", label = label)}</SecondaryLink></div> }
        })
        .collect_view()
}

/// `/admin/settings/sign-in`: identity providers.
pub async fn identity_providers(visit: Visit) -> Result<Answer, AppError> {
    visit.ctx.allowed(policy::can_set_up_sign_in)?;
    let mut tx = visit.begin().await?;
    let providers = store::list(&mut tx).await?;
    let waiting = Waiting::load(&mut tx).await?;
    drop(tx);
    let rejected = visit.form(ChangeIdentityProvider::PATH);
    let rejected_id = rejected.value("provider").to_owned();
    let rejected = rejected.within(rejected_id);
    let new = visit.form(AddIdentityProvider::PATH);
    let ctx = visit.ctx;
    Page::new(t!("identity-sign-in-with-other-accounts"), move || {
        let origin = ctx.url("/sign-in/with/");
        let none = providers.is_empty().then(|| {
            view! {
                <EmptyState
                    glyph=Glyph::KeyRound
                    title=t!("identity-passwords-only")
                    text=t!("identity-add-google-microsoft-or-your-own")
                />
            }
        });
        let cards = providers.into_iter().map(|provider| existing(&origin, provider, &rejected)).collect_view();
        view! {
            <AdminFrame ctx waiting path="/admin/settings/sign-in">
                <WidePage title=t!("identity-sign-in-with-other-accounts") lead=t!("identity-let-customers-and-staff-sign-in")>
                    <ui::ErrorSummary form=rejected.clone() />
                    <ui::ErrorSummary form=new.clone() />
                    {none}
                    <div class="grid">
                        {cards}
                        <TitledCard title=t!("identity-add-an-identity-provider")>
                            <PostForm action=AddIdentityProvider::PATH>
                                {fields(&new, Need::Required)} <PrimaryButton>{t!("identity-add")}</PrimaryButton>
                            </PostForm>
                        </TitledCard>
                    </div>
                </WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn existing(origin: &str, provider: IdentityProvider, rejected: &FormState) -> impl IntoView + use<> {
    let id = provider.id.to_string();
    let form = if rejected.value("provider") == id { rejected.clone() } else { filled_in(&provider) };
    let fields = fields(&form.within(&id), Need::Optional);
    let back = format!("{origin}{}/callback", provider.slug);
    let badge = if provider.is_enabled {
        view! { <Badge tone=Tone::Success label=t!("identity-offered") /> }
    } else {
        view! { <Badge tone=Tone::Neutral label=t!("identity-switched-off") /> }
    };
    let (changed, removed) = (id.clone(), id);
    view! {
        <TitledCard title=provider.label>
            <p class="row">{badge}</p>
            <p class="muted small">{t!("identity-redirect-address-to-register-with-the")} <code>{back}</code></p>
            <PostForm action=ChangeIdentityProvider::PATH>
                <HiddenField name="provider" value=changed />
                {fields}
                <SecondaryButton>{t!("identity-save")}</SecondaryButton>
            </PostForm>
            <ConfirmForm
                action=RemoveIdentityProvider::PATH
                label=t!("identity-remove")
                question=t!("identity-people-who-sign-in-this-way")
            >
                <HiddenField name="provider" value=removed />
                <DangerButton>{t!("identity-remove-provider")}</DangerButton>
            </ConfirmForm>
        </TitledCard>
    }
}

fn filled_in(provider: &IdentityProvider) -> FormState {
    FormState::prefilled([
        ("slug", provider.slug.as_str()),
        ("label", &provider.label),
        ("issuer", &provider.issuer),
        ("client_id", &provider.client_id),
        ("enabled", if provider.is_enabled { "true" } else { "" }),
    ])
}

fn fields(form: &FormState, secret: Need) -> impl IntoView + use<> {
    let hint = if secret == Need::Required {
        t!("identity-stored-encrypted")
    } else {
        t!("identity-leave-empty-to-keep-the-current")
    };
    let [label, slug, issuer, client_id, client_secret, enabled] =
        ["label", "slug", "issuer", "client_id", "client_secret", "enabled"].map(|name| form.field(name));
    view! {
        <FieldRow>
            <TextField label=t!("identity-name-on-the-button") name="label" state=label maxlength=40 />
            <TextField label=t!("identity-name-in-addresses") name="slug" state=slug hint=t!("identity-lowercase-letters-digits-hyphens") maxlength=40 />
        </FieldRow>
        <TextField label=t!("identity-issuer") name="issuer" state=issuer hint=t!("identity-like-https-accounts-google-com") />
        <TextField label=t!("identity-client-id") name="client_id" state=client_id autocomplete="off" />
        <TextField
            label=t!("identity-client-secret")
            name="client_secret"
            state=client_secret
            hint
            need=secret
            autocomplete="off"
        />
        <Checkbox label=t!("identity-offer-it-on-the-sign-in") name="enabled" state=enabled />
    }
}
