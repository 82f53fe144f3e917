//! Replays a tenant's history: every action calls the product's own function, at the given time and as the given person. Between two actions the
//! dispatcher processes what is due, like its worker. Follow-up actions are planned after each action. How a booking is made, what is told before the
//! steps of its jobs and how they end is the kind of business's part.

mod bookings;
mod jobs;
mod money;

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id};

use super::{
    history::History,
    rows::{BookingRow, ProviderRow},
    script::{self, Action},
    work::Work,
};
use crate::{
    db::Actor,
    dispatch::{
        self, Job, Offer,
        store::{jobs as stored_jobs, offers},
    },
    providers::{self, Position},
    verticals::Vertical,
};

/// More dispatcher runs than this mean an endless loop.
const MOST_RUNS: usize = 10_000;

/// Replays everything up to the present.
pub(super) async fn play(history: &mut History<'_>) -> Result<()> {
    history.turn_to(history.since(), &Actor::system()).await?;
    let mut player = Player::new(history)?;
    player.note_published().await?;
    let mut runs = 0;
    loop {
        let until = player.next_action_at().unwrap_or(player.history.until);
        if let Some((job, due)) = stored_jobs::next_due(&mut player.history.tx, until).await? {
            runs += 1;
            ensure!(runs < MOST_RUNS, "the dispatcher runs for job {job} forever");
            player.run_dispatcher(job, due).await?;
        } else if let Some((at, action)) = player.take_next() {
            player.perform(at, action).await?;
        } else {
            break;
        }
    }
    player.history.turn_to(player.history.until, &Actor::system()).await?;
    player.check_jobs().await?;
    player.check_bookings().await
}

struct Player<'p, 'a> {
    history: &'p mut History<'a>,
    /// Planned actions by time; of two at the same time, the one planned first comes first.
    plan: BTreeMap<(DateTime<Utc>, usize), Action<'a>>,
    planned: usize,
    /// The jobs that somebody does.
    works: HashMap<Id<Job>, Work<'a>>,
    /// Offers whose answer is planned.
    seen: HashSet<Id<Offer>>,
    /// Bookings that have come as far as they get.
    settled: HashSet<&'a str>,
}

impl<'p, 'a> Player<'p, 'a> {
    fn new(history: &'p mut History<'a>) -> Result<Self> {
        let script = script::of(history)?;
        let mut player = Self {
            history,
            plan: BTreeMap::new(),
            planned: 0,
            works: HashMap::new(),
            seen: HashSet::new(),
            settled: HashSet::new(),
        };
        for (at, action) in script {
            player.plan(at, action);
        }
        Ok(player)
    }

    fn plan(&mut self, at: DateTime<Utc>, action: Action<'a>) {
        self.plan.insert((at, self.planned), action);
        self.planned += 1;
    }

    /// Plans an action after a delay.
    fn plan_in(&mut self, time: TimeDelta, action: Action<'a>) {
        self.plan(self.history.tx.now + time, action);
    }

    /// When the next action is due; `None` if that is in the future.
    fn next_action_at(&self) -> Option<DateTime<Utc>> {
        let (at, _) = self.plan.keys().next()?;
        (*at <= self.history.until).then_some(*at)
    }

    fn take_next(&mut self) -> Option<(DateTime<Utc>, Action<'a>)> {
        self.next_action_at()?;
        self.plan.pop_first().map(|((at, _), action)| (at, action))
    }

    /// The kind of business that plays a booking.
    fn kind(&self, row: &BookingRow) -> Result<Vertical> {
        Ok(self.history.demo.service(&row.service)?.kind)
    }

    /// Runs the dispatcher for a job that is due, and plans the answer of the provider it asks.
    async fn run_dispatcher(&mut self, job: Id<Job>, due: DateTime<Utc>) -> Result<()> {
        self.history.turn_to(due.max(self.history.tx.now), &Actor::system()).await?;
        dispatch::run_dispatcher(&mut self.history.tx, &self.history.tenant, job).await?;
        for offer in offers::pending_of_job(&mut self.history.tx, job).await? {
            if self.seen.insert(offer.id) {
                self.plan_answer(&offer);
            }
        }
        Ok(())
    }

