//! What jobs are for, in lists.

use std::collections::HashMap;

use engine::Id;
use sqlx::{FromRow, PgConnection};

use crate::{
    bookings::{Booking, Phase},
    dispatch::Job,
    error::AppError,
    ui::Glyph,
    verticals::{IfKnown, Vertical, glyph_of_job, name_of_job},
};

/// The glyph of a service's icon.
pub(in crate::portal) fn glyph(icon: &str) -> Glyph {
    Glyph::named(icon).unwrap_or(Glyph::Wrench)
}

/// Joins the first booking of a job `j` as `b`, and the number of its bookings; nothing while it has none.
macro_rules! first_booking {
    () => {
        "left join lateral (
             select b.tenant_id, b.id, b.phase, s.name, s.vertical, s.icon, count(*) over () as bookings
             from job_bookings jb
             join bookings b on (b.tenant_id, b.id) = (jb.tenant_id, jb.booking_id)
             join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
             where (jb.tenant_id, jb.job_id) = (j.tenant_id, j.id)
             order by b.id limit 1
         ) b on true"
    };
}

/// The columns of [`WhatFor`], of a job `j` and its [`first_booking`].
macro_rules! what_for_columns {
    () => {
        "b.id as first_booking, b.phase, b.name as service_name, b.icon, j.kind as opened_as, coalesce(j.vertical, b.vertical) as vertical, coalesce(b.bookings, 0) as bookings"
    };
}

/// What a job is for: the service of its first booking, or what its kind of business calls it while it has none.
#[derive(Debug, Clone, FromRow)]
pub(in crate::portal) struct WhatFor {
    first_booking: Option<Id<Booking>>,
    phase: Option<Phase>,
    service_name: Option<String>,
    icon: Option<String>,
    opened_as: String,
    /// `None` if only another version knows it.
    #[sqlx(try_from = "IfKnown")]
    pub(super) vertical: Option<Vertical>,
    /// How many bookings it is for.
    pub bookings: i64,
}

impl WhatFor {
    pub fn name(&self) -> &str {
        self.service_name.as_deref().unwrap_or_else(|| name_of_job(self.vertical, &self.opened_as))
    }

    pub fn glyph(&self) -> Glyph {
        self.icon.as_deref().map_or_else(|| glyph_of_job(self.vertical), glyph)
    }

    /// The booking, if it is for one that isn't over, with its kind of business.
    pub fn only_booking(&self) -> Option<(Id<Booking>, Vertical)> {
        let goes_on = self.bookings == 1 && self.phase.is_some_and(|phase| !phase.is_terminal());
        self.first_booking.filter(|_| goes_on).zip(self.vertical)
    }
}

#[derive(FromRow)]
struct WhatForRow {
    id: Id<Job>,
    #[sqlx(flatten)]
    what: WhatFor,
}

pub(in crate::portal) async fn what_for(
    db: &mut PgConnection,
    jobs: &[Id<Job>],
) -> Result<HashMap<Id<Job>, WhatFor>, AppError> {
    let found: Vec<WhatForRow> = sqlx::query_as(concat!(
        "select j.id, ",
        what_for_columns!(),
        " from jobs j ",
        first_booking!(),
        " where j.tenant_id = app.current_tenant() and j.id = any($1)"
    ))
    .bind(jobs)
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().map(|row| (row.id, row.what)).collect())
}
pub(super) use {first_booking, what_for_columns};
