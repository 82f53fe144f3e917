//! Bookings: made, approved or not, begun and over without a job, cancelled; and what only their kind of business does with them.

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};

use super::Player;
use crate::{
    bookings::{Author, Booking, Phase, store},
    dispatch::store::jobs,
    error::AppError,
    fulfilment::{self, requests},
    seeds::{
        rows::{BookingRow, DeedRow, Stage},
        script::Action,
    },
};

/// How long after the agreed time somebody counts as not having come.
const MISSED_AFTER: TimeDelta = TimeDelta::minutes(30);

impl<'a> Player<'_, 'a> {
    async fn booking(&mut self, row: &BookingRow) -> Result<Booking> {
        let id = self.history.booking(&row.name)?;
        Ok(store::find(&mut self.history.tx, id).await?.ok_or(AppError::NotFound)?)
    }

    async fn locked(&mut self, row: &BookingRow) -> Result<Booking> {
        let id = self.history.booking(&row.name)?;
        Ok(store::lock(&mut self.history.tx, id).await?)
    }

    pub(super) async fn book(&mut self, row: &'a BookingRow) -> Result<()> {
        let kind = self.kind(row)?;
        let booking = kind.play_booking(self.history, row).await?;
        self.history.note_booking(row, booking.id);
        match booking.expires_at {
            Some(until) => {
                self.plan_answer_to_request(row, until);
                Ok(())
            }
            None => self.agreed(row, &booking).await,
        }
    }

    fn plan_answer_to_request(&mut self, row: &'a BookingRow, until: DateTime<Utc>) {
        let answered_in = self.history.names.minutes(&format!("{} answer", row.name), 5..=40);
        match row.stage {
            Stage::Requested | Stage::Cancelled => {}
            Stage::Expired => self.plan(until, Action::ExpireRequest(row)),
            Stage::Declined => self.plan_in(answered_in, Action::DeclineRequest(row)),
            _ => self.plan_in(answered_in, Action::ApproveRequest(row)),
        }
    }

    pub(super) async fn approve_request(&mut self, row: &'a BookingRow) -> Result<()> {
        let by = self.answerer(row)?;
        let booking = self.locked(row).await?;
        let approved = requests::approve(&mut self.history.tx, &self.history.tenant, &booking, by).await?;
        self.agreed(row, &approved).await
    }

    pub(super) async fn decline_request(&mut self, row: &'a BookingRow) -> Result<()> {
        let (by, reason) = (self.answerer(row)?, row.reason.as_deref().context("they say why")?);
        let booking = self.locked(row).await?;
        requests::decline(&mut self.history.tx, &self.history.tenant, &booking, by, reason).await?;
        self.settle(row).await
    }

    pub(super) async fn expire_request(&mut self, row: &'a BookingRow) -> Result<()> {
        let id = self.history.booking(&row.name)?;
        requests::expire(&mut self.history.tx, &self.history.tenant, id).await?;
        self.settle(row).await
    }

    /// Whoever offers the service says yes or no.
    fn answerer(&self, row: &BookingRow) -> Result<Author> {
        Ok(match self.owner(row)? {
            Some(owner) => Author::provider(engine::field::first_name(&owner.full_name)),
            None => Author::staff(&self.history.dispatcher()?.name),
        })
    }

    /// A booking is agreed: somebody does its jobs, or it begins by itself.
    async fn agreed(&mut self, row: &'a BookingRow, booking: &Booking) -> Result<()> {
        self.note_jobs(row).await?;
        if !jobs::open_of_booking(&mut self.history.tx, booking.id).await?.is_empty() {
            return Ok(());
        }
        let begins_at = booking.scheduled_at.unwrap_or(booking.created_at);
        let arrives_at = begins_at + self.history.names.minutes(&format!("{} arrival", row.name), 0..=10);
        match row.stage {
            Stage::InProgress | Stage::Completed => self.plan(arrives_at, Action::Turn(row, Phase::InProgress)),
            Stage::NoShow => self.plan(begins_at + MISSED_AFTER, Action::Turn(row, Phase::NoShow)),
            Stage::Scheduled | Stage::Cancelled => {}
            stage => bail!("a booking without a job is never {stage}"),
        }
        Ok(())
    }

    /// A booking without a job goes on; plans its end once it has begun.
    pub(super) async fn turn(&mut self, row: &'a BookingRow, to: Phase) -> Result<()> {
        let kind = self.kind(row)?;
        let booking = self.locked(row).await?;
        kind.play_turn(self.history, row, &booking, to).await?;
        if to == Phase::InProgress && row.stage == Stage::Completed {
            let usual = TimeDelta::minutes(self.history.demo.service(&row.service)?.minutes.into());
            let ends_at = booking.ends_at.unwrap_or(self.history.tx.now + usual);
            self.plan(ends_at, Action::Turn(row, Phase::Completed));
        }
        self.settle(row).await
    }

    pub(super) async fn cancel(&mut self, row: &'a BookingRow) -> Result<()> {
        let booking = self.locked(row).await?;
        let (tx, tenant) = (&mut self.history.tx, &self.history.tenant);
        fulfilment::cancel(tx, tenant, &booking, Author::customer(), row.reason.clone()).await?;
        self.settle(row).await
    }

    pub(super) async fn do_deed(&mut self, deed: &'a DeedRow) -> Result<()> {
        let row = self.history.demo.booking(&deed.booking)?;
        let kind = self.kind(row)?;
        let booking = self.locked(row).await?;
        kind.play_deed(self.history, deed, &booking).await?;
        self.note_jobs(row).await
    }

    /// Plans the payment and the review of a booking that has come as far as it gets.
    pub(super) async fn settle(&mut self, row: &'a BookingRow) -> Result<()> {
        let phase = self.booking(row).await?.phase;
        if phase == row.stage.phase() && self.settled.insert(&row.name) {
            self.plan_payments(row);
            if phase == Phase::Completed {
                self.plan_review(row);
            }
        }
        Ok(())
    }

    /// Checks that every booking has reached its stage.
    pub(super) async fn check_bookings(&mut self) -> Result<()> {
        for row in &self.history.demo.bookings {
            let (phase, expected) = (self.booking(row).await?.phase, row.stage.phase());
            ensure!(phase == expected, "{} is {phase}, not {expected}", row.name);
        }
        Ok(())
    }
}
