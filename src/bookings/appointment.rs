use chrono::{DateTime, TimeDelta, Utc};
use engine::{LocalTimeError, typed_time};

use crate::{error::FieldErrors, tenants::Tenant};

/// Nobody books further ahead, staff neither. A service may allow less: [`ServiceRules::horizon_days`](crate::catalog::ServiceRules).
pub const MOST_DAYS: i64 = 730;

/// "As soon as possible", or a day and time, as typed.
pub struct Moment<'a> {
    /// `now` or `scheduled`.
    pub when: &'a str,
    pub date: &'a str,
    pub time: &'a str,
}

impl Moment<'_> {
    /// The instant; `None` for as soon as possible, and if there are errors.
    pub fn read(&self, tenant: &Tenant, now: DateTime<Utc>, errors: &mut FieldErrors) -> Option<DateTime<Utc>> {
        match self.when {
            "now" => None,
            "scheduled" => read(tenant, self.date, self.time, now, errors),
            _ => {
                errors.add("when", t!("bookings-choose-when-we-should-come"));
                None
            }
        }
    }
}

/// The instant of a typed day and time in the tenant's zone, within the next [`MOST_DAYS`]; else an error beside `date` or `time`.
pub fn read(
    tenant: &Tenant,
    date: &str,
    time: &str,
    now: DateTime<Utc>,
    errors: &mut FieldErrors,
) -> Option<DateTime<Utc>> {
    let instant = read_later(tenant, date, time, now, errors)?;
    if instant > now + TimeDelta::days(MOST_DAYS) {
        errors.add("date", t!("bookings-that-is-too-far-ahead-choose"));
        return None;
    }
    Some(instant)
}

/// The same, however far ahead.
pub fn read_later(
    tenant: &Tenant,
    date: &str,
    time: &str,
    now: DateTime<Utc>,
    errors: &mut FieldErrors,
) -> Option<DateTime<Utc>> {
    let day = tenant.locale.read_day(date);
    let day = errors.take("date", day.ok_or(t!("bookings-choose-a-day")));
    let minute = typed_time::time_of_day(time);
    let minute = errors.take("time", minute.ok_or(t!("bookings-choose-a-time-of-day-like")));
    let day = day?;
    let (field, instant) = match tenant.zone.instant(day.and_time(minute?)) {
        Err(LocalTimeError::Skipped) => ("time", Err(t!("bookings-the-clocks-go-forward-that-day"))),
        Err(LocalTimeError::Ambiguous(..)) => ("time", Err(t!("bookings-the-clocks-go-back-that-day"))),
        Ok(instant) if instant <= now && day < tenant.zone.date(now) => {
            ("date", Err(t!("bookings-this-day-is-past-choose-a")))
        }
        Ok(instant) if instant <= now => ("time", Err(t!("bookings-this-time-is-past-choose-a"))),
        Ok(instant) => ("time", Ok(instant)),
    };
    errors.take(field, instant)
}