    async fn perform(&mut self, at: DateTime<Utc>, action: Action<'a>) -> Result<()> {
        let actor = self.actor(action)?;
        self.history.turn_to(at, &actor).await?;
        match action {
            Action::GoOnDuty(by) => self.go_on_duty(by).await,
            Action::GoOffDuty(by) => self.go_off_duty(by).await,
            Action::SharePosition(by, point) => self.share_position(by, point).await,
            Action::Book(row) => self.book(row).await,
            Action::ApproveRequest(row) => self.approve_request(row).await,
            Action::DeclineRequest(row) => self.decline_request(row).await,
            Action::ExpireRequest(row) => self.expire_request(row).await,
            Action::Turn(row, to) => self.turn(row, to).await,
            Action::Cancel(row) => self.cancel(row).await,
            Action::Deed(row) => self.do_deed(row).await,
            Action::Accept(work, by, offer) => self.accept(work, by, offer).await,
            Action::Decline(_, by, offer) => self.decline(by, offer).await,
            Action::GiveBack(work, by) => self.give_back(work, by).await,
            Action::Assign(work) => self.assign(work).await,
            Action::Take(work) => self.take(work).await,
            Action::Advance(work, to) => self.advance(work, to).await,
            Action::Finish(work) => self.finish(work).await,
            Action::FindNobody(work) => self.find_nobody(work).await,
            Action::ConfirmPayment(row, number) => self.confirm_payment(row, number).await,
            Action::Review(row, review) => self.review(row, review).await,
            Action::MakePayout(row) => self.make_payout(row).await,
            Action::MarkPaid(_, payout) => self.mark_paid(payout).await,
        }
        .with_context(|| format!("{at}, {}", action.about()))
    }

    fn actor(&self, action: Action<'a>) -> Result<Actor> {
        let (history, demo) = (&self.history, self.history.demo);
        Ok(match action {
            Action::GoOnDuty(by)
            | Action::GoOffDuty(by)
            | Action::SharePosition(by, _)
            | Action::Accept(_, by, _)
            | Action::Decline(_, by, _)
            | Action::GiveBack(_, by) => history.person(&by.email),
            Action::Take(work) | Action::Advance(work, _) | Action::Finish(work) | Action::FindNobody(work) => {
                history.person(&demo.provider(work.lead()?)?.email)
            }
            Action::Book(row) | Action::Cancel(row) | Action::Review(row, _) => {
                history.customer(demo.customer(&row.customer)?)
            }
            Action::Deed(row) => history.find_person(&row.by)?,
            Action::ApproveRequest(row) | Action::DeclineRequest(row) => match self.owner(row)? {
                Some(owner) => history.person(&owner.email),
                None => history.person(&history.dispatcher()?.email),
            },
            Action::ExpireRequest(_) => Actor::system(),
            Action::Assign(_) | Action::Turn(..) => history.person(&history.dispatcher()?.email),
            Action::ConfirmPayment(_, number) => history.person(&history.admin(number)?.email),
            Action::MakePayout(_) | Action::MarkPaid(..) => history.person(&history.admin(0)?.email),
        })
    }

    /// The provider whose own service a booking is of.
    fn owner(&self, row: &BookingRow) -> Result<Option<&'a ProviderRow>> {
        let demo = self.history.demo;
        demo.service(&row.service)?.provider.as_deref().map(|name| demo.provider(name)).transpose()
    }

    async fn go_on_duty(&mut self, row: &'a ProviderRow) -> Result<()> {
        let provider = self.history.provider(row);
        dispatch::go_on_duty(&mut self.history.tx, provider).await?;
        self.share_position(row, row.home()?).await
    }

    async fn go_off_duty(&mut self, row: &'a ProviderRow) -> Result<()> {
        let provider = self.history.provider(row);
        Ok(dispatch::go_off_duty(&mut self.history.tx, provider).await?)
    }

    async fn share_position(&mut self, row: &'a ProviderRow, point: GeoPoint) -> Result<()> {
        let provider = self.history.provider(row);
        let tx = &mut self.history.tx;
        let position = Position { point, accuracy: Some(12.0), recorded_at: tx.now };
        Ok(providers::store::move_to(tx, provider, &position).await?)
    }
}
