//! The rule by which a booking follows its jobs, for every phase, every news and all other jobs.

use crate::{
    bookings::{Alerts, EventKind, JobNews, OtherJobs, Phase, Step, WaitsFor},
    dispatch::Outcome,
};

const NEWS: [JobNews; 13] = [
    JobNews::Taken,
    JobNews::GivenBack,
    JobNews::NobodyFound,
    JobNews::SearchedAgain,
    JobNews::EnRoute,
    JobNews::Arrived,
    JobNews::Started,
    JobNews::Reached,
    JobNews::Done,
    JobNews::Failed(Outcome::GoneOnArrival),
    JobNews::Failed(Outcome::CouldNotBeDone),
    JobNews::CalledOff,
    JobNews::Replaced,
];

/// Where news is in [`NEWS`]. With news that isn't there, this doesn't compile.
const fn place(news: JobNews) -> usize {
    match news {
        JobNews::Taken => 0,
        JobNews::GivenBack => 1,
        JobNews::NobodyFound => 2,
        JobNews::SearchedAgain => 3,
        JobNews::EnRoute => 4,
        JobNews::Arrived => 5,
        JobNews::Started => 6,
        JobNews::Reached => 7,
        JobNews::Done => 8,
        JobNews::Failed(Outcome::GoneOnArrival) => 9,
        JobNews::Failed(Outcome::CouldNotBeDone) => 10,
        JobNews::CalledOff => 11,
        JobNews::Replaced => 12,
    }
}

struct Case {
    news: JobNews,
    phase: Phase,
    waits_for: Option<WaitsFor>,
    others: OtherJobs,
    step: Option<Step>,
}

/// All combinations, with what follows.
fn cases() -> Vec<Case> {
    let waits = std::iter::once(None).chain(WaitsFor::ALL.iter().copied().map(Some)).collect::<Vec<_>>();
    let mut cases = Vec::new();
    for bits in 0_u8..32 {
        let has = |bit: u8| bits & (1 << bit) != 0;
        let others = OtherJobs {
            is_searching: has(0),
            is_stuck: has(0) && has(1),
            is_taken: has(2),
            is_begun: has(3),
            is_done: has(4),
        };
        for phase in Phase::ALL.iter().copied() {
            for waits_for in waits.iter().copied() {
                for news in NEWS {
                    cases.push(Case { news, phase, waits_for, others, step: news.step(phase, waits_for, others) });
                }
            }
        }
    }
    cases
}

fn steps() -> impl Iterator<Item = (Case, Step)> {
    cases().into_iter().filter_map(|case| case.step.map(|step| (case, step)))
}

#[test]
fn all_news_is_tried() {
    assert_eq!(NEWS.map(place), std::array::from_fn(|at| at));
}

#[test]
fn a_booking_that_is_over_ignores_its_jobs_and_no_other_does() {
    for case in cases() {
        assert_eq!(case.step.is_none(), case.phase.is_terminal(), "{:?} in {}", case.news, case.phase);
    }
}

#[test]
fn work_that_has_begun_never_goes_back() {
    for (case, step) in steps().filter(|(case, _)| case.phase == Phase::InProgress) {
        assert!(step.to == Phase::InProgress || step.to.is_terminal(), "{:?} led to {}", case.news, step.to);
    }
}

#[test]
fn only_the_last_open_job_completes_a_booking() {
    for (case, step) in steps() {
        let completes = case.news == JobNews::Done && case.phase == Phase::InProgress && !case.others.is_open();
        assert_eq!(step.to == Phase::Completed, completes, "{:?} in {} with {:?}", case.news, case.phase, case.others);
        assert_eq!(step.kind == EventKind::Completed, completes);
    }
}

#[test]
fn a_failed_job_ends_a_booking_only_if_no_other_of_its_work_has_begun() {
    for (case, step) in steps() {
        let ends = matches!(step.to, Phase::NoShow | Phase::Cancelled);
        if ends {
            assert!(matches!(case.news, JobNews::Failed(_)), "{:?} ended it", case.news);
            assert!(case.phase == Phase::Dispatched || !(case.others.is_open() || case.others.is_done));
        }
        if matches!(case.news, JobNews::Failed(_)) {
            assert_eq!(step.alerts, Alerts::Raise, "staff call the customer");
        }
    }
}

