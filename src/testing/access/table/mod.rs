//! The lines of the table, one file per area of the product; those of a kind of business are in its folder.

mod back_office;
mod booking;
mod codes;
mod field;
mod identity;
mod money;
mod operators;
mod passkeys;
mod people;
mod privacy;
mod tenants;

use super::{ANYONE, CUSTOMER, Call, Function, PROVIDERS, PageLine, STAFF, page};
use crate::verticals::Vertical;

/// Every server function, in every way it can be used.
pub fn functions() -> Vec<Function> {
    let of_kinds = Vertical::ALL.iter().flat_map(|kind| kind.access().functions).collect();
    [
        back_office::functions(),
        booking::functions(),
        codes::functions(),
        field::functions(),
        identity::functions(),
        money::functions(),
        operators::functions(),
        people::functions(),
        privacy::functions(),
        passkeys::functions(),
        of_kinds,
        // Last, because prices follow the rules that it changes.
        tenants::functions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn pages() -> Vec<PageLine> {
    [
        back_office::pages(),
        booking::pages(),
        codes::pages(),
        field::pages(),
        identity::pages(),
        money::pages(),
        operators::pages(),
        people::pages(),
        privacy::pages(),
        tenants::pages(),
    ]
    .into_iter()
    .flatten()
    .chain(Vertical::ALL.iter().flat_map(|kind| kind.access().pages))
    .collect()
}

/// Every live topic, as [`crate::app::watchable_topic`] knows them.
pub fn topics() -> Vec<PageLine> {
    let of_kinds = Vertical::ALL.iter().flat_map(|kind| kind.access().topics);
    let of_the_core = vec![
        page("/live/board", STAFF, async |_, _| Call::to("/live/board")),
        page("/live/booking/{reference}", CUSTOMER, async |at, _| {
            Call::to(format!("/live/booking/{}", at.own_booking().await.reference))
        }),
        page("/live/provider", PROVIDERS, async |_, _| Call::to("/live/provider")),
        page("/live/track/{token}", ANYONE, async |at, _| {
            Call::to(format!("/live/track/{}", at.guest_booking().await.token))
        }),
    ];
    of_the_core.into_iter().chain(of_kinds).collect()
}

/// Routes of the router other than pages, server functions and live topics. They answer the same for everybody, and show nothing of a tenant.
/// `/metrics` requires its own token.
pub const FOR_EVERYBODY: [&str; 8] =
    ["/healthz", "/readyz", "/scripts/{version}", "/metrics", "/pkg", "/fonts", "/vendor", "/service-worker.js"];

/// Routes that dispatch to one of the tables above.
pub const TABLES: [&str; 2] = ["/api/{*endpoint}", "/live/{*topic}"];
