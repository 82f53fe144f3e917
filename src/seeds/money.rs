use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Commission, Line, LineKind, Quote, quote};
use uuid::Uuid;

use super::{
    bookings::{Approval, Booked, Event, insert_quote, record},
    files::{Demo, Stage},
    loading::Loading,
    people::commission,
    work::Done,
};
use crate::payouts::Share;

/// What follows from a completed booking: the settled price, the charge, its payments, the provider's earning, the review.
pub(super) async fn load_charge(
    loading: &mut Loading<'_>,
    demo: &Demo,
    booked: &Booked<'_>,
    done: &Done<'_>,
) -> Result<()> {
    let price = settle(loading, booked, done).await?;
    let total = price.total();
    let owed = Posting { key: format!("charge:{}", booked.id), kind: "charge", at: done.at };
    post(loading, &owed, &customer_account(booked.id), "revenue", total).await?;
    load_payments(loading, demo, booked, done, total).await?;
    load_earning(loading, booked, done, &price).await?;
    load_review(loading, demo, booked, done).await
}

fn customer_account(booking: Uuid) -> String {
    format!("customer:{booking}")
}

fn provider_account(provider: Uuid) -> String {
    format!("provider:{provider}")
}

/// The price by what was really done. Where it differs from the agreed one, the difference is a second version, within what was approved.
async fn settle(loading: &mut Loading<'_>, booked: &Booked<'_>, done: &Done<'_>) -> Result<Quote> {
    let agreed = &booked.quote.1;
    let Some(miles) = done.work.miles else { return Ok(agreed.clone()) };
    let settled = quote::settle(agreed, &booked.price, miles.0)?;
    let difference = settled.total() - agreed.total();
    ensure!(!difference.is_zero(), "{}: the miles driven change nothing", booked.row.name);
    let label = format!("Miles driven: {}", miles.0);
    let adjustment = Quote::fixed(vec![Line::single(LineKind::Adjustment, label, difference)])?;
    let approval = Approval { by: "system", at: done.at };
    insert_quote(loading, booked, 2, "adjustment", "approved", &adjustment, &approval).await?;
    Ok(settled)
}

