//! Saved vehicles of customers with an account. All SQL on `customer_vehicles`.

use std::fmt;

use engine::Id;
use sqlx::{FromRow, PgConnection};

use super::Customer;
use crate::{error::AppError, identity::User};

/// A vehicle, described for a provider who has to find it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Vehicle {
    pub year: i32,
    pub make: String,
    pub model: String,
    pub color: String,
    pub plate: Option<String>,
}

impl fmt::Display for Vehicle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, make, model, color, plate } = self;
        f.write_str(&match plate {
            Some(plate) => t!(
                "customers-vehicle-with-plate",
                color = color,
                year = year,
                make = make,
                model = model,
                plate = plate
            ),
            None => t!("customers-vehicle", color = color, year = year, make = make, model = model),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SavedVehicle {
    pub id: Id<SavedVehicle>,
    #[sqlx(flatten)]
    pub vehicle: Vehicle,
}

/// The saved vehicles of an account's customer, newest first.
pub async fn list_of_user(db: &mut PgConnection, user: Id<User>) -> Result<Vec<SavedVehicle>, AppError> {
    Ok(sqlx::query_as(
        "select v.id, v.year, v.make, v.model, v.color, v.plate
         from customer_vehicles v join customers c on (c.tenant_id, c.id) = (v.tenant_id, v.customer_id)
         where v.tenant_id = app.current_tenant() and c.user_id = $1
         order by v.created_at desc, v.id desc limit 10",
    )
    .bind(user)
    .fetch_all(db)
    .await?)
}

/// Saves a vehicle, unless it is saved already.
pub async fn remember(db: &mut PgConnection, customer: Id<Customer>, vehicle: &Vehicle) -> Result<(), AppError> {
    sqlx::query(
        "insert into customer_vehicles (id, customer_id, year, make, model, color, plate)
         select $1, $2, $3, $4, $5, $6, $7
         where not exists (select from customer_vehicles
                           where tenant_id = app.current_tenant() and customer_id = $2 and year = $3 and lower(make) = lower($4) and lower(model) = lower($5)
                             and plate is not distinct from $7)",
    )
    .bind(Id::<SavedVehicle>::new())
    .bind(customer)
    .bind(vehicle.year)
    .bind(&vehicle.make)
    .bind(&vehicle.model)
    .bind(&vehicle.color)
    .bind(&vehicle.plate)
    .execute(db)
    .await?;
    Ok(())
}
