//! What holds for every kind of business.

use axum::http::StatusCode;
use engine::{Id, Meters};

use super::Vertical;
use crate::{
    catalog,
    dispatch::{self, Dispatching, NewJob},
    identity::Role,
    server::drafts::{keep_draft, load_draft},
    tenants::{self, Tenant},
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
