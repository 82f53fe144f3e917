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
            view! { <p class="muted">{t!("admin-this-is-your-account-another-administrator")}</p> }
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
        view! { <Description term=t!("admin-phone")><a href=href>{spoken}</a></Description> }
    });
    let books = customer.map(|customer| {
        let href = format!("/admin/customers/{}", customer.id);
        view! { <Description term=t!("admin-bookings")><a href=href>{t!("admin-view-bookings")}</a></Description> }
    });
    let provider = account.provider.map(|provider| {
        let href = format!("/admin/providers/{provider}");
        view! { <Description term=t!("admin-provider")><a href=href>{t!("admin-view-profile")}</a></Description> }
    });
    let reason = account
        .status_reason
        .clone()
        .map(|reason| view! { <Description term=t!("admin-reason")>{reason}</Description> });
    let changed = account.status_changed_at.map(|at| {
        let text = tenant.date_time(at);
        view! { <Description term=t!("admin-decided-on")><ui::Time at text /></Description> }
    });
    let since = tenant.date(account.created_at);
    let (status, roles) = (account.status, role_badges(&account.roles));
    view! {
        <TitledCard title=t!("admin-account")>
            <ui::DescriptionList>
                <Description term=t!("admin-status")><Badge tone=tones::of_account(status) label=status_label(status) /></Description>
                {reason}
                {changed}
                <Description term=t!("admin-roles")>{roles}</Description>
                {phone}
                {provider}
                {books}
                <Description term=t!("admin-since")>{since}</Description>
            </ui::DescriptionList>
        </TitledCard>
    }
}

fn roles_card(account: &Account) -> impl IntoView + use<> {
    let ticked = |role| FieldState::of(if account.has(role) { "true" } else { "" });
    let (staff, admin) = (ticked(Role::Staff), ticked(Role::Admin));
    let id = account.id.to_string();
    view! {
        <TitledCard title=t!("admin-back-office")>
            <ui::PostForm action=ChangeRoles::PATH>
                <HiddenField name="user" value=id />
                <ui::Checkbox label=t!("admin-staff") name="staff" state=staff hint=t!("admin-dispatches-confirms-payments-and-manages-bookings") />
                <ui::Checkbox label=t!("admin-administrator") name="admin" state=admin hint=t!("admin-also-manages-people-prices-and-settings") />
                <ui::SecondaryButton>{t!("admin-change-roles")}</ui::SecondaryButton>
            </ui::PostForm>
            <p class="faint small">{t!("admin-saving-signs-them-out-on-every")}</p>
        </TitledCard>
    }
}

/// The person's sessions and sign-in methods, for when a phone or a laptop is lost.
fn sign_in_card(tenant: &Tenant, account: &Account, ways: SignInMethods) -> impl IntoView + use<> {
    let devices = match ways.sessions {
        0 => t!("admin-not-signed-in").to_owned(),
        1 => t!("admin-on-one-device").to_owned(),
        many => t!("admin-on-devices", many = many),
    };
    let seen = ways.last_seen_at.map(|at| {
        let text = tenant.date_time(at);
        view! { <Description term=t!("admin-last-seen")><ui::Time at text /></Description> }
    });
    let passkeys = if ways.passkeys == 0 { t!("admin-none").to_owned() } else { ways.passkeys.to_string() };
    let phone = if ways.has_phone { t!("admin-to-the-confirmed-number") } else { t!("admin-none") };
    let elsewhere =
        if ways.accounts_elsewhere == 0 { t!("admin-none").to_owned() } else { ways.accounts_elsewhere.to_string() };
    let second = if ways.has_second_factor { t!("admin-authenticator-app") } else { t!("admin-none") };
    let id = account.id.to_string();
    let sign_out = (ways.sessions > 0).then(|| {
        let id = id.clone();
        view! {
            <ui::ButtonForm action=SignOutPerson::PATH>
                <HiddenField name="user" value=id />
                <ui::SecondaryButton>{t!("admin-sign-out-everywhere")}</ui::SecondaryButton>
            </ui::ButtonForm>
        }
    });
    let reset = ways.has_any().then(|| {
        view! {
            <ui::ConfirmForm
                action=ResetFactors::PATH
                label=t!("admin-reset-sign-in-methods")
                question=t!("admin-only-for-someone-you-have-identified")
            >
                <HiddenField name="user" value=id />
                <ui::DangerButton>{t!("admin-reset-sign-in-methods")}</ui::DangerButton>
            </ui::ConfirmForm>
        }
    });
    view! {
        <TitledCard title=t!("admin-sign-in-noun")>
            <ui::DescriptionList>
                <Description term=t!("admin-signed-in")>{devices}</Description>
                {seen}
                <Description term=t!("admin-second-factor")>{second}</Description>
                <Description term=t!("admin-passkeys")>{passkeys}</Description>
                <Description term=t!("admin-codes-by-text-message")>{phone}</Description>
                <Description term=t!("admin-linked-accounts")>{elsewhere}</Description>
            </ui::DescriptionList>
            <div class="stack">{sign_out} {reset}</div>
        </TitledCard>
    }
}

fn access_card(account: &Account, form: &FormState) -> impl IntoView + use<> {
    let id = account.id.to_string();
    let body = if account.status == AccountStatus::Active {
        let choices = vec![
            Choice::new("suspended", t!("admin-until-someone-reinstates-them")),
            Choice::new("banned", t!("admin-permanently")),
        ];
        let chosen = if form.was_submitted() { form.field("status") } else { FieldState::of("suspended") };
        let reason = form.field("reason");
        view! {
            <ui::ConfirmForm
                action=ChangeAccountStatus::PATH
                label=t!("admin-suspend-access")
                open=form.was_submitted()
                question=t!("admin-signs-them-out-on-every-device")
            >
                <HiddenField name="user" value=id />
                <ui::RadioGroup legend=t!("admin-how-long") name="status" state=chosen choices />
                <ui::TextField
                    label=t!("admin-reason")
                    name="reason"
                    state=reason
                    hint=t!("admin-they-see-this-when-they-try")
                    autocomplete="off"
                    maxlength=500
                />
                <ui::DangerButton>{t!("admin-suspend-access")}</ui::DangerButton>
            </ui::ConfirmForm>
        }
        .into_any()
    } else {
        view! {
            <ui::ButtonForm action=ChangeAccountStatus::PATH>
                <HiddenField name="user" value=id />
                <HiddenField name="status" value="active" />
                <ui::PrimaryButton>{t!("admin-reinstate")}</ui::PrimaryButton>
            </ui::ButtonForm>
        }
        .into_any()
    };
    view! { <TitledCard title=t!("admin-access")>{body}</TitledCard> }
}
