//! What staff and administrators do from the back office. Each action asks the policy, and changes things through the feature that owns them.

mod bookings;
mod people;
mod providers;
mod services;
mod ways_in;

pub use bookings::{CancelForCustomer, PlaceBooking, ResolveAlerts};
pub use people::{ChangeAccountStatus, ChangeRoles};
pub use providers::{ChangeCommission, ChangeProviderStatus, ChangeSkills};
pub use services::{ChangePrice, EditService, SwitchService};
pub use ways_in::{ResetFactors, SignOutPerson};
