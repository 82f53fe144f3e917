use std::sync::Arc;

use chrono::{DateTime, Utc};
use engine::{BasisPoints, Commission, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{booking_parts::reference_link, payouts::unconfirmed_note, providers::status_label};
use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{ChangeCommission, ChangeProviderStatus, ChangeSkills, EndHold, HoldProvider},
        store::providers::{self as reads, Figures, Work},
        tones,
    },
    error::AppError,
    identity::User,
    providers::{self, Provider, ProviderStatus, policy},
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, AmountCell, AmountHeadCell, Badge, Cell, Choice, Description, FieldState, FormState, Glyph, HeadCell,
        HiddenField, Need, StatCard, TableRow, TitledCard, time::distance,
    },
};

/// Number of jobs shown.
const LAST_JOBS: i64 = 15;

/// `/admin/providers/{id}`: one provider, and the decisions about them.
pub async fn provider(visit: Visit) -> Result<Answer, AppError> {
    let id = visit.param("id")?;
    let commission = visit.form(ChangeCommission::PATH);
    let skills = visit.form(ChangeSkills::PATH);
    let decided = visit.form(ChangeProviderStatus::PATH);
    let held = visit.form(HoldProvider::PATH);
    let user = visit.ctx.user()?.clone();
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let waiting = Waiting::load(&mut tx).await?;
    let provider = providers::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let figures = reads::figures(&mut tx, id).await?;
    let jobs = reads::last_jobs(&mut tx, id, LAST_JOBS).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(provider.name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let rating = provider.rating().map_or_else(|| "–".to_owned(), |average| format!("{average:.1}"));
        let decide = policy::can_decide_about(&user).then(|| decisions(&provider, &decided));
        let lead = provider.vehicle.clone().unwrap_or_default();
        let no_jobs = jobs.is_empty();
        let table = job_table(&tenant, jobs);
        let rejected = [&decided, &commission, &skills, &held].into_iter().find(|form| form.was_submitted()).cloned().unwrap_or_default();
        view! {
            <AdminFrame ctx waiting path=format!("/admin/providers/{id}")>
                <ui::WidePage title=provider.name.clone() lead actions=move || decide>
                    <ui::ErrorSummary form=rejected />
                    <div class="stats">
                        <StatCard label=t!("admin-jobs-done") value=figures.done.to_string() glyph=Glyph::BadgeCheck />
                        <StatCard label=t!("admin-rating") value=rating note=t!("admin-reviews", review_count = provider.review_count) glyph=Glyph::Star />
                        {acceptance(&tenant, &figures)}
                        <StatCard label=t!("admin-not-paid-out") value=tenant.money(figures.unpaid).to_string() note=cash_note(&tenant, &figures) glyph=Glyph::Clock />
                        <StatCard label=t!("admin-paid-out") value=tenant.money(figures.paid).to_string() glyph=Glyph::HandCoins />
                    </div>
                    <div class="grid">
                        <Facts tenant=tenant.clone() provider=provider.clone() figures=figures.clone() now />
                        <Pay tenant=tenant.clone() provider=provider.clone() user=user.clone() form=commission />
                        {policy::can_hold(&user).then(|| view! { <HoldCard tenant provider=provider.clone() form=held now /> })}
                        <Skills provider user services=figures.services.0 form=skills />
                    </div>
                    <ui::Section title=t!("admin-last-jobs")>
                        {if no_jobs {
                            view! { <ui::EmptyState glyph=Glyph::ClipboardList title=t!("admin-no-jobs-yet") text=t!("admin-jobs-appear-here-once-they-are") /> }
                                .into_any()
                        } else {
                            table.into_any()
                        }}
                    </ui::Section>
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// How many of the offers they saw they accepted.
fn acceptance(tenant: &Tenant, figures: &Figures) -> impl IntoView + use<> {
    let Figures { accepted, answered, .. } = *figures;
    let part = i32::try_from(accepted * 100).ok().zip(i32::try_from(answered).ok());
    let rate = part.and_then(|(accepted, answered)| BasisPoints::percent(accepted.checked_div(answered)?).ok());
    let value = rate.map_or_else(|| "–".to_owned(), |rate| tenant.locale.percent(rate));
    let note = t!("admin-of-they-saw-in-90-days", accepted = accepted, answered = answered);
    view! { <StatCard label=t!("admin-offers-accepted") value note glyph=Glyph::Bell /> }
}

/// The cash to be deducted from the unpaid earnings.
fn cash_note(tenant: &Tenant, figures: &Figures) -> String {
    let kept = (!figures.cash_kept.is_zero())
        .then(|| t!("admin-cash-kept-deducted", cash_kept = tenant.money(-figures.cash_kept)));
    let to_confirm = (!figures.cash_to_confirm.is_zero()).then(|| unconfirmed_note(tenant, figures.cash_to_confirm));
    match [kept, to_confirm].into_iter().flatten().collect::<Vec<_>>().join("; ") {
        none if none.is_empty() => t!("admin-no-cash-kept").to_owned(),
        notes => notes,
    }
}

/// The decisions that an administrator may make now.
fn decisions(provider: &Provider, form: &FormState) -> impl IntoView + use<> {
    let (id, form) = (provider.id.to_string(), form.clone());
    match provider.status {
        ProviderStatus::Pending => view! {
            <AtOnce provider=id.clone() status=ProviderStatus::Active label=t!("admin-approve") />
            <WithReason
                provider=id
                form
                status=ProviderStatus::Rejected
                label=t!("admin-reject")
                button=t!("admin-reject-provider")
                question=t!("admin-they-get-a-message-with-your")
            />
        }
        .into_any(),
        ProviderStatus::Active => view! {
            <Deactivate provider=id.clone() />
            <WithReason
                provider=id
                form
                status=ProviderStatus::Suspended
                label=t!("admin-suspend")
                button=t!("admin-suspend-provider")
                question=t!("admin-they-go-off-duty-immediately-any")
            />
        }
        .into_any(),
        ProviderStatus::Rejected => {
            view! { <AtOnce provider=id status=ProviderStatus::Active label=t!("admin-approve-after-all") /> }
                .into_any()
        }
        ProviderStatus::Inactive | ProviderStatus::Suspended => {
            view! { <AtOnce provider=id status=ProviderStatus::Active label=t!("admin-reactivate") /> }.into_any()
        }
    }
}

#[component]
fn AtOnce(provider: String, status: ProviderStatus, label: &'static str) -> impl IntoView {
    view! {
        <ui::ButtonForm action=ChangeProviderStatus::PATH>
            <HiddenField name="provider" value=provider />
            <HiddenField name="status" value=status.as_str() />
            <ui::PrimaryButton>{label}</ui::PrimaryButton>
        </ui::ButtonForm>
    }
}

#[component]
fn Deactivate(provider: String) -> impl IntoView {
    view! {
        <ui::ConfirmForm
            action=ChangeProviderStatus::PATH
            label=t!("admin-deactivate")
            question=t!("admin-they-go-off-duty-immediately-and")
        >
            <HiddenField name="provider" value=provider />
            <HiddenField name="status" value="inactive" />
            <ui::DangerButton>{t!("admin-deactivate-provider")}</ui::DangerButton>
        </ui::ConfirmForm>
    }
}

#[component]
fn WithReason(
    provider: String,
    form: FormState,
    status: ProviderStatus,
    label: &'static str,
    button: &'static str,
    question: &'static str,
) -> impl IntoView {
    let open = form.was_submitted() && form.value("status") == status.as_str();
    view! {
        <ui::ConfirmForm action=ChangeProviderStatus::PATH label question open>
            <HiddenField name="provider" value=provider />
            <HiddenField name="status" value=status.as_str() />
            <ui::TextField label=t!("admin-reason") name="reason" maxlength=500 autocomplete="off" state=form.field("reason") />
            <ui::DangerButton>{button}</ui::DangerButton>
        </ui::ConfirmForm>
    }
}

#[component]
fn Facts(tenant: Arc<Tenant>, provider: Provider, figures: Figures, now: DateTime<Utc>) -> impl IntoView {
    let duty = provider.on_duty_since.map_or_else(
        || t!("admin-off-duty").to_owned(),
        |since| t!("admin-on-duty-since", since = tenant.date_time(since)),
    );
    let seen = match (figures.latitude, figures.longitude, figures.recorded_at) {
        (Some(latitude), Some(longitude), Some(at)) => format!("{latitude:.4}, {longitude:.4} · {}", distance(at, now)),
        _ => t!("admin-never").to_owned(),
    };
    view! {
        <TitledCard title=t!("admin-provider")>
            <ui::DescriptionList>
                <Description term=t!("admin-status")><Badge tone=tones::of_provider(provider.status) label=status_label(provider.status) /></Description>
                {provider.status_reason.map(|reason| view! { <Description term=t!("admin-reason")>{reason}</Description> })}
                <Description term=t!("admin-duty")>{duty}</Description>
                <Description term=t!("admin-last-seen")>{seen}</Description>
                <Description term=t!("admin-phone")><a href=format!("tel:{}", provider.phone.as_str())>{provider.phone.national()}</a></Description>
                <Description term=t!("admin-e-mail")><a href=format!("mailto:{}", provider.email)>{provider.email.to_string()}</a></Description>
                {provider.address.map(|address| view! { <Description term=t!("admin-based-at")>{address}</Description> })}
                <Description term=t!("admin-since")>{tenant.date(provider.created_at)}</Description>
            </ui::DescriptionList>
        </TitledCard>
    }
}

/// The hold on their offers, with a form that begins or changes it.
#[component]
fn HoldCard(tenant: Arc<Tenant>, provider: Provider, form: FormState, now: DateTime<Utc>) -> impl IntoView {
    let hold = provider.hold_at(now);
    let words = match hold {
        Some(hold) => {
            t!("admin-no-offers-until-because", until = tenant.date_time(hold.until), reason = isolated(&hold.reason))
        }
        None => t!("admin-they-get-offers-while-they-are").to_owned(),
    };
    let end = hold.map(|_| {
        view! {
            <ui::ButtonForm action=EndHold::PATH>
                <HiddenField name="provider" value=provider.id.to_string() />
                <ui::SecondaryButton>{t!("admin-end-the-hold")}</ui::SecondaryButton>
            </ui::ButtonForm>
        }
    });
    let (label, button) = if hold.is_some() {
        (t!("admin-change-the-hold"), t!("admin-change-the-hold"))
    } else {
        (t!("admin-hold-their-offers"), t!("admin-hold-offers"))
    };
    let local = hold.map(|hold| tenant.zone.local(hold.until));
    let form = form.clone().or_prefilled([
        ("date", local.map(|at| at.date().to_string()).unwrap_or_default()),
        ("time", local.map(|at| at.format("%H:%M").to_string()).unwrap_or_default()),
        ("hold_reason", hold.map(|hold| hold.reason.clone()).unwrap_or_default()),
    ]);
    let [date, time, reason] = ["date", "time", "hold_reason"].map(|name| form.field(name));
    let today = tenant.zone.date(now).to_string();
    let open = form.was_submitted();
    view! {
        <TitledCard title=t!("admin-hold")>
            <p>{words}</p>
            {end}
            <ui::ConfirmForm action=HoldProvider::PATH label question=t!("admin-they-get-no-offers-until-then") open>
                <HiddenField name="provider" value=provider.id.to_string() />
                <ui::FieldRow>
                    <ui::DateField label=t!("admin-until") name="date" state=date min=today />
                    <ui::TimeField label=t!("admin-time") name="time" state=time />
                </ui::FieldRow>
                <ui::TextField label=t!("admin-reason") name="hold_reason" maxlength=500 autocomplete="off" state=reason />
                <ui::PrimaryButton>{button}</ui::PrimaryButton>
            </ui::ConfirmForm>
        </TitledCard>
    }
}

/// Their commission, with a form for users who may change it.
#[component]
fn Pay(tenant: Arc<Tenant>, provider: Provider, user: User, form: FormState) -> impl IntoView {
    let (kind, percent, flat, words) = match provider.commission {
        Commission::Percentage(part) => {
            let (number, part) = (tenant.locale.typed_percent(part), tenant.locale.percent(part));
            ("percentage", number, String::new(), t!("admin-keeps-of-the-price-before-tax", part = part))
        }
        Commission::FlatPerJob(fee) => (
            "flat_per_job",
            String::new(),
            tenant.typed_money(fee),
            t!("admin-gets-for-each-job", fee = tenant.money(fee)),
        ),
    };
    let field = |name: &str, now: String| if form.was_submitted() { form.field(name) } else { FieldState::of(now) };
    let (kind, percent, flat) =
        (field("commission", kind.to_owned()), field("percent", percent), field("flat_fee", flat));
    let edit = policy::can_set_commission(&user).then(|| {
        view! {
            <ui::PostForm action=ChangeCommission::PATH>
                <HiddenField name="provider" value=provider.id.to_string() />
                <ui::RadioGroup
                    legend=t!("admin-paid-by")
                    name="commission"
                    state=kind
                    choices=vec![Choice::new("percentage", t!("admin-a-share-of-the-price")), Choice::new("flat_per_job", t!("admin-a-flat-fee-for-each-job"))]
                />
                <ui::FieldRow>
                    <ui::TextField label=t!("admin-share-percent") name="percent" need=Need::Optional inputmode="decimal" state=percent />
                    <ui::MoneyField
                        label=t!("admin-flat-fee")
                        name="flat_fee"
                        need=Need::Optional
                        sign=tenant.currency.symbol()
                        state=flat
                    />
                </ui::FieldRow>
                <p class="muted small">{t!("admin-jobs-already-offered-or-assigned-keep")}</p>
                <ui::SecondaryButton>{t!("admin-change-commission")}</ui::SecondaryButton>
            </ui::PostForm>
        }
    });
    view! {
        <TitledCard title=t!("admin-commission")>
            <p>{words}</p>
            {edit}
        </TitledCard>
    }
}

/// Their skills: the services they can be sent for.
#[component]
fn Skills(provider: Provider, user: User, services: Vec<(String, String)>, form: FormState) -> impl IntoView {
    let named = provider
        .skills
        .iter()
        .map(|skill| {
            services
                .iter()
                .find(|(slug, _)| slug == skill)
                .map_or_else(|| skill.clone(), |(_, name)| isolated(name).to_string())
        })
        .collect::<Vec<_>>()
        .join(", ");
    let boxes = services
        .into_iter()
        .map(|(slug, name)| {
            let field = format!("skills[{slug}]");
            let had =
                if form.was_submitted() { !form.value(&field).is_empty() } else { provider.skills.contains(&slug) };
            let state = FieldState::of(if had { "true" } else { "" });
            view! { <ui::Checkbox label=name name=field state /> }
        })
        .collect_view();
    let edit = policy::can_edit_skills(&user).then(|| {
        view! {
            <ui::PostForm action=ChangeSkills::PATH>
                <HiddenField name="provider" value=provider.id.to_string() />
                <ui::FieldSet legend=t!("admin-services")><div class="grid-small">{boxes}</div></ui::FieldSet>
                <ui::SecondaryButton>{t!("admin-change-skills")}</ui::SecondaryButton>
            </ui::PostForm>
        }
    });
    view! {
        <TitledCard title=t!("admin-can-be-sent-for")>
            <p>{if named.is_empty() { t!("admin-nothing-yet").to_owned() } else { named }}</p>
            {edit}
        </TitledCard>
    }
}

/// The booking of a job, and how many more it has.
fn booking_link(reference: Option<Reference>, others: i64) -> AnyView {
    let Some(reference) = reference else { return t!("admin-none").into_any() };
    let more = (others > 0).then(|| t!("admin-and-others", others = others));
    view! { {reference_link(&reference)}{more} }.into_any()
}

fn job_table(tenant: &Tenant, jobs: Vec<Work>) -> impl IntoView + use<> {
    let rows = jobs
        .into_iter()
        .map(|job| {
            let earned = job.earned.map_or_else(|| "–".to_owned(), |amount| tenant.money(amount).to_string());
            let state = if job.given_away { t!("admin-given-back") } else { job.state.label() };
            let when = tenant.date_time(job.assigned_at);
            let paid = job
                .earning_status
                .map(|status| view! { <Badge tone=tones::of_earning(status) label=status.label() /> });
            view! {
                <TableRow>
                    <Cell label=t!("admin-booking")>{booking_link(job.reference, job.others)}</Cell>
                    <Cell label=t!("admin-service")>{job.service}</Cell>
                    <Cell label=t!("admin-when")><ui::Time at=job.assigned_at text=when /></Cell>
                    <Cell label=t!("admin-job")>{state}</Cell>
                    <Cell label=t!("admin-earning")>{paid}</Cell>
                    <AmountCell label=t!("admin-earned")>{earned}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("admin-last-jobs")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-booking")}</HeadCell>
                    <HeadCell>{t!("admin-service")}</HeadCell>
                    <HeadCell>{t!("admin-when")}</HeadCell>
                    <HeadCell>{t!("admin-job")}</HeadCell>
                    <HeadCell>{t!("admin-earning")}</HeadCell>
                    <AmountHeadCell>{t!("admin-earned")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
