//! What the provider of a leg is asked at its end: on the way there how many pieces it is, on the way back how many of them.

use engine::Id;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use super::hand_over::{self, PICKUP, RETURN};
use crate::{
    bookings::Booking,
    db::Tx,
    dispatch::{self, Job, JobState, store::jobs},
    error::{AppError, Next},
    fulfilment::{self, actions::finished},
    providers::{self, Provider},
    server::context,
    tenants::Tenant,
    ui::TextField,
    verticals::{FinishPart, FinishSheet},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndLegForm {
    pub job: Id<Job>,
    #[serde(default)]
    pub pieces: String,
}

#[server(endpoint = "toy_end_pickup")]
pub async fn end_pickup(#[server(flatten)] form: EndLegForm) -> Result<Next, AppError> {
    end(
        &form,
        "update toy_bookings set pieces = $2 where tenant_id = app.current_tenant() and booking_id = $1",
        EndPickup::PATH,
    )
    .await
}

#[server(endpoint = "toy_end_return")]
pub async fn end_return(#[server(flatten)] form: EndLegForm) -> Result<Next, AppError> {
    end(
        &form,
        "update toy_bookings set pieces_back = $2 where tenant_id = app.current_tenant() and booking_id = $1",
        EndReturn::PATH,
    )
    .await
}

async fn end(form: &EndLegForm, record: &'static str, report: &str) -> Result<Next, AppError> {
    let ctx = context()?;
    let number = form.pieces.trim().parse::<i32>();
    let pieces = number.map_err(|_| AppError::invalid("pieces", t!("toy-enter-a-number")))?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    let ending = dispatch::about_to(&mut tx, provider.id, form.job, JobState::Done).await?;
    for booking in ending.into_iter().flat_map(|(_, bookings)| bookings) {
        sqlx::query(record).bind(booking.id).bind(pieces).execute(&mut *tx).await?;
    }
    let earned = fulfilment::finish(&mut tx, &ctx.tenant, provider.id, form.job, Some(report)).await?;
    tx.commit().await?;
    Ok(finished(&ctx.tenant, form.job, earned))
}

/// Ends a job with whatever it asks, but not by the pages.
pub async fn end_with_report(tx: &mut Tx, tenant: &Tenant, by: Id<Provider>, job: &Job) -> Result<(), AppError> {
    for booking in jobs::bookings_of(tx, job.id).await? {
        hand_over::record(tx, job, booking).await?;
    }
    let report = fulfilment::bill(tx, tenant, job).await?.and_then(|bill| bill.report);
    fulfilment::finish(tx, tenant, by, job.id, report.map(|part| part.action)).await?;
    Ok(())
}

pub async fn report(tx: &mut Tx, job: &Job, booking: &Booking) -> Result<Option<FinishPart>, AppError> {
    Ok(match &*job.kind {
        PICKUP => {
            Some(FinishPart::new(EndPickup::PATH, |sheet| field(t!("toy-how-many-pieces-is-it").to_owned(), sheet)))
        }
        RETURN => {
            let pieces: Option<i32> = sqlx::query_scalar(
                "select pieces from toy_bookings where tenant_id = app.current_tenant() and booking_id = $1",
            )
            .bind(booking.id)
            .fetch_one(&mut **tx)
            .await?;
            let label = t!("toy-how-many-of-the-pieces-came-back", pieces = pieces.unwrap_or_default());
            Some(FinishPart::new(EndReturn::PATH, move |sheet| field(label, sheet)))
        }
        _ => None,
    })
}

fn field(label: String, sheet: &FinishSheet<'_>) -> AnyView {
    let state = sheet.form.field("pieces");
    view! { <TextField label name="pieces" state inputmode="numeric" maxlength=3 /> }.into_any()
}
