use anyhow::{Context, Result};
use engine::Id;

use super::rows::{BookingRow, Stage, WorkRow};
use crate::{
    dispatch::{Job, JobState},
    verticals::Vertical,
};

/// A job, and the row that says who does it.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub job: Id<Job>,
    pub kind: Vertical,
    pub row: &'a WorkRow,
    /// How far it gets.
    pub stage: JobState,
    /// Whose job it is; `None` for a published one.
    pub booking: Option<&'a BookingRow>,
}

impl<'a> Work<'a> {
    pub(super) fn new(job: &Job, row: &'a WorkRow, booking: Option<&'a BookingRow>) -> Result<Self> {
        let stage = row.stage.or_else(|| booking.map(|booking| booking.stage.of_jobs()));
        Ok(Self {
            job: job.id,
            kind: job.vertical.context("a job of no kind of business")?,
            row,
            stage: stage.with_context(|| format!("how far does {} get?", row.name()))?,
            booking,
        })
    }

    /// Whether its customer cancels while the provider is on the way.
    pub(super) fn is_cancelled_on_the_way(&self) -> bool {
        self.booking.is_some_and(|booking| booking.stage == Stage::CancelledOnTheWay)
    }

    pub(super) fn lead(&self) -> Result<&'a str> {
        self.row.crew().next().with_context(|| format!("nobody does {}", self.row.name()))
    }

    pub(super) fn has(&self, provider: &str) -> bool {
        self.row.crew().any(|member| member == provider)
    }
}
