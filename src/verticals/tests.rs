//! What holds for every kind of business.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use engine::{Id, Meters};

use super::Vertical;
use crate::{
    app::background,
    audit, catalog,
    dispatch::{self, Dispatching, NewJob},
    identity::Role,
    privacy,
    server::drafts::{keep_draft, load_draft},
    tasks::Registry,
    tenants::{self, Settings, Tenant},
    testing::{TestApp, begin, booking, field, own_booking, place, provider_living, service, tenant, user},
    ui::form::FormState,
};

async fn offer(app: &TestApp, tenant: Id<Tenant>, codes: &str) {
    let sql = "update platform.tenants set verticals = $2::text[] where id = $1";
    sqlx::query(sql).bind(tenant).bind(codes).execute(&mut app.database.owner().await).await.unwrap();
    app.app.hosts.forget();
}

#[tokio::test]
async fn what_belongs_to_a_kind_of_business_is_not_there_where_it_is_switched_off() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    service(&app, atl, "jump-start", 10_000, None).await;
    let mut guest = app.browser("atl.localhost");
    assert_eq!(guest.get("/book/jump-start").await.status, StatusCode::OK);
    assert_eq!(
        guest.post("/book", "/api/roadside_start_booking", &[]).await.status,
        StatusCode::NOT_FOUND,
        "no service"
    );
    let invalid = guest.post("/book", "/api/roadside_start_booking", &[("service", "jump-start")]).await;
    assert_eq!(invalid.status, StatusCode::SEE_OTHER, "back to the form");

    offer(&app, atl, "{}").await;
    assert_eq!(guest.get("/book/jump-start").await.status, StatusCode::NOT_FOUND);
    for name in ["roadside_start_booking", "start_roadside_booking"] {
        let gone = guest.post("/book", &format!("/api/{name}"), &[("service", "jump-start")]).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(guest.get("/").await.status, StatusCode::OK, "the business still has a page");
    app.done().await;
}

#[tokio::test]
async fn a_page_opened_before_an_update_still_sends_its_form() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    service(&app, atl, "jump-start", 10_000, None).await;
    let mut guest = app.browser("atl.localhost");
    let form = [("service", "jump-start"), ("name", "Dana Reed")];
    let reply = guest.submit("/book/jump-start", "/api/start_roadside_booking", &form).await;
    assert_eq!(reply.attribute("input[name=name]", "value").as_deref(), Some("Dana Reed"), "{}", reply.text());
    assert!(!reply.all(".field-error").is_empty());

    let mut tx = begin(&app, atl).await;
    let expires_at = tx.now + chrono::TimeDelta::hours(1);
    let former = "/api/start_roadside_booking";
    let token = keep_draft(&mut tx, former, &FormState::default(), expires_at).await.unwrap();
    let kept = load_draft(&mut tx, &token).await.unwrap().unwrap();
    assert_eq!(kept.form, "/api/roadside_start_booking", "what was typed before the update is found after it");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_kind_that_only_a_newer_version_knows_is_left_out_and_kept() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    service(&app, atl, "jump-start", 10_000, None).await;
    let newer = service(&app, atl, "teleport", 10_000, None).await;
    let mut tx = begin(&app, atl).await;
    sqlx::query("update services set vertical = 'teleporting' where tenant_id = $1 and id = $2")
        .bind(atl)
        .bind(newer)
        .execute(&mut *tx)
        .await
        .unwrap();
    let slugs = |found: Vec<catalog::PricedService>| found.into_iter().map(|one| one.service.slug).collect::<Vec<_>>();
    assert_eq!(slugs(catalog::store::list_active(&mut tx).await.unwrap()), ["jump-start"]);
    assert_eq!(slugs(catalog::store::list_all(&mut tx).await.unwrap()), ["jump-start"]);
    tx.commit().await.unwrap();

    offer(&app, atl, "{teleporting,roadside}").await;
    let mut tx = begin(&app, atl).await;
    let now = tenants::find_by_id(&mut tx, atl).await.unwrap().unwrap();
    assert_eq!(now.verticals, [Vertical::Roadside]);
    let place =
        tenants::store::Place { zone: now.zone, locale: now.locale, locales: now.locales, verticals: Vec::new() };
    tenants::store::set_place(&mut tx, &place).await.unwrap();
    let kept: Vec<String> = sqlx::query_scalar("select unnest(verticals) from app.tenant_by_id($1)")
        .bind(atl)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert_eq!(kept, ["teleporting"]);
    drop(tx);
    app.done().await;
}

