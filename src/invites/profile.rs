//! Accepting an invitation, with the form that came with it.

use std::collections::BTreeMap;

use engine::{Commission, GeoPoint, Id, Phone, field::isolated};

use super::{Invite, InvitedRole, form::AcceptForm, policy, store};
use crate::{
    catalog,
    db::Tx,
    error::{AppError, FieldErrors, Next},
    identity::{self, Role, User, directory, directory::Account, password, token::Token},
    limits::Limit,
    notifications::{self, Email},
    providers::{self, NewProfile, ProviderStatus, store::NewProvider},
    server::Ctx,
    tenants::Tenant,
    verticals::Joining,
};

/// Accepts, signs in, and redirects to the user's pages.
pub(super) async fn accept(ctx: &Ctx, form: AcceptForm) -> Result<Next, AppError> {
    ctx.limit(Limit::Invite, "").await?;
    let token = Token::from(form.token.as_str());
    let mut tx = ctx.begin().await?;
    let invite = store::find_by_token(&mut tx, &token).await?.ok_or(AppError::NotFound)?;
    invite.ensure_acceptable(tx.now)?;
    let known = directory::find_by_email(&mut tx, &invite.email).await?;
    let services = catalog::store::list_skills(&mut tx).await?;
    drop(tx);
    if let Some(known) = &known {
        own_account(ctx, known)?;
    }
    let skills: Vec<String> = services.into_iter().map(|priced| priced.service.slug).collect();
    let person = Person::read(ctx, &invite, known.as_ref(), &form, &skills).await?;
    // Before the row is locked, because hashing takes time.
    let password_hash = match &known {
        Some(_) => None,
        None => Some(ctx.app.passwords.hash(form.password).await?),
    };

    let mut tx = ctx.begin().await?;
    let invite = store::lock_by_token(&mut tx, &token).await?.ok_or(AppError::NotFound)?;
    invite.ensure_acceptable(tx.now)?;
    ensure_inviter_may_invite(&mut tx, &invite).await?;
    let user = match known {
        Some(account) => {
            directory::add_role(&mut tx, account.id, invite.role.role()).await?;
            account.id
        }
        None => sign_up(&mut tx, &invite, &person, password_hash).await?,
    };
    if !store::accept(&mut tx, invite.id, user).await? {
        return Err(invite.closed(tx.now));
    }
    if let Some(profile) = person.profile {
        let commission = ctx.tenant.first_commission();
        join(&mut tx, &invite, user, person.name.clone(), person.phone, profile, commission).await?;
    }
    tell_inviter(&mut tx, ctx, &invite, &person.name).await?;
    let user = identity::store::find(&mut tx, user).await?.ok_or(AppError::NotFound)?;
    tx.commit().await?;
    // The link and a chosen password are one factor; if the role was added to a signed-in account, its session keeps its number of factors.
    let proven = match (&ctx.user, ctx.session) {
        (Some(before), Some(session)) if before.id == user.id => session.proven,
        _ => identity::Proven::OneFactor,
    };
    identity::begin_session(&user, proven).await?;
    Ok(match invite.role {
        InvitedRole::Provider => Next::said("/provider", t!("invites-welcome-well-review-your-details-and")),
        InvitedRole::Staff | InvitedRole::Admin => Next::said(user.home(), t!("invites-welcome-your-account-is-ready")),
    })
}

/// If the invited address has an account, its owner must be signed in to add the role: the link alone doesn't open the account.
pub(super) fn own_account(ctx: &Ctx, known: &Account) -> Result<(), AppError> {
    // In person: accepting starts a session of that account, which an operator acting as its owner must not get.
    if ctx.in_person()?.id == known.id {
        return Ok(());
    }
    Err(AppError::conflict(t!("invites-you-are-signed-in-to-another")))
}

/// Rejects an invitation whose inviter could no longer send it, because it would grant rights that they can't grant.
async fn ensure_inviter_may_invite(tx: &mut Tx, invite: &Invite) -> Result<(), AppError> {
    let inviter = identity::store::find(tx, invite.invited_by).await?;
    if inviter.is_some_and(|inviter| policy::can_invite(&inviter, invite.role)) {
        return Ok(());
    }
    Err(AppError::conflict(t!("invites-the-person-who-invited-you-can")))
}

struct Person {
    name: String,
    phone: Phone,
    profile: Option<NewProfile>,
}

impl Person {
    async fn read(
        ctx: &Ctx,
        invite: &Invite,
        known: Option<&Account>,
        form: &AcceptForm,
        skills: &[String],
    ) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", engine::field::required(&form.name, 120));
        let phone = errors.take("phone", Phone::parse(&form.phone, &ctx.tenant.region));
        if known.is_none() {
            let known_words = [invite.email.as_str(), &form.name, &ctx.tenant.name];
            errors.take("password", password::check(&form.password, &known_words));
        }
        let profile = match invite.role {
            InvitedRole::Provider => read_profile(ctx, form, skills, &mut errors).await,
            InvitedRole::Staff | InvitedRole::Admin => None,
        };
        match (name, phone) {
            (Some(name), Some(phone)) if errors.is_empty() => Ok(Self { name, phone, profile }),
            _ => Err(errors.into_error()),
        }
    }
}

