use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Distance, GeoPoint, Line, Miles10, Price, Quote, QuoteRequest, Reference, quote, road_distance};
use uuid::Uuid;

use super::{
    files::{BookingRow, CustomerRow, Demo, ServiceRow, Stage},
    loading::Loading,
};

/// A booking that has been written, with what its work and its money follow from.
pub(super) struct Booked<'a> {
    pub row: &'a BookingRow,
    pub id: Uuid,
    pub service: &'a ServiceRow,
    pub price: Price,
    /// The original quote and its id.
    pub quote: (Uuid, Quote),
    pub requested_at: DateTime<Utc>,
    pub scheduled_at: Option<DateTime<Utc>>,
    pub point: Option<GeoPoint>,
    pub destination: Option<GeoPoint>,
    /// How far the car is carried, as estimated.
    pub miles: Option<Miles10>,
}

/// Writes a booking: what was agreed, the car, the price and the first entry of its timeline.
pub(super) async fn load<'a>(loading: &mut Loading<'_>, demo: &'a Demo, row: &'a BookingRow) -> Result<Booked<'a>> {
    let customer = demo.customers.iter().find(|customer| customer.name == row.customer).context("no such customer")?;
    let service = demo.services.iter().find(|service| service.slug == row.service).context("no such service")?;
    let booked = book(loading, row, service)?;
    insert(loading, &booked, customer).await?;
    insert_details(loading, &booked, customer).await?;
    let approval = Approval { by: "customer", at: booked.requested_at };
    let state = if row.stage == Stage::Cancelled { "void" } else { "approved" };
    insert_quote(loading, &booked, 1, "original", state, &booked.quote.1, &approval).await?;
    let first = Event { kind: "booked", phase: "confirmed", actor: "customer", name: None, note: None };
    record(loading, &booked, booked.requested_at, first).await?;
    if row.stage == Stage::Cancelled {
        let called_off =
            Event { kind: "cancelled", phase: "cancelled", actor: "customer", name: None, note: Some(CALLED_OFF) };
        record(loading, &booked, cancelled_at(&booked), called_off).await?;
    }
    Ok(booked)
}

const CALLED_OFF: &str = "A neighbour helped out.";

/// When a cancelled booking was called off.
pub(super) fn cancelled_at(booked: &Booked<'_>) -> DateTime<Utc> {
    booked.requested_at + TimeDelta::minutes(2)
}

fn book<'a>(loading: &Loading<'_>, row: &'a BookingRow, service: &'a ServiceRow) -> Result<Booked<'a>> {
    let settings = &loading.tenant.settings;
    let (point, destination) = (row.point()?, row.destination_point()?);
    let price = Price {
        base: loading.amount(&service.base)?,
        per_mile: service.per_mile.as_deref().map(|text| loading.amount(text)).transpose()?,
        tax: settings.tax(),
    };
    let miles = point.zip(destination).map(|(from, to)| Miles10::from(road_distance(from, to)));
    let distance = match miles {
        Some(miles) => Distance::Known(miles),
        None if service.asks_destination => {
            Distance::Unknown { at_most: Miles10::whole(i32::try_from(settings.unknown_miles_ceiling)?)? }
        }
        None => Distance::None,
    };
    let quote = quote::quote(&QuoteRequest { service_name: service.title.clone(), price, distance })?;
    Ok(Booked {
        row,
        id: loading.id("booking", &row.name),
        service,
        price,
        quote: (loading.id("quote", &format!("{} 1", row.name)), quote),
        requested_at: loading.at(row.requested),
        scheduled_at: row.scheduled.map(|moment| loading.at(moment)),
        point,
        destination,
        miles,
    })
}

