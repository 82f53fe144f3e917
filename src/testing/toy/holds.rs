//! What a booking holds, and what its kind of business hears: a toy on the shelf for an hour, and places in a slot.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Id, SlotPurpose, TimeSpan};

use super::{Shape, tests::Shop};
use crate::{
    bookings::{Author, Booking, people::Person, quotes::StoredQuote, store},
    calendar::{
        self, Holder, Need, Wanted, What,
        slots::{self, NewSlot, Subject},
    },
    dispatch,
    error::AppError,
    fulfilment::{self, Change, jobless, make::Beginning},
    tenants,
    testing::{begin, provider},
};

impl Shop {
    /// Reserves a kite for the booking's hour: any of the red ones, of which there is one.
    async fn take_from_shelf(&self, booking: &Booking) -> Result<(), AppError> {
        let mut tx = begin(&self.app, self.id).await;
        sqlx::query(
            "insert into resources (id, kind, category, name)
             select gen_random_uuid(), 'kite', 'red', 'Kite' where not exists (select from resources where name = 'Kite')",
        )
        .execute(&mut *tx)
        .await?;
        let starts_at = booking.scheduled_at.unwrap();
        let time = TimeSpan { starts_at, ends_at: starts_at + TimeDelta::hours(1) };
        let red_kite = Need { kind: "kite".into(), category: Some("red".into()), units: 1 };
        let wanted = Wanted { holder: Holder::Booking(booking.id), what: What::AnyOf(red_kite), time };
        calendar::hold(&mut tx, &[wanted]).await?;
        tx.commit().await
    }

