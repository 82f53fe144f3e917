//! What roadside assistance says about itself.

use std::collections::HashMap;

use engine::{Amount, BasisPoints, CancellationFees, Commission, Id, LineKind, Quote, QuoteError, quote::Unit};
use leptos::{prelude::AnyView, server_fn::ServerFn};
use sqlx::PgConnection;

use super::{Rules, actions::FinishJob, finish, make, office, pages, settings, starter, store};
use crate::{
    bookings::Booking,
    catalog::{PricedService, Service, store::NewService},
    customers::Customer,
    db::Tx,
    dispatch::NewJob,
    error::{AppError, FieldErrors},
    fulfilment::make::Details,
    privacy::map::{Fate, Held, OF_BOOKINGS, held},
    providers::store::Reputation,
    server::{Answer, Visit},
    tenants::Tenant,
    ui::{FormState, Glyph},
    verticals::{
        About, FeeWords, FinishPart, Joining, Landing, LandingStep, PriceLine, SettingsPart, Told, Words,
        kind::Kind,
        office::{OfficeCall, OfficeOrder, OfficePlace, Saved},
    },
};

/// A new technician's share of the price, until an administrator changes it.
const FIRST_COMMISSION: BasisPoints = match BasisPoints::percent(70) {
    Ok(share) => share,
    Err(_) => panic!("70 is a percentage"),
};

pub struct Roadside;

impl Kind for Roadside {
    const WORDS: Words = Words {
        label: "Roadside assistance",
        glyph: Glyph::Truck,
        subject: Glyph::Car,
        begin: "Get help now",
        begin_another: "Book help",
        told: Told {
            steps: ["Booked", "On the way", "Arrived", "Done"],
            provider: "Your technician",
            provider_within: "your technician",
            searching: (
                "Finding someone near you",
                "We're asking the nearest technicians, one at a time. You'll see here who accepts.",
            ),
            assigned_later: "We assign your technician about {time} before.",
            on_the_way: "Stay somewhere safe, away from traffic.",
            arrived: "Look out for the vehicle below.",
            done: "Thanks for booking with us. Drive safely.",
            missed: "Your technician came and found no one there. Call us if you still need help.",
            searching_again: "We're asking technicians again.",
            cancelled_by_provider: "The technician cancelled",
            on_the_map: "The truck shows where {name} is now. The dotted line isn't the route.",
            below_the_most: "You pay for actual miles, up to {most} unless you approve more.",
        },
        fees: FeeWords {
            nobody_yet: "No one is on the way yet, so cancelling is free.",
            assigned: "A technician turned down other work to come to you, so there's a dispatch fee.",
            arrived: "Your technician is already there, so there's a fee for the drive.",
            late: "Your technician is later than we promised, so cancelling is free.",
            line_assigned: "Cancelled after a technician was assigned",
            line_arrived: "Cancelled after the technician arrived",
            changed: "Your technician is further along now, so the fee has changed. Please check it again.",
        },
    };

