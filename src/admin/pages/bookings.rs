use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::booking_parts::reference_link;
use crate::{
    admin::{
        AdminFrame, Waiting,
        query::{self, PER_PAGE},
        store::bookings::{Filter, Listed, Narrowed, SearchTerms},
        tones,
    },
    bookings::Phase,
    db::paging::{Cursor, counted},
    dispatch::JobState,
    error::AppError,
    fulfilment::ListedProgress,
    server::{Answer, CsvFile, Page, Visit},
    tenants::Tenant,
    ui::{
        self, AmountCell, AmountHeadCell, AsideCell, Badge, Cell, Choice, FieldState, Glyph, HeadCell, Icon, Need,
        Sort, SortableHeader, TableRow,
    },
};

/// The filter for the board's last column.
const LATER: &str = "later";

/// Maximum number of rows in an export.
const EXPORT_LIMIT: i64 = 20_000;

/// `/admin/bookings?q=…&phase=…&from=…&until=…&sort=…&page=…`: all bookings.
pub async fn bookings(visit: Visit) -> Result<Answer, AppError> {
    let typed = Typed::read(&visit);
    let mut tx = visit.begin().await?;
    let filter = typed.filter(&visit.ctx.tenant, tx.now);
    let waiting = Waiting::load(&mut tx).await?;
    let narrowed = Narrowed::by(&mut tx, &filter).await?;
    let found = narrowed.list(&mut tx, &visit.cursor(), PER_PAGE).await?;
    let total = narrowed.count(&mut tx).await?;
    let bookings = found.entries.iter().map(|booking| (booking.id, booking.vertical, booking.phase));
    let bookings: Vec<_> = bookings.collect();
    let progress = ListedProgress::load(&mut tx, &visit.ctx.tenant, &bookings).await?;
    let is_cut = narrowed.is_cut();
    let later_from = tx.now + visit.ctx.tenant.settings.dispatch_lead();
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-bookings"), move || {
        let tenant = ctx.tenant.clone();
        let unordered = typed.unordered().address("/admin/bookings");
        let ordered = typed.address("/admin/bookings");
        let export = typed.address("/admin/bookings.csv");
        let sort = filter.sort.clone();
        let reference = |booking: &Listed| booking.reference.clone();
        let total = if is_cut {
            t!("admin-bookings-at-least", total = total)
        } else {
            counted(total, tenant.locale, |count, shown| t!("admin-listed-bookings", bookings = count, shown = shown))
        };
        let (previous, next) = (found.previous(reference), found.next(reference));
        view! {
            <AdminFrame ctx waiting path="/admin/bookings">
                <ui::WidePage
                    title=t!("admin-bookings")
                    actions=move || {
                        view! {
                            <ui::SecondaryLink href=export><Icon glyph=Glyph::Download />{t!("admin-export-csv")}</ui::SecondaryLink>
                            <ui::PrimaryLink href="/admin/bookings/new"><Icon glyph=Glyph::Plus />{t!("admin-new-booking")}</ui::PrimaryLink>
                        }
                    }
                >
                    <Filters typed=typed.clone() />
                    {if found.entries.is_empty() {
                        view! {
                            <ui::EmptyState
                                glyph=Glyph::ClipboardList
                                title=t!("admin-no-bookings-found")
                                text=t!("admin-no-booking-matches-try-part-of")
                            >
                                <ui::SecondaryLink href="/admin/bookings">{t!("admin-clear-filters")}</ui::SecondaryLink>
                            </ui::EmptyState>
                        }
                            .into_any()
                    } else {
                        table(&tenant, found.entries, &progress, later_from, sort, unordered).into_any()
                    }}
                    {is_cut.then(|| view! { <p class="muted small">{t!("admin-only-the-newest-matches-are-shown")}</p> })}
                    <ui::PageLinks total previous next base=ordered />
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// The orders other than the newest first.
fn orders() -> Vec<Choice> {
    vec![
        Choice::new("created", t!("admin-oldest-first")),
        Choice::new("when", t!("admin-by-time-earliest-first")),
        Choice::new("-when", t!("admin-by-time-latest-first")),
        Choice::new("customer", t!("admin-by-customer-a-to-z")),
        Choice::new("-customer", t!("admin-by-customer-z-to-a")),
    ]
}

#[component]
fn Filters(typed: Typed) -> impl IntoView {
    let later = Choice::new(LATER, t!("admin-for-later"));
    let phases =
        Phase::ALL.iter().map(|phase| Choice::new(phase.as_str(), phase.label())).chain([later]).collect::<Vec<_>>();
    let active = typed.active();
    let searched = FieldState::of(typed.q.unwrap_or_default());
    let search = || view! { <ui::SearchField label=t!("admin-reference-name-phone-plate-or-address") name="q" state=searched /> };
    view! {
        <ui::FilterBar action="/admin/bookings" search active>
            <ui::SelectField
                label=t!("admin-status")
                name="phase"
                need=Need::Optional
                prompt=t!("admin-all")
                state=FieldState::of(typed.phase.unwrap_or_default())
                choices=phases
            />
            // On a phone the table has no head to sort it by.
            <div class="narrow-only">
                <ui::SelectField
                    label=t!("admin-order")
                    name="sort"
                    need=Need::Optional
                    prompt=t!("admin-newest-first")
                    state=FieldState::of(typed.sort.unwrap_or_default())
                    choices=orders()
                />
            </div>
            <ui::DateField label=t!("admin-from") name="from" need=Need::Optional state=FieldState::of(typed.from.unwrap_or_default()) />
            <ui::DateField label=t!("admin-until") name="until" need=Need::Optional state=FieldState::of(typed.until.unwrap_or_default()) />
        </ui::FilterBar>
    }
}

fn table(
    tenant: &Tenant,
    found: Vec<Listed>,
    progress: &ListedProgress,
    later_from: DateTime<Utc>,
    sort: Sort,
    base: String,
) -> impl IntoView + use<> {
    let rows = found
        .into_iter()
        .map(|booking| {
            let created = tenant.date_time(booking.created_at);
            let owed = tenant.money(booking.owed).to_string();
            let when = booking.scheduled_at.map_or_else(|| t!("admin-asap").to_owned(), |at| tenant.date_time(at));
            let made = view! { <ui::Time at=booking.created_at text=created /> };
            // In a card, where no head says which is which, two times would be one too many.
            let made = match booking.scheduled_at {
                Some(_) => view! { <span class="roomy-only">{made}</span> }.into_any(),
                None => view! { <span class="narrow-only faint">{t!("admin-booked")} " "</span> {made} }.into_any(),
            };
            let (tone, status) = tones::of_booking(booking.phase, booking.scheduled_at, later_from);
            let known = progress.stage(booking.id).or(progress.job(booking.id).map(JobState::label));
            let status = known.unwrap_or(status);
            view! {
                <TableRow>
                    <Cell label=t!("admin-booking")>
                        {reference_link(&booking.reference)}
                    </Cell>
                    <Cell label=t!("admin-service")>{booking.service}</Cell>
                    <Cell label=t!("admin-when")>{when}</Cell>
                    <Cell label=t!("admin-customer")>
                        <div>
                            <p>{booking.contact_name}</p>
                            <p class="faint small roomy-only">{booking.contact_phone.national()}</p>
                        </div>
                    </Cell>
                    <AsideCell label=t!("admin-status")><Badge tone label=status /></AsideCell>
                    <Cell label=t!("admin-provider")>{booking.provider}</Cell>
                    <AsideCell label=t!("admin-created")>{made}</AsideCell>
                    <AmountCell label=t!("admin-price")>{owed}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::CompactTable
            caption=t!("admin-bookings")
            head=move || {
                view! {
                    <HeadCell>{t!("admin-booking")}</HeadCell>
                    <HeadCell>{t!("admin-service")}</HeadCell>
                    <SortableHeader label=t!("admin-when") key="when" sort=sort.clone() base=base.clone() />
                    <SortableHeader label=t!("admin-customer") key="customer" sort=sort.clone() base=base.clone() />
                    <HeadCell>{t!("admin-status")}</HeadCell>
                    <HeadCell>{t!("admin-provider")}</HeadCell>
                    <SortableHeader label=t!("admin-created") key="created" sort base />
                    <AmountHeadCell>{t!("admin-price")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::CompactTable>
    }
}

/// `/admin/bookings.csv`: all bookings that match the filters, as CSV.
pub async fn bookings_csv(visit: Visit) -> Result<Answer, AppError> {
    let tenant = visit.ctx.tenant.clone();
    let mut tx = visit.begin().await?;
    let filter = Typed::read(&visit).filter(&tenant, tx.now);
    let found = Narrowed::by(&mut tx, &filter).await?.list(&mut tx, &Cursor::Start, EXPORT_LIMIT).await?;
    let zone = tenant.zone;
    let (created, scheduled) = (t!("admin-created-in-zone", zone = zone), t!("admin-scheduled-in-zone", zone = zone));
    let head = [
        t!("admin-reference"),
        &created,
        &scheduled,
        t!("admin-phase"),
        t!("admin-service"),
        t!("admin-customer"),
        t!("admin-phone"),
        t!("admin-address"),
        t!("admin-provider"),
        t!("admin-price"),
        t!("admin-currency"),
    ];
    let mut file = CsvFile::new(format!("bookings-{}.csv", tenant.zone.date(tx.now)), head)?;
    let local = |at| tenant.zone.local(at).format("%Y-%m-%d %H:%M").to_string();
    for booking in found.entries {
        file.row([
            booking.reference.to_string(),
            local(booking.created_at),
            booking.scheduled_at.map(local).unwrap_or_default(),
            booking.phase.to_string(),
            booking.service,
            booking.contact_name,
            booking.contact_phone.to_string(),
            booking.address,
            booking.provider.unwrap_or_default(),
            tenant.money(booking.owed).money.to_plain_string(),
            tenant.currency.to_string(),
        ])?;
    }
    Ok(Answer::Csv(Box::new(file)))
}

/// The filters in the address.
#[derive(Debug, Clone)]
struct Typed {
    q: Option<String>,
    phase: Option<String>,
    from: Option<String>,
    until: Option<String>,
    sort: Option<String>,
}

impl Typed {
    fn read(visit: &Visit) -> Self {
        let typed = |name| visit.query(name).map(str::to_owned);
        Self { q: typed("q"), phase: typed("phase"), from: typed("from"), until: typed("until"), sort: typed("sort") }
    }

    /// The parsed filter. Days are in the tenant's zone; invalid values are ignored.
    fn filter(&self, tenant: &Tenant, now: DateTime<Utc>) -> Filter {
        let day = |text: &Option<String>| query::day(text.as_deref()?);
        Filter {
            wanted: self.q.as_deref().map(|text| SearchTerms::parse(text, &tenant.region)),
            phase: self.phase.as_deref().and_then(|code| code.parse().ok()),
            later_from: (self.phase.as_deref() == Some(LATER)).then(|| now + tenant.settings.dispatch_lead()),
            from: day(&self.from).map(|day| tenant.zone.day_bounds(day).0),
            until: day(&self.until).map(|day| tenant.zone.day_bounds(day).1),
            sort: Sort::parse(self.sort.as_deref().unwrap_or("-created")),
        }
    }

    /// The list's address with these filters and this order, for adding a page.
    fn address(&self, path: &str) -> String {
        let filters = [
            ("q", self.q.as_deref()),
            ("phase", self.phase.as_deref()),
            ("from", self.from.as_deref()),
            ("until", self.until.as_deref()),
            ("sort", self.sort.as_deref()),
        ];
        query::address(path, &filters)
    }

    /// How many filters are set.
    fn active(&self) -> usize {
        [&self.q, &self.phase, &self.from, &self.until].into_iter().flatten().count()
    }

    /// The same filters without an order, for adding one.
    fn unordered(&self) -> Self {
        Self { sort: None, ..self.clone() }
    }
}
