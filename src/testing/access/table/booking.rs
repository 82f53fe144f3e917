//! Booking, and a customer's actions on a booking.

use crate::{
    customers::{self, Contact, vehicles, vehicles::Vehicle},
    dispatch::JobState,
    testing::access::{ANYONE, Business, CUSTOMER, Call, Function, PageLine, form, function, open, page, reading},
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
        function("roadside_choose_places", ANYONE, "form_drafts", async |at, _| {
            form!("draft" = at.draft().await, "address" = "none", "destination" = "none")
        })
        .elsewhere(409),
        function("roadside_confirm_booking", ANYONE, "bookings", async |at, _| {
            form!("draft" = at.draft().await, "total" = 11_000, "ceiling" = 11_000)
        })
        .elsewhere(409),
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
        function("roadside_start_booking", ANYONE, "form_drafts", async |_, _| {
            form!(
                "service" = "jump-start",
                "address" = "Piedmont Park",
                "vehicle_year" = 2019,
                "vehicle_make" = "Honda",
                "vehicle_model" = "Civic",
                "vehicle_color" = "Blue",
                "when" = "now",
                "name" = "Dana Reed",
                "phone" = "(404) 555-0123",
                "payment_method" = "cash",
            )
        })
        .names_nothing(),
        function("roadside_start_booking", CUSTOMER, "form_drafts", async |at, _| {
            form!(
                "service" = "jump-start",
                "address" = "Piedmont Park",
                "saved_vehicle" = saved_vehicle(at).await,
                "when" = "now",
                "name" = "Dana Reed",
                "phone" = "(404) 555-0123",
                "payment_method" = "cash",
            )
        })
        .elsewhere(422)
        .answers_others(422),
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

/// A car the default customer has booked for before.
async fn saved_vehicle(at: &Business) -> String {
    let contact = Contact { name: "Dana Reed".into(), phone: "+14045550123".parse().unwrap(), email: None };
    let color = at.name("blue");
    let vehicle = Vehicle { year: 2019, make: "Honda".into(), model: color.clone(), color, plate: None };
    let mut tx = at.begin().await;
    let customer = customers::store::find_or_insert_for_user(&mut tx, at.customer, &contact).await.unwrap();
    vehicles::remember(&mut tx, customer, &vehicle).await.unwrap();
    let saved = vehicles::list_of_user(&mut tx, at.customer).await.unwrap();
    tx.commit().await.unwrap();
    saved.iter().find(|saved| saved.vehicle == vehicle).unwrap().id.to_string()
}
