//! How a service may be booked.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    BasisPoints, Locale,
    quote::{RefundTier, RefundTiers},
};
use serde::{Deserialize, Serialize};

use crate::words::count;

/// When and how much of a service may be booked, whether it is agreed at once, and what cancelling costs by the time that is left. The default has no
/// rule but the next 60 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceRules {
    /// No later than so long before, minutes.
    pub notice_minutes: i32,
    /// No earlier than so many days before.
    pub horizon_days: i32,
    /// The shortest and the longest time, minutes.
    pub min_minutes: Option<i32>,
    pub max_minutes: Option<i32>,
    /// The least and the largest number.
    pub min_units: i32,
    pub max_units: Option<i32>,
    /// Whether a customer's booking is agreed at once. If not, somebody has to say yes first.
    pub instant: bool,
    /// How long they may take, minutes.
    pub answer_minutes: i32,
    /// Used if its kind of business cancels by time.
    pub cancellation: RefundTiers,
}

impl Default for ServiceRules {
    fn default() -> Self {
        Self {
            notice_minutes: 0,
            horizon_days: 60,
            min_minutes: None,
            max_minutes: None,
            min_units: 1,
            max_units: None,
            instant: true,
            answer_minutes: 24 * 60,
            cancellation: RefundTiers::default(),
        }
    }
}

/// What somebody wants to book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// `None`: as soon as possible.
    pub at: Option<DateTime<Utc>>,
    /// `None`: when the work is done.
    pub ends_at: Option<DateTime<Utc>>,
    pub units: i32,
}

impl Wanted {
    /// One, at this time, until the work is done.
    pub const fn at(at: Option<DateTime<Utc>>) -> Self {
        Self { at, ends_at: None, units: 1 }
    }
}

/// A rule that isn't kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// As soon as possible, but notice is needed.
    NeedsTime(i32),
    TooSoon(i32),
    TooFarAhead(i32),
    TooShort(i32),
    TooLong(i32),
    TooFew(i32),
    TooMany(i32),
}

