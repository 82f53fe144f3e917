//! Which starts of work can be offered.
//!
//! [`Availability::allows`] is the one rule: [`free_windows`] offers exactly the starts on the grid that it allows, and who books asks it again for the
//! start that was sent.
//!
//! - The work itself lies within the open time of all that must be open. Preparation and clean-up needn't: they are the provider's own time.
//! - Preparation, work and clean-up are held together, and overlap nothing else that is held. So the buffers of neighbours add up: the clean-up
//!   after one and the preparation of the next are both work.
//! - Between two held spans there is time to travel from the end of the first to the beginning of the second, as long as they are at most
//!   12 hours apart. An unknown place needs no travel.
//! - Starts are on the grid of the local clock: every quarter, half or whole hour of the day. A local time that comes twice is two starts.

mod availability;
mod need;
mod start_rules;
#[cfg(test)]
mod tests;
mod work;

pub use availability::{Availability, Refusal};
pub use need::{Need, Window, free_windows};
pub use start_rules::{DailyLimit, StartRules, Step};
pub use work::{Engagement, Work};
