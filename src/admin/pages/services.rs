use leptos::prelude::*;

use crate::{
    admin::{AdminFrame, Waiting},
    catalog::{self, PricedService},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, AmountCell, AmountHeadCell, Badge, Cell, Glyph, HeadCell, TableRow, Tone},
    verticals::PriceLine,
};

/// `/admin/services`: the services and their prices.
pub async fn services(visit: Visit) -> Result<Answer, AppError> {
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let services = catalog::store::list_all(&mut tx).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new("Services", move || {
        let tenant = ctx.tenant.clone();
        view! {
            <AdminFrame ctx waiting path="/admin/services">
                <ui::WidePage title="Services" lead="What customers can book, in the order they see it.">
                    {if services.is_empty() {
                        view! { <ui::EmptyState glyph=Glyph::Wrench title="No services" text="Nothing can be booked yet." /> }.into_any()
                    } else {
                        table(&tenant, services).into_any()
                    }}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn table(tenant: &Tenant, services: Vec<PricedService>) -> impl IntoView + use<> {
    let columns = price_columns(&services);
    let heads: Vec<&'static str> = columns.iter().map(|line| line.label).collect();
    let rows = services
        .into_iter()
        .map(|priced| {
            let (tone, label) = state_label(&priced);
            let costs = columns
                .iter()
                .map(|line| {
                    let amount = priced.prices.of(line.line, line.unit).map(|amount| tenant.money(amount).to_string());
                    let missing = if line.is_required { "No price" } else { "–" };
                    view! { <AmountCell label=line.label>{amount.unwrap_or_else(|| missing.to_owned())}</AmountCell> }
                })
                .collect_view();
            let service = priced.service;
            let takes = tenant.locale.minutes(service.expected_minutes.into());
            view! {
                <TableRow>
                    <Cell label="Service">
                        <div>
                            <a class="row-link" href=format!("/admin/services/{}", service.id)>{service.name}</a>
                            <p class="faint small">{service.description}</p>
                        </div>
                    </Cell>
                    <Cell label="State"><Badge tone label /></Cell>
                    <AmountCell label="Takes">{takes}</AmountCell>
                    {costs}
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption="Services"
            head=move || {
                view! {
                    <HeadCell>"Service"</HeadCell>
                    <HeadCell>"State"</HeadCell>
                    <AmountHeadCell>"Takes"</AmountHeadCell>
                    {heads.into_iter().map(|label| view! { <AmountHeadCell>{label}</AmountHeadCell> }).collect_view()}
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}

/// The prices of the kinds of business among these services, each once.
fn price_columns(services: &[PricedService]) -> Vec<PriceLine> {
    let mut columns: Vec<PriceLine> = Vec::new();
    for line in services.iter().flat_map(|priced| priced.service.vertical.price_lines()) {
        if !columns.iter().any(|known| (known.line, known.unit) == (line.line, line.unit)) {
            columns.push(*line);
        }
    }
    columns
}

/// Whether customers can book it, or what is missing.
pub(super) fn state_label(priced: &PricedService) -> (Tone, &'static str) {
    match (priced.service.active, priced.is_priced()) {
        (true, true) => (Tone::Success, "Bookable"),
        (true, false) => (Tone::Warning, "Needs a price"),
        (false, _) => (Tone::Neutral, "Switched off"),
    }
}
