use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Meters, road_distance, travel_time};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    bookings::{Booked, Event, cancelled_at, record},
    files::{Algorithm, Demo, ProviderRow, Stage, WorkRow},
    loading::Loading,
    people::commission,
    timeline::Timeline,
};
use crate::payouts::Share;

/// A job that was done, with what its money follows from.
pub(super) struct Done<'a> {
    pub job: Uuid,
    pub work: &'a WorkRow,
    pub provider: &'a ProviderRow,
    pub at: DateTime<Utc>,
}

/// Writes the job of a booking and what has been done of it. Gives who did it and when, if somebody took it.
pub(super) async fn load<'a>(
    loading: &mut Loading<'_>,
    demo: &'a Demo,
    booked: &Booked<'_>,
) -> Result<Option<Done<'a>>> {
    let job = insert_job(loading, booked).await?;
    let Some(work) = demo.work.iter().find(|work| work.booking == booked.row.name) else { return Ok(None) };
    let provider = provider(demo, &work.provider)?;
    let place = booked.point.context("nobody can be sent to words alone")?;
    let timeline = Timeline::of(loading, booked, work, provider, place)?;
    let trip = Trip { job, booked, work, provider, place, timeline };
    insert_decision(loading, demo, &trip).await?;
    insert_offer(loading, &trip).await?;
    insert_assignment(loading, &trip).await?;
    set_progress(loading, &trip).await?;
    record_progress(loading, &trip).await?;
    Ok(Some(Done { job, work, provider, at: trip.timeline.ended_at }))
}

fn provider<'a>(demo: &'a Demo, name: &str) -> Result<&'a ProviderRow> {
    demo.providers.iter().find(|provider| provider.name == name).with_context(|| format!("no provider {name}"))
}

/// A job somebody took.
struct Trip<'a> {
    job: Uuid,
    booked: &'a Booked<'a>,
    work: &'a WorkRow,
    provider: &'a ProviderRow,
    place: GeoPoint,
    timeline: Timeline,
}

impl Trip<'_> {
    fn is_done(&self) -> bool {
        self.booked.row.stage == Stage::Completed
    }

    /// The instant of a step, if the job has come that far.
    fn reached(&self, stages: &[Stage], at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        stages.contains(&self.booked.row.stage).then_some(at)
    }
}

async fn insert_job(loading: &mut Loading<'_>, booked: &Booked<'_>) -> Result<Uuid> {
    let row = booked.row;
    let job = loading.id("job", &row.name);
    let start = booked.scheduled_at.unwrap_or(booked.requested_at);
    let is_waiting = row.stage == Stage::Scheduled;
    sqlx::query(
        "insert into jobs (id, kind, state, address, latitude, longitude, destination_address, destination_latitude, destination_longitude,
                           window_start, window_end, expected_minutes, skills, dispatch_at, ended_at, outcome, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)",
    )
    .bind(job)
    .bind(&row.service)
    .bind(row.stage.job_state())
    .bind(&row.address)
    .bind(booked.point.map(GeoPoint::latitude))
    .bind(booked.point.map(GeoPoint::longitude))
    .bind(&row.destination)
    .bind(booked.destination.map(GeoPoint::latitude))
    .bind(booked.destination.map(GeoPoint::longitude))
    .bind(start)
    .bind(start + TimeDelta::hours(1))
    .bind(booked.service.minutes)
    .bind(vec![&row.service])
    .bind(is_waiting.then(|| start - loading.tenant.settings.dispatch_lead()))
    .bind((row.stage == Stage::Cancelled).then(|| cancelled_at(booked)))
    .bind((row.stage == Stage::Cancelled).then_some("The customer cancelled."))
    .bind(booked.requested_at)
    .execute(&mut *loading.tx)
    .await?;
    sqlx::query("insert into job_bookings (job_id, booking_id) values ($1, $2)")
        .bind(job)
        .bind(booked.id)
        .execute(&mut *loading.tx)
        .await?;
    Ok(job)
}

