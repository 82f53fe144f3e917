//! Adds bookings made as a guest to an account, once its owner has confirmed the e-mail address they were made with.

use leptos::server;

use crate::{
    bookings, customers,
    error::{AppError, Next},
    reviews,
    server::context,
};

/// Adds bookings to the account that were made with its confirmed e-mail without signing in.
#[server(endpoint = "claim_bookings")]
pub async fn claim_bookings() -> Result<Next, AppError> {
    let ctx = context()?;
    let user = ctx.in_person()?;
    if !user.is_email_verified {
        return Err(AppError::conflict(t!("fulfilment-confirm-your-e-mail-first-on")));
    }
    let mut tx = ctx.begin().await?;
    let guests = customers::store::lock_guests(&mut tx, &user.email).await?;
    if let Some(own) = customers::store::link_guest(&mut tx, user.id, &guests).await? {
        bookings::store::reassign(&mut tx, &guests, own).await?;
        reviews::store::reassign(&mut tx, &guests, own).await?;
        customers::store::merge_guests(&mut tx, &guests, own).await?;
    }
    tx.commit().await?;
    Ok(Next::said("/account/bookings", t!("fulfilment-added-to-your-account")))
}

#[cfg(test)]
mod tests {
    use crate::{
        identity::{Role, store},
        testing::{TestApp, begin, booking, service, tenant, unverified, user},
    };

    const CLAIM: &str = "/api/claim_bookings";

    #[tokio::test]
    async fn bookings_made_with_an_e_mail_are_its_readers_to_claim_once_it_is_confirmed() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let jump = service(&app, atl, "jump-start", 10_000, None).await;
        let booked = booking(&app, atl, jump).await;
        let dana = user(&app, atl, "dana", &[Role::Customer]).await;
        unverified(&app, atl, dana).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in("dana@example.com").await;
        let page = browser.get("/account/bookings").await;
        assert!(!page.text().contains("Add to my account"), "not confirmed: {}", page.text());
        let refused = browser.post("/account/bookings", CLAIM, &[]).await;
        assert_eq!(refused.status.as_u16(), 409);

        let mut tx = begin(&app, atl).await;
        store::verify_email(&mut tx, dana).await.unwrap();
        tx.commit().await.unwrap();
        assert!(browser.get("/account/bookings").await.text().contains("Add to my account"));
        let page = browser.submit("/account/bookings", CLAIM, &[]).await;
        assert!(page.text().contains(&booked.reference.to_string()), "{}", page.text());
        assert!(!page.text().contains("Add to my account"), "there is nothing left to add");
        app.done().await;
    }

    #[tokio::test]
    async fn bookings_made_with_another_e_mail_stay_whose_they_are() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let jump = service(&app, atl, "jump-start", 10_000, None).await;
        let booked = booking(&app, atl, jump).await;
        user(&app, atl, "eve", &[Role::Customer]).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in("eve@example.com").await;
        let page = browser.submit("/account/bookings", CLAIM, &[]).await;
        assert!(!page.text().contains(&booked.reference.to_string()), "{}", page.text());
        app.done().await;
    }
}
