//! The three steps of booking roadside help.

use leptos::server;
use serde::{Deserialize, Serialize};

use super::RoadsideForm;
use crate::error::{AppError, Next};

/// Checks the form and leads on to the review. Nothing is booked yet.
#[server(endpoint = "start_roadside_booking")]
pub async fn start_booking(
    /// The form.
    #[server(flatten)]
    form: RoadsideForm,
) -> Result<Next, AppError> {
    super::make::start(&crate::server::context()?, form).await
}

/// What the question about ambiguous addresses sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlacesForm {
    /// Token of the booking in the making.
    pub draft: String,
    /// The chosen place of the car, as its point; `none` if it isn't among them.
    pub address: String,
    /// The chosen place to tow to, in the same way.
    pub destination: String,
}

/// Takes the customer's word for what an ambiguous address means.
#[server(endpoint = "choose_roadside_places")]
pub async fn choose_places(
    /// The form.
    #[server(flatten)]
    form: PlacesForm,
) -> Result<Next, AppError> {
    super::make::choose(&crate::server::context()?, form).await
}

/// What the confirm button sends: what was being looked at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    /// Token of the booking in the making.
    pub draft: String,
    /// The total that was shown, minor units.
    pub total: String,
    /// The most it may cost, as shown, minor units.
    pub ceiling: String,
    /// Reference of the open booking that looks the same, once the customer has said that they want another one.
    pub beside: String,
}

/// Books what was reviewed at the price that was shown. The same form confirmed twice makes one booking.
#[server(endpoint = "confirm_roadside_booking")]
pub async fn confirm_booking(
    /// The form.
    #[server(flatten)]
    form: ConfirmForm,
) -> Result<Next, AppError> {
    super::make::confirm(&crate::server::context()?, form).await
}
