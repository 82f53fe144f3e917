use leptos::prelude::*;

use crate::{
    admin::{AdminFrame, Waiting},
    catalog::{self, PricedService, Service, ServicePrice},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, AmountCell, AmountHeadCell, Badge, Cell, Glyph, HeadCell, TableRow, Tone},
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
    let rows = services
        .into_iter()
        .map(|PricedService { service, price }| {
            let base = price.map_or_else(|| "No price".to_owned(), |price| tenant.money(price.base_amount).to_string());
            let per_mile = price
                .and_then(|price| price.per_mile_amount)
                .map_or_else(|| "–".to_owned(), |amount| tenant.money(amount).to_string());
            let (tone, label) = state_label(&service, price.as_ref());
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
                    <AmountCell label="Price">{base}</AmountCell>
                    <AmountCell label="Per mile">{per_mile}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption="Services"
            head=|| {
                view! {
                    <HeadCell>"Service"</HeadCell>
                    <HeadCell>"State"</HeadCell>
                    <AmountHeadCell>"Takes"</AmountHeadCell>
                    <AmountHeadCell>"Price"</AmountHeadCell>
                    <AmountHeadCell>"Per mile"</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}

/// Whether customers can book it, or what is missing.
pub(super) fn state_label(service: &Service, price: Option<&ServicePrice>) -> (Tone, &'static str) {
    match (service.active, price) {
        (true, Some(_)) => (Tone::Success, "Bookable"),
        (true, None) => (Tone::Warning, "Needs a price"),
        (false, _) => (Tone::Neutral, "Switched off"),
    }
}
