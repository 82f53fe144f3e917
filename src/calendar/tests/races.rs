//! Laws of concurrency: nobody and nothing is in two places, no slot is oversold, and nobody sees a deadlock.

use std::time::Duration;

use chrono::TimeDelta;
use engine::{Id, SlotPurpose, TimeSpan};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use tokio::task::JoinSet;

use super::{Resource, Wanted, What, Yard, any};
use crate::{
    calendar::{
        Holder, complete, extend, hold, overrun, release, shift, shorten,
        slots::{self, NewSlot, Slot, Subject},
    },
    error::AppError,
};

const WRITERS: u64 = 16;
const DEEDS: usize = 12;

/// What one writer does: deeds in a random order on the same few machines and slots as the others.
struct Writer {
    yard: Yard,
    random: StdRng,
    machines: Vec<Id<Resource>>,
    slots: Vec<Id<Slot>>,
    booking: Id<crate::bookings::Booking>,
    own: Vec<Holder>,
}

impl Writer {
    fn time(&mut self) -> TimeSpan {
        let from = f64::from(self.random.random_range(0..24)) / 2.0;
        let hours = f64::from(self.random.random_range(1..5)) / 2.0;
        self.yard.time(from, from + hours)
    }

    fn what(&mut self) -> What {
        match self.random.random_range(0..3) {
            0 => any("mower", self.random.random_range(1..4)),
            _ => What::This(*self.machines.choose(&mut self.random).unwrap()),
        }
    }

    /// One deed in one transaction.
    async fn act(&mut self) -> Result<(), AppError> {
        let known = self.own.choose(&mut self.random).copied();
        let at = self.time().ends_at;
        let by = TimeDelta::minutes(30 * self.random.random_range(-6..6));
        let deed = self.random.random_range(0..9);
        let Some(holder) = known.filter(|_| deed > 2) else {
            return self.reserve().await;
        };
        let mut tx = self.yard.tx().await;
        match deed {
            3 => release(&mut tx, holder).await?,
            4 => complete(&mut tx, holder, at).await?,
            5 => shift(&mut tx, holder, by).await?,
            6 => drop(extend(&mut tx, holder, at).await?),
            7 => drop(overrun(&mut tx, holder, at).await?),
            _ => shorten(&mut tx, holder, at).await?,
        }
        tx.commit().await
    }

    /// Several machines and places in two slots, in one transaction.
    async fn reserve(&mut self) -> Result<(), AppError> {
        let holder = self.yard.holder().await;
        let time = self.time();
        let wanted: Vec<_> =
            (0..self.random.random_range(1..4)).map(|_| Wanted { holder, what: self.what(), time }).collect();
        let claims: Vec<_> = self.slots.iter().rev().map(|slot| (*slot, self.random.random_range(1..3))).collect();
        let mut tx = self.yard.tx().await;
        hold(&mut tx, &wanted).await?;
        slots::claim(&mut tx, self.booking, &claims).await?;
        tx.commit().await?;
        self.own.push(holder);
        Ok(())
    }
}

