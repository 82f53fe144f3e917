use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    account::AccountFrame,
    bookings::{
        Phase,
        store::{self, ListedBooking, Span},
    },
    customers,
    error::AppError,
    fulfilment::claim::ClaimBookings,
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
    let claimable = if user.is_email_verified { store::count_of_guest(&mut tx, &user.email).await? } else { 0 };
    drop(tx);

    let ctx = visit.ctx;
    let tenant = ctx.tenant.clone();
    Page::new("My bookings", move || {
        let info = PageInfo {
            page: page.unsigned_abs(),
            per_page: PER_PAGE.unsigned_abs(),
            total: u64::try_from(total).unwrap_or_default(),
        };
        let begin = tenant.verticals.first().map_or("Book", |main| main.words().begin_another);
        let begins_at = tenant.begins_at();
        let base = if span == Span::Past { "/account/bookings?show=past" } else { "/account/bookings" };
        view! {
            <AccountFrame
                ctx
                path="/account/bookings"
                title="My bookings"
                actions=move || view! { <PrimaryLink href=begins_at>{begin}</PrimaryLink> }
            >
                {(claimable > 0).then(|| claim(claimable))}
                <nav class="row" aria-label="Which bookings">
                    <SpanLink href="/account/bookings" label="Open" here=span == Span::Open />
                    <SpanLink href="/account/bookings?show=past" label="Past" here=span == Span::Past />
                </nav>
                {if listed.is_empty() { nothing(span, begin, begins_at).into_any() } else { table(&tenant, listed).into_any() }}
                <Pagination info base />
            </AccountFrame>
        }
    })
    .answer()
}

/// Offers to add bookings that were made as a guest with the account's e-mail address, once that is confirmed.
fn claim(count: i64) -> impl IntoView {
    let title = match count {
        1 => "You booked once without signing in".to_owned(),
        count => format!("You booked {count} times without signing in"),
    };
    view! {
        <Alert tone=Tone::Info title>
            <p>"Booked with your e-mail address. Add it to your account to see everything here."</p>
            <ButtonForm action=ClaimBookings::PATH>
                <SecondaryButton>"Add to my account"</SecondaryButton>
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
        Span::Open => ("No open bookings", "When you book, you can track it here."),
        Span::Past | Span::All => ("No past bookings", "Past bookings and their prices appear here."),
    };
    view! {
        <EmptyState glyph=Glyph::ClipboardList title text>
            <PrimaryLink href=begins_at>{begin}</PrimaryLink>
        </EmptyState>
    }
}

fn table(tenant: &Tenant, listed: Vec<ListedBooking>) -> impl IntoView + use<> {
    let rows = listed
        .into_iter()
        .map(|ListedBooking { booking, service_name, owed }| {
            let href = format!("/account/bookings/{}", booking.reference);
            let at = tenant.date_time(booking.scheduled_at.unwrap_or(booking.created_at));
            let price = booking.hidden_payer().map_or_else(|| tenant.money(owed).to_string(), in_words::billed_to);
            view! {
                <TableRow>
                    <Cell label="Booking">
                        <a class="row-link" href=href>{booking.reference.to_string()}</a>
                    </Cell>
                    <Cell label="Service">{service_name}</Cell>
                    <Cell label="Where">{booking.address}</Cell>
                    <Cell label="When">{at}</Cell>
                    <Cell label="Status">
                        <Badge tone=tone(booking.phase) label=booking.phase.label() />
                    </Cell>
                    <AmountCell label="Price">{price}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <DataTable
            caption="My bookings"
            head=|| {
                view! {
                    <HeadCell>"Booking"</HeadCell>
                    <HeadCell>"Service"</HeadCell>
                    <HeadCell>"Where"</HeadCell>
                    <HeadCell>"When"</HeadCell>
                    <HeadCell>"Status"</HeadCell>
                    <AmountHeadCell>"Price"</AmountHeadCell>
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
