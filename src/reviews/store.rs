//! All SQL on `reviews`.

use engine::{Id, Stars};
use sqlx::PgConnection;

use crate::{bookings::Booking, customers::Customer, error::AppError, providers::Provider};

struct Review;

/// Moves the reviews of some customers to another customer.
pub async fn reassign(db: &mut PgConnection, from: &[Id<Customer>], to: Id<Customer>) -> Result<(), AppError> {
    sqlx::query("update reviews set customer_id = $2 where tenant_id = app.current_tenant() and customer_id = any($1)")
        .bind(from)
        .bind(to)
        .execute(db)
        .await?;
    Ok(())
}

/// Adds the one review of a booking; another one is a conflict.
pub(super) async fn insert(
    db: &mut PgConnection,
    booking: &Booking,
    provider: Id<Provider>,
    rating: Stars,
    comment: Option<&str>,
) -> Result<(), AppError> {
    sqlx::query(
        "insert into reviews (id, booking_id, provider_id, customer_id, rating, comment) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(Id::<Review>::new())
    .bind(booking.id)
    .bind(provider)
    .bind(booking.customer_id)
    .bind(rating)
    .bind(comment)
    .execute(db)
    .await?;
    Ok(())
}
