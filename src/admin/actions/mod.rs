//! Actions of staff and administrators in the back office. Each checks a policy and makes changes through the feature that owns the data.

mod bookings;
mod cancel_bookings;
mod holds;
mod list_of_services;
mod new_booking;
mod people;
mod prices;
mod proposals;
mod providers;
mod service_rules;
mod services;
mod sign_in_methods;

pub use bookings::{
    ApproveBooking, BeginBooking, CancelForCustomer, CompleteBooking, DeclineBooking, MissBooking, MoveForCustomer,
    PlaceBooking, ResolveAlerts,
};
pub use cancel_bookings::CancelBookings;
pub use holds::{EndHold, HoldProvider};
pub use list_of_services::{AddService, DecideService, MoveService};
pub use new_booking::BookForCustomer;
pub use people::{ChangeAccountStatus, ChangeRoles};
pub use prices::{CancelPrice, ChangePrice};
pub use proposals::{ANSWER_HOURS, ProposePrice, WithdrawQuote};
pub use providers::{ChangeCommission, ChangeProviderStatus, ChangeSkills};
pub use service_rules::{ChangeServiceRules, tier_name};
pub use services::{ArchiveService, EditService, SwitchService};
pub use sign_in_methods::{ResetFactors, SignOutPerson};
