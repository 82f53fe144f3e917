//! Queues the messages to a booking's customer. [`fulfilment::messages`](crate::fulfilment::messages) writes them.
//!
//! An action enqueues a task in its own transaction ([`tell`]). The task reads the booking's current state and writes the messages. So an action
//! needs neither the keys nor the brand's host, and a crash loses nothing. Each event is sent once per channel: accepting, departure and arrival
//! once per assignment, because a job that was given back is accepted again by another provider; the end of a shared job once per job; a move or a change each time,
//! a proposed price once; everything else once per booking.

use engine::Id;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Booking, quotes::StoredQuote};
use crate::{db::Tx, dispatch::Job, error::AppError, tasks};

/// Kind of the task that writes the messages about one event.
pub const WRITE: &str = "write-booking-messages";

engine::codes! {
    /// What happened to a booking, for messages to its customer.
    pub enum Kind ("kind of message") {
        /// The booking was made.
        Booked = "booking-booked",
        Accepted = "booking-accepted",
        /// The provider is on the way.
        OnTheWay = "booking-on-the-way",
        Arrived = "booking-arrived",
        /// The work is done: the receipt.
        Done = "booking-done",
        /// Somebody said yes.
        Approved = "booking-approved",
        /// To another time.
        Moved = "booking-moved",
        /// Until when it is, for how many, or who comes along.
        Changed = "booking-changed",
        /// A price waits for the customer's answer.
        Proposed = "booking-price-proposed",
        /// Somebody said no.
        Declined = "booking-declined",
        /// It was cancelled, by anybody.
        Cancelled = "booking-cancelled",
        /// A job that it shares with others was cancelled. The booking wasn't: staff decide what becomes of it.
        CalledOff = "booking-called-off",
        /// The customer wasn't there.
        Missed = "booking-missed",
    }
}

/// The task's data.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct MessageTask {
    pub kind: Kind,
    pub booking: Id<Booking>,
    /// An assignment, a job, a move or a change, a price, or the booking itself.
    pub id: Uuid,
}

/// Notifies the customer once of an event of the booking, after this transaction is committed.
pub async fn tell(tx: &mut Tx, booking: Id<Booking>, kind: Kind) -> Result<(), AppError> {
    enqueue(tx, MessageTask { kind, booking, id: booking.uuid() }).await
}

/// Notifies the customer of an event of the current provider, once per assignment.
pub async fn tell_of_assignment(
    tx: &mut Tx,
    booking: Id<Booking>,
    kind: Kind,
    assignment: Uuid,
) -> Result<(), AppError> {
    enqueue(tx, MessageTask { kind, booking, id: assignment }).await
}

/// Notifies the customer of an event of a job, once per job.
pub async fn tell_of_job(tx: &mut Tx, booking: Id<Booking>, kind: Kind, job: Id<Job>) -> Result<(), AppError> {
    enqueue(tx, MessageTask { kind, booking, id: job.uuid() }).await
}

/// Notifies the customer of an event that may come again, like a move: each time.
pub async fn tell_each_time(tx: &mut Tx, booking: Id<Booking>, kind: Kind) -> Result<(), AppError> {
    enqueue(tx, MessageTask { kind, booking, id: Uuid::now_v7() }).await
}

/// Asks the customer to answer a proposed price.
pub async fn tell_of_price(tx: &mut Tx, booking: Id<Booking>, quote: Id<StoredQuote>) -> Result<(), AppError> {
    enqueue(tx, MessageTask { kind: Kind::Proposed, booking, id: quote.uuid() }).await
}

async fn enqueue(tx: &mut Tx, event: MessageTask) -> Result<(), AppError> {
    let now = tx.now;
    tasks::enqueue(tx, WRITE, event, now, None).await
}
