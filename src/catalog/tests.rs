use engine::Id;
use sqlx::AssertSqlSafe;

use super::{
    Service, ServiceChange, ServiceStatus, policy,
    store::{self, list_active, list_all, list_in_review, list_of_provider, list_skills},
};
use crate::{
    error::AppError,
    identity::Role,
    providers::Provider,
    testing::{TestApp, begin, offer, provider, service, tenant, user},
    verticals::Vertical,
};

use ServiceStatus::{Active, Archived, Draft, InReview, Paused, Suspended};

type Deed = fn(&Service) -> Result<ServiceChange, AppError>;

#[tokio::test]
async fn a_service_changes_its_status_only_as_allowed() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ours = service(&app, atl, "jump-start", 10_000, None).await;
    let ada = provider(&app, atl, "Ada Lake", None, &[]).await;
    let theirs = offer(&app, atl, ada, Vertical::Roadside, "driveway").await;
    let mut tx = begin(&app, atl).await;
    let deeds: [(&str, Deed); 9] = [
        ("submit", Service::submit),
        ("approve", Service::approve),
        ("return", |service| service.return_with("Too short".to_owned())),
        ("pause", Service::pause),
        ("resume", Service::resume),
        ("suspend", |service| service.suspend("It is locked".to_owned())),
        ("reinstate", Service::reinstate),
        ("archive", Service::archive),
        ("restore", Service::restore),
    ];
    let allowed = |id: Id<Service>, from: ServiceStatus| match (from, id == theirs) {
        (Draft, _) => vec![("submit", InReview), ("archive", Archived)],
        (InReview, _) => vec![("approve", Active), ("return", Draft), ("archive", Archived)],
        (Active, true) => vec![("pause", Paused), ("suspend", Suspended), ("archive", Archived)],
        (Active, false) => vec![("pause", Paused), ("archive", Archived)],
        (Paused, true) => vec![("resume", Active), ("suspend", Suspended), ("archive", Archived)],
        (Paused, false) => vec![("resume", Active), ("archive", Archived)],
        (Suspended, _) => vec![("reinstate", Active)],
        (Archived, true) => vec![("restore", Draft)],
        (Archived, false) => vec![("restore", Paused)],
    };
    for id in [ours, theirs] {
        let found = store::find(&mut tx, id).await.unwrap().unwrap().service;
        for from in ServiceStatus::ALL {
            let service = Service { status: *from, ..found.clone() };
            let possible: Vec<_> =
                deeds.iter().filter_map(|(name, deed)| Some((*name, deed(&service).ok()?.to))).collect();
            assert_eq!(possible, allowed(id, *from), "{from}");
        }
    }
    let change = store::find(&mut tx, ours).await.unwrap().unwrap().service.pause().unwrap();
    store::set_status(&mut tx, ours, &change).await.unwrap();
    assert!(
        matches!(store::set_status(&mut tx, ours, &change).await, Err(AppError::Conflict(_))),
        "it isn't active any more"
    );
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn the_previous_version_and_this_one_agree_on_what_can_be_booked() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let id = service(&app, atl, "jump-start", 10_000, None).await;
    let mut tx = begin(&app, atl).await;
    let seen = async |tx: &mut crate::db::Tx| -> (bool, String) {
        let sql = "select active, status from services where tenant_id = app.current_tenant() and id = $1";
        sqlx::query_as(sql).bind(id).fetch_one(&mut **tx).await.unwrap()
    };
    for (active, status) in [(false, "paused"), (true, "active")] {
        let before = "update services set active = $2 where tenant_id = app.current_tenant() and id = $1";
        sqlx::query(before).bind(id).bind(active).execute(&mut *tx).await.unwrap();
        assert_eq!(seen(&mut tx).await, (active, status.to_owned()), "as the previous version writes it");
    }
    for deed in [Service::archive as Deed, Service::restore, Service::resume] {
        let change = deed(&store::find(&mut tx, id).await.unwrap().unwrap().service).unwrap();
        store::set_status(&mut tx, id, &change).await.unwrap();
        assert_eq!(seen(&mut tx).await, (change.to == Active, change.to.to_string()), "as it reads it");
    }
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn what_a_provider_offers_is_in_none_of_the_business_lists() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    service(&app, atl, "jump-start", 10_000, None).await;
    let old = service(&app, atl, "towing", 12_500, Some(300)).await;
    let ada = provider(&app, atl, "Ada Lake", None, &[]).await;
    let theirs = offer(&app, atl, ada, Vertical::Roadside, "driveway").await;
    let mut tx = begin(&app, atl).await;
    for deed in [Service::submit as Deed, Service::approve] {
        let change = deed(&store::find(&mut tx, theirs).await.unwrap().unwrap().service).unwrap();
        store::set_status(&mut tx, theirs, &change).await.unwrap();
        let waiting = list_in_review(&mut tx, 0).await.unwrap().len();
        assert_eq!(waiting, usize::from(change.to == InReview));
    }
    let change = store::find(&mut tx, old).await.unwrap().unwrap().service.archive().unwrap();
    store::set_status(&mut tx, old, &change).await.unwrap();
    let slugs = |found: Vec<super::PricedService>| -> Vec<String> {
        found.into_iter().map(|priced| priced.service.slug).collect()
    };
    assert_eq!(slugs(list_active(&mut tx).await.unwrap()), ["jump-start"]);
    assert_eq!(slugs(list_skills(&mut tx).await.unwrap()), ["jump-start"]);
    assert_eq!(slugs(list_all(&mut tx).await.unwrap()), ["jump-start", "towing"]);
    assert_eq!(slugs(list_of_provider(&mut tx, ada, 0).await.unwrap()), ["driveway"]);
    assert_eq!(slugs(list_of_provider(&mut tx, ada, 1).await.unwrap()), [""; 0]);
    tx.commit().await.unwrap();
    let mut guest = app.browser("atl.localhost");
    for page in ["/", "/book"] {
        let text = guest.get(page).await.text();
        assert!(
            text.contains("jump start") && !text.contains("driveway") && !text.contains("towing"),
            "{page}: {text}"
        );
    }
    app.done().await;
}

