use engine::{Id, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{AdminFrame, Waiting, actions::MoveService},
    catalog::{self, PriceList, PricedService, Service, ServiceStatus, policy},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, AmountCell, AmountHeadCell, Badge, Cell, Glyph, HeadCell, HiddenField, Icon, TableRow, Tone},
    verticals::PriceLine,
};

/// `/admin/services`: the services and their prices.
pub async fn services(visit: Visit) -> Result<Answer, AppError> {
    let may_manage = visit.ctx.user().is_ok_and(policy::can_manage);
    let moved = Moved::read(&visit);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let services = catalog::store::list_all(&mut tx).await?;
    let submitted = match waiting.services {
        0 => Vec::new(),
        _ => catalog::store::list_in_review(&mut tx, 0).await?,
    };
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-services"), move || {
        let tenant = ctx.tenant.clone();
        let (archived, kept): (Vec<_>, Vec<_>) =
            services.into_iter().partition(|priced| priced.service.status == ServiceStatus::Archived);
        let add = may_manage.then(|| {
            view! { <ui::PrimaryLink href="/admin/services/new"><Icon glyph=Glyph::Plus />{t!("admin-add-a-service")}</ui::PrimaryLink> }
        });
        let to_review = review_list(submitted, waiting.services);
        let archived = archived_list(archived);
        let list = if kept.is_empty() {
            view! { <ui::EmptyState glyph=Glyph::Wrench title=t!("admin-no-services") text=t!("admin-nothing-can-be-booked-yet") /> }.into_any()
        } else {
            table(&tenant, kept, may_manage, moved).into_any()
        };
        view! {
            <AdminFrame ctx waiting path="/admin/services">
                <ui::WidePage title=t!("admin-services") lead=t!("admin-what-customers-can-book-in-the") actions=move || add>
                    {to_review} {list} {archived}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// What providers submitted, the longest waiting first; nothing if there is none.
fn review_list(submitted: Vec<PricedService>, count: usize) -> Option<impl IntoView> {
    let more = count.saturating_sub(submitted.len());
    let more = (more > 0).then(|| view! { <p class="faint small">{t!("admin-and-more", more = more)}</p> });
    (!submitted.is_empty())
        .then(|| view! { <ui::Section title=t!("admin-to-review")>{links(submitted)} {more}</ui::Section> })
}

fn archived_list(archived: Vec<PricedService>) -> Option<impl IntoView> {
    (!archived.is_empty()).then(|| view! { <ui::Section title=t!("admin-archived")>{links(archived)}</ui::Section> })
}

fn links(services: Vec<PricedService>) -> impl IntoView {
    let rows = services
        .into_iter()
        .map(|PricedService { service, .. }| {
            view! {
                <TableRow>
                    {name_cell(service)}
                </TableRow>
            }
        })
        .collect_view();
    view! { <ui::LineTable caption=t!("admin-services") head=|| view! { <HeadCell>{t!("admin-service")}</HeadCell> }>{rows}</ui::LineTable> }
}

fn name_cell(service: Service) -> impl IntoView {
    view! {
        <Cell label=t!("admin-service")>
            <div>
                <a class="row-link" href=format!("/admin/services/{}", service.id)>{service.name}</a>
                <p class="faint small">{service.description}</p>
            </div>
        </Cell>
    }
}

/// The service that was moved on the page before, and where to.
#[derive(Clone, Copy)]
struct Moved {
    service: Id<Service>,
    up: bool,
}

impl Moved {
    fn read(visit: &Visit) -> Option<Self> {
        Some(Self { service: visit.query("moved")?.parse().ok()?, up: visit.query("to")? == "up" })
    }
}

fn table(
    tenant: &Tenant,
    services: Vec<PricedService>,
    may_order: bool,
    moved: Option<Moved>,
) -> impl IntoView + use<> {
    let columns = price_columns(&services);
    let heads: Vec<&'static str> = columns.iter().map(|line| line.label.say()).collect();
    let last = services.len() - 1;
    let rows = services
        .into_iter()
        .enumerate()
        .map(|(place, priced)| {
            let (tone, label) = state_label(&priced);
            let costs = columns
                .iter()
                .map(|line| {
                    let amount = in_short(tenant, line, &priced.prices);
                    let missing = if line.is_required { t!("admin-no-price") } else { "–" };
                    view! { <AmountCell label=line.label.say()>{amount.unwrap_or_else(|| missing.to_owned())}</AmountCell> }
                })
                .collect_view();
            let service = priced.service;
            let takes = tenant.locale.minutes(service.expected_minutes.into());
            let moves = may_order.then(|| {
                let moved = moved.filter(|moved| moved.service == service.id);
                // The other button, if it can't go on.
                let goes_up = moved.map(|moved| if moved.up { place > 0 } else { place == last });
                let up = (place > 0).then(|| {
                    let label = t!("admin-move-up", name = isolated(&service.name));
                    mover(service.id, "up", label, Glyph::ChevronUp, goes_up == Some(true))
                });
                let down = (place < last).then(|| {
                    let label = t!("admin-move-down", name = isolated(&service.name));
                    mover(service.id, "down", label, Glyph::ChevronDown, goes_up == Some(false))
                });
                view! { <ui::ActionsCell>{up} {down}</ui::ActionsCell> }
            });
            view! {
                <TableRow>
                    {name_cell(service)}
                    <Cell label=t!("admin-state")><Badge tone label /></Cell>
                    <AmountCell label=t!("admin-takes")>{takes}</AmountCell>
                    {costs}
                    {moves}
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("admin-services")
            head=move || {
                view! {
                    <HeadCell>{t!("admin-service")}</HeadCell>
                    <HeadCell>{t!("admin-state")}</HeadCell>
                    <AmountHeadCell>{t!("admin-takes")}</AmountHeadCell>
                    {heads.into_iter().map(|label| view! { <AmountHeadCell>{label}</AmountHeadCell> }).collect_view()}
                    {may_order.then(|| view! { <ui::ActionsHeadCell /> })}
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}

/// A button that moves a service one place.
fn mover(service: Id<Service>, to: &'static str, label: String, glyph: Glyph, autofocus: bool) -> impl IntoView {
    view! {
        <ui::ButtonForm action=MoveService::PATH>
            <HiddenField name="service" value=service.to_string() />
            <HiddenField name="to" value=to />
            <ui::IconButton label glyph autofocus />
        </ui::ButtonForm>
    }
}

/// "$40.00", "from $40.00" if it depends on the class or number; `None` if there is none.
fn in_short(tenant: &Tenant, line: &PriceLine, prices: &PriceList) -> Option<String> {
    let least = tenant.money(prices.least(line.line, line.unit)?);
    let is_one = prices.of_any(line.line, line.unit).nth(1).is_none();
    Some(if is_one { least.to_string() } else { t!("admin-from-amount", least = least) })
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
    match priced.service.status {
        ServiceStatus::Active if priced.is_priced() => (Tone::Success, t!("admin-bookable")),
        ServiceStatus::Active => (Tone::Warning, t!("admin-needs-a-price")),
        ServiceStatus::Paused => (Tone::Neutral, t!("admin-switched-off")),
        ServiceStatus::Draft => (Tone::Neutral, t!("admin-draft")),
        ServiceStatus::InReview => (Tone::Info, t!("admin-to-review")),
        ServiceStatus::Suspended => (Tone::Danger, t!("admin-suspended")),
        ServiceStatus::Archived => (Tone::Neutral, t!("admin-archived")),
    }
}
