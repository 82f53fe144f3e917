//! The address search for islands.

use leptos::server;

use super::Found;
use crate::error::AppError;

/// Possible places for a text, near the tenant's area. Changes nothing.
#[server(endpoint = "search_places")]
pub async fn search_places(text: String) -> Result<Found, AppError> {
    let ctx = crate::server::context()?;
    ctx.limit(crate::limits::Limit::Search, "").await?;
    Ok(ctx.app.geocoder.search(&text, ctx.tenant.center).await)
}

/// The radius of the names on a drawn map, in meters.
#[cfg(feature = "ssr")]
const MAP_RADIUS: engine::Meters = engine::Meters(60_000.0);

/// Names for a drawn map of the tenant's area, the nearest first. Changes nothing.
#[allow(clippy::unused_async, reason = "every server function is async")]
#[server(endpoint = "map_names")]
pub async fn map_names() -> Result<Vec<super::Place>, AppError> {
    let ctx = crate::server::context()?;
    Ok(ctx.app.geocoder.names_around(ctx.tenant.center, MAP_RADIUS))
}
