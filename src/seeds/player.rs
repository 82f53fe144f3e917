//! Replays a tenant's history: every action calls the product's own function, at the given time and as the given person. Between two actions the
//! dispatcher processes what is due, like its worker. Follow-up actions are planned after each action. How a booking is made and its job ended is
//! the kind of business's part.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Id, Stars};

use super::{
    files::{Algorithm, BookingRow, FirstDid, PayoutRow, ProviderRow, ReviewRow, Stage, WorkRow},
    history::History,
    pace::Pace,
    script::{self, Action},
};
use crate::{
    bookings::{self, Author, Booking},
    db::Actor,
    dispatch::{
        self, DeclineReason, Job, JobState, Outcome,
        store::{jobs, offers},
    },
    error::AppError,
    fulfilment,
    identity::User,
    payments::{self, PaymentStatus},
    payouts::{self, Payout},
    providers::{self, Position},
    reviews,
    verticals::Vertical,
};

/// More dispatcher runs than this mean an endless loop.
const MOST_RUNS: usize = 10_000;

/// Replays everything up to the present.
pub(super) async fn play(history: &mut History<'_>) -> Result<()> {
    let mut player = Player::new(history)?;
    let mut runs = 0;
    loop {
        let until = player.next_action_at().unwrap_or(player.history.until);
        if let Some((job, due)) = jobs::next_due(&mut player.history.tx, until).await? {
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
    player.check_stages().await
}

struct Player<'p, 'a> {
    history: &'p mut History<'a>,
    /// Planned actions by time; of two at the same time, the one planned first comes first.
    plan: BTreeMap<(DateTime<Utc>, usize), Action<'a>>,
    planned: usize,
    booked: HashMap<&'a str, Booked>,
    /// Offers whose answer is planned.
    seen: HashSet<Id<dispatch::Offer>>,
}

/// The result of a row that was booked.
#[derive(Clone, Copy)]
struct Booked {
    id: Id<Booking>,
    job: Id<Job>,
}

impl<'p, 'a> Player<'p, 'a> {
    fn new(history: &'p mut History<'a>) -> Result<Self> {
        let script = script::of(history)?;
        let mut player =
            Self { history, plan: BTreeMap::new(), planned: 0, booked: HashMap::new(), seen: HashSet::new() };
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

    fn booked(&self, row: &BookingRow) -> Result<Booked> {
        self.booked.get(row.name.as_str()).copied().with_context(|| format!("{} isn't booked yet", row.name))
    }

    fn work(&self, row: &BookingRow) -> Result<&'a WorkRow> {
        self.history.demo.work(&row.name).with_context(|| format!("nobody does {}", row.name))
    }

    /// The kind of business that plays a booking.
    fn kind(&self, row: &BookingRow) -> Result<Vertical> {
        Ok(self.history.demo.service(&row.service)?.kind)
    }

    /// The provider who does the job in the end.
    fn provider_of(&self, row: &BookingRow) -> Result<&'a ProviderRow> {
        self.history.demo.provider(&self.work(row)?.provider)
    }

    fn pace(&self, row: &'a BookingRow) -> Result<Pace<'a>> {
        Ok(Pace {
            booking: row,
            provider: self.provider_of(row)?,
            service: self.history.demo.service(&row.service)?,
            place: row.point()?.context("nobody can be sent to words alone")?,
        })
    }

    /// Runs the dispatcher for a job that is due, and plans the answer of the provider it asks.
    async fn run_dispatcher(&mut self, job: Id<Job>, due: DateTime<Utc>) -> Result<()> {
        self.history.turn_to(due.max(self.history.tx.now), &Actor::system()).await?;
        dispatch::run_dispatcher(&mut self.history.tx, &self.history.tenant, job).await?;
        for offer in offers::pending_of_job(&mut self.history.tx, job).await? {
            if self.seen.insert(offer.id) {
                self.plan_answer(&offer)?;
            }
        }
        Ok(())
    }

    /// The provider of the script accepts; the one before declines, or accepts and gives back later; all others let the offer time out.
    fn plan_answer(&mut self, offer: &dispatch::Offer) -> Result<()> {
        let demo = self.history.demo;
        let name = self.booked.iter().find(|(_, booked)| booked.job == offer.job_id).map(|(name, _)| *name);
        let row = demo.booking(name.context("an offer of a job that nobody booked")?)?;
        let asked = demo.providers.iter().find(|provider| self.history.provider(provider) == offer.provider_id);
        let (Some(work), Some(asked)) = (demo.work(&row.name), asked) else { return Ok(()) };
        let thinks = self.history.names.seconds(&format!("{} acceptance", row.name), 6..=22);
        if work.first.as_ref() == Some(&asked.name) && work.first_did == Some(FirstDid::Declined) {
            self.plan_in(thinks, Action::Decline(row, asked, offer.id));
        } else if work.first.as_ref() == Some(&asked.name)
            || (work.provider == asked.name && work.algorithm == Algorithm::Auto)
        {
            self.plan_in(thinks, Action::Accept(row, asked, offer.id));
        }
        Ok(())
    }

    async fn perform(&mut self, at: DateTime<Utc>, action: Action<'a>) -> Result<()> {
        let actor = self.actor(action)?.map_or_else(Actor::guest, |user| Actor(format!("user:{user}")));
        self.history.turn_to(at, &actor).await?;
        match action {
            Action::GoOnDuty(by) => self.go_on_duty(by).await,
            Action::GoOffDuty(by) => self.go_off_duty(by).await,
            Action::SharePosition(by, point) => self.share_position(by, point).await,
            Action::Book(row) => self.book(row).await,
            Action::Cancel(row) => self.cancel(row).await,
            Action::Accept(row, by, offer) => self.accept(row, by, offer).await,
            Action::Decline(_, by, offer) => self.decline(by, offer).await,
            Action::GiveBack(row, by) => self.give_back(row, by).await,
            Action::Assign(row) => self.assign(row).await,
            Action::Advance(row, to) => self.advance(row, to).await,
            Action::Finish(row) => self.finish(row).await,
            Action::FindNobody(row) => self.find_nobody(row).await,
            Action::ConfirmPayment(row, number) => self.confirm_payment(row, number).await,
            Action::Review(row, review) => self.review(row, review).await,
            Action::MakePayout(row) => self.make_payout(row).await,
            Action::MarkPaid(_, payout) => self.mark_paid(payout).await,
        }
        .with_context(|| format!("{at}, {}", action.about()))
    }

    /// The actor; `None` for a guest.
    fn actor(&self, action: Action<'a>) -> Result<Option<Id<User>>> {
        let email = match action {
            Action::GoOnDuty(by)
            | Action::GoOffDuty(by)
            | Action::SharePosition(by, _)
            | Action::Accept(_, by, _)
            | Action::Decline(_, by, _)
            | Action::GiveBack(_, by) => &by.email,
            Action::Advance(row, _) | Action::Finish(row) | Action::FindNobody(row) => &self.provider_of(row)?.email,
            Action::Book(row) | Action::Cancel(row) | Action::Review(row, _) => {
                let customer = self.history.demo.customer(&row.customer)?;
                if !customer.account {
                    return Ok(None);
                }
                &customer.email
            }
            Action::Assign(_) => &self.history.dispatcher()?.email,
            Action::ConfirmPayment(_, number) => return self.history.admin(number).map(Some),
            Action::MakePayout(_) | Action::MarkPaid(..) => return self.history.admin(0).map(Some),
        };
        Ok(Some(self.history.user(email.as_str())))
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

    async fn share_position(&mut self, row: &'a ProviderRow, point: engine::GeoPoint) -> Result<()> {
        let tx = &mut self.history.tx;
        let provider = self.history.names.id("provider", &row.name);
        let position = Position { point, accuracy: Some(12.0), recorded_at: tx.now };
        Ok(providers::store::move_to(tx, provider, &position).await?)
    }

    async fn book(&mut self, row: &'a BookingRow) -> Result<()> {
        let kind = self.kind(row)?;
        let booking = kind.play_booking(self.history, row).await?;
        let job = jobs::open_of_booking(&mut self.history.tx, booking.id).await?.pop();
        self.booked.insert(&row.name, Booked { id: booking.id, job: job.context("a booking without a job")?.id });
        Ok(())
    }

    async fn cancel(&mut self, row: &'a BookingRow) -> Result<()> {
        let id = self.booked(row)?.id;
        let (tx, tenant) = (&mut self.history.tx, &self.history.tenant);
        let booking = bookings::store::lock(tx, id).await?;
        fulfilment::cancel(tx, tenant, &booking, Author::customer(), row.reason.clone()).await?;
        self.plan_payment(row);
        Ok(())
    }

    async fn accept(&mut self, row: &'a BookingRow, by: &'a ProviderRow, offer: Id<dispatch::Offer>) -> Result<()> {
        let provider = self.history.provider(by);
        dispatch::accept(&mut self.history.tx, &self.history.tenant, provider, offer).await?;
        if by.name == self.work(row)?.provider {
            self.plan_departure(row)
        } else {
            self.plan_in(TimeDelta::minutes(3), Action::GiveBack(row, by));
            Ok(())
        }
    }

    async fn decline(&mut self, by: &'a ProviderRow, offer: Id<dispatch::Offer>) -> Result<()> {
        let (provider, reason) = (self.history.provider(by), DeclineReason::TooFar.label());
        Ok(dispatch::decline(&mut self.history.tx, provider, offer, reason).await?)
    }

    async fn give_back(&mut self, row: &'a BookingRow, by: &'a ProviderRow) -> Result<()> {
        let (provider, job) = (self.history.provider(by), self.booked(row)?.job);
        let reason = self.work(row)?.reason.as_deref().context("they say why")?;
        Ok(dispatch::give_back(&mut self.history.tx, provider, job, reason).await?)
    }

    async fn assign(&mut self, row: &'a BookingRow) -> Result<()> {
        let (job, provider) = (self.booked(row)?.job, self.history.provider(self.provider_of(row)?));
        let staff = &self.history.dispatcher()?.name;
        dispatch::assign_manually(&mut self.history.tx, &self.history.tenant, job, provider, None, staff).await?;
        self.plan_departure(row)
    }

    fn plan_departure(&mut self, row: &'a BookingRow) -> Result<()> {
        let departure = self.pace(row)?.departure(self.history)?;
        self.plan_in(departure, Action::Advance(row, JobState::EnRoute));
        Ok(())
    }

    /// The provider reports a step; plans the next one unless the booking ends at this stage.
    async fn advance(&mut self, row: &'a BookingRow, to: JobState) -> Result<()> {
        let (job, provider) = (self.booked(row)?.job, self.history.provider(self.provider_of(row)?));
        fulfilment::advance(&mut self.history.tx, &self.history.tenant, provider, job, to).await?;
        let pace = self.pace(row)?;
        let (time, next) = match (to, row.stage) {
            (JobState::EnRoute, Stage::EnRoute) | (JobState::InProgress, Stage::InProgress) => return Ok(()),
            (JobState::EnRoute, Stage::CancelledOnTheWay) => (TimeDelta::minutes(4), Action::Cancel(row)),
            (JobState::EnRoute, _) => (pace.drive(self.history)?, Action::Advance(row, JobState::Arrived)),
            (JobState::Arrived, Stage::NoShow) => (TimeDelta::minutes(15), Action::FindNobody(row)),
            (JobState::Arrived, _) => (pace.greeting(self.history), Action::Advance(row, JobState::InProgress)),
            _ => {
                let found = jobs::find(&mut self.history.tx, job).await?.context("no such job")?;
                let ends_at = found.destination.and_then(|destination| destination.point);
                (pace.work(self.history, ends_at), Action::Finish(row))
            }
        };
        self.plan_in(time, next);
        Ok(())
    }

    async fn finish(&mut self, row: &'a BookingRow) -> Result<()> {
        let (booked, provider) = (self.booked(row)?, self.history.provider(self.provider_of(row)?));
        let kind = self.kind(row)?;
        kind.play_end(self.history, row, provider, booked.job).await?;
        self.plan_payment(row);
        if let Some(review) = self.history.demo.reviews.iter().find(|review| review.booking == row.name) {
            let time = self.history.names.minutes(&format!("{} review", row.name), 35..=600);
            self.plan_in(time, Action::Review(row, review));
        }
        Ok(())
    }

    async fn find_nobody(&mut self, row: &'a BookingRow) -> Result<()> {
        let (job, provider) = (self.booked(row)?.job, self.history.provider(self.provider_of(row)?));
        let (tx, tenant) = (&mut self.history.tx, &self.history.tenant);
        fulfilment::give_up(tx, tenant, provider, job, Outcome::GoneOnArrival, row.reason.as_deref()).await?;
        self.plan_payment(row);
        Ok(())
    }

    /// Plans that staff confirm the payment some minutes after it is due, if it will be paid.
    fn plan_payment(&mut self, row: &'a BookingRow) {
        if let Some(number) = self.history.demo.payments.iter().position(|payment| payment.booking == row.name) {
            let time = self.history.names.minutes(&format!("{} confirmation", row.name), 4..=50);
            self.plan_in(time, Action::ConfirmPayment(row, number));
        }
    }

    async fn confirm_payment(&mut self, row: &'a BookingRow, number: usize) -> Result<()> {
        let demo = self.history.demo;
        let received_by = demo.payments.get(number).and_then(|payment| payment.received_by.as_deref());
        let received_by =
            received_by.map(|name| demo.provider(name)).transpose()?.map(|row| self.history.provider(row));
        let by = self.history.admin(number)?;
        let booking = self.booked(row)?.id;
        let tx = &mut self.history.tx;
        let payments = payments::store::list_of_booking(tx, booking).await?;
        let pending = payments.into_iter().find(|payment| payment.status == PaymentStatus::Pending);
        payments::confirm(tx, pending.context("nothing is owed")?.id, by, received_by, None).await?;
        Ok(())
    }

    async fn review(&mut self, row: &'a BookingRow, review: &'a ReviewRow) -> Result<()> {
        let booking = self.booked(row)?.id;
        let stars = Stars::new(review.rating)?;
        Ok(reviews::review(&mut self.history.tx, booking, stars, review.comment.as_deref()).await?)
    }

    async fn make_payout(&mut self, row: &'a PayoutRow) -> Result<()> {
        let provider = self.history.provider(self.history.demo.provider(&row.provider)?);
        let admin = self.history.admin(0)?;
        let payout = payouts::create(&mut self.history.tx, provider, admin).await?;
        if let Some(paid) = row.paid {
            self.plan(self.history.at(paid), Action::MarkPaid(row, payout.id));
        }
        Ok(())
    }

    async fn mark_paid(&mut self, payout: Id<Payout>) -> Result<()> {
        let admin = self.history.admin(0)?;
        payouts::mark_paid(&mut self.history.tx, payout, admin).await?;
        Ok(())
    }

    /// Checks that every booking has reached its stage.
    async fn check_stages(&mut self) -> Result<()> {
        for row in &self.history.demo.bookings {
            let id = self.booked(row)?.id;
            let booking = bookings::store::find(&mut self.history.tx, id).await?.ok_or(AppError::NotFound)?;
            let (phase, expected) = (booking.phase, row.stage.phase());
            ensure!(phase == expected, "{} is {phase}, not {expected}", row.name);
        }
        Ok(())
    }
}