/// As after a downgrade, or while a newer release begins to serve beside this one.
#[tokio::test]
async fn bookings_of_a_kind_that_only_a_newer_version_knows_are_left_out_of_lists_and_have_no_pages() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let known = service(&app, atl, "jump-start", 10_000, None).await;
    let newer = service(&app, atl, "teleport", 10_000, None).await;
    let dana = user(&app, atl, "dana", &[Role::Customer]).await;
    user(&app, atl, "stan", &[Role::Staff]).await;
    let account = user(&app, atl, "ada", &[Role::Provider]).await;
    provider_living(&app, atl, "Ada", Some(account), &[], Some(place())).await;
    let (kept, guests) = (own_booking(&app, atl, known, dana).await, booking(&app, atl, newer).await);
    let own = own_booking(&app, atl, newer, dana).await;
    let mut tx = begin(&app, atl).await;
    let until = tx.now + chrono::TimeDelta::hours(2);
    let dispatching = Dispatching::Discover { within: Meters(50_000.0), until };
    let trip = NewJob { skills: Vec::new(), dispatching, ..field::new_job(tx.now) };
    let trip = dispatch::publish(&mut tx, trip).await.unwrap();
    sqlx::query("update services set vertical = 'teleporting' where tenant_id = $1 and id = $2")
        .bind(atl)
        .bind(newer)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update jobs set vertical = 'teleporting' where tenant_id = $1 and id = $2")
        .bind(atl)
        .bind(trip)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let guest = app.browser("atl.localhost");
    let (mut owner, mut stan, mut ada) = (guest.clone(), guest.clone(), guest.clone());
    owner.sign_in("dana@example.com").await;
    stan.sign_in("stan@example.com").await;
    ada.sign_in("ada@example.com").await;
    for (browser, list) in [
        (&owner, "/account/bookings"),
        (&stan, "/admin/board"),
        (&stan, "/admin/bookings"),
        (&stan, "/admin/jobs"),
        (&ada, "/provider"),
    ] {
        assert_eq!(browser.clone().get(list).await.status, StatusCode::OK, "{list}");
    }
    for (browser, list) in [(&owner, "/account/bookings"), (&stan, "/admin/board")] {
        let shown = browser.clone().get(list).await.text();
        assert!(shown.contains(kept.reference.as_str()), "{list}: {shown}");
        assert!(!shown.contains(own.reference.as_str()), "{list}: {shown}");
    }
    for (browser, page) in [
        (&guest, format!("/track/{}", guests.token)),
        (&guest, "/book/teleport".to_owned()),
        (&owner, format!("/account/bookings/{}", own.reference)),
        (&stan, format!("/admin/bookings/{}", own.reference)),
        (&ada, format!("/provider/open/{trip}")),
    ] {
        assert_eq!(browser.clone().get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    app.done().await;
}

fn assert_distinct<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name), "two {what} are called {name}");
    }
    assert!(seen.len() > 2, "{what}: {seen:?}");
}

#[test]
fn names_that_all_kinds_of_business_share_with_the_core_have_one_meaning() {
    let settings = serde_json::to_value(Settings::default()).unwrap();
    let rules_of_core = settings.as_object().unwrap().keys().map(String::as_str);
    assert_distinct("settings", rules_of_core.chain(Vertical::ALL.iter().flat_map(|kind| kind.rules()).copied()));
    assert_distinct("objects of the audit log", audit::model::objects().into_iter().map(|(table, _)| table));
    assert_distinct("parts of an export", privacy::map::all_held().map(|held| held.name));
}

#[test]
fn tables_tasks_and_deadlines_of_a_kind_of_business_begin_with_its_code() {
    for kind in Vertical::ALL {
        let registry = kind.background(Registry::default());
        let tables = kind.tables().iter().map(|(table, _)| *table);
        for name in tables.chain(registry.task_kinds()).chain(registry.deadline_kinds()) {
            assert!(name.starts_with(&format!("{kind}_")), "{name} of {kind}");
        }
    }
}

#[tokio::test]
async fn every_deadline_that_a_table_keeps_has_a_handler_and_every_handler_a_table() {
    let app = TestApp::new().await;
    let kept: Vec<String> = sqlx::query_scalar(
        r"select split_part(encode(tgargs, 'escape'), '\000', 1) from pg_trigger where tgfoid = 'app.keep_deadline'::regproc",
    )
    .fetch_all(&mut app.database.owner().await)
    .await
    .unwrap();
    assert_distinct("deadlines", kept.iter().map(String::as_str));
    let kept: BTreeSet<_> = kept.iter().map(String::as_str).collect();
    assert_eq!(kept, background().deadline_kinds().into_iter().collect());
    app.done().await;
}

/// The log of changes knows a column that counts tenths by its name alone.
#[tokio::test]
async fn no_other_table_has_a_column_called_like_one_that_counts_tenths() {
    let app = TestApp::new().await;
    for kind in Vertical::ALL {
        let own: Vec<&str> = kind.tables().iter().map(|(table, _)| *table).collect();
        let others: Vec<String> = sqlx::query_scalar(
            "select table_name || '.' || column_name from information_schema.columns
             where table_schema = 'public' and column_name = any($1) and table_name <> all($2)",
        )
        .bind(kind.tenths())
        .bind(own)
        .fetch_all(&mut app.database.owner().await)
        .await
        .unwrap();
        assert_eq!(others, Vec::<String>::new(), "{kind}");
    }
    app.done().await;
}
