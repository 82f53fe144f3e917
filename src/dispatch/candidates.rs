//! Finds the providers who could do a job, and their order: exactly, without reading all providers.
//!
//! The search reads the cells around the job ring by ring until it has enough suitable providers, the farthest at distance d. Then it reads every
//! cell that may contain a provider within d, so no nearer one is missed at the edge of a ring. Distances are great circles; the estimated drive
//! grows with the distance, so the nearest provider arrives first. Every provider who was considered and excluded keeps the reason.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id, Meters, TimeSpan, field::isolated, road_distance, travel_time};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{
    Job,
    store::nearby::{self, NearbyProvider},
    timing::Timing,
};
use crate::{
    db::Tx,
    error::AppError,
    places::cells,
    providers::{Provider, ProviderStatus},
    tenants::{Settings, Tenant},
};

/// How many suitable providers are ranked.
pub const WANTED: usize = 20;

/// How many rings around the job are read, one after another, before all cells within the search radius are.
const RINGS: [u32; 3] = [1, 4, 12];

engine::codes! {
    /// Why a provider isn't offered a job: the first reason that applies.
    pub enum Exclusion ("reason for exclusion") {
        Inactive = "inactive",
        OffDuty = "off_duty",
        MissingSkill = "missing_skill",
        /// Gets no offers by decision of the office.
        Held = "held",
        /// Declined it, gave it back, or lost it to somebody else.
        RefusedBefore = "refused_before",
        /// Let an offer of it time out in this search.
        TimedOut = "timed_out",
        /// Has another job in that time.
        JobUnderWay = "job_under_way",
        /// Has another pending offer.
        PendingOffer = "pending_offer",
        /// Has another reservation in that time.
        Reserved = "reserved",
        /// Has no known position.
        NoPosition = "no_position",
        /// Has no fresh position.
        StalePosition = "stale_position",
        /// Is outside of the search radius.
        TooFar = "too_far",
        /// The job's location isn't known.
        PlaceUnknown = "place_unknown",
    }
}

impl Exclusion {
    pub fn label(self) -> &'static str {
        match self {
            Self::Inactive => t!("dispatch-not-active"),
            Self::OffDuty => t!("dispatch-off-duty"),
            Self::MissingSkill => t!("dispatch-lacks-a-skill"),
            Self::Held => t!("dispatch-on-hold"),
            Self::RefusedBefore => t!("dispatch-declined-or-gave-it-back"),
            Self::TimedOut => t!("dispatch-offer-expired"),
            Self::JobUnderWay => t!("dispatch-on-another-job"),
            Self::PendingOffer => t!("dispatch-looking-at-another-offer"),
            Self::Reserved => t!("dispatch-reserved-at-that-time"),
            Self::NoPosition => t!("dispatch-location-unknown"),
            Self::StalePosition => t!("dispatch-location-out-of-date"),
            Self::TooFar => t!("dispatch-outside-the-search-radius"),
            Self::PlaceUnknown => t!("dispatch-booking-has-no-location"),
        }
    }

    /// Whether staff can't override it: the provider may not work, or is reserved elsewhere.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Inactive | Self::JobUnderWay | Self::Reserved)
    }

    /// What staff should know before they assign the provider anyway, if the reason itself doesn't say it.
    pub fn warning(self) -> Option<&'static str> {
        match self {
            Self::MissingSkill => Some(t!("dispatch-this-service-isnt-among-their-skills")),
            Self::Held => Some(t!("dispatch-the-office-gives-them-no-offers")),
            Self::RefusedBefore => Some(t!("dispatch-they-declined-this-job-or-gave")),
            _ => None,
        }
    }
}

/// A provider's drive to a job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    /// In a straight line.
    pub line: Meters,
    pub distance: Meters,
    /// The estimated time.
    pub travel: TimeDelta,
}