async fn load_payments(
    loading: &mut Loading<'_>,
    demo: &Demo,
    booked: &Booked<'_>,
    done: &Done<'_>,
    total: Amount,
) -> Result<()> {
    let admins: Vec<Uuid> = demo.users.iter().map(|user| loading.id("user", user.email.as_str())).collect();
    let provider = loading.id("provider", &done.provider.name);
    let mut left = total;
    let mut paid_at = done.at;
    let rows = demo.payments.iter().filter(|row| row.booking == booked.row.name);
    for (number, row) in (1..).zip(rows) {
        let name = format!("{} {number}", row.booking);
        let amount = row.amount.as_deref().map_or(Ok(left), |text| loading.amount(text))?;
        left -= amount;
        let confirmed = row.status == "confirmed";
        let confirmed_at = done.at + TimeDelta::minutes(loading.chance(&format!("{name} confirmation"), 4..=50));
        let payment = loading.id("payment", &name);
        sqlx::query(
            "insert into payments (id, booking_id, quote_id, amount, method, status, received_by, confirmed_at, confirmed_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(payment)
        .bind(booked.id)
        .bind(booked.quote.0)
        .bind(amount)
        .bind(&booked.row.method)
        .bind(&row.status)
        .bind((booked.row.method == "cash").then_some(provider))
        .bind(confirmed.then_some(confirmed_at))
        .bind(confirmed.then(|| admins.get(number % admins.len())).flatten())
        .bind(done.at)
        .execute(&mut *loading.tx)
        .await?;
        if confirmed {
            let posting = Posting { key: format!("payment:{payment}"), kind: "payment", at: confirmed_at };
            post(loading, &posting, &booked.row.method, &customer_account(booked.id), amount).await?;
            paid_at = confirmed_at;
        } else {
            paid_at = DateTime::<Utc>::MAX_UTC;
        }
    }
    ensure!(left.is_zero(), "{}: its payments don't add up to its price", booked.row.name);
    if paid_at < loading.tx.now {
        let event = Event { kind: "paid", phase: Stage::Completed.phase(), actor: "staff", name: None, note: None };
        record(loading, booked, paid_at, event).await?;
    }
    Ok(())
}

async fn load_earning(loading: &mut Loading<'_>, booked: &Booked<'_>, done: &Done<'_>, price: &Quote) -> Result<()> {
    let agreed = commission(loading, done.provider)?;
    let (kind, rate) = match agreed {
        Commission::Percentage(part) => ("percentage", part.get()),
        Commission::FlatPerJob(_) => ("flat_per_job", 0),
    };
    let share = Share::of(price, agreed);
    let provider = loading.id("provider", &done.provider.name);
    let earning = loading.id("earning", &booked.row.name);
    sqlx::query(
        "insert into earnings (id, booking_id, provider_id, job_id, base_amount, commission_type, commission_rate, amount, status, earned_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(earning)
    .bind(booked.id)
    .bind(provider)
    .bind(done.job)
    .bind(share.base)
    .bind(kind)
    .bind(rate)
    .bind(share.amount)
    .bind(if done.work.payout.is_some() { "paid_out" } else { "pending" })
    .bind(done.at)
    .execute(&mut *loading.tx)
    .await?;
    let posting = Posting { key: format!("earning:{earning}"), kind: "earning", at: done.at };
    post(loading, &posting, "revenue", &provider_account(provider), share.amount).await
}

async fn load_review(loading: &mut Loading<'_>, demo: &Demo, booked: &Booked<'_>, done: &Done<'_>) -> Result<()> {
    let Some(row) = demo.reviews.iter().find(|row| row.booking == booked.row.name) else { return Ok(()) };
    let at = done.at + TimeDelta::minutes(loading.chance(&format!("{} review", row.booking), 35..=600));
    sqlx::query(
        "insert into reviews (id, booking_id, provider_id, customer_id, rating, comment, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(loading.id("review", &row.booking))
    .bind(booked.id)
    .bind(loading.id("provider", &done.provider.name))
    .bind(loading.id("customer", &booked.row.customer))
    .bind(row.rating)
    .bind(&row.comment)
    .bind(at)
    .execute(&mut *loading.tx)
    .await?;
    let note = format!("{} of 5", row.rating);
    let event =
        Event { kind: "reviewed", phase: Stage::Completed.phase(), actor: "customer", name: None, note: Some(&note) };
    record(loading, booked, at, event).await
}

/// Transfers that gathered the earnings naming them.
pub(super) async fn load_payouts(loading: &mut Loading<'_>, demo: &Demo) -> Result<()> {
    let Some(admin) = demo.users.iter().find(|user| user.roles == "admin") else { return Ok(()) };
    let admin = loading.id("user", admin.email.as_str());
    for row in &demo.payouts {
        let earnings: Vec<Uuid> = demo
            .work
            .iter()
            .filter(|work| work.payout.as_ref() == Some(&row.name))
            .map(|work| loading.id("earning", &work.booking))
            .collect();
        let provider = loading.id("provider", &row.provider);
        let total: Option<Amount> = sqlx::query_scalar(
            "select sum(amount)::bigint from earnings where id = any($1) and provider_id = $2 and earned_at < $3",
        )
        .bind(&earnings)
        .bind(provider)
        .bind(loading.at(row.paid))
        .fetch_one(&mut *loading.tx)
        .await?;
        let total = total.with_context(|| format!("{}: nothing was earned for it", row.name))?;
        let payout = loading.id("payout", &row.name);
        let paid_at = loading.at(row.paid);
        sqlx::query(
            "insert into payouts (id, provider_id, status, total_amount, note, created_by, created_at, paid_at, paid_by)
             values ($1, $2, 'paid', $3, $4, $5, $6, $7, $5)",
        )
        .bind(payout)
        .bind(provider)
        .bind(total)
        .bind(&row.note)
        .bind(admin)
        .bind(paid_at - TimeDelta::minutes(20))
        .bind(paid_at)
        .execute(&mut *loading.tx)
        .await?;
        sqlx::query("insert into payout_items (payout_id, earning_id, amount) select $1, id, amount from earnings where id = any($2)")
            .bind(payout)
            .bind(&earnings)
            .execute(&mut *loading.tx)
            .await?;
        let posting = Posting { key: format!("payout:{payout}"), kind: "payout", at: paid_at };
        post(loading, &posting, &provider_account(provider), "bank", total).await?;
    }
    Ok(())
}

struct Posting {
    key: String,
    kind: &'static str,
    at: DateTime<Utc>,
}

/// Moves an amount in the ledger.
async fn post(loading: &mut Loading<'_>, posting: &Posting, from: &str, to: &str, amount: Amount) -> Result<()> {
    let id = loading.id("posting", &posting.key);
    sqlx::query("insert into postings (id, key, kind, occurred_at) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(&posting.key)
        .bind(posting.kind)
        .bind(posting.at)
        .execute(&mut *loading.tx)
        .await?;
    sqlx::query(
        "insert into ledger_rows (posting_id, position, from_account, to_account, amount) values ($1, 1, $2, $3, $4)",
    )
    .bind(id)
    .bind(from)
    .bind(to)
    .bind(amount)
    .execute(&mut *loading.tx)
    .await?;
    Ok(())
}
