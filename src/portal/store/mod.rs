//! Queries of the provider's pages, across features, one statement per list. Reads only.

mod earnings;
mod job;
mod lists;
mod offer;
mod sold;
mod what_for;

pub(super) use earnings::{
    Balance, Day, EarnedWith, ListedEarning, ListedPayout, balance, earned_by_day, earnings, payouts,
};
pub(super) use job::{JobDetails, Member, crew, job_details, kept_as};
pub(super) use lists::{ListedJob, jobs, to_do};
pub(super) use offer::{WaitingOffer, around, waiting_offer};
pub(super) use what_for::{WhatFor, glyph, what_for};
