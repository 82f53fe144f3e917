//! The state machines of jobs and offers, with random histories.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, Commission, Id, Meters};
use proptest::prelude::*;

use super::{Dispatching, Job, JobState, Offer, OfferState};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn open_job() -> Job {
    Job {
        id: Id::new(),
        vertical: None,
        kind: "towing".to_owned(),
        state: JobState::Open,
        address: "Somewhere".to_owned(),
        point: None,
        destination: None,
        window_start: at(0),
        window_end: at(0),
        expected_minutes: 30,
        skills: Vec::new(),
        staff_needed: 1,
        dispatching: Dispatching::Now,
        is_published: false,
        dispatch_at: None,
        search_started_at: None,
        search_exhausted_at: None,
        outcome: None,
        assigned_at: None,
        promised_at: None,
        en_route_at: None,
        arrived_at: None,
        started_at: None,
        reached_at: None,
        ended_at: None,
        created_at: at(0),
    }
}

fn pending_offer() -> Offer {
    Offer {
        id: Id::new(),
        job_id: Id::new(),
        provider_id: Id::new(),
        state: OfferState::Pending,
        distance: Meters(1.0),
        travel: TimeDelta::zero(),
        pay: Amount::ZERO,
        commission: Commission::FlatPerJob(Amount::ZERO).into(),
        decline_reason: None,
        offered_at: at(0),
        expires_at: at(30),
        answered_at: None,
    }
}

/// Every transition, tried on a job.
fn try_on(job: &Job, action: u8) -> Option<JobState> {
    let now = at(1);
    match action {
        0 => job.offer(now, at(31)).ok().map(|change| change.to),
        1 => job.go_on_searching(now).ok().map(|change| change.to),
        2 => job.assign(now, at(600)).ok().map(|change| change.to),
        3 => job.give_back(now).ok().map(|change| change.to),
        4 => job.fail(now, "gone".to_owned()).ok().map(|change| change.to),
        5 => job.cancel(now, "cancelled".to_owned()).ok().map(|change| change.to),
        step => {
            let to =
                [JobState::EnRoute, JobState::Arrived, JobState::InProgress, JobState::Done][usize::from(step % 4)];
            job.advance(to, now).ok().flatten().map(|change| change.to)
        }
    }
}

proptest! {
    #[test]
    fn final_phases_stay_final_and_phases_follow_the_order(actions in prop::collection::vec(0..10_u8, 1..40)) {
        let mut job = open_job();
        for action in actions {
            let before = job.state;
            let Some(after) = try_on(&job, action) else { continue };
            prop_assert!(!before.is_over(), "{before} is final, yet became {after}");
            match after {
                JobState::EnRoute => prop_assert_eq!(before, JobState::Assigned),
                JobState::Arrived => prop_assert_eq!(before, JobState::EnRoute),
                JobState::InProgress => prop_assert_eq!(before, JobState::Arrived),
                JobState::Done => prop_assert_eq!(before, JobState::InProgress),
                JobState::Assigned => prop_assert!(before.is_searching()),
                JobState::Offered => prop_assert_eq!(before, JobState::Open),
                JobState::Unsuccessful => prop_assert!(matches!(before, JobState::Arrived | JobState::InProgress)),
                JobState::Open | JobState::Cancelled => {}
            }
            job.state = after;
        }
    }

    #[test]
    fn a_second_tap_on_the_same_step_changes_nothing(steps in 0..4_usize) {
        let order = [JobState::EnRoute, JobState::Arrived, JobState::InProgress, JobState::Done];
        let mut job = Job { state: JobState::Assigned, ..open_job() };
        for step in &order[..=steps] {
            job.state = job.advance(*step, at(1)).unwrap().unwrap().to;
            prop_assert_eq!(job.advance(*step, at(2)).unwrap(), None);
        }
    }

    #[test]
    fn an_offer_is_answered_once_and_accepted_before_its_deadline_only(
        actions in prop::collection::vec((0..4_u8, 0..60_i64), 1..20),
    ) {
        let job = Job { state: JobState::Offered, ..open_job() };
        let mut offer = pending_offer();
        for (action, second) in actions {
            let now = at(second);
            let change = match action {
                0 => offer.accept(&job, now).ok(),
                1 => offer.decline(&job, now, "no".to_owned()).ok().flatten(),
                2 => offer.time_out(now),
                _ => offer.withdraw(now),
            };
            let Some(change) = change else { continue };
            prop_assert_eq!(offer.state, OfferState::Pending, "answered twice");
            match change.to {
                OfferState::Accepted => prop_assert!(now < offer.expires_at),
                OfferState::TimedOut => prop_assert!(now >= offer.expires_at),
                _ => {}
            }
            offer.state = change.to;
        }
    }
}
