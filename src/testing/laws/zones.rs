//! The rules of the calendar against the clocks that Postgres shows, around every change of the clocks in every zone that both know.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use engine::{
    Recurrence, TimeSpan, Zone,
    opening::{Hours, OpeningKind, OpeningRule, Without},
};
use sqlx::PgConnection;

use crate::testing::TestDb;

/// The zones whose local times differ between the code and Postgres, with the reason, if the machine has the zones of [`VERSION`].
const DIFFERENT: [(&str, &str); 4] =
    [("CET", AN_ABBREVIATION), ("EET", AN_ABBREVIATION), ("MET", AN_ABBREVIATION), ("WET", AN_ABBREVIATION)];

const AN_ABBREVIATION: &str =
    "Postgres reads it as an abbreviation, whose clocks never change, before it looks for a zone";

/// The time zone database for which [`DIFFERENT`] was written. With another one, zones may differ whose law was changed between the two versions.
const VERSION: &str = "# version 2025b";

/// How many zones may differ with another version.
const MOST_DIFFERENT: usize = 20;

/// From the first year to the end of the one before the last.
const YEARS: (i32, i32) = (2010, 2037);

/// How long before and after a change its clock is read.
const AROUND: TimeDelta = TimeDelta::hours(26);

/// A time at which the clocks of a zone change.
#[derive(Clone, Copy)]
struct Change {
    zone: Zone,
    at: DateTime<Utc>,
}

/// The local time of every quarter-hour around a change, as Postgres shows it.
struct Clock {
    change: Change,
    shown: Vec<NaiveDateTime>,
}

#[tokio::test]
async fn postgres_shows_the_local_times_of_the_code() {
    let database = TestDb::new().await;
    let mut db = database.owner().await;
    let zones = zones(&mut db).await;
    let mut different = seasons_that_differ(&mut db, &zones).await;
    let changes: Vec<_> = zones.iter().flat_map(|zone| changes(*zone)).collect();
    let clocks = clocks(&mut db, &changes).await;
    different.extend(clocks.iter().filter(|clock| !clock.agrees()).map(|clock| clock.change.zone.as_str()));
    drop(db);
    database.drop().await;
    assert!(zones.len() > 400 && changes.len() > 5_000, "only {} zones with {} changes", zones.len(), changes.len());
    if has_version() {
        assert_eq!(different, DIFFERENT.iter().map(|(name, _)| *name).collect());
    } else {
        println!("with another version of the zones these differ: {different:?}");
        assert!(different.len() <= MOST_DIFFERENT, "{different:?}");
    }
}

/// One zone of all that have the same changes is enough: the code sees no difference between them.
#[tokio::test]
async fn hours_are_open_when_the_clock_of_postgres_shows_them() {
    let database = TestDb::new().await;
    let mut db = database.owner().await;
    let zones =
        zones(&mut db).await.into_iter().filter(|zone| DIFFERENT.iter().all(|(name, _)| *name != zone.as_str()));
    let one_of_each: BTreeMap<_, _> = zones.map(|zone| (timeline(zone), zone)).collect();
    let changes: Vec<_> = one_of_each.values().flat_map(|zone| changes(*zone)).collect();
    let mut clocks = clocks(&mut db, &changes).await;
    drop(db);
    database.drop().await;
    if !has_version() {
        clocks.retain(Clock::agrees);
    }
    assert!(clocks.len() > 1_000, "only {} changes", clocks.len());
    for clock in clocks {
        clock.check_first_instants();
        clock.check_hours();
    }
}

impl Change {
    /// A quarter of an hour; a minute if the clocks change at another time, as Newfoundland's did at one minute past midnight.
    fn step_minutes(self) -> i32 {
        if self.at.timestamp() % 900 == 0 { 15 } else { 1 }
    }
}

impl Clock {
    fn agrees(&self) -> bool {
        (0..self.shown.len()).all(|index| self.change.zone.local(self.instant(index)) == self.shown[index])
    }

    fn instant(&self, index: usize) -> DateTime<Utc> {
        self.change.at - AROUND + self.step() * i32::try_from(index).unwrap()
    }

    fn step(&self) -> TimeDelta {
        TimeDelta::minutes(self.change.step_minutes().into())
    }

    /// The latest time that was shown until each instant: it shows a time or a later one for the first time where this reaches it.
    fn latest(&self) -> Vec<NaiveDateTime> {
        let later = |latest: &mut NaiveDateTime, shown: &NaiveDateTime| {
            *latest = (*latest).max(*shown);
            Some(*latest)
        };
        self.shown.iter().scan(self.shown[0], later).collect()
    }

    fn check_first_instants(&self) {
        let zone = self.change.zone;
        let latest = self.latest();
        let (first, last) = (latest[0], latest[latest.len() - 1]);
        for local in
            std::iter::successors(Some(first), |local| Some(*local + self.step())).take_while(|local| *local <= last)
        {
            let expected = self.instant(latest.partition_point(|shown| *shown < local));
            assert_eq!(zone.first_instant(local), expected, "{zone} at {local}");
        }
    }

    /// A day that is open from midnight to midnight, the nights of its weekday and of the one before, and every day.
    fn check_hours(&self) {
        let day = self.change.zone.date(self.change.at);
        let weekdays = [day.pred_opt().unwrap().weekday(), day.weekday()];
        self.check_rule(opening(day, 0, 1_440, None), day);
        self.check_rule(opening(day - Days::new(30), 22 * 60, 8 * 60, Some(Recurrence::weekly(&weekdays, None))), day);
        self.check_rule(opening(day - Days::new(3_000), 0, 1_440, Some(Recurrence::daily(None))), day);
    }