#[tokio::test]
async fn a_provider_may_change_only_what_is_theirs() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let [ada, bob] =
        [provider(&app, atl, "Ada Lake", None, &[]).await, provider(&app, atl, "Bob Ray", None, &[]).await];
    let theirs = offer(&app, atl, ada, Vertical::Roadside, "driveway").await;
    let ours = service(&app, atl, "jump-start", 10_000, None).await;
    for (name, role, as_provider, may) in [
        ("boss", Role::Admin, None, [true, true]),
        ("stan", Role::Staff, None, [false, false]),
        ("ada", Role::Provider, Some(ada), [true, false]),
        ("bob", Role::Provider, Some(bob), [false, false]),
    ] {
        let id = user(&app, atl, name, &[role]).await;
        let mut tx = begin(&app, atl).await;
        let actor = crate::identity::store::find(&mut tx, id).await.unwrap().unwrap();
        for (service, may) in [theirs, ours].into_iter().zip(may) {
            let service = store::find(&mut tx, service).await.unwrap().unwrap().service;
            assert_eq!(policy::can_edit(&actor, as_provider, &service), may, "{name} {}", service.slug);
        }
        drop(tx);
    }
    app.done().await;
}

#[tokio::test]
async fn the_lists_of_services_read_only_their_own_rows() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ada = provider(&app, atl, "Ada Lake", None, &[]).await;
    let bob: Id<Provider> = provider(&app, atl, "Bob Ray", None, &[]).await;
    for slug in ["jump-start", "towing"] {
        service(&app, atl, slug, 10_000, None).await;
    }
    offer(&app, atl, bob, Vertical::Roadside, "driveway").await;
    sqlx::raw_sql(AssertSqlSafe(format!(
        "select set_config('app.tenant_id', '{atl}', false);
         alter table services disable trigger user;
         insert into services (id, slug, vertical, category, name, description, provider_id, position)
         select gen_random_uuid(), 'offer-' || n, 'roadside', 'roadside', 'Offer ' || n, '', '{ada}', n from generate_series(1, 20000) n;
         analyze services"
    )))
    .execute(&mut app.database.owner().await)
    .await
    .unwrap();
    let mut tx = begin(&app, atl).await;
    for rest in [
        "s.provider_id is null and s.status = 'active' order by s.position, s.name".to_owned(),
        "s.provider_id is null order by s.position, s.name".to_owned(),
        format!("s.provider_id = '{bob}' order by s.position, s.name limit 50"),
        "s.status = 'in_review' order by s.status_changed_at, s.id limit 50".to_owned(),
    ] {
        let sql = format!(
            "explain (analyze, format json) select s.id from services s where s.tenant_id = app.current_tenant() and {rest}"
        );
        let plan: serde_json::Value = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap();
        let plan = plan.to_string();
        let removed = "\"Rows Removed by Filter\":";
        let reads_others = plan.replace(&format!("{removed}0"), "").contains(removed);
        assert!(!plan.contains("Seq Scan") && !reads_others, "{plan}");
    }
    drop(tx);
    app.done().await;
}