impl Way {
    /// The estimate for these two places with the tenant's average speed.
    pub fn between(from: GeoPoint, to: GeoPoint, settings: &Settings) -> Self {
        let distance = road_distance(from, to);
        Self { line: from.distance_to(to), distance, travel: travel_time(distance, settings.speed_kmh.into()) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ranking {
    /// Can be asked; rank 1 arrives first.
    Ranked(u32),
    /// Excluded.
    Excluded(Exclusion),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub provider_id: Id<Provider>,
    pub name: String,
    pub vehicle: Option<String>,
    /// The drive, if both places are known.
    pub way: Option<Way>,
    pub ranking: Ranking,
}

impl Candidate {
    /// `Conflict` if this provider can't be assigned at all.
    pub(super) fn ensure_possible(&self) -> Result<(), AppError> {
        let name = isolated(&self.name);
        let why = match self.ranking {
            Ranking::Excluded(Exclusion::Inactive) => {
                t!("dispatch-isnt-active-activate-the-account-first", name = name)
            }
            Ranking::Excluded(Exclusion::JobUnderWay) => t!("dispatch-is-on-another-job-at-that", name = name),
            Ranking::Excluded(Exclusion::Reserved) => t!("dispatch-has-other-work-at-that-time", name = name),
            _ => return Ok(()),
        };
        Err(AppError::conflict(why))
    }

    /// Whether they can be offered the job.
    pub fn is_ranked(&self) -> bool {
        matches!(self.ranking, Ranking::Ranked(_))
    }
}

/// A candidate as stored in the log of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    pub provider_id: Id<Provider>,
    pub name: String,
    /// Their rank; none if excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_meters: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub travel_seconds: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Exclusion>,
}

impl From<&Candidate> for Considered {
    fn from(candidate: &Candidate) -> Self {
        let (rank, excluded) = match candidate.ranking {
            Ranking::Ranked(rank) => (Some(rank), None),
            Ranking::Excluded(reason) => (None, Some(reason)),
        };
        Self {
            provider_id: candidate.provider_id,
            name: candidate.name.clone(),
            rank,
            distance_meters: candidate.way.map(|way| super::store::offers::whole(way.distance.0)),
            travel_seconds: candidate.way.map(|way| way.travel.num_seconds()),
            excluded,
        }
    }
}

/// The candidates for a job: providers who can be asked, soonest first, then the excluded ones, nearest first. If fewer than [`WANTED`] can be
/// asked, active providers elsewhere follow, so that staff see everybody.
///
/// - A provider can be asked if they are active, not on hold, on duty, have the skills, are free in the time of the job (the drive and the work), have a fresh
///   position within the search radius, and have no other pending offer.
/// - In a business whose providers don't go on duty, nobody is off duty, and somebody without a fresh position counts as at home.
/// - Other work counts only where it overlaps with that time. Work in progress counts for as long as it is expected to last, and at least [`OVERRUN`]
///   more if it has taken longer. Later work counts for the time it reserves.
/// - More than the dispatch lead before the work, the current duty, position and offers don't matter: any provider who is active, has the skills and
///   is free then can be assigned by staff. The dispatcher asks nobody before the lead begins.
pub async fn candidates_for(tx: &mut Tx, tenant: &Tenant, job: &Job) -> Result<Vec<Candidate>, AppError> {
    let now = tx.now;
    let search = Search::of(tenant, job, now);
    let mut found = match job.point {
        Some(place) => search.around(tx, place).await?,
        None => Vec::new(),
    };
    let ranked = found.iter().filter(|candidate| candidate.is_ranked()).count();
    if ranked < WANTED {
        let near: Vec<_> = found.iter().map(|candidate| candidate.provider_id).collect();
        for seen in nearby::elsewhere(tx, job, now, search.homes_after(), &near).await? {
            found.push(search.judge(seen)?);
        }
        found.sort_by_key(|candidate| !candidate.is_ranked());
        for (candidate, rank) in found.iter_mut().filter(|candidate| candidate.is_ranked()).zip(1..) {
            candidate.ranking = Ranking::Ranked(rank);
        }
    }
    Ok(found)
}

/// One provider as a candidate for a job, by the rule of [`candidates_for`]. It stays valid while the caller holds the provider's lock.
pub(super) async fn candidate_of(
    tx: &mut Tx,
    tenant: &Tenant,
    job: &Job,
    provider: Id<Provider>,
) -> Result<Candidate, AppError> {
    let now = tx.now;
    let search = Search::of(tenant, job, now);
    let seen = nearby::one(tx, job, now, search.homes_after(), provider).await?.ok_or(AppError::NotFound)?;
    search.judge(seen)
}

/// Work that has taken longer than expected is assumed to last this much longer.
const OVERRUN: TimeDelta = TimeDelta::minutes(15);

/// A search for candidates of a job.
struct Search<'a> {
    job: &'a Job,
    settings: &'a Settings,
    now: DateTime<Utc>,
    limit: Meters,
    is_for_later: bool,
    /// Whether providers go on and off duty.
    has_duty: bool,
}

impl<'a> Search<'a> {
    fn of(tenant: &'a Tenant, job: &'a Job, now: DateTime<Utc>) -> Self {
        let settings = &tenant.settings;
        let limit = Meters::from_kilometres(settings.search_radius_km.into());
        let is_for_later = job.is_for_later(settings, now);
        Self { job, settings, now, limit, is_for_later, has_duty: tenant.has_duty() }
    }

    /// Since when a position counts instead of the provider's home; `None` if only positions count.
    fn homes_after(&self) -> Option<DateTime<Utc>> {
        (!self.has_duty).then(|| self.now - self.settings.position_fresh())
    }

    /// The nearest [`WANTED`] suitable providers within the search radius, ranked; and every unsuitable one as near as the last of them.
    async fn around(&self, db: &mut PgConnection, place: GeoPoint) -> Result<Vec<Candidate>, AppError> {
        if let Some(homes_after) = self.homes_after() {
            let seen = nearby::living_around(db, self.job, self.now, homes_after, place, self.limit).await?;
            let judged: Result<Vec<_>, _> = seen.into_iter().map(|seen| self.judge(seen)).collect();
            return Ok(rank(judged?, self.limit));
        }
        let mut asked = HashSet::new();
        let mut seen = Vec::new();
        let mut reach = self.limit;
        for rings in RINGS {
            let cells = cells::disk(place, rings);
            seen.extend(self.ask(db, cells, &mut asked).await?);
            if let Some(farthest) = farthest_wanted(&seen).filter(|farthest| *farthest <= self.limit) {
                reach = farthest;
                break;
            }
        }
        seen.extend(self.ask(db, cells::cells_within(place, reach), &mut asked).await?);
        Ok(rank(seen, self.limit))
    }

