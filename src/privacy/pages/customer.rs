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
        let lead = counted(total, tenant.locale, |count, shown| {
            t!("privacy-customer-with-bookings", bookings = count, shown = shown)
        });
        let is_erased = certificate.is_some();
        let proof = certificate.map(|certificate| card(&tenant, &certificate));
        let data = (!is_erased && policy::can_act_for_customers(&actor)).then(|| data_card(id));
        let table = if booked.is_empty() {
            view! { <ui::EmptyState glyph=Glyph::ClipboardList title=t!("privacy-no-bookings") text=t!("privacy-their-bookings-appear-here") /> }
                .into_any()
        } else {
            bookings_table(&tenant, booked).into_any()
        };
        let account = account.filter(|_| policy::can_act_for_customers(&actor));
        let facts = (!is_erased).then(|| facts(&customer, account));
        view! {
            <AdminFrame ctx waiting path=format!("/admin/customers/{id}")>
                <ui::WidePage title=customer.name.clone() lead>
                    <div class="split">
                        <div><ui::Section title=t!("privacy-bookings")>{table}</ui::Section></div>
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
        view! { <Description term=t!("privacy-account")><a href=href>{t!("privacy-sign-in-and-access")}</a></Description> }
    });
    let (call, phone) = (format!("tel:{}", customer.phone.as_str()), customer.phone.national());
    let email = customer.email.clone().map(|email| {
        let href = format!("mailto:{email}");
        view! { <Description term=t!("privacy-e-mail")><a href=href>{email.to_string()}</a></Description> }
    });
    view! {
        <TitledCard title=t!("privacy-customer-label")>
            <ui::DescriptionList>
                <Description term=t!("privacy-phone")><a href=call>{phone}</a></Description>
                {email}
                {account}
            </ui::DescriptionList>
        </TitledCard>
    }
}

fn data_card(id: Id<Customer>) -> impl IntoView + use<> {
    let (export, erase) = (format!("/admin/customers/{id}/export.json"), format!("/admin/customers/{id}/erase"));
    view! {
        <TitledCard title=t!("privacy-their-data")>
            <p class="muted">{t!("privacy-for-customers-who-ask-by-phone")}</p>
            <div class="row">
                <ui::SecondaryLink href=export><Icon glyph=Glyph::Download />{t!("privacy-export")}</ui::SecondaryLink>
                <ui::DangerLink href=erase>{t!("privacy-erase-button")}</ui::DangerLink>
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
                    <Cell label=t!("privacy-booking")><a class="row-link reference" href=href>{booking.reference.to_string()}</a></Cell>
                    <Cell label=t!("privacy-service")>{service_name}</Cell>
                    <Cell label=t!("privacy-when")>{at}</Cell>
                    <Cell label=t!("privacy-status")>{booking.phase.label()}</Cell>
                    <AmountCell label=t!("privacy-price")>{price}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("privacy-bookings")
            head=|| {
                view! {
                    <HeadCell>{t!("privacy-booking")}</HeadCell>
                    <HeadCell>{t!("privacy-service")}</HeadCell>
                    <HeadCell>{t!("privacy-when")}</HeadCell>
                    <HeadCell>{t!("privacy-status")}</HeadCell>
                    <AmountHeadCell>{t!("privacy-price")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
