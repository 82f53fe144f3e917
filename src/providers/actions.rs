//! Providers' actions while they work: going on and off duty, and sending their position.

use engine::GeoPoint;
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{Position, of_user, store};
use crate::{
    dispatch,
    error::{AppError, Next},
    server::context,
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DutyForm {
    /// `on` or `off`.
    pub duty: String,
}

/// Goes on or off duty.
#[server(endpoint = "set_duty")]
pub async fn set_duty(#[server(flatten)] form: DutyForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = of_user(&mut tx, &ctx).await?;
    let said = match form.duty.as_str() {
        "on" => {
            dispatch::go_on_duty(&mut tx, provider.id).await?;
            t!("providers-youre-on-duty")
        }
        "off" => {
            dispatch::go_off_duty(&mut tx, provider.id).await?;
            t!("providers-youre-off-duty-you-get-no")
        }
        _ => return Err(AppError::Malformed),
    };
    tx.commit().await?;
    Ok(Next::said("/provider", said))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PositionForm {
    pub latitude: String,
    pub longitude: String,
    /// Meters; empty if the place was chosen by hand.
    pub accuracy: String,
}

/// Records a provider's position, only while on duty if there is duty at all.
#[server(endpoint = "share_position")]
pub async fn share_position(#[server(flatten)] form: PositionForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = of_user(&mut tx, &ctx).await?;
    if ctx.tenant.has_duty() && !provider.is_on_duty() {
        return Err(AppError::conflict(t!("providers-youre-off-duty-so-your-location")));
    }
    let point = coordinates(&form.latitude, &form.longitude).ok_or_else(|| {
        let postcode = ctx.tenant.postcode();
        AppError::invalid("place", t!("providers-that-isnt-a-valid-location-search", postcode = postcode))
    })?;
    let accuracy = form.accuracy.parse().ok().filter(|meters: &f32| meters.is_finite() && *meters >= 0.0);
    let position = Position { point, accuracy, recorded_at: tx.now };
    store::move_to(&mut tx, provider.id, &position).await?;
    tx.commit().await?;
    Ok(Next::said("/provider", t!("providers-location-updated")))
}

fn coordinates(latitude: &str, longitude: &str) -> Option<GeoPoint> {
    GeoPoint::new(latitude.trim().parse().ok()?, longitude.trim().parse().ok()?).ok()
}
