//! The back office: bookings, manual dispatch, providers, services.

use chrono::TimeDelta;
use engine::Id;
use uuid::Uuid;

use crate::{
    bookings,
    catalog::{self, Service},
    dispatch::{JobState, actions::member_key},
    providers::{self, Hold, Provider},
    testing::{
        self, FIRST_KIND,
        access::{ADMINS, Business, Call, Function, PageLine, STAFF, form, function, open, page},
    },
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("assign_crew", STAFF, "assignments", async |at, _| {
            let job = testing::field::booked_for_crew(at.app(), at.tenant, 2).await.job;
            let (provider, _) = at.on_duty().await;
            let mut call = form!("job" = job, "lead" = provider);
            call.fields.push((format!("members[{}]", member_key(provider)), "true".to_owned()));
            call
        }),
        function("add_service", ADMINS, "services", async |at, _| {
            form!(
                "name" = at.name("Winch-out"),
                "description" = "We pull.",
                "expected_minutes" = 45,
                "destination" = "true",
                "vertical" = FIRST_KIND,
            )
        })
        .names_nothing(),
        function("archive_service", ADMINS, "services", async |at, _| {
            let service = testing::service(at.app(), at.tenant, &at.name("service"), 10_000, None).await;
            form!("service" = service, "to" = "archive")
        }),
        function("decide_service", STAFF, "services", async |at, _| {
            form!("service" = submitted(at).await, "decision" = "return", "reason" = "Tell how long it is")
        }),
        function("move_service", ADMINS, "services", async |at, _| {
            for _ in 0..2 {
                testing::service(at.app(), at.tenant, &at.name("service"), 10_000, None).await;
            }
            form!("service" = at.service, "to" = "down")
        }),
        function("assign_provider", STAFF, "assignments", async |at, _| {
            let booked = at.guest_booking().await;
            let (provider, _) = at.on_duty().await;
            form!("job" = booked.job, "provider" = provider)
        }),
        function("book_for_customer", STAFF, "bookings", async |at, _| {
            let booked = at.guest_booking().await;
            let known = bookings::store::find(&mut *at.begin().await, booked.id).await.unwrap().unwrap();
            form!(
                "attempt" = Uuid::now_v7(),
                "step" = "book",
                "customer" = known.customer_id,
                "name" = "Dana Reed",
                "phone" = "(404) 555-0123",
                "email" = "dana@example.com",
                "service" = "jump-start",
                "places[site]" = "Piedmont Park",
                "details[vehicle_year]" = "2019",
                "details[vehicle_make]" = "Honda",
                "details[vehicle_model]" = "Civic",
                "details[vehicle_color]" = "Blue",
                "details[vehicle_plate]" = "RTM 4471",
                "when" = "now",
                "notes" = "Gate 7",
                "payment_method" = "cash",
                "shown_price" = "11000/11000",
                "billed_to" = "Acme Fleet",
                "purchase_order" = "PO 4711",
            )
        }),
        function("approve_booking", STAFF, "bookings", async |at, _| form!("booking" = at.request().await.id)),
        function("decline_booking", STAFF, "bookings", async |at, _| {
            form!("booking" = at.request().await.id, "reason" = "We are full that day")
        }),
        function("move_for_customer", STAFF, "bookings", async |at, _| {
            form!("booking" = at.guest_booking().await.id, "date" = "2026-03-06", "time" = "09:30")
        }),
        function("cancel_for_customer", STAFF, "bookings", async |at, _| {
            form!("booking" = at.guest_booking().await.id, "fee" = "waive", "reason" = "They called")
        }),
        function("begin_booking", STAFF, "bookings", async |at, _| form!("booking" = at.jobless().await.id)),
        function("complete_booking", STAFF, "bookings", async |at, _| form!("booking" = at.jobless_begun().await.id)),
        function("miss_booking", STAFF, "bookings", async |at, _| form!("booking" = at.jobless().await.id)),
        function("propose_price", STAFF, "quotes", async |at, _| {
            form!(
                "booking" = at.guest_booking().await.id,
                "attempt" = Uuid::now_v7(),
                "description" = "A new battery",
                "amount" = "90",
                "answer_hours" = 4,
            )
        }),
        function("call_off_job", STAFF, "jobs", async |at, _| {
            form!("job" = at.published_job().await, "reason" = "The road is closed")
        }),
        function("cancel_bookings", STAFF, "bookings", async |at, _| {
            let (job, left) = at.cancelled_job().await;
            let chosen = (format!("bookings[{left}]"), "true".to_owned());
            let mut call = form!("job" = job, "reason" = "The road is closed");
            call.fields.push(chosen);
            call
        }),
        function("change_commission", ADMINS, "providers", async |at, _| {
            form!("provider" = provider(at).await, "commission" = "percentage", "percent" = 61)
        }),
        function("change_price", ADMINS, "prices", async |at, _| {
            let service = testing::service(at.app(), at.tenant, &at.name("service"), 10_000, None).await;
            form!("service" = service, "amounts[service_job]" = "120.00")
        }),
        function("change_service_rules", ADMINS, "service_rules", async |at, _| {
            let service = testing::service(at.app(), at.tenant, &at.name("service"), 10_000, None).await;
            form!("service" = service, "notice" = 120)
        }),
        function("cancel_price", ADMINS, "prices", async |at, _| form!("price" = at.later_price().await)),
        function("change_provider_status", ADMINS, "providers", async |at, _| {
            form!("provider" = provider(at).await, "status" = "inactive")
        }),
        function("change_skills", STAFF, "provider_skills", async |at, _| {
            form!("provider" = provider(at).await, "skills[jump-start]" = "on")
        }),
        function("end_hold", STAFF, "providers", async |at, _| {
            let provider = provider(at).await;
            let mut tx = at.begin().await;
            let hold = Hold { until: tx.now + TimeDelta::days(1), reason: "A dispute".into() };
            providers::store::set_hold(&mut tx, provider, Some(&hold)).await.unwrap();
            tx.commit().await.unwrap();
            form!("provider" = provider)
        }),
        function("start_job", STAFF, "jobs", async |at, _| form!("job" = at.under_way(JobState::Arrived).await.job())),
        function("hold_provider", STAFF, "providers", async |at, _| {
            let day = (at.app().now() + TimeDelta::days(2)).date_naive();
            form!("provider" = provider(at).await, "date" = day, "time" = "12:00", "hold_reason" = "A dispute")
        }),
        function("edit_service", ADMINS, "services", async |at, _| {
            let service = testing::service(at.app(), at.tenant, &at.name("service"), 10_000, None).await;
            form!("service" = service, "name" = "Jump start", "description" = "We come.", "expected_minutes" = 25)
        }),
        function("place_booking", STAFF, "bookings", async |at, _| {
            let booked = at.booking_without_place().await;
            form!("booking" = booked.id, "address" = "1280 Peachtree St", "coordinates" = "33.79, -84.385")
        }),
        function("resolve_alerts", STAFF, "staff_alerts", async |at, _| {
            let booked = at.guest_booking().await;
            at.app().drain().await; // nobody is found: there is an alert
            form!("booking" = booked.id)
        }),
        function("search_again", STAFF, "jobs", async |at, _| {
            let booked = at.guest_booking().await;
            at.app().drain().await;
            form!("job" = booked.job)
        }),
        function("switch_service", ADMINS, "services", async |at, _| {
            let service = testing::service(at.app(), at.tenant, &at.name("service"), 10_000, None).await;
            form!("service" = service, "to" = "off")
        }),
        function("withdraw_quote", STAFF, "quotes", async |at, _| {
            let booked = at.guest_booking().await;
            form!("booking" = booked.id, "quote" = at.proposed(&booked).await)
        }),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/admin", STAFF).leads_on(),
        open("/admin/audit", ADMINS),
        open("/admin/audit.csv", ADMINS).logged(),
        open("/admin/board", STAFF),
        open("/admin/bookings", STAFF),
        open("/admin/bookings.csv", STAFF).logged(),
        page("/admin/bookings/new", STAFF, async |_, _| Call::to("/admin/bookings/new?customer=Dana")),
        page("/admin/bookings/{reference}", STAFF, async |at, _| {
            Call::to(format!("/admin/bookings/{}", at.guest_booking().await.reference))
        }),
        page("/admin/bookings/{reference}/assign", STAFF, async |at, _| {
            Call::to(format!("/admin/bookings/{}/assign", at.guest_booking().await.reference))
        }),
        page("/admin/bookings/{reference}/move", STAFF, async |at, _| {
            Call::to(format!("/admin/bookings/{}/move", at.guest_booking().await.reference))
        }),
        page("/admin/bookings/{reference}/price", STAFF, async |at, _| {
            Call::to(format!("/admin/bookings/{}/price", at.guest_booking().await.reference))
        }),
        page("/admin/bookings/{reference}/cancel", STAFF, async |at, _| {
            Call::to(format!("/admin/bookings/{}/cancel", at.guest_booking().await.reference))
        }),
        open("/admin/jobs", STAFF),
        page("/admin/jobs/{id}", STAFF, async |at, _| Call::to(format!("/admin/jobs/{}", at.published_job().await))),
        page("/admin/jobs/{id}/cancel-bookings", STAFF, async |at, _| {
            Call::to(format!("/admin/jobs/{}/cancel-bookings", at.cancelled_job().await.0))
        }),
        page("/admin/jobs/{id}/assign", STAFF, async |at, _| {
            Call::to(format!("/admin/jobs/{}/assign", at.published_job().await))
        }),
        open("/admin/providers", STAFF),
        page("/admin/providers/{id}", STAFF, async |at, _| Call::to(format!("/admin/providers/{}", at.provider))),
        open("/admin/services", STAFF),
        open("/admin/services/new", ADMINS),
        page("/admin/services/{id}", STAFF, async |at, _| Call::to(format!("/admin/services/{}", at.service))),
    ]
}

/// A provider without an account.
async fn provider(at: &Business) -> Id<Provider> {
    testing::provider(at.app(), at.tenant, &at.name("provider"), None, &[]).await
}

/// A service that a provider submitted.
async fn submitted(at: &Business) -> Id<Service> {
    let service = testing::offer(at.app(), at.tenant, provider(at).await, FIRST_KIND, &at.name("offer")).await;
    let mut tx = at.begin().await;
    let found = catalog::store::find(&mut tx, service).await.unwrap().unwrap().service;
    catalog::store::set_status(&mut tx, service, &found.submit().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    service
}
