//! What a new provider of a business of toys is asked.

use super::tests::Shop;

#[tokio::test]
async fn a_new_provider_is_asked_what_their_kind_of_business_asks_and_reads_which_papers_they_need() {
    let shop = Shop::open().await;
    let mut boss = shop.boss().await;
    let invited = [("email", "ada@example.com"), ("role", "provider")];
    boss.submit("/admin/invites", "/api/send_invite", &invited).await;
    shop.app.drain().await;
    let mail = shop.app.mailbox("ada@example.com").await.pop().expect("an invitation");
    let path = mail.links[0].strip_prefix("http://shop.localhost").expect("leads to the business").to_owned();
    let shown = shop.app.browser("shop.localhost").get(&path).await;
    assert!(shown.html.contains("name=\"home\""), "{}", shown.text());
    assert!(!shown.html.contains("name=\"vehicle\""), "nobody drives");
    assert!(!shown.html.contains("skills["), "nobody needs a skill");
    assert!(shown.text().contains("Toy licence"), "{}", shown.text());
    shop.app.done().await;
}
