use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    prices::{PriceCard, history_table},
    service_rules::RulesCard,
    services::state_label,
};
use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{ArchiveService, ChangePrice, ChangeServiceRules, DecideService, EditService, SwitchService},
        store::services::{MOST_COUNTED, Usage, usage},
    },
    catalog::{self, PricedService, Service, ServiceStatus, policy, store::MOST_PAST_PRICES},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, Badge, FieldState, FormState, HiddenField, Need, TitledCard, Tone},
    words::count,
};

/// `/admin/services/{id}`: one service, its price and past prices.
pub async fn service(visit: Visit) -> Result<Answer, AppError> {
    let id = visit.param("id")?;
    let editing = visit.form(EditService::PATH);
    let pricing = visit.form(ChangePrice::PATH);
    let deciding = visit.form(DecideService::PATH);
    let ruling = visit.form(ChangeServiceRules::PATH);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let priced = catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let ahead = catalog::store::prices_ahead(&mut tx, id).await?;
    let (past, are_cut) = catalog::store::past_prices(&mut tx, id).await?;
    let usage = usage(&mut tx, id).await?;
    let now = tx.now;
    drop(tx);
    let ctx = visit.ctx;
    let may_edit = ctx.user().is_ok_and(|user| policy::can_edit(user, None, &priced.service));
    let may_review = ctx.user().is_ok_and(policy::can_review);
    Page::new(priced.service.name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let (tone, label) = state_label(&priced);
        let PricedService { service, prices } = priced;
        let rejected = [&editing, &pricing, &ruling, &deciding].into_iter().find(|form| form.was_submitted());
        let rejected = rejected.cloned().unwrap_or_default();
        let actions = actions(&service, &usage, may_edit, may_review, &deciding);
        let about = about(&tenant, &service, &usage);
        let forms = may_edit.then(|| {
            view! {
                <PriceCard tenant=tenant.clone() service=service.clone() prices form=pricing now />
                <DetailsCard service=service.clone() form=editing />
                <RulesCard service=service.clone() locale=tenant.locale form=ruling />
            }
        });
        let history = history_table(&tenant, &service, ahead, past, may_edit, now);
        let cut = are_cut.then(
            || view! { <p class="muted small">{t!("admin-earlier-prices-are-not-shown", most = MOST_PAST_PRICES)}</p> },
        );
        let read_only = (!may_edit).then(|| {
            view! {
                <TitledCard title=t!("admin-what-customers-read")>
                    <p>{service.description.clone()}</p>
                    <p class="faint small">{t!("admin-only-administrators-change-services-and-prices")}</p>
                </TitledCard>
            }
        });
        view! {
            <AdminFrame ctx waiting path=format!("/admin/services/{id}")>
                <ui::WidePage title=service.name.clone() actions=move || actions>
                    <ui::ErrorSummary form=rejected />
                    <div class="row"><Badge tone label /></div>
                    {about}
                    <div class="split">
                        <div>{forms} {read_only}</div>
                        <div><ui::Section title=t!("admin-prices")>{history} {cut}</ui::Section></div>
                    </div>
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// What is special about it: whose it is, what the platform takes, why it is returned or suspended, and that nobody can do it.
fn about(tenant: &Tenant, service: &Service, usage: &Usage) -> impl IntoView + use<> {
    let whose = usage.provider.clone().zip(service.provider_id).map(|(name, id)| {
        view! { <p>{t!("admin-offered-by")} <a href=format!("/admin/providers/{id}")>{name}</a></p> }
    });
    let reason = service.status_reason.clone().map(|reason| view! { <p>{t!("admin-the-reason-label")} {reason}</p> });
    let nobody = (service.is_active() && !service.is_providers() && usage.providers == 0).then(|| {
        view! {
            <ui::Alert tone=Tone::Warning title=t!("admin-no-active-provider-has-this-skill")>
                <p>{t!("admin-nobody-is-asked-to-do-it")} <a href="/admin/providers">{t!("admin-providers-in-a-sentence")}</a> {t!("admin-who-can-and-tick-it-among")}</p>
            </ui::Alert>
        }
    });
    let fee = service.vertical.platform_fee(tenant, service).map(|fee| {
        let said = if fee.on_top {
            t!("admin-the-platform-adds-to-its-prices", rate = fee.rate)
        } else {
            t!("admin-the-platform-keeps-of-its-prices", rate = fee.rate)
        };
        view! { <p>{said}</p> }
    });
    view! { {whose} {fee} {reason} {nobody} }
}

/// What may be done with it now.
fn actions(
    service: &Service,
    usage: &Usage,
    may_edit: bool,
    may_review: bool,
    form: &FormState,
) -> impl IntoView + use<> {
    let review = may_review.then(|| decisions(service, form));
    let edit = may_edit.then(|| {
        let switch = switch(service);
        view! { {switch} {archive(service, usage)} }
    });
    view! { {review} {edit} }
}

/// The decisions about what a provider offers.
fn decisions(service: &Service, form: &FormState) -> impl IntoView + use<> {
    let id = service.id.to_string();
    match service.status {
        ServiceStatus::InReview => view! {
            <AtOnce service=id.clone() decision="approve" label=t!("admin-publish") />
            <WithReason
                service=id
                form=form.clone()
                decision="return"
                label=t!("admin-return")
                button=t!("admin-return-the-service")
                question=t!("admin-the-provider-gets-a-message-with")
            />
        }
        .into_any(),
        ServiceStatus::Active | ServiceStatus::Paused if service.is_providers() => view! {
            <WithReason
                service=id
                form=form.clone()
                decision="suspend"
                label=t!("admin-suspend")
                button=t!("admin-suspend-the-service")
                question=t!("admin-customers-can-no-longer-book-it-provider-told")
            />
        }
        .into_any(),
        ServiceStatus::Suspended => {
            view! { <AtOnce service=id decision="reinstate" label=t!("admin-publish-again") /> }.into_any()
        }
        _ => ().into_any(),
    }
}

#[component]
fn AtOnce(service: String, decision: &'static str, label: &'static str) -> impl IntoView {
    view! {
        <ui::ButtonForm action=DecideService::PATH>
            <HiddenField name="service" value=service />
            <HiddenField name="decision" value=decision />
            <ui::PrimaryButton>{label}</ui::PrimaryButton>
        </ui::ButtonForm>
    }
}

#[component]
fn WithReason(
    service: String,
    form: FormState,
    decision: &'static str,
    label: &'static str,
    button: &'static str,
    question: &'static str,
) -> impl IntoView {
    let open = form.was_submitted() && form.value("decision") == decision;
    view! {
        <ui::ConfirmForm action=DecideService::PATH label question open>
            <HiddenField name="service" value=service />
            <HiddenField name="decision" value=decision />
            <ui::TextField label=t!("admin-reason") name="reason" maxlength=500 autocomplete="off" state=form.field("reason") />
            <ui::DangerButton>{button}</ui::DangerButton>
        </ui::ConfirmForm>
    }
}

fn switch(service: &Service) -> impl IntoView + use<> {
    let id = service.id.to_string();
    match service.status {
        ServiceStatus::Active => view! {
            <ui::ConfirmForm
                action=SwitchService::PATH
                label=t!("admin-switch-off")
                question=t!("admin-customers-can-no-longer-book-it")
            >
                <HiddenField name="service" value=id />
                <HiddenField name="to" value="off" />
                <ui::DangerButton>{t!("admin-switch-off-the-service")}</ui::DangerButton>
            </ui::ConfirmForm>
        }
        .into_any(),
        ServiceStatus::Paused => view! {
            <ui::ButtonForm action=SwitchService::PATH>
                <HiddenField name="service" value=id />
                <HiddenField name="to" value="on" />
                <ui::PrimaryButton>{t!("admin-switch-on")}</ui::PrimaryButton>
            </ui::ButtonForm>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

fn archive(service: &Service, usage: &Usage) -> impl IntoView + use<> {
    let id = service.id.to_string();
    match service.status {
        ServiceStatus::Suspended => ().into_any(),
        ServiceStatus::Archived => view! {
            <ui::ButtonForm action=ArchiveService::PATH>
                <HiddenField name="service" value=id />
                <HiddenField name="to" value="restore" />
                <ui::PrimaryButton>{t!("admin-restore")}</ui::PrimaryButton>
            </ui::ButtonForm>
        }
        .into_any(),
        _ => view! {
            <ui::ConfirmForm action=ArchiveService::PATH label=t!("admin-archive") question=archive_question(usage)>
                <HiddenField name="service" value=id />
                <HiddenField name="to" value="archive" />
                <ui::DangerButton>{t!("admin-archive-the-service")}</ui::DangerButton>
            </ui::ConfirmForm>
        }
        .into_any(),
    }
}

/// What archiving means, with the bookings that are open.
fn archive_question(usage: &Usage) -> String {
    let some = usage.references.join(", ");
    let open = match usage.open {
        0 => t!("admin-it-has-no-open-bookings").to_owned(),
        open if open > MOST_COUNTED => t!("admin-more-bookings-are-open", most = MOST_COUNTED, some = some),
        open if usize::try_from(open).is_ok_and(|open| open > usage.references.len()) => {
            t!("admin-bookings-and-others-are-open", bookings = open, some = some)
        }
        open => t!("admin-bookings-are-open", bookings = count(open), some = some),
    };
    t!("admin-it-leaves-all-lists-and-customers", open = open)
}

#[component]
fn DetailsCard(service: Service, form: FormState) -> impl IntoView {
    let field = |name: &str, now: &str| if form.was_submitted() { form.field(name) } else { FieldState::of(now) };
    let (name, description) = (field("name", &service.name), field("description", &service.description));
    let minutes = field("expected_minutes", &service.expected_minutes.to_string());
    let kept = if form.was_submitted() { form.clone() } else { service.vertical.service_form(&service.options) };
    let of_its_kind = service.vertical.service_fields(&kept);
    view! {
        <TitledCard title=t!("admin-what-customers-read")>
            <ui::PostForm action=EditService::PATH>
                <HiddenField name="service" value=service.id.to_string() />
                <HiddenField name="shows_details" value="true" />
                <ui::TextField label=t!("admin-name") name="name" maxlength=200 state=name />
                <ui::TextArea label=t!("admin-description") name="description" need=Need::Optional state=description />
                <ui::NumberField
                    label=t!("admin-expected-minutes")
                    name="expected_minutes"
                    min=5
                    max=44640
                    state=minutes
                />
                {of_its_kind}
                <ui::SecondaryButton>{t!("admin-save")}</ui::SecondaryButton>
            </ui::PostForm>
        </TitledCard>
    }
}
