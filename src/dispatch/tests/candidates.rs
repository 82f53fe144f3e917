use chrono::TimeDelta;
use engine::{GeoPoint, Id, Meters, TimeSpan};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::{job, settings_of};
use crate::{
    calendar,
    db::{Timeouts, Tx},
    dispatch::{Candidate, Exclusion, Job, Ranking, candidates::WANTED, candidates_for, store::nearby::IN_CELLS},
    places,
    providers::{self, Provider, ProviderStatus, StatusChange},
    testing::{
        TestApp, begin,
        field::{booked, north, provider, provider_at},
        tenant,
    },
};

async fn reasons(app: &TestApp, tenant: Id<crate::tenants::Tenant>, of: Id<Job>) -> Vec<Candidate> {
    let rules = settings_of(app, tenant).await;
    let work = job(app, tenant, of).await;
    candidates_for(&mut begin(app, tenant).await, &rules, &work).await.unwrap()
}

fn ranking(candidates: &[Candidate], provider: Id<Provider>) -> Ranking {
    candidates.iter().find(|candidate| candidate.provider_id == provider).unwrap().ranking
}

#[tokio::test]
async fn every_excluded_provider_has_a_reason() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let other = tenant(&app, "other").await;
    let able = provider(&app, atl, "able", 3.0).await;
    let off = provider(&app, atl, "off", 1.0).await;
    let suspended = provider(&app, atl, "suspended", 1.0).await;
    let unskilled = provider(&app, atl, "unskilled", 1.0).await;
    let stale = provider(&app, atl, "stale", 1.0).await;
    let far = provider(&app, atl, "far", 90.0).await;
    let foreign = provider(&app, other, "foreign", 0.1).await;
    let booked = booked(&app, atl).await;
    let mut tx = begin(&app, atl).await;
    providers::store::set_on_duty(&mut tx, off, None).await.unwrap();
    let change =
        StatusChange { from: ProviderStatus::Active, to: ProviderStatus::Suspended, reason: Some("Papers".into()) };
    providers::store::set_status(&mut tx, suspended, &change).await.unwrap();
    sqlx::query("delete from provider_skills where provider_id = $1").bind(unskilled).execute(&mut *tx).await.unwrap();
    sqlx::query(
        "update provider_positions set recorded_at = recorded_at - interval '11 minutes' where provider_id = $1",
    )
    .bind(stale)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let candidates = reasons(&app, atl, booked.job).await;
    assert_eq!(ranking(&candidates, able), Ranking::Ranked(1));
    for (provider, reason) in [
        (off, Exclusion::OffDuty),
        (suspended, Exclusion::Inactive),
        (unskilled, Exclusion::MissingSkill),
        (stale, Exclusion::StalePosition),
        (far, Exclusion::TooFar),
    ] {
        assert_eq!(ranking(&candidates, provider), Ranking::Excluded(reason));
    }
    assert!(
        candidates.iter().all(|candidate| candidate.provider_id != foreign),
        "another tenant's provider isn't there"
    );
    app.done().await;
}

/// Reserves a provider for a job, from and to so many minutes from now.
async fn hold(tx: &mut Tx, provider: Id<Provider>, job: Id<Job>, (from, to): (i64, i64)) {
    let at = |minutes| tx.now + TimeDelta::minutes(minutes);
    let time = TimeSpan { starts_at: at(from), ends_at: at(to) };
    calendar::reserve_providers(tx, &[(provider, time)], job).await.unwrap();
}

#[tokio::test]
async fn a_provider_reserved_at_that_time_is_not_asked() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let busy = provider(&app, atl, "busy", 3.0).await;
    let later = provider(&app, atl, "later", 3.0).await;
    let first = booked(&app, atl).await;
    let second = booked(&app, atl).await;
    let mut tx = begin(&app, atl).await;
    hold(&mut tx, busy, first.job, (10, 40)).await;
    hold(&mut tx, later, first.job, (120, 150)).await;
    tx.commit().await.unwrap();
    let candidates = reasons(&app, atl, second.job).await;
    assert_eq!(ranking(&candidates, busy), Ranking::Excluded(Exclusion::Reserved));
    assert_eq!(ranking(&candidates, later), Ranking::Ranked(1));
    app.done().await;
}

