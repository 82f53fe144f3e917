use engine::{Id, SlotPurpose};

use super::{Yard, conflict};
use crate::{
    bookings::Booking,
    calendar::{
        Resource,
        slots::{self, NewSlot, Slot, SlotState, Subject},
    },
    error::AppError,
    testing::{booking, service},
};

impl Yard {
    async fn slot(&self, of: Id<Resource>, purpose: SlotPurpose, from: f64, to: f64, capacity: i32) -> Id<Slot> {
        let new = NewSlot { time: self.time(from, to), capacity, min_units: 0, decide_by: None };
        let mut tx = self.tx().await;
        slots::add(&mut tx, Subject::Resource(of), purpose, &[new]).await.unwrap();
        let found = slots::list(&mut tx, Subject::Resource(of), purpose, self.time(from, to)).await.unwrap();
        tx.commit().await.unwrap();
        found[0].id
    }

    pub(super) async fn booked(&self, many: usize) -> Vec<Id<Booking>> {
        let service = service(&self.app, self.tenant, "mowing", 5_000, None).await;
        let mut booked = Vec::new();
        for _ in 0..many {
            booked.push(booking(&self.app, self.tenant, service).await.id);
        }
        booked
    }

    async fn claim(&self, booking: Id<Booking>, claims: &[(Id<Slot>, i32)]) -> Result<(), AppError> {
        let mut tx = self.tx().await;
        slots::claim(&mut tx, booking, claims).await?;
        tx.commit().await
    }

    /// Places taken in slots, the first slot first.
    async fn taken(&self) -> Vec<i32> {
        sqlx::query_scalar("select taken from slots order by starts_at, ends_at desc")
            .fetch_all(&mut *self.tx().await)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_day_and_a_window_are_claimed_together_or_not_at_all() {
    let yard = Yard::new().await;
    let workshop = yard.machine("Workshop", "workshop").await;
    let day = yard.slot(workshop, SlotPurpose::Day, 0.0, 24.0, 20).await;
    let window = yard.slot(workshop, SlotPurpose::Window, 8.0, 10.0, 1).await;
    let bookings = yard.booked(2).await;
    yard.claim(bookings[0], &[(day, 1), (window, 1)]).await.unwrap();
    let refused = yard.claim(bookings[1], &[(day, 1), (window, 1)]).await;
    assert_eq!(conflict(refused), "There are no places left.");
    assert_eq!(yard.taken().await, [1, 1]);
    yard.done().await;
}

#[tokio::test]
async fn a_booking_changes_its_places_and_reads_how_many_are_left() {
    let yard = Yard::new().await;
    let tour = yard.machine("Tour", "tour").await;
    let start = yard.slot(tour, SlotPurpose::Start, 7.0, 12.0, 12).await;
    let bookings = yard.booked(2).await;
    yard.claim(bookings[0], &[(start, 6)]).await.unwrap();
    yard.claim(bookings[1], &[(start, 4)]).await.unwrap();
    assert_eq!(conflict(yard.claim(bookings[0], &[(start, 9)]).await), "There are 8 places left.");
    yard.claim(bookings[0], &[(start, 8)]).await.expect("its own six count as free for it");
    assert_eq!(yard.taken().await, [12]);
    yard.claim(bookings[0], &[(start, 3)]).await.unwrap();
    assert_eq!(yard.taken().await, [7]);
    let mut tx = yard.tx().await;
    slots::give_back(&mut tx, bookings[0]).await.unwrap();
    slots::give_back(&mut tx, bookings[0]).await.expect("once more changes nothing");
    tx.commit().await.unwrap();
    assert_eq!(yard.taken().await, [4]);
    yard.done().await;
}

#[tokio::test]
async fn a_closed_slot_keeps_its_guests_and_takes_no_more() {
    let yard = Yard::new().await;
    let tour = yard.machine("Tour", "tour").await;
    let start = yard.slot(tour, SlotPurpose::Start, 7.0, 12.0, 12).await;
    let bookings = yard.booked(2).await;
    yard.claim(bookings[0], &[(start, 6)]).await.unwrap();
    let set = async |state| {
        let mut tx = yard.tx().await;
        slots::set_state(&mut tx, start, state, Some("Storm")).await.unwrap();
        tx.commit().await.unwrap();
    };
    set(SlotState::Closed).await;
    assert_eq!(conflict(yard.claim(bookings[1], &[(start, 1)]).await), "There are no places left.");
    assert_eq!(yard.taken().await, [6]);
    set(SlotState::Open).await;
    yard.claim(bookings[1], &[(start, 1)]).await.unwrap();
    let mut tx = yard.tx().await;
    let refused = slots::set_capacity(&mut tx, start, 6).await;
    assert_eq!(conflict(refused), "7 places are taken already.");
    slots::set_capacity(&mut tx, start, 7).await.unwrap();
    tx.commit().await.unwrap();
    yard.done().await;
}

#[tokio::test]
async fn a_slot_of_a_subject_a_purpose_and_a_start_exists_once() {
    let yard = Yard::new().await;
    let tour = yard.machine("Tour", "tour").await;
    let first = yard.slot(tour, SlotPurpose::Start, 7.0, 12.0, 12).await;
    assert_eq!(yard.slot(tour, SlotPurpose::Start, 7.0, 10.0, 3).await, first, "the one that is there stays");
    assert_ne!(yard.slot(tour, SlotPurpose::Window, 7.0, 10.0, 3).await, first);
    yard.done().await;
}
