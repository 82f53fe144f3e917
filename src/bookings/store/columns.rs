//! The columns of a booking, and a booking from its row.

use chrono::{DateTime, Utc};
use engine::{Amount, GeoPoint, quote::RefundTiers};
use sqlx::{FromRow, Row, postgres::PgRow, types::Json};

use crate::{
    bookings::{Billing, Booking, Cancellation, Party},
    customers::Contact,
};

/// All columns of a booking, for statements that read whole bookings: `concat!("select ", booking_columns!("b."), " from …")`.
macro_rules! booking_columns {
    ($table:literal) => {
        concat!(
            $table,
            "id, ",
            $table,
            "reference, ",
            $table,
            "customer_id, ",
            $table,
            "service_id, ",
            $table,
            "phase, ",
            $table,
            "waits_for, ",
            $table,
            "expires_at, ",
            $table,
            "contact_name, ",
            $table,
            "contact_phone, ",
            $table,
            "contact_email, ",
            $table,
            "address, ",
            $table,
            "location_source, ",
            $table,
            "latitude, ",
            $table,
            "longitude, ",
            $table,
            "scheduled_at, ",
            $table,
            "ends_at, ",
            $table,
            "units, ",
            $table,
            "payment_method, ",
            $table,
            "notes, ",
            $table,
            "billed_to, ",
            $table,
            "purchase_order, ",
            $table,
            "hides_price, ",
            $table,
            "priority, ",
            $table,
            "cancelled_by, ",
            $table,
            "cancellation_reason, ",
            $table,
            "cancellation_fee, ",
            $table,
            "cancelled_at, ",
            $table,
            "refund_tiers, ",
            $table,
            "created_at, ",
            $table,
            "completed_at, (select kind.vertical from services kind where kind.tenant_id = ",
            $table,
            "tenant_id and kind.id = ",
            $table,
            "service_id) as vertical"
        )
    };
}
pub(super) use booking_columns;

impl<'r> FromRow<'r, PgRow> for Booking {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let place: (Option<f64>, Option<f64>) = (row.try_get("latitude")?, row.try_get("longitude")?);
        let point = match place {
            (Some(latitude), Some(longitude)) => {
                Some(GeoPoint::new(latitude, longitude).map_err(|error| sqlx::Error::Decode(error.into()))?)
            }
            _ => None,
        };
        let cancelled: (Option<Party>, Option<DateTime<Utc>>) =
            (row.try_get("cancelled_by")?, row.try_get("cancelled_at")?);
        let cancellation = match cancelled {
            (Some(by), Some(at)) => Some(Cancellation {
                by,
                reason: row.try_get("cancellation_reason")?,
                fee: row.try_get::<Option<Amount>, _>("cancellation_fee")?.unwrap_or(Amount::ZERO),
                at,
            }),
            _ => None,
        };
        let billing = match row.try_get("billed_to")? {
            Some(to) => Some(Billing {
                to,
                purchase_order: row.try_get("purchase_order")?,
                hides_price: row.try_get("hides_price")?,
            }),
            None => None,
        };
        Ok(Self {
            id: row.try_get("id")?,
            reference: row.try_get("reference")?,
            customer_id: row.try_get("customer_id")?,
            service_id: row.try_get("service_id")?,
            vertical: row.try_get("vertical")?,
            phase: row.try_get("phase")?,
            waits_for: row.try_get("waits_for")?,
            expires_at: row.try_get("expires_at")?,
            contact: Contact {
                name: row.try_get("contact_name")?,
                phone: row.try_get("contact_phone")?,
                email: row.try_get("contact_email")?,
            },
            address: row.try_get("address")?,
            location_source: row.try_get("location_source")?,
            point,
            scheduled_at: row.try_get("scheduled_at")?,
            ends_at: row.try_get("ends_at")?,
            units: row.try_get("units")?,
            payment_method: row.try_get("payment_method")?,
            notes: row.try_get("notes")?,
            billing,
            is_priority: row.try_get("priority")?,
            refund_tiers: row.try_get::<Option<Json<RefundTiers>>, _>("refund_tiers")?.map(|tiers| tiers.0),
            cancellation,
            created_at: row.try_get("created_at")?,
            completed_at: row.try_get("completed_at")?,
        })
    }
}
