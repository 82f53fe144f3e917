use std::sync::Arc;

use engine::Amount;
use leptos::{prelude::*, server_fn::ServerFn};

use super::services::state_label;
use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{ChangePrice, EditService, SwitchService},
    },
    catalog::{self, PricedService, Service, ServicePrice},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, AmountCell, AmountHeadCell, Badge, Cell, FieldState, FormState, HeadCell, HiddenField, Need, TableRow,
        TitledCard,
    },
};

/// `/admin/services/{id}`: one service, its price and past prices.
pub async fn service(visit: Visit) -> Result<Answer, AppError> {
    let id = visit.param("id")?;
    let editing = visit.form(EditService::PATH);
    let pricing = visit.form(ChangePrice::PATH);
    let may_edit = visit.ctx.user().is_ok_and(catalog::policy::can_edit);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let PricedService { service, price } = catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let history = catalog::store::price_history(&mut tx, id).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(service.name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let (tone, label) = state_label(&service, price.as_ref());
        let rejected = if editing.was_submitted() { editing.clone() } else { pricing.clone() };
        let switch = may_edit.then(|| switch(&service));
        let forms = may_edit.then(|| {
            view! {
                <PriceCard tenant=tenant.clone() service=service.clone() price form=pricing />
                <DetailsCard service=service.clone() form=editing />
            }
        });
        let read_only = (!may_edit).then(|| {
            view! {
                <TitledCard title="What customers read">
                    <p>{service.description.clone()}</p>
                    <p class="faint small">"Only administrators change services and prices."</p>
                </TitledCard>
            }
        });
        view! {
            <AdminFrame ctx waiting path=format!("/admin/services/{id}")>
                <ui::WidePage title=service.name.clone() actions=move || switch>
                    <ui::ErrorSummary form=rejected />
                    <div class="split">
                        <div>
                            <div class="row"><Badge tone label /></div>
                            <ui::Section title="Prices">{history_table(&tenant, history)}</ui::Section>
                        </div>
                        <div>{forms} {read_only}</div>
                    </div>
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn switch(service: &Service) -> impl IntoView + use<> {
    let id = service.id.to_string();
    if service.active {
        view! {
            <ui::ConfirmForm
                action=SwitchService::PATH
                label="Switch off"
                question="Customers can no longer book it. Existing bookings stay."
            >
                <HiddenField name="service" value=id />
                <HiddenField name="to" value="off" />
                <ui::DangerButton>"Switch off the service"</ui::DangerButton>
            </ui::ConfirmForm>
        }
        .into_any()
    } else {
        view! {
            <ui::ButtonForm action=SwitchService::PATH>
                <HiddenField name="service" value=id />
                <HiddenField name="to" value="on" />
                <ui::PrimaryButton>"Switch on"</ui::PrimaryButton>
            </ui::ButtonForm>
        }
        .into_any()
    }
}

#[component]
fn PriceCard(tenant: Arc<Tenant>, service: Service, price: Option<ServicePrice>, form: FormState) -> impl IntoView {
    let plain = |amount: Amount| tenant.typed_money(amount);
    let field = |name: &str, now: Option<Amount>| {
        if form.was_submitted() { form.field(name) } else { FieldState::of(now.map(plain).unwrap_or_default()) }
    };
    let base = field("base", price.map(|price| price.base_amount));
    let per_mile = field("per_mile", price.and_then(|price| price.per_mile_amount));
    let sign = tenant.currency.symbol();
    view! {
        <TitledCard title="Change the price">
            <ui::PostForm action=ChangePrice::PATH>
                <HiddenField name="service" value=service.id.to_string() />
                <ui::FieldRow>
                    <ui::MoneyField label="Price" name="base" sign state=base />
                    <ui::MoneyField
                        label="Per mile"
                        name="per_mile"
                        need=Need::Optional
                        sign
                        state=per_mile
                    />
                </ui::FieldRow>
                <p class="faint small">"Applies to new bookings from now on. Existing bookings keep their price."</p>
                <ui::PrimaryButton>"Change price"</ui::PrimaryButton>
            </ui::PostForm>
        </TitledCard>
    }
}

#[component]
fn DetailsCard(service: Service, form: FormState) -> impl IntoView {
    let field = |name: &str, now: &str| if form.was_submitted() { form.field(name) } else { FieldState::of(now) };
    let (name, description) = (field("name", &service.name), field("description", &service.description));
    let minutes = field("expected_minutes", &service.expected_minutes.to_string());
    view! {
        <TitledCard title="What customers read">
            <ui::PostForm action=EditService::PATH>
                <HiddenField name="service" value=service.id.to_string() />
                <ui::TextField label="Name" name="name" maxlength=60 state=name />
                <ui::TextArea label="Description" name="description" need=Need::Optional state=description />
                <ui::NumberField
                    label="Expected minutes"
                    name="expected_minutes"
                    min=5
                    max=1440
                    state=minutes
                />
                <ui::SecondaryButton>"Save"</ui::SecondaryButton>
            </ui::PostForm>
        </TitledCard>
    }
}

fn history_table(tenant: &Tenant, history: Vec<ServicePrice>) -> impl IntoView + use<> {
    let rows = history
        .into_iter()
        .map(|price| {
            let until = price.effective_to.map_or_else(|| "now".to_owned(), |at| tenant.date_time(at));
            let per_mile =
                price.per_mile_amount.map_or_else(|| "–".to_owned(), |amount| tenant.money(amount).to_string());
            let (from, base) = (tenant.date_time(price.effective_from), tenant.money(price.base_amount).to_string());
            view! {
                <TableRow>
                    <Cell label="From">{from}</Cell>
                    <Cell label="Until">{until}</Cell>
                    <AmountCell label="Price">{base}</AmountCell>
                    <AmountCell label="Per mile">{per_mile}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::LineTable
            caption="Current and earlier prices"
            head=|| {
                view! {
                    <HeadCell>"From"</HeadCell>
                    <HeadCell>"Until"</HeadCell>
                    <AmountHeadCell>"Price"</AmountHeadCell>
                    <AmountHeadCell>"Per mile"</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::LineTable>
    }
}
