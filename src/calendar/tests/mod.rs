mod holds;
mod plans;
mod races;
mod slots;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Id, TimeSpan};

use super::{Block, Hold, Holder, Need, Resource, Wanted, What, hold};
use crate::{
    db::Tx,
    error::AppError,
    tenants::Tenant,
    testing::{TestApp, begin, tenant},
};

/// A business with things that can be reserved.
#[derive(Clone)]
struct Yard {
    app: Arc<TestApp>,
    tenant: Id<Tenant>,
}

impl Yard {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let tenant = tenant(&app, "yard").await;
        Self { app: Arc::new(app), tenant }
    }

    async fn done(self) {
        Arc::into_inner(self.app).expect("every task has ended").done().await;
    }

    async fn tx(&self) -> Tx {
        begin(&self.app, self.tenant).await
    }

    /// So many hours after tomorrow's midnight in UTC.
    fn at(&self, hours: f64) -> DateTime<Utc> {
        let midnight = self.app.now().date_naive().and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::days(1);
        #[expect(clippy::cast_possible_truncation, reason = "a few hours")]
        let minutes = (hours * 60.0) as i64;
        midnight + TimeDelta::minutes(minutes)
    }

    fn time(&self, from: f64, to: f64) -> TimeSpan {
        TimeSpan { starts_at: self.at(from), ends_at: self.at(to) }
    }

    /// Adds a machine of a category.
    async fn machine(&self, name: &str, category: &str) -> Id<Resource> {
        let mut tx = self.tx().await;
        let id = Id::new();
        sqlx::query("insert into resources (id, kind, category, name) values ($1, 'equipment', $2, $3)")
            .bind(id)
            .bind(category)
            .bind(name)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A new holder, which is a block.
    async fn holder(&self) -> Holder {
        let mut tx = self.tx().await;
        let id: Id<Block> = Id::new();
        sqlx::query("insert into blocks (id, reason) values ($1, 'Inventory')")
            .bind(id)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        Holder::Block(id)
    }

    async fn hold(&self, wanted: &[Wanted]) -> Result<Vec<Hold>, AppError> {
        let mut tx = self.tx().await;
        let held = hold(&mut tx, wanted).await?;
        tx.commit().await?;
        Ok(held)
    }

    /// Reserves one machine for a new holder.
    async fn reserve(&self, resource: Id<Resource>, time: TimeSpan) -> Result<Holder, AppError> {
        let holder = self.holder().await;
        self.hold(&[Wanted { holder, what: What::This(resource), time }]).await?;
        Ok(holder)
    }

    /// The reservations of a resource that aren't released: begin and end in hours, and whether it is held.
    async fn plan(&self, resource: Id<Resource>) -> Vec<(f64, f64, bool)> {
        let rows: Vec<(DateTime<Utc>, DateTime<Utc>, bool)> = sqlx::query_as(
            "select starts_at, ends_at, state = 'held' from reservations where resource_id = $1 and state <> 'released' order by starts_at",
        )
        .bind(resource)
        .fetch_all(&mut *self.tx().await)
        .await
        .unwrap();
        let hours = |at: DateTime<Utc>| (at - self.at(0.0)).num_minutes() as f64 / 60.0;
        rows.into_iter().map(|(from, to, held)| (hours(from), hours(to), held)).collect()
    }
}

fn any(category: &str, units: usize) -> What {
    What::AnyOf(Need { kind: "equipment".into(), category: Some(category.into()), units })
}

fn conflict(outcome: Result<impl Sized, AppError>) -> String {
    match outcome {
        Err(AppError::Conflict(sentence)) => sentence,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was free"),
    }
}
