//! The actions known in advance: shifts, bookings, payouts. [`super::player`] adds those that follow from them.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id};

use super::{
    files::{Algorithm, BookingRow, PayoutRow, ProviderRow, ReviewRow, Stage},
    history::History,
};
use crate::{
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
    Cancel(&'a BookingRow),
    Accept(&'a BookingRow, &'a ProviderRow, Id<Offer>),
    Decline(&'a BookingRow, &'a ProviderRow, Id<Offer>),
    GiveBack(&'a BookingRow, &'a ProviderRow),
    /// Staff assign the job to the provider who does it.
    Assign(&'a BookingRow),
    Advance(&'a BookingRow, JobState),
    Finish(&'a BookingRow),
    /// The provider reports that nobody is there.
    FindNobody(&'a BookingRow),
    /// Staff confirm that the money has arrived; the number says who of them.
    ConfirmPayment(&'a BookingRow, usize),
    Review(&'a BookingRow, &'a ReviewRow),
    MakePayout(&'a PayoutRow),
    MarkPaid(&'a PayoutRow, Id<Payout>),
}

impl<'a> Action<'a> {
    /// What the action is about, by its name in the files.
    pub(super) fn about(self) -> &'a str {
        match self {
            Self::GoOnDuty(row) | Self::GoOffDuty(row) | Self::SharePosition(row, _) => &row.name,
            Self::MakePayout(row) | Self::MarkPaid(row, _) => &row.provider,
            Self::Book(row)
            | Self::Cancel(row)
            | Self::Accept(row, ..)
            | Self::Decline(row, ..)
            | Self::GiveBack(row, _)
            | Self::Assign(row)
            | Self::Advance(row, _)
            | Self::Finish(row)
            | Self::FindNobody(row)
            | Self::ConfirmPayment(row, _)
            | Self::Review(row, _) => &row.name,
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
        script.push((history.at(row.requested), Action::Book(row)));
        if row.stage == Stage::Cancelled {
            script.push((history.at(row.requested) + NO_LONGER_NEEDED_AFTER, Action::Cancel(row)));
        }
        if demo.work(&row.name).is_some_and(|work| work.algorithm == Algorithm::Manual) {
            let patience = history.names.seconds(&format!("{} assignment", row.name), 150..=420);
            script.push((history.search_at(row) + patience, Action::Assign(row)));
        }
    }
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
    let searches = history.demo.work.iter().filter_map(|work| history.demo.booking(&work.booking).ok());
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
