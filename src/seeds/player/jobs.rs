//! Jobs: who gets them, by an offer, from staff or by themselves, and the steps until they end.

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use engine::Id;

use super::Player;
use crate::{
    bookings::Author,
    dispatch::{self, DeclineReason, Dispatching, Job, JobState, Offer, Outcome, store::jobs},
    fulfilment,
    providers::{self, Provider},
    seeds::{
        pace::Pace,
        rows::{Algorithm, BookingRow, FirstDid, ProviderRow, WorkRow},
        script::Action,
        work::Work,
    },
};

impl<'a> Player<'_, 'a> {
    /// Notes who does the jobs that were published before anybody booked.
    pub(super) async fn note_published(&mut self) -> Result<()> {
        for row in self.history.demo.work.iter().filter(|row| row.booking.is_none()) {
            let name = row.job.as_deref().context("work.csv: neither a booking nor a published job")?;
            let job = self.history.published(name)?;
            let job = self.job(job).await?;
            self.note(&job, row, None)?;
        }
        Ok(())
    }

    /// Notes who does the jobs of a booking that were opened since the last time.
    pub(super) async fn note_jobs(&mut self, row: &'a BookingRow) -> Result<()> {
        let booking = self.history.booking(&row.name)?;
        let demo = self.history.demo;
        for job in jobs::open_of_booking(&mut self.history.tx, booking).await? {
            let is_of = |work: &&WorkRow| {
                work.booking.as_ref() == Some(&row.name)
                    && work.job.as_ref().is_none_or(|opened_as| *opened_as == job.kind)
                    && !self.is_noted(work)
            };
            if !self.works.contains_key(&job.id)
                && let Some(work) = demo.work.iter().find(is_of)
            {
                self.note(&job, work, Some(row))?;
            }
        }
        Ok(())
    }

    fn is_noted(&self, row: &WorkRow) -> bool {
        self.works.values().any(|work| std::ptr::eq(work.row, row))
    }

    /// Notes who does a job, and plans that they get it, unless they are asked.
    fn note(&mut self, job: &Job, row: &'a WorkRow, booking: Option<&'a BookingRow>) -> Result<()> {
        let work = Work::new(job, row, booking)?;
        self.works.insert(job.id, work);
        let patience = self.history.names.seconds(&format!("{} assignment", row.name()), 150..=420);
        let searched_at = match job.dispatching {
            Dispatching::Now | Dispatching::At(_) => {
                job.search_begins_at(&self.history.tenant.settings).max(job.created_at)
            }
            Dispatching::ByHand | Dispatching::Discover { .. } => job.created_at,
        };
        match row.algorithm {
            Algorithm::Auto => {}
            Algorithm::Manual => self.plan(searched_at + patience, Action::Assign(work)),
            Algorithm::Taken => self.plan(searched_at + patience, Action::Take(work)),
        }
        Ok(())
    }

    async fn job(&mut self, id: Id<Job>) -> Result<Job> {
        jobs::find(&mut self.history.tx, id).await?.context("no such job")
    }

    fn crew(&self, work: Work<'a>) -> Result<Vec<Id<Provider>>> {
        work.row.crew().map(|name| Ok(self.history.provider(self.history.demo.provider(name)?))).collect()
    }

    /// The provider who reports the steps of a job.
    fn lead(&self, work: Work<'a>) -> Result<Id<Provider>> {
        Ok(self.history.provider(self.history.demo.provider(work.lead()?)?))
    }

    async fn pace(&mut self, work: Work<'a>) -> Result<Pace<'a>> {
        let job = self.job(work.job).await?;
        Ok(Pace { work: work.row, provider: self.history.demo.provider(work.lead()?)?, job })
    }

    /// The provider of the row accepts; the one before declines, or accepts and gives back later; all others let the offer time out.
    pub(super) fn plan_answer(&mut self, offer: &Offer) {
        let providers = &self.history.demo.providers;
        let asked = providers.iter().find(|provider| self.history.provider(provider) == offer.provider_id);
        let (Some(work), Some(asked)) = (self.works.get(&offer.job_id).copied(), asked) else { return };
        let row = work.row;
        let thinks = self.history.names.seconds(&format!("{} acceptance", row.name()), 6..=22);
        if row.first.as_ref() == Some(&asked.name) && row.first_did == Some(FirstDid::Declined) {
            self.plan_in(thinks, Action::Decline(work, asked, offer.id));
        } else if row.first.as_ref() == Some(&asked.name) || (work.has(&asked.name) && row.algorithm == Algorithm::Auto)
        {
            self.plan_in(thinks, Action::Accept(work, asked, offer.id));
        }
    }

    pub(super) async fn accept(&mut self, work: Work<'a>, by: &'a ProviderRow, offer: Id<Offer>) -> Result<()> {
        let provider = self.history.provider(by);
        dispatch::accept(&mut self.history.tx, &self.history.tenant, provider, offer).await?;
        if work.has(&by.name) {
            self.plan_departure(work).await
        } else {
            self.plan_in(TimeDelta::minutes(3), Action::GiveBack(work, by));
            Ok(())
        }
    }

    pub(super) async fn decline(&mut self, by: &'a ProviderRow, offer: Id<Offer>) -> Result<()> {
        let (provider, reason) = (self.history.provider(by), DeclineReason::TooFar.label());
        Ok(dispatch::decline(&mut self.history.tx, provider, offer, reason).await?)
    }

    pub(super) async fn give_back(&mut self, work: Work<'a>, by: &'a ProviderRow) -> Result<()> {
        let provider = self.history.provider(by);
        let reason = work.row.reason.as_deref().context("they say why")?;
        Ok(dispatch::give_back(&mut self.history.tx, provider, work.job, reason).await?)
    }

    pub(super) async fn assign(&mut self, work: Work<'a>) -> Result<()> {
        let (crew, lead) = (self.crew(work)?, self.lead(work)?);
        let needs_crew = self.job(work.job).await?.needs_crew();
        let staff = &self.history.dispatcher()?.name;
        let (tx, tenant) = (&mut self.history.tx, &self.history.tenant);
        if needs_crew {
            dispatch::assign_crew(tx, tenant, work.job, &crew, lead, Author::staff(staff)).await?;
        } else {
            dispatch::assign_manually(tx, tenant, work.job, lead, None, staff).await?;
        }
        self.plan_departure(work).await
    }

    pub(super) async fn take(&mut self, work: Work<'a>) -> Result<()> {
        let provider = self.lead(work)?;
        let (tx, tenant) = (&mut self.history.tx, &self.history.tenant);
        let found = providers::store::find(tx, provider).await?.context("no such provider")?;
        dispatch::discover(tx, tenant, &found).await?;
        dispatch::take(tx, tenant, provider, work.job).await?;
        self.plan_departure(work).await
    }

    async fn plan_departure(&mut self, work: Work<'a>) -> Result<()> {
        if work.stage != JobState::Assigned {
            let departure = self.pace(work).await?.departure(self.history)?;
            self.plan_in(departure, Action::Advance(work, JobState::EnRoute));
        }
        Ok(())
    }

    /// The provider reports a step; plans the next one unless the job gets no further.
    pub(super) async fn advance(&mut self, work: Work<'a>, to: JobState) -> Result<()> {
        let (provider, job) = (self.lead(work)?, self.job(work.job).await?);
        work.kind.play_step(self.history, work.row, provider, &job, to).await?;
        let pace = self.pace(work).await?;
        let (time, next) = match to {
            JobState::EnRoute if work.is_cancelled_on_the_way() => {
                (TimeDelta::minutes(4), Action::Cancel(work.booking.context("of one booking")?))
            }
            _ if to == work.stage => return Ok(()),
            JobState::EnRoute => (pace.drive(self.history)?, Action::Advance(work, JobState::Arrived)),
            JobState::Arrived if work.stage == JobState::Unsuccessful => {
                (TimeDelta::minutes(15), Action::FindNobody(work))
            }
            JobState::Arrived => (pace.greeting(self.history), Action::Advance(work, JobState::InProgress)),
            _ => (pace.work(self.history)?, Action::Finish(work)),
        };
        self.plan_in(time, next);
        Ok(())
    }

    pub(super) async fn finish(&mut self, work: Work<'a>) -> Result<()> {
        let (provider, job) = (self.lead(work)?, self.job(work.job).await?);
        work.kind.play_end(self.history, work.row, provider, &job).await?;
        self.ended(work).await
    }

    pub(super) async fn find_nobody(&mut self, work: Work<'a>) -> Result<()> {
        let provider = self.lead(work)?;
        let reason = work.booking.and_then(|booking| booking.reason.as_deref());
        let (tx, tenant) = (&mut self.history.tx, &self.history.tenant);
        fulfilment::give_up(tx, tenant, provider, work.job, Outcome::GoneOnArrival, reason).await?;
        self.ended(work).await
    }

    /// A job has ended, and with it perhaps its bookings.
    async fn ended(&mut self, work: Work<'a>) -> Result<()> {
        for booking in jobs::bookings_of(&mut self.history.tx, work.job).await? {
            if let Some(row) = self.history.row_of(booking) {
                self.note_jobs(row).await?;
                self.settle(row).await?;
            }
        }
        Ok(())
    }

    /// Checks that every job has got as far as its row says.
    pub(super) async fn check_jobs(&mut self) -> Result<()> {
        for row in &self.history.demo.work {
            ensure!(self.is_noted(row), "{} is no job", row.name());
        }
        let works: Vec<_> = self.works.values().filter(|work| !work.is_cancelled_on_the_way()).copied().collect();
        for work in works {
            let state = self.job(work.job).await?.state;
            ensure!(state == work.stage, "the job {} is {state}, not {}", work.row.name(), work.stage);
        }
        Ok(())
    }
}
