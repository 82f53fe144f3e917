use engine::{Phone, field};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{customers::Customer, error::AppError};

/// The newest bookings that are searched for their customers.
const MOST_BOOKINGS: i64 = 50;

/// Maximum number of customers found.
const MOST_FOUND: i64 = 8;

/// Fewer letters or digits would find nearly everybody.
const LEAST_LETTERS: usize = 3;

/// Customers by parts of what their bookings say (name, phone, e-mail, plate, address), or by their complete phone number or e-mail address; whose booking is
/// the newest comes first.
pub async fn search(db: &mut PgConnection, typed: &str, region: &str) -> Result<Vec<Customer>, AppError> {
    let words = field::optional(typed, 200).ok().flatten().unwrap_or_default();
    if words.chars().filter(|letter| letter.is_alphanumeric()).count() < LEAST_LETTERS {
        return Ok(Vec::new());
    }
    let phone = Phone::parse(&words, region).ok();
    let wanted = phone.as_ref().map_or_else(|| words.clone(), Phone::to_string);
    let bookings: Vec<Uuid> = sqlx::query_scalar("select app.search_bookings($1, $2)")
        .bind(wanted)
        .bind(MOST_BOOKINGS)
        .fetch_all(&mut *db)
        .await?;
    Ok(sqlx::query_as(
        "with found as (
             select customer_id as id, created_at from bookings where tenant_id = app.current_tenant() and id = any($1)
             union all select id, created_at from customers where tenant_id = app.current_tenant() and phone = $2
             union all select id, created_at from customers where tenant_id = app.current_tenant() and email = $3
         ), latest as (
             select id, max(created_at) as at from found group by id order by at desc, id limit $4
         )
         select c.id, c.name, c.email, c.phone from latest join customers c on c.tenant_id = app.current_tenant() and c.id = latest.id
         order by latest.at desc, c.id",
    )
    .bind(bookings)
    .bind(phone)
    .bind(words.to_lowercase())
    .bind(MOST_FOUND)
    .fetch_all(db)
    .await?)
}
