use engine::field::isolated;
use leptos::prelude::*;

use super::job_parts::{chosen, state_badge};
use crate::{
    admin::{
        AdminFrame, Waiting,
        query::{self, PER_PAGE},
        store::jobs::{self, Filter, Listed, Shown},
    },
    db::paging,
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, AsideCell, Cell, Choice, FieldState, Glyph, HeadCell, Need, TableRow},
    words::count,
};

/// `/admin/jobs?show=…&from=…&until=…`: the published jobs, those ahead unless the address says otherwise.
pub async fn jobs(visit: Visit) -> Result<Answer, AppError> {
    let shown = query::filter::<Shown>(&visit, "show");
    let [from, until] = ["from", "until"].map(|name| visit.query(name).map(str::to_owned));
    let zone = visit.ctx.tenant.zone;
    let day = |text: &Option<String>| query::day(text.as_deref()?).map(|day| zone.day_bounds(day));
    let filter = Filter {
        shown: shown.unwrap_or(Shown::Ahead),
        from: day(&from).map(|bounds| bounds.0),
        until: day(&until).map(|bounds| bounds.1),
    };
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let found = jobs::list(&mut tx, filter, visit.cursor(), PER_PAGE).await?;
    let total = jobs::count(&mut tx, filter).await?;
    let total = paging::counted(total, visit.ctx.tenant.locale, |count, shown| {
        t!("admin-listed-jobs", jobs = count, shown = shown)
    });
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-published-jobs"), move || {
        let tenant = ctx.tenant.clone();
        let filters =
            [("show", shown.map(Shown::as_str)), ("from", from.as_deref()), ("until", until.as_deref())];
        let base = query::address("/admin/jobs", &filters);
        let active = filters.iter().filter(|(_, value)| value.is_some()).count();
        let (previous, next) = (found.previous(|job| job.id), found.next(|job| job.id));
        let choices = Shown::ALL.iter().map(|part| Choice::new(part.as_str(), label(*part))).collect::<Vec<_>>();
        view! {
            <AdminFrame ctx waiting path="/admin/jobs">
                <ui::WidePage title=t!("admin-published-jobs") lead=t!("admin-jobs-that-bookings-join")>
                    <ui::FilterBar action="/admin/jobs" active>
                        <ui::SelectField
                            label=t!("admin-show")
                            name="show"
                            state=FieldState::of(filter.shown.as_str())
                            choices
                        />
                        <ui::DateField label=t!("admin-from") name="from" need=Need::Optional state=FieldState::of(from.unwrap_or_default()) />
                        <ui::DateField label=t!("admin-until") name="until" need=Need::Optional state=FieldState::of(until.unwrap_or_default()) />
                    </ui::FilterBar>
                    {if found.entries.is_empty() { nothing(active > 0) } else { table(&tenant, found.entries) }}
                    <ui::PageLinks total previous next base />
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn label(shown: Shown) -> &'static str {
    match shown {
        Shown::Ahead => t!("admin-ahead"),
        Shown::Past => t!("admin-past"),
        Shown::Cancelled => t!("admin-cancelled"),
    }
}

fn nothing(is_filtered: bool) -> AnyView {
    if is_filtered {
        return view! {
            <ui::EmptyState glyph=Glyph::Route title=t!("admin-no-jobs-found") text=t!("admin-no-job-matches")>
                <ui::SecondaryLink href="/admin/jobs">{t!("admin-clear-filters")}</ui::SecondaryLink>
            </ui::EmptyState>
        }
        .into_any();
    }
    view! { <ui::EmptyState glyph=Glyph::Route title=t!("admin-no-jobs-ahead") text=t!("admin-a-job-appears-here-as-soon") /> }
        .into_any()
}

fn table(tenant: &Tenant, found: Vec<Listed>) -> AnyView {
    let rows = found.into_iter().map(|job| row(tenant, job)).collect_view();
    view! {
        <ui::CompactTable
            caption=t!("admin-published-jobs")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-job")}</HeadCell>
                    <HeadCell>{t!("admin-status")}</HeadCell>
                    <HeadCell>{t!("admin-when")}</HeadCell>
                    <HeadCell>{t!("admin-where")}</HeadCell>
                    <HeadCell>{t!("admin-bookings")}</HeadCell>
                    <HeadCell>{t!("admin-provider")}</HeadCell>
                }
            }
        >
            {rows}
        </ui::CompactTable>
    }
    .into_any()
}

fn row(tenant: &Tenant, job: Listed) -> impl IntoView + use<> {
    let (name, when) = (job.name(), tenant.date_time(job.window_start));
    let to = job
        .destination_address
        .map(|to| view! { <p class="faint small">{t!("admin-to-place", place = isolated(&to))}</p> });
    let people = t!("admin-counted-people", people = count(job.people));
    view! {
        <TableRow>
            <Cell label=t!("admin-job")>
                <a class="row-link" href=format!("/admin/jobs/{}", job.id)>{name}</a>
            </Cell>
            <AsideCell label=t!("admin-status")>{state_badge(job.state, job.search_exhausted_at)}</AsideCell>
            <Cell label=t!("admin-when")><ui::Time at=job.window_start text=when /></Cell>
            <Cell label=t!("admin-where")><div><p>{job.address}</p>{to}</div></Cell>
            <Cell label=t!("admin-bookings")>
                <div>
                    <p>{t!("admin-counted-bookings", bookings = count(job.bookings))}</p>
                    {(job.people > job.bookings).then(|| view! { <p class="faint small">{people}</p> })}
                </div>
            </Cell>
            <Cell label=t!("admin-provider")>{chosen(&job.crew, job.staff_needed, job.state)}</Cell>
        </TableRow>
    }
}
