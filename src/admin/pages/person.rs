use engine::Phone;
use leptos::{prelude::*, server_fn::ServerFn};

use super::people::{role_badges, status_label};
use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{ChangeAccountStatus, ChangeRoles, ResetFactors, SignOutPerson},
        tones,
    },
    customers::{self, Customer},
    error::AppError,
    identity::{
        AccountStatus, Role,
        directory::{self, Account},
        policy,
        sign_in_methods::{self, SignInMethods},
    },
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, Badge, Choice, Description, FieldState, FormState, HiddenField, TitledCard},
};

/// `/admin/people/{id}`: the account of a colleague or a customer, and the decisions about it.
pub async fn person(visit: Visit) -> Result<Answer, AppError> {
    let id = visit.param("id")?;
    let actor = visit.ctx.allowed(policy::can_see_people)?.clone();
    let form = visit.form(ChangeAccountStatus::PATH);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let account = directory::find(&mut tx, id).await?;
    let account = account.filter(|account| policy::can_see_person(&actor, account)).ok_or(AppError::NotFound)?;
    let customer = customers::store::find_by_user(&mut tx, account.id).await?;
    let sign_in_methods = sign_in_methods::of(&mut tx, account.id).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(account.name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let may_decide = policy::can_decide_about(&actor, &account);
        let decisions = may_decide.then(|| {
            view! {
                {policy::works_here(&account).then(|| roles_card(&account))}
                {sign_in_card(&tenant, &account, sign_in_methods)}
                {access_card(&account, &form)}
            }
        });
        let own = (actor.id == account.id && policy::can_decide_about_people(&actor)).then(|| {
            view! { <p class="muted">"This is your account. Another administrator can change its roles."</p> }
        });
        view! {
            <AdminFrame ctx waiting path=format!("/admin/people/{id}")>
                <ui::WidePage title=account.name.clone() lead=account.email.to_string()>
                    <ui::ErrorSummary form=form.clone() />
                    <div class="grid grid-top">{facts(&tenant, &account, customer)} {decisions}</div>
                    {own}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn facts(tenant: &Tenant, account: &Account, customer: Option<Customer>) -> impl IntoView + use<> {
    let phone = account.phone.clone().map(|phone| {
        let href = format!("tel:{phone}");
        let spoken = phone.parse::<Phone>().map_or(phone, |phone| phone.national());
        view! { <Description term="Phone"><a href=href>{spoken}</a></Description> }
    });
    let books = customer.map(|customer| {
        let href = format!("/admin/customers/{}", customer.id);
        view! { <Description term="Bookings"><a href=href>"View bookings"</a></Description> }
    });
    let provider = account.provider.map(|provider| {
        let href = format!("/admin/providers/{provider}");
        view! { <Description term="Provider"><a href=href>"View profile"</a></Description> }
    });
    let reason =
        account.status_reason.clone().map(|reason| view! { <Description term="Reason">{reason}</Description> });
    let changed = account.status_changed_at.map(|at| {
        let text = tenant.date_time(at);
        view! { <Description term="Decided on"><ui::Time at text /></Description> }
    });
    let since = tenant.date(account.created_at);
    let (status, roles) = (account.status, role_badges(&account.roles));
    view! {
        <TitledCard title="Account">
            <ui::DescriptionList>
                <Description term="Status"><Badge tone=tones::of_account(status) label=status_label(status) /></Description>
                {reason}
                {changed}
                <Description term="Roles">{roles}</Description>
                {phone}
                {provider}
                {books}
                <Description term="Since">{since}</Description>
            </ui::DescriptionList>
        </TitledCard>
    }
}

fn roles_card(account: &Account) -> impl IntoView + use<> {
    let ticked = |role| FieldState::of(if account.has(role) { "true" } else { "" });
    let (staff, admin) = (ticked(Role::Staff), ticked(Role::Admin));
    let id = account.id.to_string();
    view! {
        <TitledCard title="Back office">
            <ui::PostForm action=ChangeRoles::PATH>
                <HiddenField name="user" value=id />
                <ui::Checkbox label="Staff" name="staff" state=staff hint="Dispatches, confirms payments and manages bookings." />
                <ui::Checkbox label="Administrator" name="admin" state=admin hint="Also manages people, prices and settings." />
                <ui::SecondaryButton>"Change roles"</ui::SecondaryButton>
            </ui::PostForm>
            <p class="faint small">"Saving signs them out on every device."</p>
        </TitledCard>
    }
}

/// The person's sessions and sign-in methods, for when a phone or a laptop is lost.
fn sign_in_card(tenant: &Tenant, account: &Account, ways: SignInMethods) -> impl IntoView + use<> {
    let devices = match ways.sessions {
        0 => "Not signed in".to_owned(),
        1 => "On one device".to_owned(),
        many => format!("On {many} devices"),
    };
    let seen = ways.last_seen_at.map(|at| {
        let text = tenant.date_time(at);
        view! { <Description term="Last seen"><ui::Time at text /></Description> }
    });
    let passkeys = if ways.passkeys == 0 { "None".to_owned() } else { ways.passkeys.to_string() };
    let phone = if ways.has_phone { "To the confirmed number" } else { "None" };
    let elsewhere = if ways.accounts_elsewhere == 0 { "None".to_owned() } else { ways.accounts_elsewhere.to_string() };
    let second = if ways.has_second_factor { "Authenticator app" } else { "None" };
    let id = account.id.to_string();
    let sign_out = (ways.sessions > 0).then(|| {
        let id = id.clone();
        view! {
            <ui::ButtonForm action=SignOutPerson::PATH>
                <HiddenField name="user" value=id />
                <ui::SecondaryButton>"Sign out everywhere"</ui::SecondaryButton>
            </ui::ButtonForm>
        }
    });
    let reset = ways.has_any().then(|| {
        view! {
            <ui::ConfirmForm
                action=ResetFactors::PATH
                label="Reset sign-in methods"
                question="Only for someone you have identified, such as a person who lost their phone. Removes the authenticator app, recovery codes, passkeys, text message codes and linked accounts. They sign in with their password until they set them up again, and get an e-mail about it."
            >
                <HiddenField name="user" value=id />
                <ui::DangerButton>"Reset sign-in methods"</ui::DangerButton>
            </ui::ConfirmForm>
        }
    });
    view! {
        <TitledCard title="Sign-in">
            <ui::DescriptionList>
                <Description term="Signed in">{devices}</Description>
                {seen}
                <Description term="Second factor">{second}</Description>
                <Description term="Passkeys">{passkeys}</Description>
                <Description term="Codes by text message">{phone}</Description>
                <Description term="Linked accounts">{elsewhere}</Description>
            </ui::DescriptionList>
            <div class="stack">{sign_out} {reset}</div>
        </TitledCard>
    }
}

fn access_card(account: &Account, form: &FormState) -> impl IntoView + use<> {
    let id = account.id.to_string();
    let body = if account.status == AccountStatus::Active {
        let choices =
            vec![Choice::new("suspended", "Until someone reinstates them"), Choice::new("banned", "Permanently")];
        let chosen = if form.was_submitted() { form.field("status") } else { FieldState::of("suspended") };
        let reason = form.field("reason");
        view! {
            <ui::ConfirmForm
                action=ChangeAccountStatus::PATH
                label="Suspend access"
                open=form.was_submitted()
                question="Signs them out on every device immediately. They can't sign in, and a provider goes off duty."
            >
                <HiddenField name="user" value=id />
                <ui::RadioGroup legend="How long" name="status" state=chosen choices />
                <ui::TextField
                    label="Reason"
                    name="reason"
                    state=reason
                    hint="They see this when they try to sign in."
                    autocomplete="off"
                    maxlength=500
                />
                <ui::DangerButton>"Suspend access"</ui::DangerButton>
            </ui::ConfirmForm>
        }
        .into_any()
    } else {
        view! {
            <ui::ButtonForm action=ChangeAccountStatus::PATH>
                <HiddenField name="user" value=id />
                <HiddenField name="status" value="active" />
                <ui::PrimaryButton>"Reinstate"</ui::PrimaryButton>
            </ui::ButtonForm>
        }
        .into_any()
    };
    view! { <TitledCard title="Access">{body}</TitledCard> }
}