/// Random providers around the job: the search by cells finds the same providers as reading all of them, in the same order.
#[tokio::test]
async fn the_search_by_cells_finds_the_same_as_a_full_scan() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let booked = booked(&app, atl).await;
    let work = job(&app, atl, booked.job).await;
    let here = work.point.unwrap();
    let rules = settings_of(&app, atl).await;
    let limit = Meters::from_kilometres(rules.settings.search_radius_km.into());
    // Dense, sparse, and mostly out of reach; the seed is fixed, so a failure can be repeated.
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    for (round, (spread, how_many)) in [(0.05, 60_usize), (0.4, 60), (0.9, 40)].into_iter().enumerate() {
        let places = prop::collection::vec((-spread..spread, -spread..spread), how_many);
        let mut everyone = Vec::new();
        for (number, (dy, dx)) in places.new_tree(&mut runner).unwrap().current().into_iter().enumerate() {
            let point = GeoPoint::new(here.latitude() + dy, here.longitude() + dx).unwrap();
            let id = provider_at(&app, atl, &format!("p{round}x{number}"), point).await;
            everyone.push((point.distance_to(here), id));
        }
        everyone.sort_unstable();
        let expected: Vec<_> =
            everyone.iter().filter(|(line, _)| *line <= limit).take(WANTED).map(|(_, id)| *id).collect();
        let found = candidates_for(&mut begin(&app, atl).await, &rules, &work).await.unwrap();
        let found: Vec<_> = found.iter().filter(|candidate| candidate.is_ranked()).map(|c| c.provider_id).collect();
        assert_eq!(found, expected, "round {round}");
        let mut tx = begin(&app, atl).await;
        for (_, id) in everyone {
            providers::store::set_on_duty(&mut tx, id, None).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    app.done().await;
}

#[tokio::test]
async fn the_search_reads_providers_by_cell_and_only_holds_that_are_not_over() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let booked = booked(&app, atl).await;
    let cells = places::cells::disk(north(0.0), 1);
    let mut tx = app.app.db.with_timeouts(Timeouts::BULK).begin_system(atl).await.unwrap();
    sqlx::query(
        "with made as (
             insert into providers (id, name, email, phone, status)
             select gen_random_uuid(), 'p' || n, 'p' || n || '@many.example', '+14045550111', 'active' from generate_series(1, 20000) n
             returning id)
         insert into provider_positions (provider_id, latitude, longitude, cell)
         select id, 33.7, -84.4, 600000000000000000 + (random() * 100000)::bigint from made",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "with truck as (
             insert into resources (id, kind, name, provider_id) select gen_random_uuid(), 'provider', name, id from providers limit 1 returning id)
         insert into reservations (id, resource_id, starts_at, ends_at, job_id)
         select gen_random_uuid(), truck.id, app.now() - n * interval '1 hour', app.now() - n * interval '1 hour' + interval '30 minutes', $1
         from truck, generate_series(1, 5000) n",
    )
    .bind(booked.job)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    sqlx::raw_sql("analyze providers; analyze provider_positions; analyze resources; analyze reservations")
        .execute(&mut app.database.owner().await)
        .await
        .unwrap();
    let mut tx = begin(&app, atl).await;
    let now = tx.now;
    let plan: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!("explain {IN_CELLS}")))
        .bind(booked.job)
        .bind(vec!["jump-start"])
        .bind(now)
        .bind(now)
        .bind(cells)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    let plan = plan.into_iter().map(|(line,)| line).collect::<Vec<_>>().join("\n");
    assert!(plan.contains("provider_positions_cell_idx") && !plan.contains("Seq Scan on provider_positions"), "{plan}");
    assert!(plan.contains("reservations_held_idx"), "not a provider's whole history: {plan}");
    drop(tx);
    app.done().await;
}
