//! All SQL on the dispatcher's tables, one file per table.

pub mod assignments;
pub mod decisions;
pub(super) mod discovered;
mod job_row;
pub mod jobs;
pub mod nearby;
pub mod offers;
pub mod progress;
pub(super) mod sightings;

use engine::GeoPoint;

use crate::error::{AppError, OrInternal};

/// Meters of one degree of latitude, rounded down, so that nothing within reach is left out.
const DEGREE: f64 = 110_000.0;

/// A location in two columns that are null together.
fn point(latitude: Option<f64>, longitude: Option<f64>) -> Result<Option<GeoPoint>, AppError> {
    latitude.zip(longitude).map(|(latitude, longitude)| GeoPoint::new(latitude, longitude).or_internal()).transpose()
}

/// Fails if the row has changed since the model allowed the change.
fn still_there(rows: u64) -> Result<(), AppError> {
    if rows == 1 { Ok(()) } else { Err(AppError::conflict(t!("dispatch-someone-else-just-changed-this-reload"))) }
}
