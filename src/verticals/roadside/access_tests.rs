//! Who may use the server functions of roadside assistance.

use crate::{
    customers::{self, Contact, vehicles, vehicles::Vehicle},
    dispatch::JobState,
    testing::access::{ADMINS, ANYONE, Business, CUSTOMER, Lines, PROVIDER, form, function},
};

/// How long the draft of a booking can be confirmed, in minutes.
const DRAFT: i64 = 6 * 60;

pub(super) fn lines() -> Lines {
    let functions = vec![
        function("roadside_choose_places", ANYONE, "form_drafts", async |at, _| {
            form!("draft" = at.draft().await, "address" = "none", "destination" = "none")
        })
        .elsewhere(409),
        function("roadside_confirm_booking", ANYONE, "bookings", async |at, _| {
            form!("draft" = at.draft().await, "total" = 11_000, "ceiling" = 11_000)
        })
        .elsewhere(409),
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
        function("roadside_finish_job", PROVIDER, "earnings", async |at, _| {
            let work = at.under_way(JobState::InProgress).await;
            form!("job" = work.job()).by(work.account.browser)
        }),
        function("roadside_edit_rules", ADMINS, "platform.tenants", async |_, _| {
            form!("dispatch_fee" = "35.00", "dry_run_fee" = "60.00", "unknown_miles_ceiling" = 25)
        })
        .names_nothing(),
    ];
    Lines {
        functions,
        lifetimes: &[("roadside_confirm_booking", DRAFT), ("roadside_choose_places", DRAFT)],
        done_for_a_customer: &[("roadside_start_booking", "they can't, and call")],
        ..Lines::default()
    }
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
