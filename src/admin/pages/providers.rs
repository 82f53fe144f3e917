use leptos::prelude::*;

use crate::{
    admin::{
        AdminFrame, Waiting, query,
        store::providers::{self, Listed},
        tones,
    },
    error::AppError,
    providers::ProviderStatus,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, AmountCell, AmountHeadCell, AsideCell, Badge, Cell, Choice, FieldState, Glyph, HeadCell, Need, Rating,
        StatCard, TableRow, Tone,
    },
};

/// `/admin/providers?status=…&q=…`: the providers; those who wait for approval come first.
pub async fn providers(visit: Visit) -> Result<Answer, AppError> {
    let status = query::filter::<ProviderStatus>(&visit, "status");
    let wanted = visit.query("q").map(str::to_owned);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let found = providers::list(&mut tx, status, wanted.as_deref()).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-providers"), move || {
        let tenant = ctx.tenant.clone();
        let statuses: Vec<_> = ProviderStatus::ALL.iter().map(|status| Choice::new(status.as_str(), status_label(*status))).collect();
        let active = usize::from(wanted.is_some()) + usize::from(status.is_some());
        let searched = FieldState::of(wanted.unwrap_or_default());
        let on_duty = found.iter().filter(|provider| provider.on_duty_since.is_some()).count();
        let free = found.iter().filter(|provider| provider.is_free()).count();
        let able = found.iter().filter(|provider| provider.status == ProviderStatus::Active).count();
        view! {
            <AdminFrame ctx waiting path="/admin/providers">
                <ui::WidePage title=t!("admin-providers")>
                    <div class="stats">
                        <StatCard label=t!("admin-on-duty") value=t!("admin-of", on_duty = on_duty, able = able) note=t!("admin-free-right-now", free = free) glyph=Glyph::UserCheck />
                        <StatCard label=t!("admin-to-approve") value=waiting.providers.to_string() glyph=Glyph::Clock />
                    </div>
                    <ui::FilterBar
                        action="/admin/providers"
                        search=|| view! { <ui::SearchField label=t!("admin-name-phone-or-e-mail") name="q" state=searched /> }
                        active
                    >
                        <ui::SelectField
                            label=t!("admin-status")
                            name="status"
                            need=Need::Optional
                            prompt=t!("admin-all")
                            state=FieldState::of(status.map_or("", ProviderStatus::as_str))
                            choices=statuses
                        />
                    </ui::FilterBar>
                    {(i64::try_from(found.len()) == Ok(providers::MOST))
                        .then(|| view! { <p class="muted small">{t!("admin-the-first-are-shown-search-for", providers = providers::MOST)}</p> })}
                    {if found.is_empty() {
                        view! {
                            <ui::EmptyState glyph=Glyph::Users title=t!("admin-no-providers-found") text=t!("admin-no-provider-matches")>
                                <ui::SecondaryLink href="/admin/providers">{t!("admin-clear-filters")}</ui::SecondaryLink>
                            </ui::EmptyState>
                        }
                            .into_any()
                    } else {
                        table(&tenant, found).into_any()
                    }}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

pub(super) fn status_label(status: ProviderStatus) -> &'static str {
    match status {
        ProviderStatus::Pending => t!("admin-to-approve"),
        ProviderStatus::Active => t!("admin-active"),
        ProviderStatus::Rejected => t!("admin-rejected"),
        ProviderStatus::Inactive => t!("admin-inactive"),
        ProviderStatus::Suspended => t!("admin-suspended"),
    }
}

fn table(tenant: &Tenant, found: Vec<Listed>) -> impl IntoView + use<> {
    let rows = found
        .into_iter()
        .map(|provider| {
            let held = provider.held_until.map(|until| t!("admin-on-hold-until", until = tenant.date_time(until)));
            let duty = match (provider.on_duty_since, provider.busy) {
                _ if held.is_some() => view! { <Badge tone=Tone::Warning label=held.unwrap_or_default() /> }.into_any(),
                (_, true) => view! { <Badge tone=Tone::Progress label=t!("admin-on-a-job") /> }.into_any(),
                (Some(_), false) => view! { <Badge tone=Tone::Success label=t!("admin-on-duty") /> }.into_any(),
                (None, false) => view! { <span class="faint">{t!("admin-off-duty")}</span> }.into_any(),
            };
            let unpaid = tenant.money(provider.unpaid).to_string();
            let rating = (provider.review_count > 0).then(|| {
                let average = provider.rating_sum as f64 / f64::from(provider.review_count);
                view! { <Rating average count=provider.review_count.unsigned_abs() /> }
            });
            view! {
                <TableRow>
                    <Cell label=t!("admin-provider")>
                        <div>
                            <a class="row-link" href=format!("/admin/providers/{}", provider.id)>{provider.name}</a>
                            <p class="faint small">{provider.vehicle}</p>
                        </div>
                    </Cell>
                    <AsideCell label=t!("admin-status")><Badge tone=tones::of_provider(provider.status) label=status_label(provider.status) /></AsideCell>
                    <AsideCell label=t!("admin-duty")>{duty}</AsideCell>
                    <Cell label=t!("admin-phone")>{provider.phone.national()}</Cell>
                    <Cell label=t!("admin-rating")>{rating}</Cell>
                    <AmountCell label=t!("admin-not-paid-out")>{unpaid}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::CompactTable
            caption=t!("admin-providers")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-provider")}</HeadCell>
                    <HeadCell>{t!("admin-status")}</HeadCell>
                    <HeadCell>{t!("admin-duty")}</HeadCell>
                    <HeadCell>{t!("admin-phone")}</HeadCell>
                    <HeadCell>{t!("admin-rating")}</HeadCell>
                    <AmountHeadCell>{t!("admin-not-paid-out")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::CompactTable>
    }
}
