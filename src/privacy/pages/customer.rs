use engine::Id;
use leptos::prelude::*;

use super::card;
use crate::{
    admin::{AdminFrame, Waiting},
    bookings::store::{self as bookings, ListedBooking, Span},
    customers::{self, Customer},
    db::paging::counted,
    error::AppError,
    identity::User,
    privacy::{export, policy, store, subject::Subject},
    server::{Answer, JsonFile, Page, Visit},
    tenants::Tenant,
    ui::{self, AmountCell, AmountHeadCell, Cell, Description, Glyph, HeadCell, Icon, TableRow, TitledCard},
};

/// Number of bookings shown.
const LAST_BOOKINGS: i64 = 20;

/// `/admin/customers/{id}`: a customer, what they booked, and their data.
pub async fn customer(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Customer> = visit.param("id")?;
    let actor = visit.ctx.allowed(policy::can_see_customers)?.clone();
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let (customer, account) = customers::store::find_with_account(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let (booked, total) = bookings::list_of_customer(&mut tx, id, Span::All, 1, LAST_BOOKINGS).await?;
    let certificate = store::find_by_customer(&mut tx, id).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(customer.name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let is_erased = certificate.is_some();
        let proof = certificate.map(|certificate| card(&tenant, &certificate));
        let data = (!is_erased && policy::can_act_for_customers(&actor)).then(|| data_card(id));
        let table = if booked.is_empty() {
            view! { <ui::EmptyState glyph=Glyph::ClipboardList title="No bookings" text="Their bookings appear here." /> }
                .into_any()
        } else {
            bookings_table(&tenant, booked).into_any()
        };
        let account = account.filter(|_| policy::can_act_for_customers(&actor));
        let facts = (!is_erased).then(|| facts(&customer, account));
        view! {
            <AdminFrame ctx waiting path=format!("/admin/customers/{id}")>
                <ui::WidePage title=customer.name.clone() lead=format!("Customer · {}", counted(total, "booking", "bookings"))>
                    <div class="split">
                        <div><ui::Section title="Bookings">{table}</ui::Section></div>
                        <div>{facts} {proof} {data}</div>
                    </div>
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// `/admin/customers/{id}/export.json`: the export of a customer's data.
pub async fn export_customer(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Customer> = visit.param("id")?;
    visit.ctx.allowed(policy::can_act_for_customers)?;
    let mut tx = visit.begin().await?;
    let subject = Subject::of_customer(&mut tx, id).await?;
    visit.ctx.confirmed()?;
    let contents = export::export(&mut tx, &visit.ctx.tenant, &subject).await?;
    tx.commit().await?;
    Ok(Answer::Json(JsonFile { name: format!("customer-{id}.json"), contents }))
}

fn facts(customer: &Customer, account: Option<Id<User>>) -> impl IntoView + use<> {
    let account = account.map(|account| {
        let href = format!("/admin/people/{account}");
        view! { <Description term="Account"><a href=href>"Sign-in and access"</a></Description> }
    });
    let (call, phone) = (format!("tel:{}", customer.phone.as_str()), customer.phone.national());
    let email = customer.email.clone().map(|email| {
        let href = format!("mailto:{email}");
        view! { <Description term="E-mail"><a href=href>{email.to_string()}</a></Description> }
    });
    view! {
        <TitledCard title="Customer">
            <ui::DescriptionList>
                <Description term="Phone"><a href=call>{phone}</a></Description>
                {email}
                {account}
            </ui::DescriptionList>
        </TitledCard>
    }
}

fn data_card(id: Id<Customer>) -> impl IntoView + use<> {
    let (export, erase) = (format!("/admin/customers/{id}/export.json"), format!("/admin/customers/{id}/erase"));
    view! {
        <TitledCard title="Their data">
            <p class="muted">"For customers who ask by phone or letter. Verify who they are first."</p>
            <div class="row">
                <ui::SecondaryLink href=export><Icon glyph=Glyph::Download />"Export"</ui::SecondaryLink>
                <ui::DangerLink href=erase>"Erase"</ui::DangerLink>
            </div>
        </TitledCard>
    }
}

fn bookings_table(tenant: &Tenant, booked: Vec<ListedBooking>) -> impl IntoView + use<> {
    let rows = booked
        .into_iter()
        .map(|ListedBooking { booking, service_name, owed }| {
            let href = format!("/admin/bookings/{}", booking.reference);
            let at = tenant.date_time(booking.scheduled_at.unwrap_or(booking.created_at));
            let price = tenant.money(owed).to_string();
            view! {
                <TableRow>
                    <Cell label="Booking"><a class="row-link reference" href=href>{booking.reference.to_string()}</a></Cell>
                    <Cell label="Service">{service_name}</Cell>
                    <Cell label="When">{at}</Cell>
                    <Cell label="Status">{booking.phase.label()}</Cell>
                    <AmountCell label="Price">{price}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption="Bookings"
            head=|| {
                view! {
                    <HeadCell>"Booking"</HeadCell>
                    <HeadCell>"Service"</HeadCell>
                    <HeadCell>"When"</HeadCell>
                    <HeadCell>"Status"</HeadCell>
                    <AmountHeadCell>"Price"</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
