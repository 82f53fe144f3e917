use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    Keys,
    rotation::{all_sealed, rotate},
};
use crate::{
    config::{Config, Environment},
    notifications::{self, Email},
    operator::store::second_factors,
    testing::{TestApp, begin, tenant},
};

fn keys(setting: &[(&str, u8)]) -> Keys {
    let text = setting.iter().map(|(id, byte)| format!("{id}:{}", STANDARD.encode([*byte; 32]))).collect::<Vec<_>>();
    Keys::parse(&text.join(",").into()).unwrap()
}

#[test]
fn what_was_sealed_opens_for_the_same_purpose_only() {
    let keys = keys(&[("a", 1)]);
    let sealed = keys.seal("totp", b"seed");
    assert!(!sealed.windows(4).any(|part| part == b"seed"));
    assert_ne!(sealed, keys.seal("totp", b"seed"), "equal values don't look equal");
    assert_eq!(keys.open("totp", &sealed).unwrap(), b"seed");
    assert!(keys.open("oidc", &sealed).is_err());
}

#[test]
fn a_changed_value_opens_nowhere() {
    let keys = keys(&[("a", 1)]);
    let sealed = keys.seal("totp", b"seed");
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(keys.open("totp", &changed).is_err(), "byte {place}");
        assert!(keys.open("totp", &sealed[..place]).is_err(), "cut off at {place}");
    }
}

#[test]
fn an_older_key_still_opens_and_the_first_one_seals() {
    let sealed = keys(&[("a", 1)]).seal("totp", b"seed");
    assert_eq!(keys(&[("b", 2), ("a", 1)]).open("totp", &sealed).unwrap(), b"seed");
    assert!(keys(&[("b", 2)]).open("totp", &sealed).is_err(), "the key is gone");
    assert!(keys(&[("a", 2)]).open("totp", &sealed).is_err(), "another key of the same name");
}

#[test]
fn a_digest_fits_its_value_and_purpose_after_a_rotation_too() {
    let digest = keys(&[("a", 1)]).digest("code", b"123456");
    let rotated = keys(&[("b", 2), ("a", 1)]);
    assert!(rotated.matches("code", b"123456", &digest));
    assert!(!rotated.matches("code", b"123457", &digest));
    assert!(!rotated.matches("other", b"123456", &digest));
    assert!(!rotated.matches("code", b"123456", b""));
}

#[test]
fn keys_that_are_no_keys_are_refused_without_being_shown() {
    let good = STANDARD.encode([1; 32]);
    for wrong in ["", "a", "a:", "a:c2hvcnQ=", &format!("a b:{good}"), &format!("a:{good},a:{good}")] {
        let error = Keys::parse(&wrong.into()).unwrap_err().to_string();
        assert!(!error.contains(&good) && !error.contains("c2hvcnQ="), "{error}");
    }
    assert_eq!(format!("{:?}", keys(&[("new", 1), ("old", 2)])), r#"["new", "old"]"#);
}

#[tokio::test]
async fn a_production_server_without_keys_refuses_to_start() {
    let app = TestApp::new().await;
    let production = Config { environment: Environment::Production, secret_keys: None, ..(*app.app.config).clone() };
    let refusal = Keys::of(&production).unwrap_err().to_string();
    assert!(refusal.contains("WAYSIDE_SECRET_KEYS"), "{refusal}");
    app.done().await;
}

#[test]
fn a_checkout_makes_its_own_key_once() {
    let folder = std::env::temp_dir().join(format!("wayside-{}", uuid::Uuid::now_v7()));
    let file = folder.join("secret-keys");
    let sealed = Keys::of_checkout(&file).unwrap().seal("totp", b"seed");
    assert_eq!(Keys::of_checkout(&file).unwrap().open("totp", &sealed).unwrap(), b"seed");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn rotation_seals_everything_with_the_first_key() {
    let app = TestApp::new().await;
    for slug in ["atl", "other"] {
        let place = tenant(&app, slug).await;
        let mut tx = begin(&app, place).await;
        for number in 0..3 {
            let email = Email {
                to: format!("ann{number}@example.com").parse().unwrap(),
                subject: "Hello".into(),
                lines: vec![],
                action: None,
                kind: "test",
            };
            notifications::email(&mut tx, &app.app, email).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let both = keys(&[("new", 9), ("test", 7)]);
    assert_eq!(rotate(&app.app.db, &both).await.unwrap(), 6);
    assert_eq!(rotate(&app.app.db, &both).await.unwrap(), 0, "there is nothing left to do");
    let sealed: Vec<Vec<u8>> = sqlx::query_scalar("select sealed_content from notifications")
        .fetch_all(&mut *begin(&app, tenant_of(&app).await).await)
        .await
        .unwrap();
    assert_eq!(sealed.len(), 3);
    for value in sealed {
        assert!(keys(&[("new", 9)]).open(notifications::SEALED_FOR, &value).is_ok(), "the old key isn't needed");
    }
    app.done().await;
}

async fn tenant_of(app: &TestApp) -> engine::Id<crate::tenants::Tenant> {
    crate::tenants::list_ids(&mut app.app.db.begin_platform().await.unwrap()).await.unwrap()[0]
}

#[tokio::test]
async fn every_column_of_sealed_values_is_rotated() {
    let app = TestApp::new().await;
    let in_schema: Vec<String> = sqlx::query_scalar(
        "select table_name || '.' || column_name from information_schema.columns
         where column_name like 'sealed\\_%' and table_schema in ('public', 'platform', 'queue') order by 1",
    )
    .fetch_all(&mut app.database.owner().await)
    .await
    .unwrap();
    let mut rotated: Vec<String> = all_sealed().map(|sealed| format!("{}.{}", sealed.table, sealed.column)).collect();
    rotated.extend(second_factors::SEALED_COLUMNS.map(str::to_owned));
    rotated.sort();
    assert_eq!(in_schema, rotated);
    app.done().await;
}
