use std::sync::Arc;

use chrono::{DateTime, Utc};
use leptos::{prelude::*, server_fn::ServerFn};

use super::services::state_label;
use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{CancelPrice, ChangePrice, EditService, SwitchService},
    },
    catalog::{self, ANY_CLASS, Price, PriceList, PricedService, Service},
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
    let priced = catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let history = catalog::store::price_history(&mut tx, id).await?;
    let now = tx.now;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(priced.service.name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let (tone, label) = state_label(&priced);
        let PricedService { service, prices } = priced;
        let rejected = if editing.was_submitted() { editing.clone() } else { pricing.clone() };
        let switch = may_edit.then(|| switch(&service));
        let forms = may_edit.then(|| {
            view! {
                <PriceCard tenant=tenant.clone() service=service.clone() prices form=pricing now />
                <DetailsCard service=service.clone() form=editing />
            }
        });
        let history = history_table(&tenant, &service, history, may_edit, now);
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
                            <ui::Section title="Prices">{history}</ui::Section>
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
fn PriceCard(
    tenant: Arc<Tenant>,
    service: Service,
    prices: PriceList,
    form: FormState,
    now: DateTime<Utc>,
) -> impl IntoView {
    let sign = tenant.currency.symbol();
    let lines = service.vertical.price_lines();
    let shown = form.or_prefilled(lines.iter().map(|line| {
        let amount = prices.of(line.line, line.unit);
        (format!("amounts[{}]", line.code()), amount.map(|amount| tenant.typed_money(amount)).unwrap_or_default())
    }));
    let fields = lines
        .iter()
        .map(|line| {
            let name = format!("amounts[{}]", line.code());
            let state = shown.field(&name);
            let need = if line.is_required { Need::Required } else { Need::Optional };
            view! { <ui::MoneyField label=line.label name need sign state /> }
        })
        .collect_view();
    let today = tenant.zone.date(now).to_string();
    let from = shown.field("from");
    view! {
        <TitledCard title="Change the price">
            <ui::PostForm action=ChangePrice::PATH>
                <HiddenField name="service" value=service.id.to_string() />
                <ui::FieldRow>{fields}</ui::FieldRow>
                <ui::DateField
                    label="From"
                    name="from"
                    need=Need::Optional
                    hint="Leave empty for now."
                    min=today
                    max="2099-12-31"
                    state=from
                />
                <p class="faint small">"Applies to new bookings from then on. Existing bookings keep their price."</p>
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

fn history_table(
    tenant: &Tenant,
    service: &Service,
    history: Vec<Price>,
    may_edit: bool,
    now: DateTime<Utc>,
) -> impl IntoView + use<> {
    let rows = history
        .into_iter()
        .map(|price| {
            let is_to_come = price.effective_from > now;
            let until = match price.effective_to {
                Some(at) => tenant.date_time(at),
                None if is_to_come => "–".to_owned(),
                None => "now".to_owned(),
            };
            let cancel = (is_to_come && may_edit).then(|| {
                view! {
                    <ui::ButtonForm action=CancelPrice::PATH>
                        <HiddenField name="price" value=price.id.to_string() />
                        <ui::QuietButton>"Remove"</ui::QuietButton>
                    </ui::ButtonForm>
                }
            });
            let what = what(service, &price);
            let (from, amount) = (tenant.date_time(price.effective_from), tenant.money(price.amount).to_string());
            view! {
                <TableRow>
                    <Cell label="What">{what}</Cell>
                    <Cell label="From">{from} " " {cancel}</Cell>
                    <Cell label="Until">{until}</Cell>
                    <AmountCell label="Price">{amount}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::LineTable
            caption="Current, earlier and later prices"
            head=|| {
                view! {
                    <HeadCell>"What"</HeadCell>
                    <HeadCell>"From"</HeadCell>
                    <HeadCell>"Until"</HeadCell>
                    <AmountHeadCell>"Price"</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::LineTable>
    }
}

/// What a price is of: "Per mile", "Per hour, SUV", "Per person, 5 to 10".
fn what(service: &Service, price: &Price) -> String {
    let key = &price.key;
    let lines = service.vertical.price_lines();
    let known = lines.iter().find(|line| (line.line, line.unit) == (key.line, key.unit));
    let label = known.map_or_else(|| key.unit.to_string(), |line| line.label.to_owned());
    let class = if key.vehicle_class == ANY_CLASS { String::new() } else { format!(", {}", key.vehicle_class) };
    let number = match (key.min_units, key.max_units) {
        (1, None) => String::new(),
        (from, None) => format!(", {from} or more"),
        (from, Some(to)) => format!(", {from} to {to}"),
    };
    format!("{label}{class}{number}")
}