    /// Takes a place in a start of its service.
    async fn claim(&self, booking: &Booking, at: DateTime<Utc>) {
        let mut tx = begin(&self.app, self.id).await;
        let time = TimeSpan { starts_at: at, ends_at: at + TimeDelta::hours(1) };
        let of = Subject::Service(booking.service_id);
        let new = NewSlot { time, capacity: 3, min_units: 0, decide_by: None };
        slots::add(&mut tx, of, SlotPurpose::Start, &[new]).await.unwrap();
        let slot = slots::list(&mut tx, of, SlotPurpose::Start, time).await.unwrap()[0].id;
        slots::claim(&mut tx, booking.id, &[(slot, 1)]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// When the toy is back on the shelf, in minutes from the booking's begin, and whether it is there already.
    async fn held(&self, booking: &Booking) -> (i64, bool) {
        let (ends_at, is_held): (DateTime<Utc>, bool) =
            sqlx::query_as("select ends_at, state = 'held' from reservations where booking_id = $1")
                .bind(booking.id)
                .fetch_one(&mut *begin(&self.app, self.id).await)
                .await
                .unwrap();
        ((ends_at - booking.scheduled_at.unwrap()).num_minutes(), is_held)
    }

    /// Places taken in the slots, the first slot first.
    async fn taken(&self) -> Vec<i32> {
        sqlx::query_scalar("select taken from slots order by starts_at")
            .fetch_all(&mut *begin(&self.app, self.id).await)
            .await
            .unwrap()
    }

    pub async fn heard(&self, booking: &Booking) -> String {
        sqlx::query_scalar("select heard from toy_bookings where booking_id = $1")
            .bind(booking.id)
            .fetch_one(&mut *begin(&self.app, self.id).await)
            .await
            .unwrap()
    }

    pub async fn play_until(&self, booking: &Booking, minutes: i64) {
        let tenant = self.tenant().await;
        let by = || Author::staff("Stan");
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        jobless::begin(&mut tx, &tenant, &locked, by()).await.unwrap();
        tx.commit().await.unwrap();
        self.app.pass(TimeDelta::minutes(minutes)).await;
        let mut tx = begin(&self.app, self.id).await;
        let locked = store::lock(&mut tx, booking.id).await.unwrap();
        jobless::complete(&mut tx, &tenant, &locked, by()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn try_to_approve(&self, booking: &Booking, price: Id<StoredQuote>) -> Result<(), AppError> {
        let mut tx = begin(&self.app, self.id).await;
        let tenant = tenants::current(&mut tx).await?;
        let locked = store::lock(&mut tx, booking.id).await?;
        fulfilment::approve(&mut tx, &tenant, &locked, price).await?;
        tx.commit().await
    }
}

#[tokio::test]
async fn a_stay_that_ends_early_gives_back_the_rest_of_its_time_and_its_places_ahead() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    shop.take_from_shelf(&stay).await.unwrap();
    shop.claim(&stay, stay.scheduled_at.unwrap()).await;
    shop.claim(&stay, stay.scheduled_at.unwrap() + TimeDelta::days(7)).await;
    shop.app.pass(TimeDelta::days(1)).await;
    shop.play_until(&stay, 20).await;
    assert_eq!(shop.held(&stay).await, (20, false));
    assert_eq!(shop.taken().await, [1, 0], "the slot that has begun keeps its guest");
    assert_eq!(shop.heard(&stay).await, "booked/confirmed started/in_progress completed/completed");
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn the_last_job_done_gives_back_what_the_booking_holds_and_the_kind_hears_every_step() {
    let shop = Shop::open().await;
    let ada = provider(&shop.app, shop.id, "Ada Lake", None, &[]).await;
    let legs = shop.make(Shape::Legs, Beginning::Confirmed).await;
    shop.take_from_shelf(&legs).await.unwrap();
    let tenant = shop.tenant().await;
    shop.app.pass(TimeDelta::days(1)).await;
    let jobs = dispatch::jobs_of(&mut *begin(&shop.app, shop.id).await, legs.id).await.unwrap();
    for job in jobs {
        let mut tx = begin(&shop.app, shop.id).await;
        dispatch::assign_manually(&mut tx, &tenant, job.job_id, ada, None, "Stan").await.unwrap();
        tx.commit().await.unwrap();
        shop.do_job(job.job_id, ada).await;
    }
    assert!(!shop.held(&legs).await.1);
    assert_eq!(
        shop.heard(&legs).await,
        "booked/confirmed search_failed/confirmed \
         dispatched/dispatched en_route/dispatched arrived/dispatched started/in_progress job_done/in_progress \
         dispatched/in_progress en_route/in_progress arrived/in_progress started/in_progress completed/completed"
    );
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn an_hour_more_is_refused_and_costs_nothing_if_the_toy_is_promised_to_somebody_else_by_then() {
    let shop = Shop::open().await;
    let first = shop.make(Shape::Stay, Beginning::Confirmed).await;
    shop.take_from_shelf(&first).await.unwrap();
    let asked = shop.propose_more(&first).await;
    let an_hour_later = first.scheduled_at.unwrap() + TimeDelta::hours(1);
    let second = shop.try_to_make(Shape::Stay, Beginning::Confirmed, an_hour_later).await.unwrap();
    shop.take_from_shelf(&second).await.unwrap();

    let refused = shop.try_to_approve(&first, asked).await;

    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    assert_eq!(shop.held(&first).await, (60, true));
    let asked_too = shop.propose_more(&second).await;
    shop.try_to_approve(&second, asked_too).await.unwrap();
    assert_eq!(shop.held(&second).await, (120, true));
    shop.app.pass(TimeDelta::days(1)).await;
    shop.play_until(&first, 60).await;
    assert_eq!(shop.charged(&first).await.iter().map(|amount| amount.0).sum::<i64>(), 4_000);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}

#[tokio::test]
async fn a_booking_becomes_one_for_two_who_stay_longer_and_everybody_hears_it() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    let tenant = shop.tenant().await;
    let people = [Person { name: "Kim Lake".into(), phone: None, age: Some(9) }];
    let until = stay.scheduled_at.unwrap() + TimeDelta::hours(2);
    let change = Change { ends_at: Some(until), units: Some(2), people: Some(&people) };
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, stay.id).await.unwrap();
    fulfilment::change(&mut tx, &tenant, &locked, change, Author::customer(), None).await.unwrap();
    tx.commit().await.unwrap();
    let changed = shop.find(&stay).await;
    assert_eq!((changed.ends_at, changed.units), (Some(until), 2));
    assert_eq!(shop.heard(&stay).await, "booked/confirmed changed/confirmed");
    let names: Vec<String> = sqlx::query_scalar("select name from booking_people where booking_id = $1")
        .bind(stay.id)
        .fetch_all(&mut *begin(&shop.app, shop.id).await)
        .await
        .unwrap();
    assert_eq!(names, ["Kim Lake"]);
    shop.app.drain().await;
    let told = shop.app.mailbox("+14045550123").await;
    assert!(told.iter().any(|mail| mail.kind == "booking-changed"), "{told:?}");
    let mut tx = begin(&shop.app, shop.id).await;
    let locked = store::lock(&mut tx, stay.id).await.unwrap();
    let cancelled = fulfilment::cancel(&mut tx, &tenant, &locked, Author::customer(), None).await;
    cancelled.unwrap();
    let over = store::lock(&mut tx, stay.id).await.unwrap();
    assert!(fulfilment::change(&mut tx, &tenant, &over, change, Author::customer(), None).await.is_err());
    drop(tx);
    shop.obeys_the_laws().await;
    shop.app.done().await;
}
