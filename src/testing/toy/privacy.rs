//! What a kind of business holds about a person is exported, erased and encrypted anew like what the core holds.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Shape, WISH, tests::Shop};
use crate::{
    bookings::Booking,
    fulfilment::make::Beginning,
    identity::Role,
    secrets::{Keys, rotation::rotate},
    testing::{begin, user},
};

impl Shop {
    /// A player of a booking, with a wish that nobody else may read.
    async fn let_play(&self, booking: &Booking, nickname: &str) {
        let mut tx = begin(&self.app, self.id).await;
        sqlx::query(
            "insert into toy_players (id, booking_id, nickname, sealed_wish) values (gen_random_uuid(), $1, $2, $3)",
        )
        .bind(booking.id)
        .bind(nickname)
        .bind(self.app.app.keys.seal(WISH, b"a red kite"))
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// The players' nicknames and wishes.
    async fn players(&self) -> Vec<(String, Option<Vec<u8>>)> {
        sqlx::query_as("select nickname, sealed_wish from toy_players order by nickname")
            .fetch_all(&mut *begin(&self.app, self.id).await)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn what_a_kind_of_business_holds_about_a_person_is_exported_and_erased_with_them() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    shop.let_play(&stay, "Kite Queen").await;
    let mut tx = begin(&shop.app, shop.id).await;
    sqlx::query("insert into blocks (id, reason) values (gen_random_uuid(), 'KITE-QUEEN rang twice')")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    user(&shop.app, shop.id, "boss", &[Role::Admin]).await;
    let mut boss = shop.app.browser("shop.localhost");
    boss.sign_in("boss@example.com").await;
    let page = format!("/admin/customers/{}", stay.customer_id);

    let exported: Value = serde_json::from_str(&boss.get(&format!("{page}/export.json")).await.html).unwrap();
    let player = &exported["data"]["players"][0];
    assert_eq!(player["nickname"], "Kite Queen");
    assert_eq!(player.get("sealed_wish"), None, "no export contains a secret");

    let id = stay.customer_id.to_string();
    let form = [("customer", id.as_str()), ("confirmation", "erase"), ("fees", "0")];
    boss.submit(&format!("{page}/erase"), "/api/erase_customer", &form).await;
    shop.app.drain().await;
    assert_eq!(shop.players().await, [("Erased person".to_owned(), None)]);
    let mut tx = begin(&shop.app, shop.id).await;
    let logged: Vec<Value> =
        sqlx::query_scalar("select changes -> 'nickname' from audit_log where object = 'toy_players'")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert_eq!(logged, [json!(["…", "…"]), json!(["…", "…"])], "the log of changes forgot it too");
    let remark: String = sqlx::query_scalar("select reason from blocks").fetch_one(&mut *tx).await.unwrap();
    drop(tx);
    assert!(!remark.to_lowercase().contains("kite") && remark.contains("rang twice"), "{remark}");
    assert!(boss.get(&page).await.text().contains("Complete"), "the search found nothing more");
    shop.app.done().await;
}

#[tokio::test]
async fn what_a_kind_of_business_encrypts_needs_only_the_new_key_after_a_rotation() {
    let shop = Shop::open().await;
    let stay = shop.make(Shape::Stay, Beginning::Confirmed).await;
    shop.let_play(&stay, "Kite Queen").await;
    let [new, test] = [9, 7].map(|byte| STANDARD.encode([byte; 32]));
    let both = Keys::parse(&format!("new:{new},test:{test}").into()).unwrap();
    rotate(&shop.app.app.db, &both).await.unwrap();
    let only_new = Keys::parse(&format!("new:{new}").into()).unwrap();
    let players = shop.players().await;
    let wish = players[0].1.as_deref().unwrap();
    assert_eq!(only_new.open(WISH, wish).unwrap(), b"a red kite");
    shop.app.done().await;
}
