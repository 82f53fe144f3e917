//! All SQL on `booking_people`: who comes along.

use engine::{Id, Phone, field::isolated};
use serde::Deserialize;
use sqlx::PgConnection;

use super::Booking;
use crate::error::AppError;

/// Somebody who comes along.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    pub name: String,
    pub phone: Option<Phone>,
    /// In years; children may pay less.
    pub age: Option<i16>,
}

/// Selects who comes along with a booking `b`, in order.
macro_rules! people_column {
    () => {
        "(select coalesce(jsonb_agg(to_jsonb(p) order by p.position), '[]') from booking_people p
          where (p.tenant_id, p.booking_id) = (b.tenant_id, b.id)) as people"
    };
}
pub(crate) use people_column;

/// Their names, for a list of facts; `None` if nobody comes along.
pub fn names(people: &[Person]) -> Option<String> {
    let names: Vec<_> = people.iter().map(|person| isolated(&person.name).to_string()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Writes who comes along now, in this order.
pub async fn replace(db: &mut PgConnection, booking: Id<Booking>, people: &[Person]) -> Result<(), AppError> {
    sqlx::query("delete from booking_people where tenant_id = app.current_tenant() and booking_id = $1")
        .bind(booking)
        .execute(&mut *db)
        .await?;
    insert(db, booking, people).await
}

/// Writes who comes along with a booking, in this order.
pub async fn insert(db: &mut PgConnection, booking: Id<Booking>, people: &[Person]) -> Result<(), AppError> {
    if people.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    let phones: Vec<Option<&Phone>> = people.iter().map(|person| person.phone.as_ref()).collect();
    let ages: Vec<Option<i16>> = people.iter().map(|person| person.age).collect();
    sqlx::query(
        "insert into booking_people (booking_id, name, phone, age, position)
         select $1, * from unnest($2::text[], $3::text[], $4::smallint[]) with ordinality",
    )
    .bind(booking)
    .bind(names)
    .bind(phones)
    .bind(ages)
    .execute(db)
    .await?;
    Ok(())
}
