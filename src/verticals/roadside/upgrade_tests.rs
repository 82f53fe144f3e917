//! What a business keeps when it gets the version in which roadside's rules became its own.

use serde_json::{Value, json};
use sqlx::{PgConnection, types::Json};

use crate::{db::MIGRATIONS, testing::TestDb};

/// The schema before a business's fees were its own.
const BEFORE: i64 = 44;

async fn settings(owner: &mut PgConnection, slug: &str) -> Value {
    let settings: Json<Value> = sqlx::query_scalar("select settings from platform.tenants where slug = $1")
        .bind(slug)
        .fetch_one(owner)
        .await
        .unwrap();
    settings.0
}

/// A business as that version knows it.
async fn insert(owner: &mut PgConnection, slug: &str, settings: Value) {
    sqlx::query(
        "insert into platform.tenants (id, slug, name, zone, currency, locale, region, reference_prefix, phone, email, latitude, longitude, verticals, settings)
         values (gen_random_uuid(), $1, $1, 'America/New_York', 'USD', 'en-US', 'US', 'RA', '+14045550100', 'hello@example.com', 33.7, -84.4, '{roadside}', $2)",
    )
    .bind(slug)
    .bind(Json(settings))
    .execute(owner)
    .await
    .unwrap();
}

#[tokio::test]
async fn fees_that_were_assumed_are_written_down_and_those_that_were_set_stay() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    MIGRATIONS.undo(&mut owner, BEFORE).await.unwrap();
    insert(&mut owner, "assumed", json!({ "tax_basis_points": 700 })).await;
    let all = json!({ "dispatch_fee": 0, "dry_run_fee": 100, "unknown_miles_ceiling": 10 });
    insert(&mut owner, "chosen", all.clone()).await;
    insert(&mut owner, "partly", json!({ "dispatch_fee": 1200 })).await;
    MIGRATIONS.run(&mut owner).await.unwrap();

    let assumed = settings(&mut owner, "assumed").await;
    assert_eq!(
        assumed,
        json!({ "tax_basis_points": 700, "dispatch_fee": 3500, "dry_run_fee": 6000, "unknown_miles_ceiling": 25 })
    );
    assert_eq!(settings(&mut owner, "chosen").await, all);
    let partly = settings(&mut owner, "partly").await;
    assert_eq!(partly, json!({ "dispatch_fee": 1200, "dry_run_fee": 6000, "unknown_miles_ceiling": 25 }));
    drop(owner);
    database.drop().await;
}