impl ServiceRules {
    /// The rule about its time that a booking wouldn't keep; `at` is `None` for as soon as possible.
    pub fn breach_by_time(&self, at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Breach> {
        let notice = self.notice_minutes;
        match at {
            None => (notice > 0).then_some(Breach::NeedsTime(notice)),
            Some(at) if notice > 0 && at < now + TimeDelta::minutes(notice.into()) => Some(Breach::TooSoon(notice)),
            Some(at) if at > now + TimeDelta::days(self.horizon_days.into()) => {
                Some(Breach::TooFarAhead(self.horizon_days))
            }
            Some(_) => None,
        }
    }

    /// The rules that a booking wouldn't keep.
    pub fn breaches(&self, wanted: &Wanted, now: DateTime<Utc>) -> Vec<Breach> {
        let minutes = wanted.at.zip(wanted.ends_at).map(|(at, ends_at)| (ends_at - at).num_minutes());
        let shorter = |least: &i32| minutes.is_some_and(|minutes| minutes < i64::from(*least));
        let longer = |most: &i32| minutes.is_some_and(|minutes| minutes > i64::from(*most));
        [
            self.breach_by_time(wanted.at, now),
            self.min_minutes.filter(shorter).map(Breach::TooShort),
            self.max_minutes.filter(longer).map(Breach::TooLong),
            (wanted.units < self.min_units).then_some(Breach::TooFew(self.min_units)),
            self.max_units.filter(|most| wanted.units > *most).map(Breach::TooMany),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Until when somebody has to say yes to a booking of this time; `None` if it is agreed at once.
    pub fn answer_until(&self, at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = now + TimeDelta::minutes(self.answer_minutes.into());
        // An answer after it would have begun is none.
        (!self.instant).then(|| at.filter(|at| *at > now).map_or(until, |at| until.min(at)))
    }
}

impl Breach {
    /// The field of a form that it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NeedsTime(_) => "when",
            Self::TooSoon(_) => "time",
            Self::TooFarAhead(_) => "date",
            Self::TooShort(_) | Self::TooLong(_) => "until",
            Self::TooFew(_) | Self::TooMany(_) => "units",
        }
    }

    /// What to do about it.
    pub fn sentence(self, locale: Locale) -> String {
        match self {
            Self::NeedsTime(notice) => {
                t!("catalog-choose-a-time-this-is-booked", notice = duration(notice, locale))
            }
            Self::TooSoon(notice) => {
                t!("catalog-that-is-too-soon-this-is", notice = duration(notice, locale))
            }
            Self::TooFarAhead(days) => t!("catalog-that-is-too-far-ahead-you", days = days),
            Self::TooShort(least) => t!("catalog-that-is-too-short-the-least", least = duration(least, locale)),
            Self::TooLong(most) => t!("catalog-that-is-too-long-the-most", most = duration(most, locale)),
            Self::TooFew(least) => t!("catalog-that-is-too-few-the-least", least = least),
            Self::TooMany(most) => t!("catalog-that-is-too-many-the-most", most = most),
        }
    }
}

/// "45 min", "2 hours", "1 day".
pub fn duration(minutes: i32, locale: Locale) -> String {
    match minutes {
        minutes if minutes > 0 && minutes % 1_440 == 0 => t!("catalog-days", days = count(minutes / 1_440)),
        minutes if minutes > 0 && minutes % 60 == 0 => t!("catalog-hours", hours = count(minutes / 60)),
        minutes => locale.minutes(minutes.into()),
    }
}

/// What cancelling costs by the time that is left, a sentence for each rule; one if it is always free.
pub fn cancellation_in_words(tiers: &RefundTiers, locale: Locale) -> Vec<String> {
    let costs = |tier: &RefundTier| match tier.refund {
        BasisPoints::ONE_HUNDRED_PERCENT => t!("catalog-free").to_owned(),
        BasisPoints::ZERO => t!("catalog-the-whole-price-is-due").to_owned(),
        refund => {
            let part = BasisPoints::new(BasisPoints::ONE_HUNDRED_PERCENT.get() - refund.get()).unwrap_or(refund);
            t!("catalog-of-the-price-is-due", part = locale.percent(part))
        }
    };
    let rules = tiers.tiers();
    let Some(last) = rules.last() else { return vec![t!("catalog-cancelling-is-free").to_owned()] };
    let begins = |tier: &RefundTier| match tier.minutes_before {
        0 => t!("catalog-until-it-begins").to_owned(),
        before => t!("catalog-up-to-before", time = duration(i32::try_from(before).unwrap_or(i32::MAX), locale)),
    };
    let after = (last.refund.get() > 0).then(|| t!("catalog-later-the-whole-price-is-due").to_owned());
    let in_words = |tier: &RefundTier| t!("catalog-cancelling-until-costs", until = begins(tier), costs = costs(tier));
    rules.iter().map(in_words).chain(after).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn minutes(minutes: i64) -> DateTime<Utc> {
        NOW + TimeDelta::minutes(minutes)
    }

    #[test]
    fn without_rules_anything_in_the_next_sixty_days_may_be_booked() {
        let rules = ServiceRules::default();
        let wanted = Wanted { at: Some(minutes(60)), ends_at: Some(minutes(61)), units: 500 };
        assert_eq!(rules.breaches(&wanted, NOW), []);
        assert_eq!(rules.breaches(&Wanted::at(None), NOW), []);
        let late = Wanted::at(Some(minutes(60 * 1_440 + 1)));
        assert_eq!(rules.breaches(&late, NOW), [Breach::TooFarAhead(60)]);
        assert_eq!(serde_json::from_str::<ServiceRules>("{}").unwrap(), rules, "a service without a row");
    }

    #[test]
    fn each_rule_says_what_to_do_beside_its_field() {
        let rules = ServiceRules {
            notice_minutes: 120,
            min_minutes: Some(60),
            max_minutes: Some(180),
            min_units: 2,
            max_units: Some(8),
            ..ServiceRules::default()
        };
        let said = |at: Option<i64>, ends_at: i64, units: i32| {
            let wanted = Wanted { at: at.map(minutes), ends_at: Some(minutes(ends_at)), units };
            let breaches = rules.breaches(&wanted, NOW);
            breaches.iter().map(|one| (one.field(), one.sentence(Locale::EnUs))).collect::<Vec<_>>()
        };
        assert_eq!(said(Some(120), 180, 2), []);
        assert_eq!(
            said(Some(119), 240, 8),
            [("time", "That is too soon. This is booked at least 2 hours before.".to_owned())]
        );
        assert_eq!(said(None, 240, 8), [("when", "Choose a time. This is booked at least 2 hours before.".to_owned())]);
        assert_eq!(
            said(Some(120), 179, 9),
            [
                ("until", "That is too short. The least is 1 hour.".to_owned()),
                ("units", "That is too many. The most is 8.".to_owned())
            ]
        );
        assert_eq!(said(Some(120), 301, 1).len(), 2);
    }

    #[test]
    fn an_answer_comes_before_the_booking_begins() {
        let rules = ServiceRules { instant: false, answer_minutes: 120, ..ServiceRules::default() };
        assert_eq!(rules.answer_until(Some(minutes(500)), NOW), Some(minutes(120)));
        assert_eq!(rules.answer_until(Some(minutes(90)), NOW), Some(minutes(90)));
        assert_eq!(rules.answer_until(None, NOW), Some(minutes(120)));
        assert_eq!(ServiceRules::default().answer_until(None, NOW), None);
    }

    #[test]
    fn what_cancelling_costs_is_said_for_each_time() {
        let tier = |hours: u32, percent| RefundTier {
            minutes_before: hours * 60,
            refund: BasisPoints::percent(percent).unwrap(),
        };
        let words = |tiers: Vec<RefundTier>| {
            cancellation_in_words(&RefundTiers::new(tiers).unwrap(), Locale::EnUs).join(" ").replace('\u{a0}', " ")
        };
        assert_eq!(words(vec![]), "Cancelling is free.");
        assert_eq!(
            words(vec![tier(48, 100), tier(5, 50)]),
            "Up to 2 days before: free. Up to 5 hours before: 50% of the price is due. Later: the whole price is due."
        );
        assert_eq!(
            words(vec![tier(24, 100), tier(0, 0)]),
            "Up to 1 day before: free. Until it begins: the whole price is due."
        );
    }

    proptest! {
        #[test]
        fn a_time_that_keeps_the_rules_still_does_with_looser_ones(
            notice in 0i32..10_000, less in 0i32..10_000, horizon in 1i32..700, more in 0i32..30, at in prop::option::of(0i64..2_000_000),
        ) {
            let strict = ServiceRules { notice_minutes: notice, horizon_days: horizon, ..ServiceRules::default() };
            let loose = ServiceRules { notice_minutes: (notice - less).max(0), horizon_days: horizon + more, ..strict.clone() };
            let wanted = Wanted::at(at.map(minutes));
            if strict.breaches(&wanted, NOW).is_empty() {
                prop_assert!(loose.breaches(&wanted, NOW).is_empty());
            }
        }
    }
}
