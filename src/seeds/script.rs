//! The actions known in advance: shifts, bookings, deeds, payouts. The [player](super::player) adds those that follow from them.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id};

use super::{
    history::History,
    rows::{BookingRow, DeedRow, PayoutRow, ProviderRow, ReviewRow, Stage},
    work::Work,
};
use crate::{
    bookings::Phase,
    dispatch::{JobState, Offer},
    payouts::Payout,
};

/// A planned action.
#[derive(Clone, Copy)]
pub(super) enum Action<'a> {
    /// A provider starts their shift, at home.
    GoOnDuty(&'a ProviderRow),
    GoOffDuty(&'a ProviderRow),
    /// A provider's device reports a position.
    SharePosition(&'a ProviderRow, GeoPoint),
    Book(&'a BookingRow),
    /// Whoever is asked says yes to a booking, or no, or nothing until it is too late.
    ApproveRequest(&'a BookingRow),
    DeclineRequest(&'a BookingRow),
    ExpireRequest(&'a BookingRow),
    /// A booking without a job begins, is over, or is missed.
    Turn(&'a BookingRow, Phase),
    Cancel(&'a BookingRow),
    /// Something that only the booking's kind of business knows how to do.
    Deed(&'a DeedRow),
    Accept(Work<'a>, &'a ProviderRow, Id<Offer>),
    Decline(Work<'a>, &'a ProviderRow, Id<Offer>),
    GiveBack(Work<'a>, &'a ProviderRow),
    /// Staff assign the job to the provider or crew who does it.
    Assign(Work<'a>),
    /// The provider takes a job that they discover.
    Take(Work<'a>),
    Advance(Work<'a>, JobState),
    Finish(Work<'a>),
    /// The provider reports that nobody is there.
    FindNobody(Work<'a>),
    /// Staff confirm that the money has arrived; the number says who of them.
    ConfirmPayment(&'a BookingRow, usize),
    Review(&'a BookingRow, &'a ReviewRow),
    MakePayout(&'a PayoutRow),
    MarkPaid(&'a PayoutRow, Id<Payout>),
}

impl Action<'_> {
    /// What the action is about, by its name in the files.
    pub(super) fn about(self) -> String {
        match self {
            Self::GoOnDuty(row) | Self::GoOffDuty(row) | Self::SharePosition(row, _) => row.name.clone(),
            Self::MakePayout(row) | Self::MarkPaid(row, _) => row.provider.clone(),
            Self::Deed(row) => format!("{} {}", row.booking, row.deed),
            Self::Accept(work, ..)
            | Self::Decline(work, ..)
            | Self::GiveBack(work, _)
            | Self::Assign(work)
            | Self::Take(work)
            | Self::Advance(work, _)
            | Self::Finish(work)
            | Self::FindNobody(work) => work.row.name(),
            Self::Book(row)
            | Self::ApproveRequest(row)
            | Self::DeclineRequest(row)
            | Self::ExpireRequest(row)
            | Self::Turn(row, _)
            | Self::Cancel(row)
            | Self::ConfirmPayment(row, _)
            | Self::Review(row, _) => row.name.clone(),
        }
    }
}

/// All actions known in advance, with their times.
pub(super) fn of<'a>(history: &History<'a>) -> Result<Vec<(DateTime<Utc>, Action<'a>)>> {
    let demo = history.demo;
    let mut script = Vec::new();
    for row in &demo.providers {
        let Some(position) = row.position()? else { continue };
        for shift in shifts(history) {
            let begins_at = shift.begins_at - history.names.minutes(&format!("{} duty", row.name), 25..=90);
            script.push((begins_at, Action::GoOnDuty(row)));
            script.extend(shift.ends_at.map(|at| (at, Action::GoOffDuty(row))));
        }
        script.push((history.until, Action::SharePosition(row, position)));
    }
    for row in &demo.bookings {
        let requested = history.at(row.requested);
        script.push((requested, Action::Book(row)));
        if row.stage == Stage::Cancelled {
            let at = row.cancelled.map_or(requested + NO_LONGER_NEEDED_AFTER, |at| history.at(at));
            script.push((at, Action::Cancel(row)));
        }
    }
    script.extend(demo.deeds.iter().map(|row| (history.at(row.at), Action::Deed(row))));
    script.extend(demo.payouts.iter().map(|row| (history.at(row.made), Action::MakePayout(row))));
    Ok(script)
}

/// While the third provider is still deciding.
const NO_LONGER_NEEDED_AFTER: TimeDelta = TimeDelta::seconds(80);

/// A period in which all providers of the demo work.
struct Shift {
    begins_at: DateTime<Utc>,
    /// `None`: still at work.
    ends_at: Option<DateTime<Utc>>,
}

/// Longer than any job of the demo takes.
const SHIFT: TimeDelta = TimeDelta::hours(4);

/// Around every search, and now.
fn shifts(history: &History<'_>) -> Vec<Shift> {
    let now = history.until;
    let booked = history.demo.work.iter().filter_map(|work| work.booking.as_deref());
    let searches = booked.filter_map(|name| history.demo.booking(name).ok());
    let cancelled = history.demo.bookings.iter().filter(|row| row.stage == Stage::Cancelled);
    let mut starts: Vec<_> = searches.chain(cancelled).map(|row| history.search_at(row)).chain([now]).collect();
    starts.sort_unstable();
    let mut shifts: Vec<Shift> = Vec::new();
    for start in starts {
        let ends_at = Some(start + SHIFT).filter(|end| *end < now);
        match shifts.last_mut().filter(|shift| shift.ends_at.is_none_or(|end| end + SHIFT > start)) {
            Some(shift) => shift.ends_at = ends_at,
            None => shifts.push(Shift { begins_at: start, ends_at }),
        }
    }
    shifts
}
