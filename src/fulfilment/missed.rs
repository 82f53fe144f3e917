//! One of several people on a job who wasn't there.

use engine::Id;
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    bookings::Booking,
    dispatch::Job,
    error::{AppError, Next},
    providers,
    server::context,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NoShowForm {
    pub job: Id<Job>,
    pub booking: Id<Booking>,
}

/// A provider reports that one of the people on their job wasn't there.
#[server(endpoint = "report_no_show")]
pub async fn report_no_show(#[server(flatten)] form: NoShowForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    super::missed(&mut tx, &ctx.tenant, provider.id, form.job, form.booking).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/provider/jobs/{}", form.job), t!("fulfilment-noted-the-office-has-been-notified")))
}
