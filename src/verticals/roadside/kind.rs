//! What roadside assistance says about itself.

use std::collections::{BTreeMap, HashMap};

use engine::{Amount, BasisPoints, CancellationFees, Commission, Id, LineKind, Quote, QuoteError, quote::Unit};
use leptos::{prelude::AnyView, server_fn::ServerFn};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    Rules, demo,
    finish::{self, FinishJob},
    make, office, pages,
    service::{self, RoadsideService},
    settings, starter, store,
};
use crate::{
    bookings::Booking,
    catalog::{PricedService, Service, store::NewService},
    customers::Customer,
    db::Tx,
    dispatch::{Job, NewJob},
    error::{AppError, FieldErrors},
    fulfilment::make::Details,
    privacy::map::{Fate, Held, OF_BOOKINGS, held},
    providers::{Provider, store::Reputation},
    seeds::{BookingRow, History, WorkRow},
    server::{Answer, Visit},
    tenants::Tenant,
    ui::{FormState, Glyph},
    verticals::{
        About, FeeWords, FinishPart, Joining, Landing, LandingStep, Milestone, PriceLine, ProgressStep, SettingsPart,
        Sold, Told, Words,
        kind::Kind,
        office::{OfficeCall, OfficeOrder, OfficePlace, Saved},
    },
    words::{Language, Phrase, count},
};

#[cfg(test)]
use super::access_tests;
#[cfg(test)]
use crate::testing::access::Lines;

/// A new technician's share of the price, until an administrator changes it.
const FIRST_COMMISSION: BasisPoints = match BasisPoints::percent(70) {
    Ok(share) => share,
    Err(_) => panic!("70 is a percentage"),
};

pub struct Roadside;

impl Kind for Roadside {
    const WORDS: Words = Words {
        label: phrase!("roadside-roadside-assistance"),
        glyph: Glyph::Truck,
        provider: Glyph::Truck,
        subject: Glyph::Car,
        begin: phrase!("roadside-get-help-now"),
        begin_another: phrase!("roadside-book-help"),
        told: Told {
            steps: &[
                ProgressStep::since(Milestone::Booked, phrase!("roadside-booked")),
                ProgressStep::since(Milestone::OnTheWay, phrase!("roadside-on-the-way")),
                ProgressStep::since(Milestone::Begun, phrase!("roadside-arrived")),
                ProgressStep::since(Milestone::Done, phrase!("roadside-done")),
            ],
            provider: phrase!("roadside-your-technician"),
            provider_within: phrase!("roadside-your-technician-in-a-sentence"),
            searching: (
                phrase!("roadside-finding-someone-near-you"),
                phrase!("roadside-were-asking-the-nearest-technicians-one"),
            ),
            assigned_later: phrase!("roadside-we-assign-your-technician-about-before", time),
            on_the_way: phrase!("roadside-stay-somewhere-safe-away-from-traffic"),
            arrived: phrase!("roadside-look-out-for-the-vehicle-below"),
            done: phrase!("roadside-thanks-for-booking-with-us-drive"),
            missed: phrase!("roadside-your-technician-came-and-found-no"),
            searching_again: phrase!("roadside-were-asking-technicians-again"),
            cancelled_by_provider: phrase!("roadside-the-technician-cancelled"),
            on_the_map: phrase!("roadside-the-truck-shows-where-is-now", name),
            destination: phrase!("roadside-drop-off"),
            to_the_destination: phrase!("roadside-from-here-to-the-drop-off"),
            below_the_most: phrase!("roadside-you-pay-for-actual-miles-up", most),
        },
        fees: FeeWords {
            nobody_yet: phrase!("roadside-no-one-is-on-the-way"),
            assigned: phrase!("roadside-a-technician-turned-down-other-work"),
            arrived: phrase!("roadside-your-technician-is-already-there-so"),
            late: phrase!("roadside-your-technician-is-later-than-we"),
            line_assigned: phrase!("roadside-cancelled-after-a-technician-was-assigned"),
            line_arrived: phrase!("roadside-cancelled-after-the-technician-arrived"),
            changed: phrase!("roadside-your-technician-is-further-along-now"),
        },
    };

