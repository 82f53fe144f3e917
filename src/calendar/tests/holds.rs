use chrono::TimeDelta;

use super::{Wanted, What, Yard, any, conflict};
use crate::calendar::{Extension, block, extend, overrun, release, shift, shorten, unblock};

#[tokio::test]
async fn of_two_who_want_the_only_mower_one_reads_its_name_and_with_two_mowers_both_get_one() {
    let yard = Yard::new().await;
    yard.machine("John Deere Z925", "mower").await;
    let wanted = |holder| [Wanted { holder, what: any("mower", 1), time: yard.time(9.0, 10.0) }];
    let (first, second) = (yard.holder().await, yard.holder().await);
    assert_eq!(yard.hold(&wanted(first)).await.unwrap()[0].name, "John Deere Z925");
    assert_eq!(conflict(yard.hold(&wanted(second)).await), "mower: none is free then.");
    let other = yard.machine("Toro", "mower").await;
    assert_eq!(yard.hold(&wanted(second)).await.unwrap()[0].resource, other);
    yard.done().await;
}

#[tokio::test]
async fn people_and_things_of_a_deed_are_all_reserved_or_none() {
    let yard = Yard::new().await;
    let truck = yard.machine("Truck", "truck").await;
    let mower = yard.machine("Mower", "mower").await;
    yard.reserve(mower, yard.time(9.5, 10.0)).await.unwrap();
    let holder = yard.holder().await;
    let both = |from, to| {
        let time = yard.time(from, to);
        [Wanted { holder, what: What::This(truck), time }, Wanted { holder, what: What::This(mower), time }]
    };
    assert_eq!(conflict(yard.hold(&both(9.0, 10.0)).await), "Mower is taken then.");
    assert_eq!(yard.plan(truck).await, []);
    yard.hold(&both(10.0, 11.0)).await.unwrap();
    assert_eq!(yard.plan(truck).await, [(10.0, 11.0, true)]);
    assert_eq!(yard.plan(mower).await, [(9.5, 10.0, true), (10.0, 11.0, true)]);
    yard.done().await;
}

#[tokio::test]
async fn what_is_in_the_workshop_cant_be_reserved() {
    let yard = Yard::new().await;
    let mower = yard.machine("Mower", "mower").await;
    let mut tx = yard.tx().await;
    sqlx::query("update resources set state = 'upkeep' where id = $1").bind(mower).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(conflict(yard.reserve(mower, yard.time(9.0, 10.0)).await), "Mower isn't in service.");
    let holder = yard.holder().await;
    let any = [Wanted { holder, what: any("mower", 1), time: yard.time(9.0, 10.0) }];
    assert_eq!(conflict(yard.hold(&any).await), "mower: none is free then.");
    yard.done().await;
}

#[tokio::test]
async fn moved_reservations_keep_their_length_and_name_what_is_in_the_way() {
    let yard = Yard::new().await;
    let mower = yard.machine("Mower", "mower").await;
    let first = yard.reserve(mower, yard.time(9.0, 10.0)).await.unwrap();
    yard.reserve(mower, yard.time(11.0, 12.0)).await.unwrap();
    let moved = async |hours: f64| {
        let mut tx = yard.tx().await;
        #[expect(clippy::cast_possible_truncation, reason = "a few hours")]
        shift(&mut tx, first, TimeDelta::minutes((hours * 60.0) as i64)).await?;
        tx.commit().await
    };
    assert_eq!(conflict(moved(1.5).await), "Mower is taken then.");
    assert_eq!(yard.plan(mower).await, [(9.0, 10.0, true), (11.0, 12.0, true)]);
    moved(0.5).await.expect("its old time isn't in the way of its new one");
    moved(0.5).await.unwrap();
    assert_eq!(yard.plan(mower).await, [(10.0, 11.0, true), (11.0, 12.0, true)]);
    yard.done().await;
}

