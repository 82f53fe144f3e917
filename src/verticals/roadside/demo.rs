//! Roadside's part of the demo: the cars, where they are taken, and the miles driven.

use anyhow::{Context, Result};
use engine::{Id, Miles10, Reference};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    Order, RoadsideRequest,
    draft::Terms,
    finish::finish,
    make::{book, price},
    store,
};
use crate::{
    bookings::{Booking, Whereabouts},
    catalog,
    customers::vehicles::Vehicle,
    dispatch::{Job, store::jobs},
    providers::Provider,
    seeds::{BookingRow, History, WorkRow, point},
};

/// The columns of `customers.csv` about their car.
#[derive(Deserialize)]
struct Car {
    name: String,
    year: i32,
    make: String,
    model: String,
    color: String,
    plate: Option<String>,
}

/// The columns of `bookings.csv` about where the car is taken.
#[derive(Deserialize)]
struct Tow {
    name: String,
    destination: Option<String>,
    destination_latitude: Option<f64>,
    destination_longitude: Option<f64>,
}

/// The column of `work.csv` about the miles driven with the car, `5.4`, if they differ from the estimate.
#[derive(Deserialize)]
struct Drive {
    booking: String,
    miles: Option<String>,
}

/// The row of a table that is wanted.
fn find<Row: DeserializeOwned>(history: &History<'_>, table: &str, wanted: impl Fn(&Row) -> bool) -> Result<Row> {
    let found = history.demo.table(table)?.into_iter().find(wanted);
    found.with_context(|| format!("{table}.csv lacks a row"))
}

/// The customer sees the price, then books.
pub(super) async fn play_booking(history: &mut History<'_>, row: &BookingRow) -> Result<Booking> {
    let request = request(history, row)?;
    let account = history.account(history.demo.customer(&row.customer)?);
    let (tx, tenant, names) = (&mut history.tx, &history.tenant, history.names);
    let found = catalog::store::find_by_slug(tx, &row.service).await?.context("no such service")?;
    let terms = Terms::load(tx, account, found).await?.context("the service can't be booked")?;
    let (distance, quote) = price(tenant, &terms, &request)?;
    let access = names.link_token(&row.name);
    let reference = Reference::from_random(&tenant.reference_prefix, names.bits(&row.name))?;
    let order = Order {
        terms: &terms,
        request: &request,
        account,
        access: &access,
        keys: Some(history.keys),
        draft: None,
        reference: Some(reference),
    };
    book(tx, tenant, order, distance, &quote).await?.context("booked already")
}

fn request(history: &History<'_>, row: &BookingRow) -> Result<RoadsideRequest> {
    let customer = history.demo.customer(&row.customer)?;
    let car: Car = find(history, "customers", |car: &Car| car.name == row.customer)?;
    let tow: Tow = find(history, "bookings", |tow: &Tow| tow.name == row.name)?;
    let to = point(tow.destination_latitude, tow.destination_longitude)?;
    Ok(RoadsideRequest {
        place: Whereabouts { address: row.address.clone(), source: row.source, point: row.point()? },
        destination: tow.destination.map(|address| Whereabouts { address, source: row.source, point: to }),
        vehicle: Vehicle { year: car.year, make: car.make, model: car.model, color: car.color, plate: car.plate },
        scheduled_at: row.scheduled.map(|at| history.at(at)),
        contact: customer.contact(),
        payment_method: row.method,
        notes: row.notes.clone(),
    })
}

/// The provider says how far they drove.
pub(super) async fn play_end(
    history: &mut History<'_>,
    row: &WorkRow,
    provider: Id<Provider>,
    job: Id<Job>,
) -> Result<()> {
    let drive: Drive = find(history, "work", |drive: &Drive| Some(&drive.booking) == row.booking.as_ref())?;
    let driven: Option<Miles10> = drive.miles.map(|miles| miles.parse()).transpose()?;
    let (tx, tenant) = (&mut history.tx, &history.tenant);
    let bookings = jobs::bookings_of(tx, job).await?;
    let details = store::find(tx, *bookings.first().context("a job of nobody")?).await?;
    let miles = driven.or(details.and_then(|details| details.estimated_miles));
    finish(tx, tenant, provider, job, miles).await?;
    Ok(())
}
