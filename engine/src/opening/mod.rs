//! When something is open: a business, a person, a thing, a service.
//!
//! - [`OpeningRule`]s are in the local time of the place, also their length: "all day" is minute 0 and 1,440 minutes, on days of 23 and of 25 hours.
//! - An occurrence begins on a local day and lasts from the first instant of its local start to the first instant of its local end. So rules that
//!   touch leave no gap and don't overlap when the clocks change; what the clocks skip isn't open, and of an hour that comes twice both are.
//! - Hours end at 24:00 or later: 22:00 and 480 minutes last until 6:00. Several shifts a day are several rules.
//! - Closed time comes before special hours, and these before weekly hours. On a local day on which special hours begin, no weekly occurrence
//!   begins; one from the evening before still ends as it would. Closed time cuts out of both.
//! - On days without special hours, a subject without weekly hours is open or closed all day, as [`Without`] says. Weekly hours that have ended are
//!   hours, too: the subject is closed then.

#[cfg(feature = "ssr")]
mod hours;
mod rule;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod samples;

#[cfg(feature = "ssr")]
pub use hours::{Closed, Hours, Without};
pub use rule::{OpeningKind, OpeningRule, OpeningRuleError};
