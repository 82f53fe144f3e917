//! Rows a test starts from. Each takes what the test is about and fills in the rest.

use engine::Id;

use super::TestApp;
use crate::{
    db::Tx,
    identity::{
        Role, User,
        store::{self, NewUser},
    },
    tenants::Tenant,
};

/// Password of every built account.
pub const PASSWORD: &str = "wayside-demo";

/// Makes a tenant that answers on `<slug>.localhost`: in Atlanta, with dollars.
pub async fn tenant(app: &TestApp, slug: &str) -> Id<Tenant> {
    let id = Id::<Tenant>::new();
    let mut owner = app.database.owner().await;
    sqlx::query(
        "insert into platform.tenants (id, slug, name, zone, currency, locale, region, reference_prefix, phone, email, latitude, longitude, verticals)
         values ($1, $2, $2, 'America/New_York', 'USD', 'en-US', 'US', 'RA', '+14045550100', 'hello@example.com', 33.749, -84.388, '{roadside}')",
    )
    .bind(id)
    .bind(slug)
    .execute(&mut owner)
    .await
    .unwrap();
    sqlx::query("insert into platform.hosts (host, tenant_id) values ($1 || '.localhost', $2)")
        .bind(slug)
        .bind(id)
        .execute(&mut owner)
        .await
        .unwrap();
    id
}

/// A transaction of the platform itself in a tenant.
pub async fn begin(app: &TestApp, tenant: Id<Tenant>) -> Tx {
    app.app.db.begin_system(tenant).await.unwrap()
}

/// Makes an account `<name>@example.com` with these roles and the common password.
pub async fn user(app: &TestApp, tenant: Id<Tenant>, name: &str, roles: &[Role]) -> Id<User> {
    let id = Id::new();
    let user = NewUser {
        id,
        name: name.to_owned(),
        email: format!("{name}@example.com").parse().unwrap(),
        phone: None,
        password_hash: Some(app.app.passwords.hash(PASSWORD.to_owned()).await.unwrap()),
        roles: roles.to_vec(),
    };
    let mut tx = begin(app, tenant).await;
    store::insert(&mut tx, &user).await.unwrap();
    tx.commit().await.unwrap();
    id
}