    fn check_rule(&self, rule: OpeningRule, day: NaiveDate) {
        let zone = self.change.zone;
        let days = rule.days(day - Days::new(3)..=day + Days::new(3));
        let times: Vec<_> = days.into_iter().filter_map(|day| rule.local_times(day)).collect();
        let within = TimeSpan { starts_at: self.instant(0), ends_at: self.instant(self.shown.len()) };
        let open = Hours::new(vec![rule], Without::IsClosed).open(zone, within);
        for (index, latest) in self.latest().into_iter().enumerate() {
            let instant = self.instant(index);
            let is_open = open.iter().any(|span| span.starts_at <= instant && instant < span.ends_at);
            let is_shown = times.iter().any(|(start, end)| *start <= latest && latest < *end);
            assert_eq!(is_open, is_shown, "{zone} at {instant}");
        }
    }
}

fn opening(first_day: NaiveDate, starts_minute: i16, minutes: i32, recurrence: Option<Recurrence>) -> OpeningRule {
    OpeningRule::new(OpeningKind::Weekly, first_day, starts_minute, minutes, recurrence).unwrap()
}

/// The zones that both know.
async fn zones(db: &mut PgConnection) -> Vec<Zone> {
    let names: Vec<String> =
        sqlx::query_scalar("select name from pg_timezone_names order by name").fetch_all(db).await.unwrap();
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

/// The zones that differ at some half month, so that a change which only Postgres knows is seen.
async fn seasons_that_differ(db: &mut PgConnection, zones: &[Zone]) -> BTreeSet<&'static str> {
    let names: Vec<_> = zones.iter().map(Zone::as_str).collect();
    let step = TimeDelta::days(15);
    let shown: Vec<Vec<NaiveDateTime>> = sqlx::query_scalar(
        "select array(select at at time zone wanted.zone from generate_series($2, $3, interval '360 hours') at order by at)
         from unnest($1::text[]) with ordinality as wanted (zone, position) order by wanted.position",
    )
    .bind(names)
    .bind(january(YEARS.0))
    .bind(january(YEARS.1))
    .fetch_all(db)
    .await
    .unwrap();
    let instants: Vec<_> = std::iter::successors(Some(january(YEARS.0)), |instant| Some(*instant + step))
        .take_while(|instant| *instant <= january(YEARS.1))
        .collect();
    let differs = |zone: Zone, shown: &[NaiveDateTime]| {
        !instants.iter().map(|instant| zone.local(*instant)).eq(shown.iter().copied())
    };
    zones.iter().zip(shown).filter(|(zone, shown)| differs(**zone, shown)).map(|(zone, _)| zone.as_str()).collect()
}

async fn clocks(db: &mut PgConnection, changes: &[Change]) -> Vec<Clock> {
    let mut clocks = Vec::new();
    for changes in changes.chunks(1_000) {
        let shown: Vec<Vec<NaiveDateTime>> = sqlx::query_scalar(
            "select array(select at at time zone wanted.zone
                          from generate_series(wanted.change - $4, wanted.change + $4, make_interval(mins => wanted.step)) at order by at)
             from unnest($1::text[], $2::timestamptz[], $3::integer[]) with ordinality as wanted (zone, change, step, position)
             order by wanted.position",
        )
        .bind(changes.iter().map(|change| change.zone.as_str()).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.at).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.step_minutes()).collect::<Vec<_>>())
        .bind(AROUND)
        .fetch_all(&mut *db)
        .await
        .unwrap();
        clocks.extend(changes.iter().zip(shown).map(|(change, shown)| Clock { change: *change, shown }));
    }
    clocks
}

fn january(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc()
}

/// The offset at the beginning and after every change.
fn timeline(zone: Zone) -> Vec<(DateTime<Utc>, TimeDelta)> {
    let starts = std::iter::once(january(YEARS.0)).chain(changes(zone).into_iter().map(|change| change.at));
    starts.map(|start| (start, offset(zone, start))).collect()
}

fn offset(zone: Zone, instant: DateTime<Utc>) -> TimeDelta {
    zone.local(instant) - instant.naive_utc()
}

/// The changes of the code's clocks.
fn changes(zone: Zone) -> Vec<Change> {
    // No zone changes twice within a week.
    let step = TimeDelta::days(7);
    let is_change = |before: &DateTime<Utc>| offset(zone, *before) != offset(zone, *before + step);
    std::iter::successors(Some(january(YEARS.0)), |instant| Some(*instant + step))
        .take_while(|instant| *instant < january(YEARS.1))
        .filter(is_change)
        .map(|before| Change { zone, at: first_with_new_offset(zone, before, before + step) })
        .collect()
}

fn first_with_new_offset(zone: Zone, mut before: DateTime<Utc>, mut after: DateTime<Utc>) -> DateTime<Utc> {
    let old = offset(zone, before);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if offset(zone, middle) == old {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

/// Whether the machine, whose zones Postgres reads, has those for which the list of differences was written.
fn has_version() -> bool {
    std::fs::read_to_string("/usr/share/zoneinfo/tzdata.zi").is_ok_and(|text| text.lines().next() == Some(VERSION))
}
