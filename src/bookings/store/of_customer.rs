//! The bookings of a customer.

use engine::{Amount, GeoPoint, Id};
use sqlx::{FromRow, PgConnection};

use super::{columns::booking_columns, span::Span};
use crate::{
    bookings::{Booking, LocationSource, Whereabouts},
    customers::Customer,
    error::{AppError, OrInternal},
    verticals::Known,
};

/// A booking in a list, with the name of its service and the amount due.
#[derive(Debug, Clone, FromRow)]
pub struct ListedBooking {
    #[sqlx(flatten)]
    pub booking: Booking,
    pub service_name: String,
    /// Sum of the approved quotes.
    pub owed: Amount,
}

/// A page of a customer's bookings, newest first, and the total number.
pub async fn list_of_customer(
    db: &mut PgConnection,
    customer_id: Id<Customer>,
    span: Span,
    page: i64,
    per_page: i64,
) -> Result<(Vec<ListedBooking>, i64), AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("b."),
        ", s.name as service_name,
           (select coalesce(sum(q.total_amount), 0)::bigint from quotes q
            where (q.tenant_id, q.booking_id) = (b.tenant_id, b.id) and q.state = 'approved') as owed
         from bookings b join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
         where b.tenant_id = app.current_tenant() and b.customer_id = $1 and b.phase = any($2)
         order by b.created_at desc, b.id desc limit $3 offset $4"
    );
    let listed = sqlx::query_as(sql)
        .bind(customer_id)
        .bind(span.phases())
        .bind(per_page)
        .bind((page - 1) * per_page)
        .fetch_all(&mut *db)
        .await?;
    let total = sqlx::query_scalar(
        "select count(*) from bookings where tenant_id = app.current_tenant() and customer_id = $1 and phase = any($2)",
    )
    .bind(customer_id)
    .bind(span.phases())
    .fetch_one(db)
    .await?;
    Ok((Known::rows(listed), total))
}

/// Number of bookings made as a guest with this e-mail.
pub async fn count_of_guest(db: &mut PgConnection, email: &str) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar(
        "select count(*) from bookings b join customers c on (c.tenant_id, c.id) = (b.tenant_id, b.customer_id)
         where b.tenant_id = app.current_tenant() and c.email = $1 and c.user_id is null",
    )
    .bind(email)
    .fetch_one(db)
    .await?)
}

/// Number of a customer's latest bookings among whose places they choose one.
const LATEST: i64 = 20;

/// The places of a customer's latest bookings, the newest first.
pub async fn places_of_customer(
    db: &mut PgConnection,
    customer_id: Id<Customer>,
) -> Result<Vec<Whereabouts>, AppError> {
    let rows: Vec<(String, LocationSource, f64, f64)> = sqlx::query_as(
        "select address, location_source, latitude, longitude from bookings
         where tenant_id = app.current_tenant() and customer_id = $1 and latitude is not null
         order by created_at desc limit $2",
    )
    .bind(customer_id)
    .bind(LATEST)
    .fetch_all(db)
    .await?;
    let place = |(address, source, latitude, longitude)| {
        let point = Some(GeoPoint::new(latitude, longitude).or_internal()?);
        Ok(Whereabouts { address, source, point })
    };
    rows.into_iter().map(place).collect()
}