    const RENAMED: &'static [(&'static str, &'static str)] = &[
        ("start_roadside_booking", "roadside_start_booking"),
        ("choose_roadside_places", "roadside_choose_places"),
        ("confirm_roadside_booking", "roadside_confirm_booking"),
        ("finish_job", "roadside_finish_job"),
    ];

    const GOES_ON: &'static [&'static str] = &["roadside_finish_job"];

    const PRICE_LINES: &'static [PriceLine] = &[
        PriceLine::required(LineKind::Service, Unit::Job, "Price", Amount(1_000_000_000)),
        PriceLine::required(LineKind::Mileage, Unit::Mile, "Per mile", Amount(1_000_000)).optional(),
    ];

    const DESTINATION: Option<&'static str> = Some("It takes the vehicle somewhere, like a tow");

    const TABLES: &'static [(&'static str, &'static str)] = &[("roadside_bookings", "Roadside details")];

    const HELD: &'static [Held] = &[held(
        "roadside_details",
        "roadside_bookings",
        OF_BOOKINGS,
        Fate::Emptied(
            "vehicle_plate = null, destination_address = null, destination_latitude = null, destination_longitude = null",
        ),
    )];

    const IDENTIFIERS: Option<&'static str> = Some(
        "select 'plate', r.vehicle_plate
         from roadside_bookings r join bookings b on (b.tenant_id, b.id) = (r.tenant_id, r.booking_id)
         where b.tenant_id = app.current_tenant() and b.customer_id = any($1) and r.vehicle_plate is not null",
    );

    const RULES: &'static [&'static str] = &["dispatch_fee", "dry_run_fee", "unknown_miles_ceiling"];

    const SETTINGS: Option<SettingsPart> =
        Some(SettingsPart { action: settings::EditRules::PATH, section: settings::section });

    const FINISH: Option<FinishPart> =
        Some(FinishPart { action: FinishJob::PATH, needs_report: finish::needs_report, fields: finish::fields });

    const JOINING: &'static [Joining] = &[Joining::Skills, Joining::Home, Joining::Vehicle];

    fn first_commission() -> Commission {
        Commission::Percentage(FIRST_COMMISSION)
    }

    fn cancellation_fees(tenant: &Tenant) -> CancellationFees {
        Rules::of(tenant).cancellation_fees()
    }

    fn starter_catalog() -> Vec<NewService> {
        starter::catalog()
    }

    fn landing(tenant: &Tenant, reputation: &Reputation) -> Landing {
        Landing {
            lead: "Book in about a minute. See the full price before you confirm, and track your technician live, no login needed.",
            on_duty: match reputation.on_duty {
                0 => None,
                1 => Some("1 technician on duty now".to_owned()),
                many => Some(format!("{many} technicians on duty now")),
            },
            prices: "One flat price, call-out included. Towing adds a per-mile charge.",
            steps: steps(tenant),
            area: "Just outside? Call us and we'll tell you right away if we can come.",
            questions: questions(tenant),
        }
    }

    /// "from $125.00" if miles are added: short enough for a card on a phone.
    fn least_price(tenant: &Tenant, offered: &PricedService) -> String {
        let Some(base) = offered.prices.of(LineKind::Service, Unit::Job) else { return String::new() };
        let base = tenant.money(base);
        if offered.service.asks_destination { format!("from {base}") } else { base.to_string() }
    }

    async fn booking_form(visit: Visit, service: PricedService) -> Result<Answer, AppError> {
        pages::booking_form(visit, service).await
    }

    async fn review(visit: Visit, service: PricedService) -> Result<Answer, AppError> {
        pages::review(visit, service).await
    }

    async fn jobs(tx: &mut Tx, _tenant: &Tenant, booking: &Booking) -> Result<Vec<NewJob>, AppError> {
        make::jobs(tx, booking).await
    }

    fn office_places(service: &Service) -> &'static [OfficePlace] {
        office::places(service)
    }

    fn office_fields(_call: &OfficeCall<'_>, form: &FormState, saved: &[Saved]) -> AnyView {
        office::fields(form, saved)
    }

    async fn saved_of(db: &mut PgConnection, customer: Id<Customer>) -> Result<Vec<Saved>, AppError> {
        office::saved_of(db, customer).await
    }

    fn office_price(call: &OfficeCall<'_>) -> Result<Quote, QuoteError> {
        office::price(call)
    }

    fn read_office(call: &OfficeCall<'_>) -> Result<OfficeOrder<impl Details + Send>, FieldErrors> {
        office::read(call)
    }

    async fn about(
        db: &mut PgConnection,
        tenant: &Tenant,
        bookings: &[Id<Booking>],
    ) -> Result<HashMap<Id<Booking>, About>, AppError> {
        let found = store::find_all(db, bookings).await?;
        Ok(found.into_iter().map(|(booking, details)| (booking, details.about(tenant))).collect())
    }
}

fn steps(tenant: &Tenant) -> Vec<LandingStep> {
    let places = format!(
        "Use your phone's location, drop a pin on the map, or type an address, place or {}.",
        tenant.postcode()
    );
    vec![
        LandingStep { glyph: Glyph::MapPin, title: "1. Tell us where you are", text: places },
        LandingStep {
            glyph: Glyph::Receipt,
            title: "2. See the price and confirm",
            text: "Every charge and the most you could pay. We send no one until you confirm.".to_owned(),
        },
        LandingStep {
            glyph: Glyph::Truck,
            title: "3. Track your technician",
            text: "We ask the nearest qualified technician first. You see who's coming, in what vehicle and when. Pay when the work is done.".to_owned(),
        },
    ]
}

fn questions(tenant: &Tenant) -> Vec<(&'static str, String)> {
    let money = |minor: i64| tenant.money(Amount(minor)).to_string();
    let rules = Rules::of(tenant);
    vec![
        (
            "Is the price I see the price I pay?",
            "Yes. Towing is priced by the mile: you approve a maximum and pay for actual miles, never more than that."
                .to_owned(),
        ),
        (
            "What does cancelling cost?",
            format!(
                "Nothing until a technician takes the job. After that {}, and {} once they have arrived. It's free if we're later than promised. You see the fee before you cancel.",
                money(rules.dispatch_fee),
                money(rules.dry_run_fee)
            ),
        ),
        (
            "What if I don't know where I am?",
            "Write what you see: an exit, a mile marker, a store. If we can't find it on the map, we'll call you."
                .to_owned(),
        ),
    ]
}
