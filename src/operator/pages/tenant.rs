use engine::{Id, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{frame::OperatorFrame, log::entries, moment, status::status_badge};
use crate::{
    error::AppError,
    identity::AccountStatus,
    operator::{
        OperatorCtx,
        actions::{OperatorChangeStatus, OperatorEditTenant, OperatorImpersonate, OperatorInviteAdministrator},
        policy,
        store::{
            administrators::{self, Administrator},
            log, tenants as sizes,
            tenants::Size,
        },
    },
    server::{Answer, Page, Visit},
    tenants::{self, Plan, Status, Tenant},
    ui::{
        self, Badge, Choice, Description, DescriptionList, FormState, Glyph, HiddenField, Icon, SecondaryLink,
        TitledCard, Tone,
    },
    words::count,
};

const LATEST: i64 = 10;

/// `/operator/tenants/{id}`: a business, its plan, and its log.
pub async fn tenant(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let id: Id<Tenant> = visit.param("id")?;
    let [terms, status, impersonation, invitation] = [
        OperatorEditTenant::PATH,
        OperatorChangeStatus::PATH,
        OperatorImpersonate::PATH,
        OperatorInviteAdministrator::PATH,
    ]
    .map(|form| visit.form(form));
    let mut tx = visit.ctx.begin_in(id).await?;
    let tenant = tenants::find_by_id(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let hosts = tenants::store::list_own_hosts(&mut tx).await?;
    let size = sizes::size(&mut tx).await?;
    let administrators = administrators::list(&mut tx).await?;
    let done = log::list(&mut tx, Some(id), LATEST, 0).await?;
    drop(tx);
    let operator = visit.ctx.operator()?.clone();
    let site = hosts.first().map(|host| visit.ctx.tenant_url(host, "/"));
    Page::new(tenant.name.clone(), move || {
        let rejected = [&terms, &status, &impersonation, &invitation].into_iter().find(|form| form.was_submitted());
        let rejected = rejected.cloned().unwrap_or_default();
        let becomes = rejected.value("becomes").to_owned();
        let rejected = rejected.within(becomes);
        let open = site.map(|url| {
            view! { <SecondaryLink href=url><Icon glyph=Glyph::ExternalLink />{t!("operator-open-its-pages")}</SecondaryLink> }
        });
        let act = (tenant.status == Status::Active).then(|| impersonation_card(&tenant, &impersonation));
        view! {
            <OperatorFrame operator path="/operator">
                <ui::WidePage title=tenant.name.clone() lead=tenant.slug.clone() actions=move || open>
                    <ui::ErrorSummary form=rejected />
                    <div class="split">
                        <div>
                            {facts(&tenant, &size)}
                            {terms_card(&tenant, &hosts, &terms)}
                        </div>
                        <div>
                            {administrators_card(&tenant, administrators, &invitation)} {act}
                            {status_card(&tenant, &status)}
                        </div>
                    </div>
                    <ui::Section title=t!("operator-operator-log")>{entries(done, false)}</ui::Section>
                    {ending(&tenant, &status)}
                </ui::WidePage>
            </OperatorFrame>
        }
    })
    .answer()
}

fn facts(tenant: &Tenant, size: &Size) -> impl IntoView + use<> {
    let changed = tenant.status_reason.clone().map(|reason| view! { <p class="faint small">{reason}</p> });
    let closed = tenant.maintenance.as_ref().map(|closed| {
        let since = moment(closed.since);
        view! { <Description term=t!("operator-closed-for-maintenance")>{t!("operator-since", since = since)}</Description> }
    });
    let last = size.last_booking_at.map_or_else(|| t!("operator-none-yet").to_owned(), moment);
    let place = format!("{}, {}, {}", tenant.zone, tenant.currency.code(), tenant.locale);
    let (status, email, phone) = (tenant.status, tenant.email.clone(), tenant.spoken_phone.clone());
    let accounts = t!("operator-accounts", accounts = count(size.accounts));
    let providers = t!("operator-active-providers", providers = count(size.providers));
    let people = format!("{accounts}, {providers}");
    let bookings = size.bookings.to_string();
    view! {
        <ui::Card>
            <DescriptionList>
                <Description term=t!("operator-status")><div>{status_badge(status)} {changed}</div></Description>
                {closed}
                <Description term=t!("operator-zone-currency-language")>{place}</Description>
                <Description term=t!("operator-people")>{people}</Description>
                <Description term=t!("operator-bookings")>{bookings}</Description>
                <Description term=t!("operator-latest-booking")>{last}</Description>
                <Description term=t!("operator-contact")>{phone} ", " {email}</Description>
            </DescriptionList>
        </ui::Card>
    }
}

fn terms_card(tenant: &Tenant, hosts: &[String], form: &FormState) -> impl IntoView + use<> {
    let form = if form.was_submitted() {
        form.clone()
    } else {
        FormState::prefilled([
            ("name", tenant.name.clone()),
            ("plan", tenant.plan.to_string()),
            ("hosts", hosts.join("\n")),
        ])
    };
    let [name, plan, hosts] = ["name", "plan", "hosts"].map(|field| form.field(field));
    let plans = Plan::ALL.iter().map(|plan| Choice::new(plan.as_str(), plan.label())).collect::<Vec<_>>();
    let id = tenant.id.to_string();
    view! {
        <TitledCard title=t!("operator-name-plan-and-addresses")>
            <ui::PostForm action=OperatorEditTenant::PATH>
                <HiddenField name="tenant" value=id />
                <ui::TextField label=t!("operator-name") name="name" maxlength=80 autocomplete="off" state=name />
                <ui::RadioGroup legend=t!("operator-plan") name="plan" state=plan choices=plans />
                <ui::TextArea
                    label=t!("operator-addresses")
                    name="hosts"
                    rows=3
                    maxlength=2600
                    hint=t!("operator-host-names-one-per-line-links")
                    state=hosts
                />
                <ui::SecondaryButton>{t!("operator-save")}</ui::SecondaryButton>
            </ui::PostForm>
        </TitledCard>
    }
}

fn administrators_card(tenant: &Tenant, known: Vec<Administrator>, form: &FormState) -> impl IntoView + use<> {
    let rows = known
        .into_iter()
        .map(|Administrator { name, email, status, has_password }| {
            let badge = match (status, has_password) {
                (AccountStatus::Active, true) => view! { <Badge tone=Tone::Success label=t!("operator-active") /> },
                (AccountStatus::Active, false) => view! { <Badge tone=Tone::Warning label=t!("operator-invited") /> },
                (AccountStatus::Suspended | AccountStatus::Banned, _) => {
                    view! { <Badge tone=Tone::Neutral label=t!("operator-suspended") /> }
                }
            };
            view! {
                <li class="row-between">
                    <span><span class="strong">{name}</span> <br /> <span class="muted small">{email}</span></span>
                    {badge}
                </li>
            }
        })
        .collect_view();
    let [name, email] = ["admin_name", "admin_email"].map(|field| form.field(field));
    let open = form.was_submitted();
    let id = tenant.id.to_string();
    view! {
        <TitledCard title=t!("operator-administrators")>
            <ul class="stack">{rows}</ul>
            <ui::ConfirmForm
                action=OperatorInviteAdministrator::PATH
                label=t!("operator-invite-an-administrator")
                question=t!("operator-they-get-an-e-mail-with")
                open
            >
                <HiddenField name="tenant" value=id />
                <ui::TextField label=t!("operator-name") name="admin_name" maxlength=120 autocomplete="off" state=name />
                <ui::EmailField label=t!("operator-e-mail") name="admin_email" autocomplete="off" state=email />
                <ui::PrimaryButton>{t!("operator-send-the-link")}</ui::PrimaryButton>
            </ui::ConfirmForm>
        </TitledCard>
    }
}

fn status_card(tenant: &Tenant, form: &FormState) -> AnyView {
    let changes = [Status::Active, Status::Paused].into_iter().filter(|then| policy::can_become(tenant.status, *then));
    let changes: Vec<_> = changes.map(|then| change_form(tenant, then, form)).collect();
    if changes.is_empty() {
        return ().into_any();
    }
    view! {
        <TitledCard title=t!("operator-status")>
            <div class="stack">{changes}</div>
        </TitledCard>
    }
    .into_any()
}

/// The rejected form, if it was for this status. The scope keeps its field ids unique among the forms of the page.
fn own_form(form: &FormState, then: Status) -> FormState {
    let own = if form.value("becomes") == then.as_str() { form.clone() } else { FormState::default() };
    own.within(then.as_str())
}

fn change_form(tenant: &Tenant, then: Status, form: &FormState) -> impl IntoView + use<> {
    let (label, question) = if then == Status::Active {
        (t!("operator-resume"), t!("operator-its-pages-answer-again-and-customers"))
    } else {
        (t!("operator-pause"), t!("operator-its-pages-say-that-it-is"))
    };
    let form = own_form(form, then);
    let (open, state) = (form.was_submitted(), form.field("reason"));
    let (id, was) = (tenant.id.to_string(), tenant.status.to_string());
    view! {
        <ui::ConfirmForm action=OperatorChangeStatus::PATH label question open>
            <HiddenField name="tenant" value=id />
            <HiddenField name="was" value=was />
            <HiddenField name="becomes" value=then.to_string() />
            <ui::TextField label=t!("operator-reason") name="reason" maxlength=300 autocomplete="off" state />
            <ui::PrimaryButton>{label}</ui::PrimaryButton>
        </ui::ConfirmForm>
    }
}

/// Cancelling the contract, separate from everyday actions.
fn ending(tenant: &Tenant, form: &FormState) -> Option<AnyView> {
    let then = Status::Cancelled;
    policy::can_become(tenant.status, then).then(|| {
        let form = own_form(form, then);
        let (open, reason, typed_name) = (form.was_submitted(), form.field("reason"), form.field("typed_name"));
        let (id, was, name) = (tenant.id.to_string(), tenant.status.to_string(), tenant.name.clone());
        view! {
            <ui::DangerZone title=t!("operator-end-this-business")>
                <p>{t!("operator-use-this-when-a-business-leaves")}</p>
                <ul class="stack-tight">
                    <li>{t!("operator-its-pages-say-that-it-has")}</li>
                    <li>{t!("operator-open-bookings-are-not-finished-and")}</li>
                    <li>{t!("operator-its-data-is-kept-as-long")}</li>
                </ul>
                <ui::ConfirmForm
                    action=OperatorChangeStatus::PATH
                    label=t!("operator-end-this-business")
                    question=t!("operator-this-closes-to-everyone-at-once", name = isolated(&name))
                    open
                >
                    <HiddenField name="tenant" value=id />
                    <HiddenField name="was" value=was />
                    <HiddenField name="becomes" value=then.to_string() />
                    <ui::TextField label=t!("operator-reason") name="reason" maxlength=300 autocomplete="off" state=reason />
                    <ui::TextField
                        label=t!("operator-type-to-confirm", name = isolated(&name))
                        name="typed_name"
                        maxlength=80
                        autocomplete="off"
                        state=typed_name
                    />
                    <ui::DangerButton>{t!("operator-end-this-business")}</ui::DangerButton>
                </ui::ConfirmForm>
            </ui::DangerZone>
        }
        .into_any()
    })
}

fn impersonation_card(tenant: &Tenant, form: &FormState) -> impl IntoView + use<> {
    let (email, reason) = (form.field("email"), form.field("reason"));
    let id = tenant.id.to_string();
    view! {
        <TitledCard title=t!("operator-act-as-a-team-member-or")>
            <p class="muted">
                {t!("operator-see-what-they-see-every-page")}
            </p>
            <ui::PostForm action=OperatorImpersonate::PATH>
                <HiddenField name="tenant" value=id />
                <ui::TextField label=t!("operator-their-e-mail") name="email" maxlength=254 autocomplete="off" state=email />
                <ui::TextField
                    label=t!("operator-why")
                    name="reason"
                    maxlength=300
                    autocomplete="off"
                    hint=t!("operator-such-as-the-ticket-number-and")
                    state=reason
                />
                <ui::SecondaryButton>{t!("operator-get-a-link")}</ui::SecondaryButton>
            </ui::PostForm>
        </TitledCard>
    }
}
