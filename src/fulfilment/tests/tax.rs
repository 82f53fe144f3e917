use engine::Amount;

use crate::{
    checks,
    dispatch::{self, JobState},
    fulfilment,
    identity::Role,
    tenants,
    testing::{TestApp, begin, booking, provider, service, tenant, user},
};

#[tokio::test]
async fn prices_that_include_the_tax_say_so_and_providers_share_in_the_rest() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let mut boss = app.browser("atl.localhost");
    boss.sign_in("boss@example.com").await;
    let money = [("tax", "10"), ("tax_included", "true"), ("cashapp_handle", ""), ("zelle_handle", "")];
    boss.submit("/admin/settings?part=money", "/api/edit_money_rules", &money).await;
    let shown = boss.get("/admin/settings?part=money").await;
    assert!(shown.attribute("#field-tax_included", "checked").is_some(), "{}", shown.text());

    let jump = service(&app, atl, "jump-start", 11_000, None).await;
    let ada = provider(&app, atl, "Ada Lake", None, &["jump-start"]).await;
    let booked = booking(&app, atl, jump).await;
    let agreed = app.browser("atl.localhost").get(&format!("/b/{}", booked.token)).await.text();
    assert!(agreed.contains("$110.00") && agreed.contains("Includes 10% tax: $10.00"), "{agreed}");
    let office = boss.get(&format!("/admin/bookings/{}", booked.reference)).await.text();
    assert!(office.contains("Includes tax: $10.00"), "{office}");

    let tenant = tenants::find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    let mut tx = begin(&app, atl).await;
    dispatch::assign_manually(&mut tx, &tenant, booked.job, ada, None, "Stan").await.unwrap();
    for state in [JobState::EnRoute, JobState::Arrived, JobState::InProgress] {
        dispatch::advance(&mut tx, ada, booked.job, state).await.unwrap();
    }
    let earned = fulfilment::finish(&mut tx, &tenant, ada, booked.job, None).await.unwrap();
    assert_eq!(earned, Amount(7_000), "70% of the price without the tax");
    assert_eq!(checks::violations(&mut tx).await.unwrap().len(), 0);
    tx.commit().await.unwrap();

    app.drain().await;
    let mails = app.mailbox("dana@example.com").await;
    let receipt = mails.iter().find(|mail| mail.subject.contains("Receipt")).unwrap();
    assert!(
        receipt.text.contains("The total is $110.00.") && receipt.text.contains("Includes tax: $10.00."),
        "{}",
        receipt.text
    );
    app.done().await;
}
