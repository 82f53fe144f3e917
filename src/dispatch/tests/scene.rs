//! One job between two providers, immediate or scheduled for tomorrow.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;

use crate::{
    bookings::{self, Author, Booking},
    db::Tx,
    dispatch::{self, Holder, Job, JobState, Offer},
    error::AppError,
    fulfilment,
    providers::Provider,
    tenants::Tenant,
    testing::{
        Booked, TestApp, begin,
        field::{booked, booked_at, north, provider},
        on_duty, tenant,
    },
};

/// When the work of a test is scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Now,
    Tomorrow,
}

/// Runs each test for immediate work and for work tomorrow: the same rules apply.
macro_rules! for_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use crate::dispatch::tests::scene::When;

            #[tokio::test]
            async fn now() {
                super::$name(When::Now).await;
            }

            #[tokio::test]
            async fn tomorrow() {
                super::$name(When::Tomorrow).await;
            }
        }
    )+};
}
pub(super) use for_both;

/// A booking, and two providers on duty who can do it: `near` is 2 km away, `far` 9 km.
pub(super) struct Scene {
    pub app: TestApp,
    pub tenant: Id<Tenant>,
    pub rules: Tenant,
    pub near: Id<Provider>,
    pub far: Id<Provider>,
    pub booked: Booked,
    when: When,
}

impl Scene {
    pub async fn new(when: When) -> Self {
        let app = TestApp::new().await;
        let tenant = tenant(&app, "atl").await;
        let near = provider(&app, tenant, "near", 2.0).await;
        let far = provider(&app, tenant, "far", 9.0).await;
        let booked = match when {
            When::Now => booked(&app, tenant).await,
            When::Tomorrow => booked_at(&app, tenant, app.now() + TimeDelta::days(1)).await,
        };
        let rules = super::settings_of(&app, tenant).await;
        Self { app, tenant, rules, near, far, booked, when }
    }

    pub async fn tx(&self) -> Tx {
        begin(&self.app, self.tenant).await
    }

    /// Moves the time to the start of the search. Before it nobody is asked; then both providers are where they were.
    pub async fn begin_search(&self) {
        let begins_at = self.job().await.search_begins_at(&self.rules.settings);
        if begins_at > self.app.now() {
            self.app.drain().await;
            assert!(self.pending(self.near).await.is_none() && self.pending(self.far).await.is_none(), "not yet");
            self.go_to(begins_at).await;
        }
        self.app.drain().await;
    }

    /// Moves the time; both providers are still on duty where they were.
    pub async fn go_to(&self, at: DateTime<Utc>) {
        self.app.app.db.clock.advance(at - self.app.now());
        on_duty(&self.app, self.tenant, self.near, north(2.0)).await;
        on_duty(&self.app, self.tenant, self.far, north(9.0)).await;
    }

    pub async fn job(&self) -> Job {
        super::job(&self.app, self.tenant, self.booked.job).await
    }

    pub async fn booking(&self) -> Booking {
        bookings::store::find(&mut *self.tx().await, self.booked.id).await.unwrap().unwrap()
    }

    pub async fn pending(&self, provider: Id<Provider>) -> Option<Offer> {
        super::pending(&self.app, self.tenant, provider).await
    }

    pub async fn offer(&self, id: Id<Offer>) -> Offer {
        super::offer(&self.app, self.tenant, id).await
    }

    pub async fn holder(&self) -> Option<Id<Provider>> {
        super::holder(&self.app, self.tenant, self.booked.job).await
    }

    pub async fn accept(&self, provider: Id<Provider>, offer: Id<Offer>) -> Result<Id<Job>, AppError> {
        let mut tx = self.tx().await;
        let job = dispatch::accept(&mut tx, &self.rules, provider, offer).await?;
        tx.commit().await?;
        Ok(job)
    }

    pub async fn decline(&self, provider: Id<Provider>) {
        let asked = self.pending(provider).await.unwrap();
        let mut tx = self.tx().await;
        dispatch::decline(&mut tx, provider, asked.id, "Too far away").await.unwrap();
        tx.commit().await.unwrap();
        self.app.drain().await;
    }

    /// Gives the job to `near`: by accepting the offer of immediate work, or assigned by staff for work tomorrow.
    pub async fn near_takes_it(&self) {
        match self.when {
            When::Now => {
                self.begin_search().await;
                super::accept_pending(&self.app, self.tenant, self.near).await;
            }
            When::Tomorrow => self.assign(self.near, None).await.unwrap(),
        }
        assert_eq!(self.holder().await, Some(self.near));
    }

    /// Staff assign the job, after seeing this holder.
    pub async fn assign(&self, provider: Id<Provider>, shown: Option<Holder>) -> Result<(), AppError> {
        self.assign_other(self.booked.job, provider, shown).await
    }

    /// Staff assign another job.
    pub async fn assign_other(
        &self,
        job: Id<Job>,
        provider: Id<Provider>,
        shown: Option<Holder>,
    ) -> Result<(), AppError> {
        let mut tx = self.tx().await;
        dispatch::assign_manually(&mut tx, &self.rules, job, provider, shown, "Sam").await?;
        tx.commit().await
    }

    pub async fn advance(&self, provider: Id<Provider>, to: JobState) -> Result<(), AppError> {
        let mut tx = self.tx().await;
        dispatch::advance(&mut tx, provider, self.booked.job, to).await?;
        tx.commit().await
    }

    pub async fn finish(&self, job: Id<Job>, provider: Id<Provider>) {
        let mut tx = self.tx().await;
        fulfilment::finish(&mut tx, &self.rules, provider, job, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn search_again(&self) {
        let mut tx = self.tx().await;
        dispatch::search_again(&mut tx, self.booked.job, Author::staff("Sam")).await.unwrap();
        tx.commit().await.unwrap();
        self.app.drain().await;
    }

    pub async fn cancel(&self) {
        let mut tx = self.tx().await;
        let booking = bookings::store::lock(&mut tx, self.booked.id).await.unwrap();
        fulfilment::cancel(&mut tx, &self.rules, &booking, Author::customer(), None).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The reservations of the job.
    pub async fn held(&self) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        sqlx::query_as("select starts_at, ends_at from reservations where job_id = $1 and state = 'held'")
            .bind(self.booked.job)
            .fetch_all(&mut *self.tx().await)
            .await
            .unwrap()
    }
}