    const RENAMED: &'static [(&'static str, &'static str)] = &[
        ("start_roadside_booking", "roadside_start_booking"),
        ("choose_roadside_places", "roadside_choose_places"),
        ("confirm_roadside_booking", "roadside_confirm_booking"),
        ("finish_job", "roadside_finish_job"),
    ];

    const GOES_ON: &'static [&'static str] = &["roadside_finish_job"];

    fn catalogues(language: Language) -> &'static [&'static str] {
        match language {
            Language::English => &[include_str!("words/en.ftl"), include_str!("words/islands.en.ftl")],
        }
    }

    const PRICE_LINES: &'static [PriceLine] = &[
        PriceLine::required(LineKind::Service, Unit::Job, phrase!("roadside-price"), Amount(1_000_000_000)),
        PriceLine::required(LineKind::Mileage, Unit::Mile, phrase!("roadside-per-mile"), Amount(1_000_000)).optional(),
    ];

    const TABLES: &'static [(&'static str, Phrase)] = &[("roadside_bookings", phrase!("roadside-roadside-details"))];

    const HELD: &'static [Held] = &[held(
        "roadside_details",
        "roadside_bookings",
        OF_BOOKINGS,
        Fate::Emptied(
            "vehicle_plate = null, destination_address = null, destination_latitude = null, destination_longitude = null",
        ),
    )];

    const PERSONAL: &'static [&'static str] =
        &["vehicle_plate", "destination_address", "destination_latitude", "destination_longitude"];

    const TENTHS: &'static [&'static str] = &["estimated_miles", "actual_miles"];

    const IDENTIFIERS: Option<&'static str> = Some(
        "select 'plate', r.vehicle_plate
         from roadside_bookings r join bookings b on (b.tenant_id, b.id) = (r.tenant_id, r.booking_id)
         where b.tenant_id = app.current_tenant() and b.customer_id = any($1) and r.vehicle_plate is not null",
    );

    const RULES: &'static [&'static str] = &["dispatch_fee", "dry_run_fee", "unknown_miles_ceiling"];

    const SETTINGS: Option<SettingsPart> =
        Some(SettingsPart { action: settings::EditRules::PATH, section: settings::section });

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

    fn service_fields(form: &FormState) -> Option<AnyView> {
        Some(service::fields(form))
    }

    fn read_service(fields: &BTreeMap<String, String>) -> Result<Value, FieldErrors> {
        Ok(service::read(fields).options())
    }

    fn pay_note(sold: &[Sold]) -> Option<String> {
        let miles = sold.iter().find(|line| line.kind == LineKind::Mileage)?.quantity;
        Some(if miles.0 == 0 {
            t!("roadside-before-mileage-each-mile-you-drive").to_owned()
        } else {
            t!("roadside-based-on-miles-your-pay-goes", miles = miles)
        })
    }

    fn landing(tenant: &Tenant, reputation: &Reputation) -> Landing {
        Landing {
            lead: t!("roadside-book-in-about-a-minute-see"),
            on_duty: match reputation.on_duty {
                0 => None,
                some => Some(t!("roadside-technicians-on-duty-now", technicians = count(some))),
            },
            prices: t!("roadside-one-flat-price-call-out-included"),
            steps: steps(tenant),
            area: t!("roadside-just-outside-call-us-and-well"),
            questions: questions(tenant),
        }
    }

    /// "from $125.00" if miles are added: short enough for a card on a phone.
    fn least_price(tenant: &Tenant, offered: &PricedService) -> String {
        let Some(base) = offered.prices.of(LineKind::Service, Unit::Job) else { return String::new() };
        let base = tenant.money(base);
        if RoadsideService::of(&offered.service).asks_destination {
            t!("roadside-from-price", price = base)
        } else {
            base.to_string()
        }
    }

    #[cfg(test)]
    fn access() -> Lines {
        access_tests::lines()
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

    async fn play_booking(history: &mut History<'_>, row: &BookingRow) -> anyhow::Result<Booking> {
        demo::play_booking(history, row).await
    }

    async fn play_end(
        history: &mut History<'_>,
        row: &WorkRow,
        provider: Id<Provider>,
        job: &Job,
    ) -> anyhow::Result<()> {
        demo::play_end(history, row, provider, job.id).await
    }

    /// The miles driven, if they are charged.
    async fn finish(
        _tx: &mut Tx,
        _tenant: &Tenant,
        _job: &Job,
        _booking: &Booking,
        approved: &Quote,
    ) -> Result<Option<FinishPart>, AppError> {
        Ok(finish::needs_report(approved).then(|| FinishPart::new(FinishJob::PATH, finish::fields)))
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
    let places = t!("roadside-use-your-phones-location-drop-a", postcode = tenant.postcode());
    vec![
        LandingStep { glyph: Glyph::MapPin, title: t!("roadside-1-tell-us-where-you-are"), text: places },
        LandingStep {
            glyph: Glyph::Receipt,
            title: t!("roadside-2-see-the-price-and-confirm"),
            text: t!("roadside-every-charge-and-the-most-you").to_owned(),
        },
        LandingStep {
            glyph: Glyph::Truck,
            title: t!("roadside-3-track-your-technician"),
            text: t!("roadside-we-ask-the-nearest-qualified-technician").to_owned(),
        },
    ]
}

fn questions(tenant: &Tenant) -> Vec<(&'static str, String)> {
    let money = |minor: i64| tenant.money(Amount(minor)).to_string();
    let rules = Rules::of(tenant);
    vec![
        (t!("roadside-is-the-price-i-see-the"), t!("roadside-yes-towing-is-priced-by-the").to_owned()),
        (
            t!("roadside-what-does-cancelling-cost"),
            t!(
                "roadside-nothing-until-a-technician-takes-the",
                dispatch_fee = money(rules.dispatch_fee),
                dry_run_fee = money(rules.dry_run_fee)
            ),
        ),
        (t!("roadside-what-if-i-dont-know-where"), t!("roadside-write-what-you-see-an-exit").to_owned()),
    ]
}
