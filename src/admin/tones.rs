//! The tone of badges: good, bad or neutral.

use chrono::{DateTime, Utc};

use crate::{
    bookings::Phase,
    identity::AccountStatus,
    payments::PaymentStatus,
    payouts::{EarningStatus, PayoutStatus},
    providers::ProviderStatus,
    ui::Tone,
};

/// The phase of a booking and its tone; one that is agreed for later is scheduled, and waits for nobody.
pub(super) fn of_booking(
    phase: Phase,
    scheduled_at: Option<DateTime<Utc>>,
    later_from: DateTime<Utc>,
) -> (Tone, &'static str) {
    if phase == Phase::Confirmed && scheduled_at.is_some_and(|at| at > later_from) {
        return (Tone::Neutral, t!("admin-scheduled"));
    }
    (of_phase(phase), phase.label())
}

pub(super) fn of_phase(phase: Phase) -> Tone {
    match phase {
        Phase::Pending => Tone::Info,
        Phase::Confirmed => Tone::Warning,
        Phase::Dispatched | Phase::InProgress => Tone::Progress,
        Phase::Completed => Tone::Success,
        Phase::Cancelled => Tone::Neutral,
        Phase::NoShow => Tone::Danger,
    }
}

pub(super) fn of_payment(status: PaymentStatus) -> Tone {
    match status {
        PaymentStatus::Pending => Tone::Warning,
        PaymentStatus::Confirmed => Tone::Success,
        PaymentStatus::Failed => Tone::Danger,
        PaymentStatus::Refunded => Tone::Neutral,
    }
}

pub(super) fn of_earning(status: EarningStatus) -> Tone {
    match status {
        EarningStatus::Pending => Tone::Info,
        EarningStatus::Frozen => Tone::Warning,
        EarningStatus::PaidOut => Tone::Success,
    }
}

pub(super) fn of_payout(status: PayoutStatus) -> Tone {
    match status {
        PayoutStatus::Pending => Tone::Warning,
        PayoutStatus::Paid => Tone::Success,
        PayoutStatus::Failed => Tone::Danger,
    }
}

pub(super) fn of_provider(status: ProviderStatus) -> Tone {
    match status {
        ProviderStatus::Pending => Tone::Warning,
        ProviderStatus::Active => Tone::Success,
        ProviderStatus::Rejected | ProviderStatus::Inactive => Tone::Neutral,
        ProviderStatus::Suspended => Tone::Danger,
    }
}

pub(super) fn of_account(status: AccountStatus) -> Tone {
    match status {
        AccountStatus::Active => Tone::Success,
        AccountStatus::Suspended => Tone::Warning,
        AccountStatus::Banned => Tone::Danger,
    }
}
