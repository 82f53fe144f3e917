//! Reviewing a provider.

use engine::{Stars, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    bookings::Key,
    error::{AppError, FieldErrors, Next},
    server::{context, fields},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReviewForm {
    /// The token of the customer's link; empty for an account's own booking.
    #[serde(default)]
    pub token: String,
    /// The booking's reference, for an account's own booking.
    #[serde(default)]
    pub reference: String,
    #[serde(default, deserialize_with = "fields::chosen")]
    pub rating: Option<Stars>,
    #[serde(default)]
    pub comment: String,
}

/// Rates the provider of a completed booking, once.
#[server(endpoint = "review_booking")]
pub async fn review_booking(#[server(flatten)] form: ReviewForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let key = Key::from_form(&form.token, &form.reference)?;
    let mut errors = FieldErrors::default();
    let rating = errors.take("rating", form.rating.ok_or(t!("reviews-choose-one-to-five-stars")));
    let comment = errors.take("comment", field::multiline(&form.comment, 2000));
    let (Some(rating), Some(comment)) = (rating, comment) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin().await?;
    let opened = key.open(&mut tx, &ctx).await?;
    super::review(&mut tx, opened.booking.id, rating, comment.as_deref()).await?;
    tx.commit().await?;
    Ok(Next::said(key.path(), t!("reviews-thanks-for-your-review")))
}
