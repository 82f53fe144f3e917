//! The user's own data, and customers' data in the back office.

use engine::Id;

use crate::{
    customers::{self, Contact, Customer},
    testing::access::{
        ADMINS, ANYONE, Business, Call, Function, PageLine, SIGNED_IN, STAFF, form, function, open, page,
    },
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("erase_account", SIGNED_IN, "erasures", async |at, who| {
            form!("confirmation" = "erase", "fees" = 0).by(at.another(who).await.browser)
        })
        .names_nothing(),
        function("erase_customer", ADMINS, "erasures", async |at, _| {
            form!("customer" = customer(at).await, "confirmation" = "erase", "fees" = 0)
        }),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/account/privacy", SIGNED_IN),
        open("/account/privacy/erase", SIGNED_IN),
        open("/account/privacy/export.json", SIGNED_IN).logged(),
        page("/admin/customers/{id}", STAFF, async |at, _| {
            Call::to(format!("/admin/customers/{}", customer(at).await))
        }),
        page("/admin/customers/{id}/erase", ADMINS, async |at, _| {
            Call::to(format!("/admin/customers/{}/erase", customer(at).await))
        }),
        page("/admin/customers/{id}/export.json", ADMINS, async |at, _| {
            Call::to(format!("/admin/customers/{}/export.json", customer(at).await))
        })
        .logged(),
        page("/erasure/{token}", ANYONE, async |at, _| Call::to(format!("/erasure/{}", erased(at).await))),
        page("/erasure/{token}/certificate.json", ANYONE, async |at, _| {
            Call::to(format!("/erasure/{}/certificate.json", erased(at).await))
        }),
        open("/privacy", ANYONE),
    ]
}

/// A guest who has booked.
async fn customer(at: &Business) -> Id<Customer> {
    let email = format!("{}@example.com", at.name("guest"));
    let contact = Contact {
        name: "Gina Guest".into(),
        phone: "+14045550123".parse().unwrap(),
        email: Some(email.parse().unwrap()),
    };
    let mut tx = at.begin().await;
    let customer = customers::store::find_or_insert(&mut tx, &contact).await.unwrap();
    tx.commit().await.unwrap();
    customer
}

/// The token of a certificate.
async fn erased(at: &Business) -> String {
    let mut browser = at.account(crate::identity::Role::Customer).await.browser;
    let form = [("confirmation", "erase"), ("fees", "0")];
    let reply = browser.post("/account/privacy/erase", "/api/erase_account", &form).await;
    let to = reply.location.unwrap_or_else(|| panic!("{}: {}", reply.status, reply.html));
    to.strip_prefix("/erasure/").expect("leads to the certificate").to_owned()
}