    /// Reads the providers in those of the cells that weren't read before.
    async fn ask(
        &self,
        db: &mut PgConnection,
        mut cells: Vec<i64>,
        asked: &mut HashSet<i64>,
    ) -> Result<Vec<Candidate>, AppError> {
        cells.retain(|cell| asked.insert(*cell));
        let seen = nearby::in_cells(db, self.job, self.now, &cells).await?;
        seen.into_iter().map(|seen| self.judge(seen)).collect()
    }

    /// The provider as a candidate; ranks are set later.
    fn judge(&self, seen: NearbyProvider) -> Result<Candidate, AppError> {
        let way = seen.point()?.zip(self.job.point).map(|(from, to)| Way::between(from, to, self.settings));
        let ranking = self.exclusion(&seen, way).map_or(Ranking::Ranked(0), Ranking::Excluded);
        Ok(Candidate { provider_id: seen.provider_id, name: seen.name, vehicle: seen.vehicle, way, ranking })
    }

    /// Why this provider is excluded: the first reason that applies; those that staff can't overrule come first.
    fn exclusion(&self, seen: &NearbyProvider, way: Option<Way>) -> Option<Exclusion> {
        let is_for_now = !self.is_for_later;
        let oldest = self.now - self.settings.position_fresh();
        let busy = Timing::of(self.job, way.map(|way| way.travel), self.now, self.settings).busy;
        let under_way =
            seen.under_way_until.map(|until| TimeSpan { starts_at: self.now, ends_at: until.max(self.now + OVERRUN) });
        let reasons = [
            (seen.status != ProviderStatus::Active, Exclusion::Inactive),
            (under_way.is_some_and(|work| work.overlaps(&busy)), Exclusion::JobUnderWay),
            (seen.holds().any(|hold| hold.overlaps(&busy)), Exclusion::Reserved),
            (self.is_held(seen), Exclusion::Held),
            (is_for_now && self.has_duty && !seen.on_duty, Exclusion::OffDuty),
            (!seen.skilled, Exclusion::MissingSkill),
            (seen.refused, Exclusion::RefusedBefore),
            (seen.timed_out, Exclusion::TimedOut),
            (is_for_now && seen.pending_offer, Exclusion::PendingOffer),
            (is_for_now && self.job.point.is_none(), Exclusion::PlaceUnknown),
            (is_for_now && way.is_none(), Exclusion::NoPosition),
            (is_for_now && seen.recorded_at.is_some_and(|at| at < oldest), Exclusion::StalePosition),
            (is_for_now && way.is_some_and(|way| way.line > self.limit), Exclusion::TooFar),
        ];
        reasons.into_iter().find_map(|(applies, reason)| applies.then_some(reason))
    }

    /// Whether they get no offers now, or at the time of later work.
    fn is_held(&self, seen: &NearbyProvider) -> bool {
        let needed_at = if self.is_for_later { self.job.window_start } else { self.now };
        seen.hold_ends_at.is_some_and(|until| until > needed_at)
    }
}

/// The distance of the last of the nearest [`WANTED`], if there are so many.
fn farthest_wanted(seen: &[Candidate]) -> Option<Meters> {
    let mut lines: Vec<Meters> =
        seen.iter().filter(|c| c.is_ranked()).filter_map(|c| c.way).map(|way| way.line).collect();
    lines.sort_unstable();
    lines.get(WANTED - 1).copied()
}

/// The suitable providers in order of arrival, at most [`WANTED`]; then the excluded ones up to the distance of the last of them, nearest first.
fn rank(seen: Vec<Candidate>, limit: Meters) -> Vec<Candidate> {
    let within = |candidate: &Candidate, reach: Meters| candidate.way.is_some_and(|way| way.line <= reach);
    let order = |candidate: &Candidate| (candidate.way.map(|way| (way.travel, way.line)), candidate.provider_id);
    let (mut able, mut unable): (Vec<_>, Vec<_>) =
        seen.into_iter().filter(|candidate| within(candidate, limit)).partition(Candidate::is_ranked);
    able.sort_unstable_by_key(order);
    able.truncate(WANTED);
    for (candidate, rank) in able.iter_mut().zip(1..) {
        candidate.ranking = Ranking::Ranked(rank);
    }
    if let (WANTED, Some(last)) = (able.len(), able.last().and_then(|candidate| candidate.way)) {
        unable.retain(|candidate| within(candidate, last.line));
    }
    unable.sort_unstable_by_key(order);
    able.extend(unable);
    able
}
