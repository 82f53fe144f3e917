//! All SQL on `roadside_bookings`.

use std::collections::HashMap;

use engine::{GeoPoint, Id, Miles10, Phone};
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow};

use crate::{
    bookings::{Booking, LocationSource, Whereabouts},
    customers::{Customer, vehicles::Vehicle},
    error::AppError,
    tenants::Tenant,
    verticals::{About, Fact},
};

/// Locks this phone number for bookings in this business until the transaction ends.
pub(super) async fn lock_phone(db: &mut PgConnection, phone: &Phone) -> Result<(), AppError> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('booking:' || app.current_tenant() || $1, 0))")
        .bind(phone)
        .execute(db)
        .await?;
    Ok(())
}

/// The roadside details of a booking.
#[derive(Debug, Clone, PartialEq)]
pub struct RoadsideDetails {
    pub vehicle: Vehicle,
    /// The destination, in words.
    pub destination_address: Option<String>,
    /// The destination's point.
    pub destination: Option<GeoPoint>,
    /// The estimated distance at booking.
    pub estimated_miles: Option<Miles10>,
    pub actual_miles: Option<Miles10>,
}

impl RoadsideDetails {
    pub fn new(vehicle: Vehicle, destination: Option<&Whereabouts>, estimated_miles: Option<Miles10>) -> Self {
        Self {
            vehicle,
            destination_address: destination.map(|to| to.address.clone()),
            destination: destination.filter(|to| to.source != LocationSource::Address).and_then(|to| to.point),
            estimated_miles,
            actual_miles: None,
        }
    }

    /// What the booking is about: its vehicle and its way.
    pub fn about(&self, tenant: &Tenant) -> About {
        let subject = self.vehicle.to_string();
        let miles = |miles: Miles10| t!("roadside-counted-miles", miles = tenant.locale.quantity(miles.into()));
        let facts = [
            Some(Fact::new(t!("roadside-vehicle"), subject.clone())),
            self.destination_address.as_ref().map(|to| Fact::of_the_way(t!("roadside-tow-to"), to)),
            self.estimated_miles.map(|estimated| Fact::of_the_way(t!("roadside-estimated-distance"), miles(estimated))),
            self.actual_miles.map(|driven| Fact::new(t!("roadside-distance-driven"), miles(driven))),
        ];
        About { subject, facts: facts.into_iter().flatten().collect(), stage: None }
    }
}

impl<'r> FromRow<'r, PgRow> for RoadsideDetails {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let place: (Option<f64>, Option<f64>) =
            (row.try_get("destination_latitude")?, row.try_get("destination_longitude")?);
        let destination = match place {
            (Some(latitude), Some(longitude)) => {
                Some(GeoPoint::new(latitude, longitude).map_err(|error| sqlx::Error::Decode(error.into()))?)
            }
            _ => None,
        };
        Ok(Self {
            vehicle: Vehicle::from_row(row)?,
            destination_address: row.try_get("destination_address")?,
            destination,
            estimated_miles: row.try_get("estimated_miles")?,
            actual_miles: row.try_get("actual_miles")?,
        })
    }
}

/// Stores the details of a new booking.
pub async fn insert(db: &mut PgConnection, booking: Id<Booking>, details: &RoadsideDetails) -> Result<(), AppError> {
    sqlx::query(
        "insert into roadside_bookings (booking_id, vehicle_year, vehicle_make, vehicle_model, vehicle_color, vehicle_plate,
                                        destination_address, destination_latitude, destination_longitude, estimated_miles)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(booking)
    .bind(details.vehicle.year)
    .bind(&details.vehicle.make)
    .bind(&details.vehicle.model)
    .bind(&details.vehicle.color)
    .bind(&details.vehicle.plate)
    .bind(&details.destination_address)
    .bind(details.destination.map(GeoPoint::latitude))
    .bind(details.destination.map(GeoPoint::longitude))
    .bind(details.estimated_miles)
    .execute(db)
    .await?;
    Ok(())
}

/// The details of each of these bookings that is a roadside one.
pub async fn find_all(
    db: &mut PgConnection,
    bookings: &[Id<Booking>],
) -> Result<HashMap<Id<Booking>, RoadsideDetails>, AppError> {
    let rows: Vec<DetailsOf> = sqlx::query_as(
        "select booking_id, vehicle_year as year, vehicle_make as make, vehicle_model as model, vehicle_color as color, vehicle_plate as plate,
                destination_address, destination_latitude, destination_longitude, estimated_miles, actual_miles
         from roadside_bookings where tenant_id = app.current_tenant() and booking_id = any($1)",
    )
    .bind(bookings)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.booking_id, row.details)).collect())
}

/// The details of a booking, if it is a roadside one.
pub async fn find(db: &mut PgConnection, booking: Id<Booking>) -> Result<Option<RoadsideDetails>, AppError> {
    Ok(find_all(db, &[booking]).await?.remove(&booking))
}

/// Number of a customer's latest bookings whose vehicles are offered again.
const LATEST: i64 = 20;

/// The vehicles of a customer, the one used last first; one may come twice.
pub(super) async fn vehicles_of(db: &mut PgConnection, customer: Id<Customer>) -> Result<Vec<Vehicle>, AppError> {
    Ok(sqlx::query_as(
        "with latest as (
             select id, created_at from bookings where tenant_id = app.current_tenant() and customer_id = $1
             order by created_at desc limit $2
         ), known as (
             select r.vehicle_year as year, r.vehicle_make as make, r.vehicle_model as model, r.vehicle_color as color, r.vehicle_plate as plate, b.created_at
             from latest b join roadside_bookings r on r.tenant_id = app.current_tenant() and r.booking_id = b.id
             union all
             select year, make, model, color, plate, created_at from customer_vehicles where tenant_id = app.current_tenant() and customer_id = $1
         )
         select year, make, model, color, plate from known order by created_at desc limit $2",
    )
    .bind(customer)
    .bind(LATEST)
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
struct DetailsOf {
    booking_id: Id<Booking>,
    #[sqlx(flatten)]
    details: RoadsideDetails,
}

/// Records the actual distance.
pub async fn record_miles(db: &mut PgConnection, booking: Id<Booking>, miles: Miles10) -> Result<(), AppError> {
    sqlx::query(
        "update roadside_bookings set actual_miles = $2 where tenant_id = app.current_tenant() and booking_id = $1",
    )
    .bind(booking)
    .bind(miles)
    .execute(db)
    .await?;
    Ok(())
}