/// Reservations and slots that break the law.
async fn broken(yard: &Yard) -> Vec<String> {
    sqlx::query_scalar(
        "select r.name || ' is in two places from ' || greatest(one.starts_at, other.starts_at)
         from reservations one
         join reservations other on other.resource_id = one.resource_id and other.id > one.id
              and one.starts_at < other.ends_at and other.starts_at < one.ends_at
         join resources r on r.id = one.resource_id
         where one.state = 'held' and other.state = 'held'
         union all
         select 'a slot counts ' || s.taken || ' of ' || coalesce(sum(c.units), 0) || ' claimed places, and has ' || s.capacity
         from slots s left join slot_claims c on c.slot_id = s.id and c.released_at is null
         group by s.id, s.taken, s.capacity having s.taken <> coalesce(sum(c.units), 0) or s.taken > s.capacity",
    )
    .fetch_all(&mut *yard.tx().await)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_writers_put_nothing_in_two_places_and_never_meet_a_deadlock() {
    let yard = Yard::new().await;
    let mut machines = Vec::new();
    for (name, category) in [("A", "mower"), ("B", "mower"), ("C", "mower"), ("D", "truck"), ("E", "truck")] {
        machines.push(yard.machine(name, category).await);
    }
    let new = NewSlot { time: yard.time(0.0, 24.0), capacity: 9, min_units: 0, decide_by: None };
    let mut slots = Vec::new();
    let mut tx = yard.tx().await;
    for purpose in [SlotPurpose::Day, SlotPurpose::Window] {
        slots::add(&mut tx, Subject::Resource(machines[0]), purpose, &[new]).await.unwrap();
        let found = slots::list(&mut tx, Subject::Resource(machines[0]), purpose, yard.time(0.0, 1.0)).await.unwrap();
        slots.push(found[0].id);
    }
    tx.commit().await.unwrap();
    let mut writers = JoinSet::new();
    for (seed, booking) in (0..WRITERS).zip(yard.booked(16).await) {
        let random = StdRng::seed_from_u64(seed);
        let (yard, machines, slots) = (yard.clone(), machines.clone(), slots.clone());
        let mut writer = Writer { yard, random, machines, slots, booking, own: Vec::new() };
        writers.spawn(async move {
            let mut outcomes = Vec::new();
            for _ in 0..DEEDS {
                outcomes.push(writer.act().await);
            }
            outcomes
        });
    }
    let outcomes: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
    let unexpected: Vec<_> =
        outcomes.iter().filter(|outcome| !matches!(outcome, Ok(()) | Err(AppError::Conflict(_)))).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(done > 20 && done < outcomes.len(), "{done} of {} deeds were done", outcomes.len());
    assert_eq!(broken(&yard).await, Vec::<String>::new());
    yard.done().await;
}

#[tokio::test]
async fn a_deed_that_is_killed_after_any_of_its_statements_leaves_nothing() {
    let yard = Yard::new().await;
    let (mower, truck) = (yard.machine("Mower", "mower").await, yard.machine("Truck", "truck").await);
    let booking = yard.booked(1).await[0];
    let new = NewSlot { time: yard.time(0.0, 24.0), capacity: 9, min_units: 0, decide_by: None };
    let mut tx = yard.tx().await;
    slots::add(&mut tx, Subject::Resource(mower), SlotPurpose::Day, &[new]).await.unwrap();
    let slot =
        slots::list(&mut tx, Subject::Resource(mower), SlotPurpose::Day, yard.time(0.0, 1.0)).await.unwrap()[0].id;
    tx.commit().await.unwrap();
    let left = async || -> (i64, i64, i32) {
        sqlx::query_as(
            "select (select count(*) from reservations), (select count(*) from slot_claims), (select taken from slots)",
        )
        .fetch_one(&mut *yard.tx().await)
        .await
        .unwrap()
    };
    for statements in 0..3 {
        let holder = yard.holder().await;
        let time = yard.time(9.0, 10.0);
        let wanted = [mower, truck].map(|machine| Wanted { holder, what: What::This(machine), time });
        let mut tx = yard.tx().await;
        if statements > 0 {
            hold(&mut tx, &wanted).await.unwrap();
        }
        if statements > 1 {
            slots::claim(&mut tx, booking, &[(slot, 2)]).await.unwrap();
        }
        let process: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *tx).await.unwrap();
        let killed: bool = sqlx::query_scalar("select pg_terminate_backend($1, 5000)")
            .bind(process)
            .fetch_one(&mut *yard.tx().await)
            .await
            .unwrap();
        assert!(killed);
        assert!(tx.commit().await.is_err());
        assert_eq!(left().await, (0, 0, 0), "after {statements} steps");
    }
    tokio::time::timeout(Duration::from_secs(30), yard.done()).await.unwrap();
}
