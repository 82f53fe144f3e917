//! Accounts: signing in, out and up, and one's own account.

use crate::testing::access::{
    ANYONE, CUSTOMER, Call, Function, PageLine, Person, SIGNED_IN, form, function, open, page,
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("sign_in", ANYONE, "platform.sessions", async |at, who| {
            let account = at.another(who).await;
            let email = format!("{}@example.com", account.name);
            form!("email" = email, "password" = at.password()).by(at.browser(Person::Nobody))
        })
        .elsewhere(422),
        function("sign_out", SIGNED_IN, "platform.sessions", async |at, who| form!().by(at.another(who).await.browser))
            .names_nothing()
            .answers(Person::Nobody, 200)
            .answers(Person::Neighbour, 200),
        function("sign_up", ANYONE, "users", async |at, _| {
            let email = format!("{}@example.com", at.name("newcomer"));
            form!("name" = "Nia New", "email" = email, "phone" = "(404) 555-0199", "password" = "three words in a row")
                .by(at.browser(Person::Nobody))
        })
        .names_nothing(),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/account", SIGNED_IN).leads_on(),
        open("/account/bookings", SIGNED_IN),
        page("/account/bookings/{reference}", CUSTOMER, async |at, _| {
            Call::to(format!("/account/bookings/{}", at.own_booking().await.reference))
        }),
        page("/account/bookings/{reference}/cancel", CUSTOMER, async |at, _| {
            Call::to(format!("/account/bookings/{}/cancel", at.own_booking().await.reference))
        }),
        page("/sign-in", ANYONE, async |at, _| Call::to("/sign-in").by(at.browser(Person::Nobody))),
        page("/sign-up", ANYONE, async |at, _| Call::to("/sign-up").by(at.browser(Person::Nobody))),
    ]
}
