//! How far bookings are, in lists.

use std::collections::HashMap;

use engine::Id;

use crate::{
    bookings::{Booking, Phase},
    db::Tx,
    dispatch::{self, JobState},
    error::AppError,
    tenants::Tenant,
    verticals::{Vertical, stages},
};

/// How far the bookings of a list are, where more is known than their phase.
pub struct ListedProgress {
    stages: HashMap<Id<Booking>, &'static str>,
    states: HashMap<Id<Booking>, JobState>,
}

impl ListedProgress {
    /// Loads it for bookings with their kind of business, which only a newer version may know. A booking that is over is at no stage.
    pub async fn load(
        tx: &mut Tx,
        tenant: &Tenant,
        bookings: &[(Id<Booking>, Option<Vertical>, Phase)],
    ) -> Result<Self, AppError> {
        let going_on = bookings.iter().filter(|(_, _, phase)| !phase.is_terminal());
        let going_on: Vec<_> = going_on.filter_map(|(id, kind, _)| Some((*id, (*kind)?))).collect();
        let assigned: Vec<_> =
            bookings.iter().filter(|(_, _, phase)| *phase == Phase::Dispatched).map(|(id, ..)| *id).collect();
        Ok(Self { stages: stages(tx, tenant, &going_on).await?, states: dispatch::open_states(tx, &assigned).await? })
    }

    /// The stage of its kind of business that a booking is at.
    pub fn stage(&self, booking: Id<Booking>) -> Option<&'static str> {
        self.stages.get(&booking).copied()
    }

    /// How far the job is that a provider has for a booking.
    pub fn job(&self, booking: Id<Booking>) -> Option<JobState> {
        self.states.get(&booking).copied()
    }
}