#[tokio::test]
async fn more_time_is_given_until_the_next_reservation_and_the_rest_is_given_back() {
    let yard = Yard::new().await;
    let mower = yard.machine("Mower", "mower").await;
    let first = yard.reserve(mower, yard.time(9.0, 10.0)).await.unwrap();
    yard.reserve(mower, yard.time(11.0, 12.0)).await.unwrap();
    let mut tx = yard.tx().await;
    assert_eq!(extend(&mut tx, first, yard.at(11.5)).await.unwrap(), Extension::FreeUntil(yard.at(11.0)));
    assert_eq!(extend(&mut tx, first, yard.at(11.0)).await.unwrap(), Extension::Extended);
    tx.commit().await.unwrap();
    assert_eq!(yard.plan(mower).await, [(9.0, 11.0, true), (11.0, 12.0, true)]);
    let mut tx = yard.tx().await;
    shorten(&mut tx, first, yard.at(9.5)).await.unwrap();
    tx.commit().await.unwrap();
    yard.reserve(mower, yard.time(9.5, 11.0)).await.expect("the rest is free");
    yard.done().await;
}

#[tokio::test]
async fn work_that_lasts_longer_puts_the_next_in_conflict_until_its_time_is_free_again() {
    let yard = Yard::new().await;
    let mower = yard.machine("Mower", "mower").await;
    let first = yard.reserve(mower, yard.time(9.0, 10.0)).await.unwrap();
    yard.reserve(mower, yard.time(10.25, 11.0)).await.unwrap();
    yard.reserve(mower, yard.time(12.0, 13.0)).await.unwrap();
    let mut tx = yard.tx().await;
    let conflicts = overrun(&mut tx, first, yard.at(10.5)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(conflicts.len(), 1);
    assert_eq!((conflicts[0].resource_name.as_str(), conflicts[0].starts_at), ("Mower", yard.at(10.25)));
    assert_eq!(yard.plan(mower).await, [(9.0, 10.5, true), (10.25, 11.0, false), (12.0, 13.0, true)]);
    let mut tx = yard.tx().await;
    assert_eq!(overrun(&mut tx, first, yard.at(10.75)).await.unwrap(), [], "it is in conflict already");
    release(&mut tx, first).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(yard.plan(mower).await, [(10.25, 11.0, true), (12.0, 13.0, true)]);
    yard.done().await;
}

#[tokio::test]
async fn of_two_in_conflict_the_earlier_is_held_again_and_the_later_one_waits_for_it() {
    let yard = Yard::new().await;
    let mower = yard.machine("Mower", "mower").await;
    let first = yard.reserve(mower, yard.time(9.0, 10.0)).await.unwrap();
    let second = yard.reserve(mower, yard.time(10.0, 11.0)).await.unwrap();
    let mut tx = yard.tx().await;
    overrun(&mut tx, first, yard.at(10.5)).await.unwrap();
    release(&mut tx, first).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = yard.tx().await;
    assert_eq!(extend(&mut tx, second, yard.at(12.0)).await.unwrap(), Extension::Extended);
    tx.commit().await.unwrap();
    let third = yard.reserve(mower, yard.time(12.0, 13.0)).await.unwrap();
    let mut tx = yard.tx().await;
    overrun(&mut tx, second, yard.at(12.5)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(yard.plan(mower).await, [(10.0, 12.5, true), (12.0, 13.0, false)]);
    let mut tx = yard.tx().await;
    shift(&mut tx, third, TimeDelta::hours(2)).await.expect("what is in conflict can be moved away");
    tx.commit().await.unwrap();
    assert_eq!(yard.plan(mower).await, [(10.0, 12.5, true), (14.0, 15.0, true)]);
    yard.done().await;
}

#[tokio::test]
async fn a_blocked_time_cant_be_reserved_until_the_block_is_taken_away() {
    let yard = Yard::new().await;
    let mower = yard.machine("Mower", "mower").await;
    let mut tx = yard.tx().await;
    let blocked = block(&mut tx, mower, yard.time(8.0, 18.0), "Inventory", None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(conflict(yard.reserve(mower, yard.time(9.0, 10.0)).await), "Mower is taken then.");
    let mut tx = yard.tx().await;
    unblock(&mut tx, blocked).await.unwrap();
    tx.commit().await.unwrap();
    yard.reserve(mower, yard.time(9.0, 10.0)).await.unwrap();
    let mut tx = yard.tx().await;
    let refused = block(&mut tx, mower, yard.time(8.0, 18.0), "Inventory", None).await;
    assert_eq!(conflict(refused), "Mower is taken then.");
    drop(tx);
    yard.done().await;
}
