//! The toys' part of a demo: trips with seats, services that ask first, bookings of every shape, and the hand-overs of their jobs.

mod tests;

use anyhow::{Context, Result, bail};
use chrono::TimeDelta;
use engine::{Id, Line, LineKind, Meters, Quote, Reference, quote::Unit};
use serde::Deserialize;

use super::{Shape, ends, hand_over, new_trip, pricing::Play};
use crate::{
    bookings::{
        Author, Booking, Whereabouts,
        quotes::{Proposal, QuoteKind},
        secret::StoredSecret,
    },
    catalog::{self, ServiceRules},
    dispatch::{self, Dispatching, Job, JobState, NewJob, store::jobs},
    error::AppError,
    fulfilment::{
        self,
        make::{Beginning, Order, Whose, make},
    },
    providers::Provider,
    seeds::{BookingRow, DeedRow, History, Moment},
    verticals::Vertical,
};

/// The column of `services.csv` that says how long its owner may take to say yes.
#[derive(Deserialize)]
struct Asks {
    slug: String,
    answer_minutes: Option<i32>,
}

/// A row of `trips.csv`: who may discover it, if staff don't choose who drives.
#[derive(Deserialize)]
struct Trip {
    name: String,
    published: Moment,
    at: Moment,
    discovered_within_km: Option<f64>,
}

/// The columns of `bookings.csv` about the shape and the end.
#[derive(Deserialize)]
struct PlayRow {
    name: String,
    shape: Shape,
    ends: Moment,
}

pub async fn furnish(history: &mut History<'_>) -> Result<()> {
    let boss = history.person(&history.admin(0)?.email);
    history.turn_to(history.until - TimeDelta::days(30), &boss).await?;
    for row in history.demo.table::<Asks>("services")? {
        let Some(answer_minutes) = row.answer_minutes else { continue };
        let tx = &mut history.tx;
        let found = catalog::store::find_by_slug(tx, &row.slug).await?.context("no such service")?;
        let rules = ServiceRules { instant: false, answer_minutes, ..ServiceRules::default() };
        catalog::store::set_rules(tx, found.service.id, &rules).await?;
    }
    for row in history.demo.table::<Trip>("trips")? {
        history.turn_to(history.at(row.published), &boss).await?;
        let at = history.at(row.at);
        let dispatching = match row.discovered_within_km {
            Some(km) => Dispatching::Discover { within: Meters(km * 1000.0), until: at },
            None => Dispatching::ByHand,
        };
        let job = dispatch::publish(&mut history.tx, NewJob { dispatching, ..new_trip(at) }).await?;
        history.note_published(&row.name, job);
    }
    Ok(())
}

pub async fn play_booking(history: &mut History<'_>, row: &BookingRow) -> Result<Booking> {
    let own = history.demo.table("bookings")?.into_iter().find(|own: &PlayRow| own.name == row.name);
    let own = own.context("bookings.csv lacks a row")?;
    let customer = history.demo.customer(&row.customer)?;
    let whose = history.account(customer).map_or(Whose::Guest, Whose::Account);
    let (scheduled_at, ends_at) = (row.scheduled.map(|at| history.at(at)), history.at(own.ends));
    let (tx, tenant, names) = (&mut history.tx, &history.tenant, history.names);
    let found = catalog::store::find_by_slug(tx, &row.service).await?.context("no such service")?;
    let minutes = scheduled_at.map_or(60, |starts_at| (ends_at - starts_at).num_minutes());
    let play = Play { shape: own.shape, size: None, minutes: minutes.try_into()?, units: 1 };
    let items = play.items(&found.service.name, &found.prices)?;
    let order = Order {
        service: &found.service,
        whose,
        contact: &customer.contact(),
        place: &Whereabouts { address: row.address.clone(), source: row.source, point: row.point()? },
        scheduled_at,
        ends_at: Some(ends_at),
        units: 1,
        people: &[],
        payment_method: row.method,
        notes: row.notes.as_deref(),
        billing: None,
        is_priority: false,
        quote: &Vertical::Toy.price(tenant, &found.service, &items)?,
        approved_by: &customer.full_name,
        beginning: Beginning::by_rules(&found.service, scheduled_at, tx.now),
        by: Author::customer(),
        secret: Some(StoredSecret::of(&names.link_token(&row.name), Some(history.keys))),
        draft: None,
        reference: Some(Reference::from_random(&tenant.reference_prefix, names.bits(&row.name))?),
    };
    make(tx, tenant, order, &own.shape).await?.context("booked already")
}

/// The customer stays an hour longer, and agrees to its price.
pub async fn play_deed(history: &mut History<'_>, row: &DeedRow, booking: &Booking) -> Result<()> {
    if row.deed != "stay-longer" {
        bail!("a toy doesn't know how to {}", row.deed);
    }
    let sold = catalog::store::find(&mut history.tx, booking.service_id).await?.context("no such service")?;
    let hour = sold.prices.of(LineKind::Service, Unit::Hour).context("a toy without a price")?;
    let price = Quote::fixed(vec![Line::single(LineKind::Extension, "An hour more", hour)])?;
    let proposal = Proposal {
        id: Id::new(),
        kind: QuoteKind::Extension,
        quote: &price,
        description: "You keep it an hour longer.",
        offered_by: &history.dispatcher()?.name,
        expires_at: None,
    };
    let (tx, tenant) = (&mut history.tx, &history.tenant);
    fulfilment::propose(tx, booking, &proposal).await?;
    Ok(fulfilment::approve(tx, tenant, booking, proposal.id).await?)
}

pub async fn play_step(history: &mut History<'_>, provider: Id<Provider>, job: &Job, to: JobState) -> Result<()> {
    let (tx, tenant) = (&mut history.tx, &history.tenant);
    for id in jobs::bookings_of(tx, job.id).await? {
        let booking = crate::bookings::store::find(tx, id).await?.ok_or(AppError::NotFound)?;
        if hand_over::is_missing(tx, job, &booking, to).await? {
            hand_over::record(tx, job, id).await?;
        }
    }
    Ok(fulfilment::advance(tx, tenant, provider, job.id, to).await?)
}

pub async fn play_end(history: &mut History<'_>, provider: Id<Provider>, job: &Job) -> Result<()> {
    Ok(ends::end_with_report(&mut history.tx, &history.tenant, provider, job).await?)
}
