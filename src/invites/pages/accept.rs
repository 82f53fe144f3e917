use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    catalog,
    error::AppError,
    identity::{User, actions::SignOut, directory, directory::Account, pages::dead_link_because, token::Token},
    invites::{Invite, InviteStatus, InvitedRole, actions::AcceptInvite, store},
    server::{Answer, Ctx, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{self, FieldState, FormState, Glyph, HiddenField, Icon, PrimaryLink, SecondaryButton, Tone},
    verticals::Joining,
    words::Phrase,
};

/// The page of an unknown link, usually because the invitation was resent.
const REPLACED: Phrase = phrase!("invites-if-the-invitation-was-sent-again");

/// `/invite/{token}`: accepting an invitation, or its status.
pub async fn accept(visit: Visit) -> Result<Answer, AppError> {
    let secret: String = visit.param("token")?;
    let form = visit.form(AcceptInvite::PATH);
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let Some(invite) = store::find_by_token(&mut tx, &Token::from(secret.as_str())).await? else {
        return dead_link_because(visit.ctx, REPLACED.say(), t!("invites-to-the-start-page"), "/");
    };
    let known = directory::find_by_email(&mut tx, &invite.email).await?;
    let services = match invite.role {
        InvitedRole::Provider => catalog::store::list_skills(&mut tx).await?,
        InvitedRole::Staff | InvitedRole::Admin => Vec::new(),
    };
    drop(tx);
    let services: Vec<_> = services.into_iter().map(|priced| (priced.service.slug, priced.service.name)).collect();
    let ctx = visit.ctx;
    let title = t!("invites-join", business = isolated(&ctx.tenant.name));
    Page::new(title.clone(), move || {
        let lead = t!("invites-invites-you-as", inviter = isolated(&invite.inviter), phrase = invite.role.phrase());
        let status = invite.status(now);
        let body = if status == InviteStatus::Pending {
            match visitor(&ctx, known) {
                Visitor::New => details(&ctx, &invite, &secret, None, services, form.clone()).into_any(),
                Visitor::Own(user) => details(&ctx, &invite, &secret, Some(user), services, form.clone()).into_any(),
                Visitor::ToSignIn => sign_in_first(&invite, &secret).into_any(),
                Visitor::SomebodyElse => sign_out_first(&invite).into_any(),
            }
        } else {
            over(status, &invite).into_any()
        };
        view! {
            <CustomerFrame ctx>
                <ui::Page title lead>
                    <ui::ErrorSummary form />
                    {body}
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

/// The visitor who opened the link.
enum Visitor {
    /// The address has no account yet.
    New,
    /// The address has an account, and its owner is signed in.
    Own(User),
    /// The address has an account, but nobody is signed in.
    ToSignIn,
    /// The address has an account, but another user is signed in.
    SomebodyElse,
}

fn visitor(ctx: &Ctx, known: Option<Account>) -> Visitor {
    match (known, &ctx.user) {
        (None, _) => Visitor::New,
        (Some(known), Some(user)) if known.id == user.id => Visitor::Own(user.clone()),
        (Some(_), None) => Visitor::ToSignIn,
        (Some(_), Some(_)) => Visitor::SomebodyElse,
    }
}

fn over(status: InviteStatus, invite: &Invite) -> impl IntoView + use<> {
    let inviter = isolated(&invite.inviter);
    let (glyph, title, text) = match status {
        InviteStatus::Accepted => (
            Glyph::CircleCheck,
            t!("invites-this-invitation-has-been-accepted"),
            t!("invites-if-that-was-you-sign-in").to_owned(),
        ),
        InviteStatus::Revoked => {
            (Glyph::Ban, t!("invites-this-invitation-was-withdrawn"), t!("invites-ask-about-it", inviter = inviter))
        }
        InviteStatus::Expired | InviteStatus::Pending => (
            Glyph::Clock,
            t!("invites-this-invitation-has-expired"),
            t!("invites-links-work-for-72-hours-ask", inviter = inviter),
        ),
    };
    view! {
        <ui::EmptyState glyph title text>
            <PrimaryLink href="/sign-in">{t!("invites-sign-in")}</PrimaryLink>
        </ui::EmptyState>
    }
}

fn sign_in_first(invite: &Invite, secret: &str) -> impl IntoView + use<> {
    let href = format!("/sign-in?next=/invite/{secret}");
    let text = t!("invites-there-is-an-account-with-already", email = invite.email);
    view! {
        <ui::Card>
            <p>{text}</p>
            <PrimaryLink href><Icon glyph=Glyph::LogIn />{t!("invites-sign-in-to-accept")}</PrimaryLink>
        </ui::Card>
    }
}

fn sign_out_first(invite: &Invite) -> impl IntoView + use<> {
    let text = t!("invites-this-invitation-is-for-and-you", email = invite.email);
    view! {
        <ui::Card>
            <p>{text}</p>
            <ui::ButtonForm action=SignOut::PATH>
                <SecondaryButton><Icon glyph=Glyph::LogOut />{t!("invites-sign-out")}</SecondaryButton>
            </ui::ButtonForm>
        </ui::Card>
    }
}

fn details(
    ctx: &Ctx,
    invite: &Invite,
    secret: &str,
    own: Option<User>,
    services: Vec<(String, String)>,
    form: FormState,
) -> impl IntoView + use<> {
    let field = |name: &str, known: Option<String>| match known {
        Some(known) if !form.was_submitted() => FieldState::of(known),
        _ => form.field(name),
    };
    let name = field("name", own.as_ref().map(|user| user.name.clone()));
    let phone = field("phone", own.as_ref().and_then(|user| user.phone.clone()));
    let password = own.is_none().then(|| {
        view! { <ui::NewPasswordField label=t!("invites-password") name="password" state=form.field("password") hint=t!("invites-at-least-10-characters-a-few") /> }
    });
    let profile = (invite.role == InvitedRole::Provider).then(|| profile(&ctx.tenant, services, &form));
    let note = match invite.role {
        InvitedRole::Provider => {
            t!("invites-reviews-your-details-before-you-can", business = isolated(&ctx.tenant.name))
        }
        InvitedRole::Staff | InvitedRole::Admin => t!("invites-you-can-start-right-away").to_owned(),
    };
    let (secret, email) = (secret.to_owned(), invite.email.to_string());
    view! {
        <ui::Card>
            <ui::PostForm action=AcceptInvite::PATH>
                <HiddenField name="token" value=secret />
                <ui::DescriptionList>
                    <ui::Description term=t!("invites-e-mail")>{email}</ui::Description>
                </ui::DescriptionList>
                <ui::TextField label=t!("invites-your-name") name="name" state=name autocomplete="name" maxlength=120 />
                <ui::PhoneField label=t!("invites-phone") name="phone" state=phone />
                {password}
                {profile}
                <ui::Alert tone=Tone::Info title=note />
                <ui::PrimaryButton>{t!("invites-accept-and-continue")}</ui::PrimaryButton>
            </ui::PostForm>
        </ui::Card>
    }
}

/// What the kinds of business ask a new provider.
fn profile(tenant: &Tenant, services: Vec<(String, String)>, form: &FormState) -> impl IntoView + use<> {
    let boxes = services
        .into_iter()
        .enumerate()
        .map(|(index, (slug, name))| {
            let field = format!("skills[{slug}]");
            let ticked = if form.value(&field).is_empty() { "" } else { "true" };
            let error = form.errors.get("skills").filter(|_| index == 0).cloned();
            let state = FieldState { error, ..FieldState::of(ticked) };
            view! { <ui::Checkbox label=name name=field state /> }
        })
        .collect_view();
    let skills = tenant.asks_joining(Joining::Skills).then(|| {
        view! { <ui::FieldSet legend=t!("invites-which-jobs-can-you-do")><div class="grid-small">{boxes}</div></ui::FieldSet> }
    });
    let home = tenant.asks_joining(Joining::Home).then(|| {
        let hint = t!("invites-an-address-a-town-or-a", postcode = tenant.postcode());
        view! { <ui::TextField label=t!("invites-where-you-are-based") name="home" state=form.field("home") hint autocomplete="address-line1" /> }
    });
    let vehicle = tenant.asks_joining(Joining::Vehicle).then(|| {
        view! {
            <ui::TextField
                label=t!("invites-your-vehicle")
                name="vehicle"
                state=form.field("vehicle")
                hint=t!("invites-what-customers-should-look-out-for")
                autocomplete="off"
                maxlength=120
            />
        }
    });
    let papers: Vec<_> = tenant.verticals.iter().flat_map(|kind| kind.papers()).collect();
    let papers = (!papers.is_empty()).then(|| {
        let items = papers.into_iter().map(|paper| view! { <li>{paper.say()}</li> }).collect_view();
        view! { <p>{t!("invites-have-these-ready")}</p><ul>{items}</ul> }
    });
    view! { {skills} {home} {vehicle} {papers} }
}
