use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use engine::{
    Id, Recurrence, SlotPurpose, TimeSpan,
    opening::{OpeningKind, OpeningRule},
};

use super::Yard;
use crate::{
    calendar::{
        hours::{self, NewRule, OpeningSubject},
        plans,
        slots::{self, Slot, SlotState, Subject},
    },
    catalog::Service,
    tenants,
    testing::service,
};

/// A tour with 12 places that starts at 7:00 on Saturdays and Sundays, for the next 30 days.
async fn weekend_tour(yard: &Yard) -> Id<Service> {
    let tour = service(&yard.app, yard.tenant, "canyon", 20_000, None).await;
    let mut tx = yard.tx().await;
    let weekends = Recurrence::weekly(&[Weekday::Sat, Weekday::Sun], None);
    let first_day = tx.now.date_naive();
    let rule = OpeningRule::new(OpeningKind::Weekly, first_day, 7 * 60, 300, Some(weekends)).unwrap();
    let new = NewRule { rule, reason: None, note: None };
    hours::add(&mut tx, OpeningSubject::Service(tour), &new, None).await.unwrap();
    sqlx::query(
        "insert into slot_plans (id, service_id, purpose, capacity, min_units, decide_minutes, minutes, ahead_days)
         values (gen_random_uuid(), $1, 'start', 12, 4, 1440, 300, 30)",
    )
    .bind(tour)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    tour
}

/// The slots of the next 90 days, and the local days and times at which they start.
async fn starts(yard: &Yard, tour: Id<Service>) -> (Vec<Slot>, Vec<String>) {
    let mut tx = yard.tx().await;
    let zone = tenants::current(&mut tx).await.unwrap().zone;
    let within = TimeSpan { starts_at: tx.now, ends_at: tx.now + TimeDelta::days(90) };
    let slots = slots::list(&mut tx, Subject::Service(tour), SlotPurpose::Start, within).await.unwrap();
    let local = |slot: &Slot| zone.local(slot.starts_at).format("%m-%d %H:%M").to_string();
    let at = slots.iter().map(local).collect();
    (slots, at)
}

/// Every Saturday and Sunday from the day after `first` through `last`, at 7:00.
fn weekends(first: NaiveDate, last: NaiveDate) -> Vec<String> {
    let is_weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    first
        .iter_days()
        .skip(1)
        .take_while(|day| *day <= last)
        .filter(is_weekend)
        .map(|day| day.format("%m-%d 07:00").to_string())
        .collect()
}

#[tokio::test]
async fn starts_are_made_ahead_at_the_same_local_time_on_both_sides_of_a_change_of_the_clocks() {
    let yard = Yard::new().await;
    let tour = weekend_tour(&yard).await;
    yard.app.schedule().await;
    yard.app.pass(TimeDelta::hours(1)).await;
    let today = yard.app.now().date_naive();
    let expected = weekends(today, today + TimeDelta::days(30));
    assert!(expected.len() >= 8, "the clocks go forward on a Sunday among them");
    assert_eq!(starts(&yard, tour).await.1, expected);
    yard.app.pass(TimeDelta::hours(1)).await;
    assert_eq!(starts(&yard, tour).await.1, expected, "once more makes none twice");
    yard.app.pass(TimeDelta::days(7)).await;
    let made = starts(&yard, tour).await.1;
    assert_eq!(made, weekends(today + TimeDelta::days(7), today + TimeDelta::days(37)));
    yard.done().await;
}

#[tokio::test]
async fn changed_hours_remove_free_starts_and_close_those_that_have_guests() {
    let yard = Yard::new().await;
    let tour = weekend_tour(&yard).await;
    yard.app.schedule().await;
    yard.app.pass(TimeDelta::hours(1)).await;
    let (slots, before) = starts(&yard, tour).await;
    let booking = yard.booked(1).await[0];
    let mut tx = yard.tx().await;
    slots::claim(&mut tx, booking, &[(slots[1].id, 3)]).await.unwrap();
    let tenant = tenants::current(&mut tx).await.unwrap();
    let first_day = tenant.zone.date(slots[0].starts_at);
    let storm = OpeningRule::new(OpeningKind::TimeOff, first_day, 0, 3 * 1_440, None).unwrap();
    let subject = OpeningSubject::Service(tour);
    let rule = hours::add(&mut tx, subject, &NewRule { rule: storm, reason: None, note: Some("Storm".into()) }, None)
        .await
        .unwrap();
    let left = plans::renew(&mut tx, &tenant, subject).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(left.iter().map(|slot| (slot.id, slot.taken)).collect::<Vec<_>>(), [(slots[1].id, 3)]);
    let (now, at) = starts(&yard, tour).await;
    assert_eq!(at, before[1..]);
    assert_eq!((now[0].state, now[0].taken), (SlotState::Closed, 3));

    let mut tx = yard.tx().await;
    assert!(hours::remove(&mut tx, subject, rule).await.unwrap());
    assert!(!hours::remove(&mut tx, subject, rule).await.unwrap(), "it is gone");
    assert_eq!(plans::renew(&mut tx, &tenant, subject).await.unwrap(), []);
    tx.commit().await.unwrap();
    assert_eq!(starts(&yard, tour).await.1, before);
    yard.done().await;
}
