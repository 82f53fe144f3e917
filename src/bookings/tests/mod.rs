mod follow;
mod quotes;

use chrono::DateTime;
use engine::{
    Amount, Distance, Id, Price, QuoteRequest, Reference, TaxRate,
    quote::mileage::{Labels, quote},
};
use proptest::prelude::*;

use crate::{
    bookings::{
        Author, Booking, LocationSource, Party, PaymentMethod, Phase, Transition,
        quotes::{QuoteKind, QuoteState, StoredQuote, approved},
    },
    customers::Contact,
    error::AppError,
    verticals::Vertical,
};

fn booking_in(phase: Phase) -> Booking {
    Booking {
        id: Id::new(),
        reference: Reference::from_random("RA", 7).unwrap(),
        customer_id: Id::new(),
        service_id: Id::new(),
        vertical: Vertical::Roadside,
        phase,
        waits_for: None,
        expires_at: None,
        contact: Contact { name: "Dana".into(), phone: "+14045550123".parse().unwrap(), email: None },
        address: "Piedmont Park".into(),
        location_source: LocationSource::Address,
        point: None,
        scheduled_at: None,
        ends_at: None,
        units: 1,
        payment_method: PaymentMethod::Cash,
        notes: None,
        billing: None,
        is_priority: false,
        refund_tiers: None,
        cancellation: None,
        created_at: DateTime::UNIX_EPOCH,
        completed_at: None,
    }
}

fn any_author() -> impl Strategy<Value = Author> {
    prop::sample::select(Party::ALL).prop_map(|party| Author { party, name: None })
}

/// Every transition of the diagram, tried on a booking in some phase.
fn actions(booking: &Booking, by: &Author) -> Vec<Result<Transition, AppError>> {
    let at = DateTime::UNIX_EPOCH;
    vec![
        booking.approve(by.clone(), None),
        booking.decline(by.clone(), "Full", DateTime::UNIX_EPOCH),
        booking.reschedule(by.clone()),
        booking.miss(by.clone()),
        booking.start(by.clone()),
        booking.complete(by.clone()),
        booking.cancel(by.clone(), None, Amount(0), at),
    ]
}

const ARROWS: [(Phase, Phase); 11] = {
    use Phase::{Cancelled, Completed, Confirmed, Dispatched, InProgress, NoShow, Pending};
    [
        (Pending, Pending), // moved to another time
        (Pending, Confirmed),
        (Pending, Cancelled),
        (Confirmed, Confirmed),  // moved
        (Dispatched, Confirmed), // moved
        (Confirmed, InProgress),
        (Confirmed, Cancelled),
        (Confirmed, NoShow), // without a job
        (Dispatched, Cancelled),
        (InProgress, Completed),
        (InProgress, Cancelled),
    ]
};

proptest! {
    #[test]
    fn nothing_leaves_a_final_phase(phase in prop::sample::select(Phase::ALL), by in any_author()) {
        let done = actions(&booking_in(phase), &by).into_iter().flatten().count();
        prop_assert_eq!(done == 0, phase.is_terminal());
    }

    #[test]
    fn every_change_is_an_arrow_of_the_diagram_and_starts_where_the_booking_is(
        phase in prop::sample::select(Phase::ALL), by in any_author(),
    ) {
        for change in actions(&booking_in(phase), &by).into_iter().flatten() {
            prop_assert_eq!(change.from, phase);
            prop_assert!(ARROWS.contains(&(change.from, change.to)), "{:?}", change);
        }
    }

    #[test]
    fn forbidden_transitions_are_conflicts_with_a_message(phase in prop::sample::select(Phase::ALL), by in any_author()) {
        for refused in actions(&booking_in(phase), &by).into_iter().filter_map(Result::err) {
            prop_assert!(matches!(&refused, AppError::Conflict(sentence) if sentence.ends_with('.')));
        }
    }
}

#[test]
fn a_customer_cannot_cancel_once_the_work_has_begun() {
    let booking = booking_in(Phase::InProgress);
    assert!(booking.cancel(Author::customer(), None, Amount(0), DateTime::UNIX_EPOCH).is_err());
    assert!(booking.cancel(Author::staff("Ann"), None, Amount(0), DateTime::UNIX_EPOCH).is_ok());
    assert!(!booking.is_cancellable());
}

#[test]
fn unapproved_versions_are_not_part_of_the_amount_due() {
    let quote = quote(&QuoteRequest {
        service_name: "Jump start",
        price: Price { base: Amount(10_000), per_mile: None, tax: TaxRate::ZERO.into() },
        distance: Distance::None,
        labels: &Labels::default(),
    })
    .unwrap();
    for state in QuoteState::ALL.iter().copied() {
        let version = StoredQuote { state, ..quotes::version(1, QuoteKind::Original, quote.clone()) };
        let owed = approved(&[version]).unwrap().total();
        assert_eq!(owed, if state == QuoteState::Approved { Amount(10_000) } else { Amount(0) }, "{state}");
    }
}