/// Everybody who was looked at: those who can do it by distance, then the others with what they lack.
async fn insert_decision(loading: &mut Loading<'_>, demo: &Demo, trip: &Trip<'_>) -> Result<()> {
    let speed = f64::from(loading.tenant.settings.speed_kmh);
    let mut able: Vec<(Meters, &ProviderRow)> = Vec::new();
    let mut excluded = Vec::new();
    for row in demo.providers.iter().filter(|row| row.status == "active") {
        let distance = road_distance(row.home()?, trip.place);
        if row.can_do(&trip.booked.service.slug) {
            able.push((distance, row));
        } else {
            excluded.push(json!({
                "provider_id": loading.id("provider", &row.name), "name": row.full_name, "distance_meters": meters(distance),
                "travel_seconds": travel_time(distance, speed).num_seconds(), "excluded": "missing_skill",
            }));
        }
    }
    able.sort_by_key(|(distance, _)| *distance);
    let ranked = (1..).zip(&able).map(|(rank, (distance, row)): (i32, _)| {
        json!({
            "provider_id": loading.id("provider", &row.name), "name": row.full_name, "distance_meters": meters(*distance),
            "travel_seconds": travel_time(*distance, speed).num_seconds(), "rank": rank,
        })
    });
    let candidates: Vec<serde_json::Value> = ranked.chain(excluded).collect();
    let staff = demo.users.iter().find(|user| user.roles == "staff").map_or("staff", |user| &user.name);
    let (reason, decided_by) = match trip.work.algorithm {
        Algorithm::Auto => ("The first who can be there among those who can do it.".to_owned(), "Dispatcher"),
        Algorithm::Manual => (format!("Assigned by {staff}."), staff),
    };
    let chosen = road_distance(trip.provider.home()?, trip.place);
    sqlx::query(
        "insert into dispatch_decisions (id, job_id, provider_id, algorithm, distance_meters, candidates, reason, decided_by, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(loading.id("decision", &trip.work.booking))
    .bind(trip.job)
    .bind(loading.id("provider", &trip.provider.name))
    .bind(trip.work.algorithm)
    .bind(meters(chosen))
    .bind(Json(candidates))
    .bind(reason)
    .bind(decided_by)
    .bind(if trip.work.algorithm == Algorithm::Auto { trip.timeline.offered_at } else { trip.timeline.assigned_at })
    .execute(&mut *loading.tx)
    .await?;
    Ok(())
}

/// The offer the provider accepted; staff assign without one.
async fn insert_offer(loading: &mut Loading<'_>, trip: &Trip<'_>) -> Result<()> {
    if trip.work.algorithm == Algorithm::Manual {
        return Ok(());
    }
    let distance = road_distance(trip.provider.home()?, trip.place);
    let travel = travel_time(distance, f64::from(loading.tenant.settings.speed_kmh));
    let pay = Share::of(&trip.booked.quote.1, commission(loading, trip.provider)?).amount;
    sqlx::query(
        "insert into offers (id, job_id, provider_id, state, distance_meters, travel_seconds, pay_amount, offered_at, expires_at, answered_at)
         values ($1, $2, $3, 'accepted', $4, $5, $6, $7, $8, $9)",
    )
    .bind(loading.id("offer", &trip.work.booking))
    .bind(trip.job)
    .bind(loading.id("provider", &trip.provider.name))
    .bind(meters(distance))
    .bind(i32::try_from(travel.num_seconds())?)
    .bind(pay)
    .bind(trip.timeline.offered_at)
    .bind(trip.timeline.offered_at + loading.tenant.settings.offer_window())
    .bind(trip.timeline.assigned_at)
    .execute(&mut *loading.tx)
    .await?;
    Ok(())
}

/// Who does it, and the time they are held for it.
async fn insert_assignment(loading: &mut Loading<'_>, trip: &Trip<'_>) -> Result<()> {
    let timeline = &trip.timeline;
    let by_offer = trip.work.algorithm == Algorithm::Auto;
    let ended_at = trip.is_done().then_some(timeline.ended_at);
    sqlx::query(
        "insert into assignments (id, job_id, provider_id, offer_id, state, assigned_by, assigned_at, ended_at, end_reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(loading.id("assignment", &trip.work.booking))
    .bind(trip.job)
    .bind(loading.id("provider", &trip.provider.name))
    .bind(by_offer.then(|| loading.id("offer", &trip.work.booking)))
    .bind(if trip.is_done() { "ended" } else { "under_way" })
    .bind(if by_offer { "provider" } else { "staff" })
    .bind(timeline.assigned_at)
    .bind(ended_at)
    .bind(ended_at.map(|_| "done"))
    .execute(&mut *loading.tx)
    .await?;
    let start = booked_from(trip);
    sqlx::query("insert into reservations (id, resource_id, starts_at, ends_at, job_id) values ($1, $2, $3, $4, $5)")
        .bind(loading.id("reservation", &trip.work.booking))
        .bind(loading.id("resource", &trip.provider.name))
        .bind(start)
        .bind(timeline.ended_at)
        .bind(trip.job)
        .execute(&mut *loading.tx)
        .await?;
    Ok(())
}

fn booked_from(trip: &Trip<'_>) -> DateTime<Utc> {
    trip.timeline.assigned_at.max(trip.timeline.en_route_at - TimeDelta::minutes(2))
}

const TAKEN: [Stage; 3] = [Stage::EnRoute, Stage::InProgress, Stage::Completed];
const BEGUN: [Stage; 2] = [Stage::InProgress, Stage::Completed];

async fn set_progress(loading: &mut Loading<'_>, trip: &Trip<'_>) -> Result<()> {
    let timeline = &trip.timeline;
    let done_at = trip.reached(&[Stage::Completed], timeline.ended_at);
    sqlx::query(
        "update jobs set search_started_at = $2, assigned_at = $3, promised_at = $4, en_route_at = $5::timestamptz, arrived_at = $6, started_at = $7,
                         ended_at = $8, updated_at = coalesce($8, $7, $5) where id = $1",
    )
    .bind(trip.job)
    .bind(timeline.offered_at)
    .bind(timeline.assigned_at)
    .bind(timeline.promised_at)
    .bind(timeline.en_route_at)
    .bind(trip.reached(&BEGUN, timeline.arrived_at))
    .bind(trip.reached(&BEGUN, timeline.started_at))
    .bind(done_at)
    .execute(&mut *loading.tx)
    .await?;
    if let Some(done_at) = done_at {
        let miles = trip.work.miles.map(|miles| miles.0).or(trip.booked.miles);
        sqlx::query("update roadside_bookings set actual_miles = $2 where booking_id = $1")
            .bind(trip.booked.id)
            .bind(miles)
            .execute(&mut *loading.tx)
            .await?;
        sqlx::query("update bookings set completed_at = $2, updated_at = $2 where id = $1")
            .bind(trip.booked.id)
            .bind(done_at)
            .execute(&mut *loading.tx)
            .await?;
    }
    Ok(())
}

async fn record_progress(loading: &mut Loading<'_>, trip: &Trip<'_>) -> Result<()> {
    let timeline = &trip.timeline;
    let steps = [
        ("dispatched", "dispatched", trip.reached(&TAKEN, timeline.assigned_at)),
        ("en_route", "dispatched", trip.reached(&TAKEN, timeline.en_route_at)),
        ("arrived", "dispatched", trip.reached(&BEGUN, timeline.arrived_at)),
        ("started", "in_progress", trip.reached(&BEGUN, timeline.started_at)),
        ("completed", "completed", trip.reached(&[Stage::Completed], timeline.ended_at)),
    ];
    for (kind, phase, at) in steps {
        if let Some(at) = at {
            let name = Some(trip.provider.first_name());
            record(loading, trip.booked, at, Event { kind, phase, actor: "provider", name, note: None }).await?;
        }
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "distances within a city fit")]
fn meters(distance: Meters) -> i32 {
    distance.0.round() as i32
}