async fn read_profile(ctx: &Ctx, form: &AcceptForm, skills: &[String], errors: &mut FieldErrors) -> Option<NewProfile> {
    let tenant = &ctx.tenant;
    let mut asked = |what: Joining, field: &str, text: &str, most: usize| {
        if tenant.asks_joining(what) { errors.take(field, engine::field::required(text, most)) } else { None }
    };
    let address = asked(Joining::Home, "home", &form.home, 200);
    let vehicle = asked(Joining::Vehicle, "vehicle", &form.vehicle, 120);
    let skills = if tenant.asks_joining(Joining::Skills) {
        errors.take("skills", chosen(&form.skills, skills)).unwrap_or_default()
    } else {
        Vec::new()
    };
    let home = match &address {
        Some(address) => errors.take("home", find_home(tenant, ctx, address).await),
        None => None,
    };
    Some(NewProfile { address, home, vehicle, skills })
}

/// The ticked skills: at least one, and only those that the business offers.
fn chosen(ticked: &BTreeMap<String, String>, known: &[String]) -> Result<Vec<String>, &'static str> {
    let chosen: Vec<String> = ticked.keys().cloned().collect();
    if chosen.is_empty() {
        return Err(t!("invites-choose-at-least-one-kind-of"));
    }
    if chosen.iter().any(|skill| !known.contains(skill)) {
        return Err(t!("invites-one-of-these-services-no-longer"));
    }
    Ok(chosen)
}

async fn find_home(tenant: &Tenant, ctx: &Ctx, address: &str) -> Result<GeoPoint, String> {
    let found = ctx.app.geocoder.search(address, tenant.center).await;
    let place = found.places.first().map(|place| place.point);
    let postcode = tenant.postcode();
    place.ok_or_else(|| t!("invites-we-found-no-place-called-a", address = isolated(address), postcode = postcode))
}

/// Creates the account. Its address needs no further confirmation, because the link was sent there.
async fn sign_up(
    tx: &mut Tx,
    invite: &Invite,
    person: &Person,
    password_hash: Option<String>,
) -> Result<Id<User>, AppError> {
    let user = identity::store::NewUser {
        id: Id::new(),
        name: person.name.clone(),
        email: invite.email.clone(),
        phone: Some(person.phone.clone()),
        password_hash,
        roles: vec![invite.role.role()],
    };
    identity::store::insert(tx, &user).await?;
    identity::store::verify_email(tx, user.id).await?;
    Ok(user.id)
}

/// Creates the profile, which waits for approval; or connects an existing profile with this address, which keeps its status.
async fn join(
    tx: &mut Tx,
    invite: &Invite,
    user: Id<User>,
    name: String,
    phone: Phone,
    profile: NewProfile,
    commission: Commission,
) -> Result<(), AppError> {
    if let Some(known) = providers::store::find_by_email(tx, &invite.email).await? {
        if known.user_id.is_some() {
            return Err(AppError::conflict(t!("invites-someone-else-already-uses-this-address")));
        }
        return providers::store::take_over(tx, known.id, user, &phone, &profile).await;
    }
    let provider = NewProvider {
        id: Id::new(),
        user_id: Some(user),
        name,
        email: invite.email.clone(),
        phone,
        status: ProviderStatus::Pending,
        commission,
        address: profile.address,
        home: profile.home,
        vehicle: profile.vehicle,
        skills: profile.skills,
    };
    providers::store::insert(tx, &provider).await?;
    crate::db::publish(tx, "board").await
}

async fn tell_inviter(tx: &mut Tx, ctx: &Ctx, invite: &Invite, name: &str) -> Result<(), AppError> {
    let Some(inviter) = directory::find(tx, invite.invited_by).await? else {
        return Ok(());
    };
    let name = isolated(name);
    let is_provider = invite.role.role() == Role::Provider;
    let next = if is_provider { t!("invites-they-can-work-as-soon-as") } else { t!("invites-they-can-start") };
    let path = if is_provider { "/admin/providers?status=pending" } else { "/admin/people" };
    let email = Email {
        to: inviter.email,
        subject: t!("invites-has-accepted-your-invitation", name = name),
        lines: vec![
            t!("invites-has-accepted-your-invitation-to-be", name = name, phrase = invite.role.phrase()),
            next.to_owned(),
        ],
        action: Some((t!("invites-open-the-list"), ctx.url(path))),
        kind: "invite-accepted",
    };
    notifications::email(tx, &ctx.app, email).await
}
