//! The differences between the kinds of business. Features call verticals only through this registry: a new one is a folder, a migration, and an arm
//! in each `match` here. `privacy/map.rs` and `audit/model.rs` list its table by name, as they list every table.

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod parts;
pub mod roadside;
#[cfg(feature = "ssr")]
mod steps;

#[cfg(feature = "ssr")]
pub use registry::Vertical;

#[cfg(feature = "ssr")]
mod registry {
    use std::collections::HashMap;

    use engine::{Id, Miles10};
    use sqlx::PgConnection;

    use super::roadside;
    use crate::{
        bookings::Booking,
        catalog::{PricedService, store::NewService},
        error::AppError,
        server::{Answer, Visit},
    };

    engine::codes! {
        pub enum Vertical ("vertical") {
            Roadside = "roadside",
        }
    }

    impl Vertical {
        pub fn label(self) -> &'static str {
            match self {
                Self::Roadside => "Roadside assistance",
            }
        }

        /// The services of a new business of this kind; it must set prices to offer them.
        pub fn starter_catalog(self) -> Vec<NewService> {
            match self {
                Self::Roadside => roadside::starter::catalog(),
            }
        }

        /// The form that books a service.
        pub async fn booking_form(self, visit: Visit, service: PricedService) -> Result<Answer, AppError> {
            match self {
                Self::Roadside => roadside::pages::booking_form(visit, service).await,
            }
        }

        /// The review page of a booking, with its price and the confirm button.
        pub async fn review(self, visit: Visit, service: PricedService) -> Result<Answer, AppError> {
            match self {
                Self::Roadside => roadside::pages::review(visit, service).await,
            }
        }

        /// The vertical's details of a booking, as label and text, for staff and providers.
        pub async fn details(
            self,
            db: &mut PgConnection,
            booking: Id<Booking>,
        ) -> Result<Vec<(&'static str, String)>, AppError> {
            match self {
                Self::Roadside => {
                    Ok(roadside::store::find(db, booking).await?.map(|details| details.described()).unwrap_or_default())
                }
            }
        }

        /// The miles actually driven for a booking.
        pub async fn record_miles(
            self,
            db: &mut PgConnection,
            booking: Id<Booking>,
            miles: Miles10,
        ) -> Result<(), AppError> {
            match self {
                Self::Roadside => roadside::store::record_miles(db, booking, miles).await,
            }
        }

        /// A short description of each of these bookings, for a list. Bookings of another vertical are left out.
        pub async fn subjects(
            self,
            db: &mut PgConnection,
            bookings: &[Id<Booking>],
        ) -> Result<HashMap<Id<Booking>, String>, AppError> {
            match self {
                Self::Roadside => roadside::store::vehicles_of(db, bookings).await,
            }
        }
    }
}
