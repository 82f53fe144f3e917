use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    account::AccountFrame,
    bookings::{
        Phase,
        store::{self, ListedBooking, Span},
    },
    customers,
    error::AppError,
    fulfilment::{ListedProgress, claim::ClaimBookings, progress_view::listed_badge},
    payments::in_words,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        Alert, AmountCell, AmountHeadCell, Badge, ButtonForm, Cell, DataTable, EmptyState, Glyph, HeadCell, PageInfo,
        Pagination, PrimaryLink, SecondaryButton, TableRow, Tone,
    },
};

const PER_PAGE: i64 = 20;

/// `/account/bookings`: the account's open bookings, or past ones (`?show=past`).
pub async fn bookings(visit: Visit) -> Result<Answer, AppError> {
    let span = if visit.query("show") == Some("past") { Span::Past } else { Span::Open };
    let page = visit.page_number();
    let mut tx = visit.begin().await?;
    let user = visit.ctx.user()?;
    let customer = customers::store::find_by_user(&mut tx, user.id).await?;
    let (listed, total) = match customer {
        Some(customer) => store::list_of_customer(&mut tx, customer.id, span, page, PER_PAGE).await?,
        None => (Vec::new(), 0),
    };
    let bookings = listed.iter().map(|listed| &listed.booking);
    let bookings: Vec<_> = bookings.map(|booking| (booking.id, Some(booking.vertical), booking.phase)).collect();
    let progress = ListedProgress::load(&mut tx, &visit.ctx.tenant, &bookings).await?;
    let claimable = if user.is_email_verified { store::count_of_guest(&mut tx, &user.email).await? } else { 0 };
    drop(tx);

    let ctx = visit.ctx;
    let tenant = ctx.tenant.clone();
    Page::new(t!("account-my-bookings"), move || {
        let info = PageInfo {
            page: page.unsigned_abs(),
            per_page: PER_PAGE.unsigned_abs(),
            total: u64::try_from(total).unwrap_or_default(),
        };
        let begin = tenant.verticals.first().map_or(t!("account-book"), |main| main.words().begin_another.say());
        let begins_at = tenant.begins_at();
        let base = if span == Span::Past { "/account/bookings?show=past" } else { "/account/bookings" };
        view! {
            <AccountFrame
                ctx
                path="/account/bookings"
                title=t!("account-my-bookings")
                actions=move || view! { <PrimaryLink href=begins_at>{begin}</PrimaryLink> }
            >
                {(claimable > 0).then(|| claim(claimable))}
                <nav class="row" aria-label=t!("account-which-bookings")>
                    <SpanLink href="/account/bookings" label=t!("account-open") here=span == Span::Open />
                    <SpanLink href="/account/bookings?show=past" label=t!("account-past") here=span == Span::Past />
                </nav>
                {if listed.is_empty() { nothing(span, begin, begins_at).into_any() } else { table(&tenant, listed, &progress).into_any() }}
                <Pagination info base />
            </AccountFrame>
        }
    })
    .answer()
}

/// Offers to add bookings that were made as a guest with the account's e-mail address, once that is confirmed.
fn claim(count: i64) -> impl IntoView {
    let title = t!("account-you-booked-without-signing-in", times = crate::words::count(count));
    view! {
        <Alert tone=Tone::Info title>
            <p>{t!("account-booked-with-your-e-mail-address")}</p>
            <ButtonForm action=ClaimBookings::PATH>
                <SecondaryButton>{t!("account-add-to-my-account")}</SecondaryButton>
            </ButtonForm>
        </Alert>
    }
}

#[component]
fn SpanLink(href: &'static str, label: &'static str, here: bool) -> impl IntoView {
    let class = if here { "button button-primary" } else { "button button-secondary" };
    view! { <a class=class href=href aria-current=here.then_some("page")>{label}</a> }
}

fn nothing(span: Span, begin: &'static str, begins_at: &'static str) -> impl IntoView {
    let (title, text) = match span {
        Span::Open => (t!("account-no-open-bookings"), t!("account-when-you-book-you-can-track")),
        Span::Past | Span::All => (t!("account-no-past-bookings"), t!("account-past-bookings-and-their-prices-appear")),
    };
    view! {
        <EmptyState glyph=Glyph::ClipboardList title text>
            <PrimaryLink href=begins_at>{begin}</PrimaryLink>
        </EmptyState>
    }
}

fn table(tenant: &Tenant, listed: Vec<ListedBooking>, progress: &ListedProgress) -> impl IntoView + use<> {
    let rows = listed
        .into_iter()
        .map(|ListedBooking { booking, service_name, owed }| {
            let href = format!("/account/bookings/{}", booking.reference);
            let at = tenant.date_time(booking.scheduled_at.unwrap_or(booking.created_at));
            let badge = listed_badge(booking.phase, progress.job(booking.id));
            let status = progress.stage(booking.id).unwrap_or(badge);
            let price = booking.hidden_payer().map_or_else(|| tenant.money(owed).to_string(), in_words::billed_to);
            view! {
                <TableRow>
                    <Cell label=t!("account-booking")>
                        <a class="row-link" href=href>{booking.reference.to_string()}</a>
                    </Cell>
                    <Cell label=t!("account-service")>{service_name}</Cell>
                    <Cell label=t!("account-where")>{booking.address}</Cell>
                    <Cell label=t!("account-when")>{at}</Cell>
                    <Cell label=t!("account-status")>
                        <Badge tone=tone(booking.phase) label=status />
                    </Cell>
                    <AmountCell label=t!("account-price")>{price}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <DataTable
            caption=t!("account-my-bookings")
            head=|| {
                view! {
                    <HeadCell>{t!("account-booking")}</HeadCell>
                    <HeadCell>{t!("account-service")}</HeadCell>
                    <HeadCell>{t!("account-where")}</HeadCell>
                    <HeadCell>{t!("account-when")}</HeadCell>
                    <HeadCell>{t!("account-status")}</HeadCell>
                    <AmountHeadCell>{t!("account-price")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </DataTable>
    }
}

const fn tone(phase: Phase) -> Tone {
    match phase {
        Phase::Pending | Phase::Confirmed => Tone::Info,
        Phase::Dispatched | Phase::InProgress => Tone::Progress,
        Phase::Completed => Tone::Success,
        Phase::Cancelled => Tone::Neutral,
        Phase::NoShow => Tone::Warning,
    }
}