async fn insert(loading: &mut Loading<'_>, booked: &Booked<'_>, customer: &CustomerRow) -> Result<()> {
    let row = booked.row;
    let reference = Reference::from_random(&loading.tenant.reference_prefix, loading.bits(&row.name))?;
    let cancelled = row.stage == Stage::Cancelled;
    sqlx::query(
        "insert into bookings (id, reference, customer_id, service_id, phase, waits_for, contact_name, contact_phone, contact_email, address,
                               location_source, latitude, longitude, scheduled_at, payment_method, notes, access_token_hash,
                               cancelled_by, cancellation_reason, cancellation_fee, cancelled_at, created_at, completed_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $22)",
    )
    .bind(booked.id)
    .bind(reference)
    .bind(loading.id("customer", &customer.name))
    .bind(loading.id("service", &booked.service.slug))
    .bind(row.stage.phase())
    .bind(row.stage.waits_for())
    .bind(&customer.full_name)
    .bind(&customer.phone)
    .bind(&customer.email)
    .bind(&row.address)
    .bind(&row.source)
    .bind(booked.point.map(GeoPoint::latitude))
    .bind(booked.point.map(GeoPoint::longitude))
    .bind(booked.scheduled_at)
    .bind(&row.method)
    .bind(&row.notes)
    .bind(loading.link_token(&row.name).hash())
    .bind(cancelled.then_some("customer"))
    .bind(cancelled.then_some(CALLED_OFF))
    .bind(cancelled.then_some(Amount::ZERO))
    .bind(cancelled.then(|| cancelled_at(booked)))
    .bind(booked.requested_at)
    .bind((row.stage == Stage::Completed).then_some(booked.requested_at)) // moved to the end of the work
    .execute(&mut *loading.tx)
    .await?;
    Ok(())
}

async fn insert_details(loading: &mut Loading<'_>, booked: &Booked<'_>, customer: &CustomerRow) -> Result<()> {
    sqlx::query(
        "insert into roadside_bookings (booking_id, vehicle_year, vehicle_make, vehicle_model, vehicle_color, vehicle_plate,
                                        destination_address, destination_latitude, destination_longitude, estimated_miles)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(booked.id)
    .bind(customer.year)
    .bind(&customer.make)
    .bind(&customer.model)
    .bind(&customer.color)
    .bind(&customer.plate)
    .bind(&booked.row.destination)
    .bind(booked.destination.map(GeoPoint::latitude))
    .bind(booked.destination.map(GeoPoint::longitude))
    .bind(booked.miles)
    .execute(&mut *loading.tx)
    .await?;
    Ok(())
}

/// Who said yes to a price, and when.
pub(super) struct Approval<'a> {
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

/// Writes a version of the price.
pub(super) async fn insert_quote(
    loading: &mut Loading<'_>,
    booked: &Booked<'_>,
    version: i32,
    kind: &str,
    state: &str,
    quote: &Quote,
    approval: &Approval<'_>,
) -> Result<()> {
    let name = format!("{} {version}", booked.row.name);
    let id = loading.id("quote", &name);
    sqlx::query(
        "insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, approved_by, approved_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
    )
    .bind(id)
    .bind(booked.id)
    .bind(version)
    .bind(kind)
    .bind(state)
    .bind(quote.total())
    .bind(quote.ceiling())
    .bind(approval.by)
    .bind(approval.at)
    .execute(&mut *loading.tx)
    .await?;
    for (position, Line { kind, label, quantity, unit_price, amount }) in (1_i32..).zip(quote.lines()) {
        sqlx::query(
            "insert into quote_lines (id, quote_id, position, kind, label, quantity, unit_amount, amount) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(loading.id("line", &format!("{name} {position}")))
        .bind(id)
        .bind(position)
        .bind(kind)
        .bind(label)
        .bind(quantity)
        .bind(unit_price)
        .bind(amount)
        .execute(&mut *loading.tx)
        .await?;
    }
    Ok(())
}

/// An entry of a booking's timeline.
pub(super) struct Event<'a> {
    pub kind: &'a str,
    pub phase: &'a str,
    pub actor: &'a str,
    pub name: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// Writes an entry of a booking's timeline; one of each kind.
pub(super) async fn record(
    loading: &mut Loading<'_>,
    booked: &Booked<'_>,
    at: DateTime<Utc>,
    event: Event<'_>,
) -> Result<()> {
    sqlx::query(
        "insert into booking_events (id, booking_id, kind, phase, actor, actor_name, note, occurred_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(loading.id("event", &format!("{} {}", booked.row.name, event.kind)))
    .bind(booked.id)
    .bind(event.kind)
    .bind(event.phase)
    .bind(event.actor)
    .bind(event.name)
    .bind(event.note)
    .bind(at)
    .execute(&mut *loading.tx)
    .await?;
    Ok(())
}