#[test]
fn a_provider_who_leaves_while_another_has_a_job_leaves_the_booking_dispatched() {
    for (case, step) in steps().filter(|(case, _)| case.phase == Phase::Dispatched) {
        let left = matches!(case.news, JobNews::GivenBack | JobNews::CalledOff | JobNews::Replaced);
        let is_held = case.others.is_taken || case.others.is_begun;
        assert_eq!(step.to == Phase::Confirmed, left && !is_held, "{:?} with {:?}", case.news, case.others);
    }
}

#[test]
fn a_later_job_may_be_taken_and_begun_while_the_work_goes_on() {
    for (case, step) in steps() {
        let is_begun = case.phase == Phase::InProgress;
        if matches!(case.news, JobNews::Taken | JobNews::Started) && is_begun {
            assert_eq!(step.to, Phase::InProgress);
        }
    }
}

#[test]
fn a_booking_waits_for_staff_while_one_of_its_searches_found_nobody() {
    for (case, step) in steps().filter(|(case, _)| case.phase != Phase::Pending) {
        let found_nobody = case.news == JobNews::NobodyFound;
        let money = matches!(case.waits_for, Some(WaitsFor::Approval | WaitsFor::Payment));
        let settles = matches!(case.news, JobNews::Taken | JobNews::SearchedAgain);
        if found_nobody || (settles && case.others.is_stuck && !money) {
            assert_eq!(step.waits_for, Some(WaitsFor::Staff), "{:?} with {:?}", case.news, case.others);
        }
        if settles && case.others.is_stuck {
            assert_eq!(step.alerts, Alerts::Keep, "the other search still needs somebody");
        }
        if step.to.is_terminal() {
            assert_eq!(step.waits_for, None);
        }
    }
}

#[test]
fn a_job_in_the_place_of_another_is_searched_for_and_raises_no_alert() {
    for (case, step) in steps().filter(|(case, _)| case.news == JobNews::Replaced) {
        let (before, to) = (case.waits_for, step.to);
        assert_ne!(step.alerts, Alerts::Raise, "staff or the customer moved it");
        if matches!(before, Some(WaitsFor::Approval | WaitsFor::Payment | WaitsFor::Location)) {
            assert_eq!(step.waits_for, before, "in {to}");
        } else if to == Phase::Confirmed {
            let searched_by = if case.others.is_stuck { WaitsFor::Staff } else { WaitsFor::Provider };
            assert_eq!(step.waits_for, Some(searched_by), "with {:?}", case.others);
        }
    }
}

#[test]
fn a_pending_booking_stays_pending_whatever_its_jobs_do() {
    for (case, step) in steps().filter(|(case, _)| case.phase == Phase::Pending) {
        assert_eq!((step.to, step.waits_for), (Phase::Pending, case.waits_for), "{:?}", case.news);
    }
}

/// The one job of a booking, as it always was.
#[test]
fn a_booking_with_one_job_has_the_phase_of_the_job() {
    let alone = OtherJobs::default();
    let table = [
        (Phase::Confirmed, JobNews::Taken, Phase::Dispatched, None),
        (Phase::Confirmed, JobNews::NobodyFound, Phase::Confirmed, Some(WaitsFor::Staff)),
        (Phase::Confirmed, JobNews::SearchedAgain, Phase::Confirmed, Some(WaitsFor::Provider)),
        (Phase::Dispatched, JobNews::GivenBack, Phase::Confirmed, Some(WaitsFor::Provider)),
        (Phase::Dispatched, JobNews::EnRoute, Phase::Dispatched, None),
        (Phase::Dispatched, JobNews::Arrived, Phase::Dispatched, None),
        (Phase::Dispatched, JobNews::Started, Phase::InProgress, None),
        (Phase::Dispatched, JobNews::Failed(Outcome::GoneOnArrival), Phase::NoShow, None),
        (Phase::Dispatched, JobNews::Failed(Outcome::CouldNotBeDone), Phase::Cancelled, None),
        (Phase::InProgress, JobNews::Done, Phase::Completed, None),
        (Phase::InProgress, JobNews::Failed(Outcome::CouldNotBeDone), Phase::Cancelled, None),
    ];
    for (phase, news, to, waits_for) in table {
        let before = if phase == Phase::Confirmed { Some(WaitsFor::Provider) } else { None };
        let step = news.step(phase, before, alone).unwrap();
        assert_eq!((step.to, step.waits_for), (to, waits_for), "{news:?} in {phase}");
    }
}
