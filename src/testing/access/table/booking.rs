//! Booking, and a customer's actions on a booking.

use crate::{
    dispatch::JobState,
    testing::access::{ANYONE, CUSTOMER, Call, Function, PageLine, form, function, open, page, reading},
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("approve_quote", ANYONE, "quotes", async |at, _| {
            let booked = at.guest_booking().await;
            form!("token" = booked.token, "quote" = at.proposed(&booked).await)
        }),
        function("approve_quote", CUSTOMER, "quotes", async |at, _| {
            let booked = at.own_booking().await;
            form!("reference" = booked.reference, "quote" = at.proposed(&booked).await)
        }),
        function("cancel_booking", ANYONE, "bookings", async |at, _| {
            form!("token" = at.guest_booking().await.token, "fee" = 0)
        }),
        function("cancel_booking", CUSTOMER, "bookings", async |at, _| {
            form!("reference" = at.own_booking().await.reference, "fee" = 0)
        }),
        function("decline_quote", ANYONE, "quotes", async |at, _| {
            let booked = at.guest_booking().await;
            form!("token" = booked.token, "quote" = at.proposed(&booked).await, "reason" = "Too much")
        }),
        function("decline_quote", CUSTOMER, "quotes", async |at, _| {
            let booked = at.own_booking().await;
            form!("reference" = booked.reference, "quote" = at.proposed(&booked).await, "reason" = "")
        }),
        function("keep_looking", ANYONE, "jobs", async |at, _| {
            let token = at.guest_booking().await.token;
            at.app().drain().await; // nobody is found
            form!("token" = token)
        }),
        function("keep_looking", CUSTOMER, "jobs", async |at, _| {
            let reference = at.own_booking().await.reference;
            at.app().drain().await;
            form!("reference" = reference)
        }),
        function("move_booking", ANYONE, "bookings", async |at, _| {
            form!("token" = at.appointment().await.token, "date" = "2026-03-06", "time" = "09:30")
        }),
        function("move_booking", CUSTOMER, "bookings", async |at, _| {
            form!("reference" = at.own_appointment().await.reference, "date" = "2026-03-06", "time" = "09:30")
        }),
        reading("map_names", ANYONE, async |_, _| form!()).names_nothing(),
        function("review_booking", ANYONE, "reviews", async |at, _| {
            let work = at.under_way(JobState::Done).await;
            form!("token" = work.booked.token, "rating" = 5, "comment" = "Quick and kind.")
        }),
        function("review_booking", CUSTOMER, "reviews", async |at, _| {
            let work = at.under_way(JobState::Done).await;
            form!("reference" = work.booked.reference, "rating" = 4, "comment" = "")
        }),
        reading("search_places", ANYONE, async |_, _| form!("text" = "Piedmont Park")).names_nothing(),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/", ANYONE),
        page("/b/{token}", ANYONE, async |at, _| Call::to(format!("/b/{}", at.guest_booking().await.token))),
        page("/b/{token}/move", ANYONE, async |at, _| Call::to(format!("/b/{}/move", at.appointment().await.token))),
        page("/b/{token}/cancel", ANYONE, async |at, _| {
            Call::to(format!("/b/{}/cancel", at.guest_booking().await.token))
        }),
        open("/book", ANYONE),
        page("/book/{service}", ANYONE, async |_, _| Call::to("/book/jump-start")).names_nothing(),
        page("/book/{service}/review", ANYONE, async |at, _| {
            Call::to(format!("/book/jump-start/review?draft={}", at.draft().await))
        })
        .names_nothing(),
        open("/dev/mailbox", ANYONE),
        open("/dev/ui", ANYONE),
        page("/track/{token}", ANYONE, async |at, _| Call::to(format!("/track/{}", at.guest_booking().await.token))),
    ]
}
