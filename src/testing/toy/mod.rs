//! A kind of business that exists in tests only: the proof that a new one is a folder, a migration and a line in the registry. It books without a job,
//! with two jobs one after the other, with a crew of three, and by seats on a published trip.

mod access;
mod background;
mod code;
mod demo;
mod early;
mod ends;
mod fees;
mod hand_over;
mod holds;
mod homes;
mod joining;
mod legs;
mod many;
mod matrix;
mod office;
mod phone;
mod picker;
mod prices;
mod pricing;
mod privacy;
mod progress;
mod reached;
mod rules;
mod settings;
mod shared_pages;
mod sharing;
mod stays;
mod tests;
mod trips;
mod visits;
mod watching;

use std::collections::HashMap;

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use engine::{Amount, BasisPoints, Id, Line, LineKind, PlatformFee, Quote, QuoteError, Unit};
use leptos::{
    prelude::{AnyView, ViewFnOnce},
    server_fn::ServerFn,
};
use serde_json::json;
use sqlx::PgConnection;

use self::pricing::Size;
use crate::{
    bookings::{
        Booking, EventKind, JobNews, Phase,
        quotes::{QuoteState, StoredQuote},
    },
    calendar::{self, Extension, Holder},
    catalog::{
        self, PricedService, Service,
        store::{NewService, ServiceDetails},
    },
    db::Tx,
    dispatch::{self, Dispatching, Job, JobState, NewJob},
    error::{AppError, FieldErrors, OrInternal},
    fulfilment::{self, make::Details, progress_view::ProgressView},
    privacy::map::{Fate, Held, OF_BOOKINGS, held},
    providers::{Provider, store::Reputation},
    secrets::rotation::{SealedColumn, sealed},
    seeds::{BookingRow, DeedRow, History, WorkRow},
    server::{Access, Answer, App, Ctx, Page, Route, Visit, page::page},
    tasks::Registry,
    tenants::Tenant,
    testing::{access::Lines, place},
    ui::{FormState, Glyph},
    verticals::{
        About, Fact, FeeWords, FinishPart, JobSeen, Joining, Kind, Landing, Milestone, NavEntry, NavSide, PriceLine,
        ProgressStep, Seen, SettingsPart, Side, Situation, Told, Vertical, Words,
        office::{OfficeCall, OfficeOrder, Saved},
    },
    words::{Language, Phrase},
};

/// Creates its tables, as its migration would.
pub const MIGRATION: &str = include_str!("migration.sql");

engine::codes! {
    /// What a booking needs.
    pub enum Shape ("shape") {
        /// Time, and nobody who comes.
        Stay = "stay",
        /// Fetched, and brought back two hours later.
        Legs = "legs",
        /// Three people who carry it.
        Crew = "crew",
        /// A seat on a published trip at that time.
        Seat = "seat",
    }
}

impl Details for Shape {
    async fn insert(&self, tx: &mut Tx, _tenant: &Tenant, booking: &Booking) -> Result<(), AppError> {
        sqlx::query("insert into toy_bookings (booking_id, shape) values ($1, $2)")
            .bind(booking.id)
            .bind(*self)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}

/// The service whose customers pay a fee to the platform, on top of its price.
pub const WITH_FEE: &str = "drone";

/// What a player's wish is encrypted for.
const WISH: &str = "toy-wish";

/// The service of whose price the platform keeps a part.
pub const WITH_FEE_WITHIN: &str = "robot";

/// What a published trip is opened as.
const TRIP: &str = "trip";

pub struct Toy;

impl Kind for Toy {
    const WORDS: Words = Words {
        label: phrase!("toy-toys"),
        glyph: Glyph::Wrench,
        provider: Glyph::Wrench,
        subject: Glyph::Wrench,
        begin: phrase!("toy-play"),
        begin_another: phrase!("toy-play-again"),
        told: Told {
            steps: &[
                ProgressStep::since(Milestone::Booked, phrase!("toy-booked")),
                ProgressStep::since(Milestone::OnTheWay, phrase!("toy-ready")),
                ProgressStep::since(Milestone::Begun, phrase!("toy-playing")),
                ProgressStep::since(Milestone::Done, phrase!("toy-done")),
            ],
            provider: phrase!("toy-somebody"),
            provider_within: phrase!("toy-whoever-comes"),
            searching: (phrase!("toy-looking-for-somebody"), phrase!("toy-you-see-here-who-comes")),
            assigned_later: phrase!("toy-we-look-for-somebody-before", time),
            on_the_way: phrase!("toy-get-ready"),
            arrived: phrase!("toy-let-them-in"),
            done: phrase!("toy-thanks-for-playing"),
            missed: phrase!("toy-nobody-was-there"),
            searching_again: phrase!("toy-we-look-again"),
            cancelled_by_provider: phrase!("toy-it-was-given-up"),
            on_the_map: phrase!("toy-is-here", name),
            destination: phrase!("toy-where-it-goes"),
            to_the_destination: phrase!("toy-it-goes-there"),
            below_the_most: phrase!("toy-you-pay-what-it-takes-up", most),
        },
        fees: FeeWords {
            nobody_yet: phrase!("toy-cancelling-is-free"),
            assigned: phrase!("toy-cancelling-is-free"),
            arrived: phrase!("toy-cancelling-is-free"),
            late: phrase!("toy-cancelling-is-free"),
            line_assigned: phrase!("toy-cancelled"),
            line_arrived: phrase!("toy-cancelled"),
            changed: phrase!("toy-the-fee-has-changed"),
        },
    };

    const PRICE_LINES: &'static [PriceLine] = &[
        PriceLine::required(LineKind::Service, Unit::Hour, phrase!("toy-per-hour"), Amount(1_000_000)),
        PriceLine::required(LineKind::Service, Unit::Day, phrase!("toy-per-day"), Amount(1_000_000)).optional(),
        PriceLine::required(LineKind::Service, Unit::Seat, phrase!("toy-per-seat"), Amount(1_000_000)).optional(),
        PriceLine::required(LineKind::Concierge, Unit::Job, phrase!("toy-delivery"), Amount(1_000_000))
            .optional()
            .by_class(&[(Size::Small.as_str(), phrase!("toy-small")), (Size::Large.as_str(), phrase!("toy-large"))]),
        PriceLine::required(LineKind::Extension, Unit::Person, phrase!("toy-per-player"), Amount(1_000_000))
            .optional()
            .by_number(),
    ];

    const TABLES: &'static [(&'static str, Phrase)] =
        &[("toy_bookings", phrase!("toy-toy")), ("toy_players", phrase!("toy-player"))];

    const HELD: &'static [Held] =
        &[held("players", "toy_players", OF_BOOKINGS, Fate::Emptied("nickname = 'Erased person', sealed_wish = null"))
            .with_changes()];

    const PERSONAL: &'static [&'static str] = &["nickname", "sealed_wish"];

    const SEALED: &'static [SealedColumn] = &[sealed("toy_players", "id", "sealed_wish", WISH)];

    const IDENTIFIERS: Option<&'static str> = Some(
        "select 'name', p.nickname from toy_players p join bookings b on (b.tenant_id, b.id) = (p.tenant_id, p.booking_id)
         where b.tenant_id = app.current_tenant() and b.customer_id = any($1)",
    );

    const RULES: &'static [&'static str] = background::RULES;

    const NAV: &'static [NavEntry] =
        &[NavEntry { side: NavSide::Staff, label: phrase!("toy-shelf"), href: "/toys", glyph: Glyph::Wrench }];

    const BEGINS_AT: &'static str = "/toys";

    const PUBLISHES_JOBS: bool = true;

    const LISTED: &'static [&'static str] = &["/toys"];

    const HAS_DUTY: bool = false;

    const CANCELS_BY_TIME: bool = true;

    /// Not in the delivery.
    const JOBS_SHARE_IN: Option<&'static [LineKind]> = Some(&[LineKind::Service, LineKind::Extension]);

    const HAS_PANELS: bool = true;

    const HAS_STAGES: bool = true;

    const TOPICS: &'static [&'static str] = &["trip"];

    const REFUSES_STEPS: bool = true;

    const JOB_NAMES: &'static [(&'static str, Phrase)] = &[(TRIP, phrase!("toy-trip-to-the-park"))];

    const JOINING: &'static [Joining] = &[Joining::Home];

    const SETTINGS: Option<SettingsPart> =
        Some(SettingsPart { action: settings::ToyEditRules::PATH, section: settings::section });

    const PAPERS: &'static [Phrase] = &[phrase!("toy-toy-licence")];

    fn catalogues(language: Language) -> &'static [&'static str] {
        match language {
            Language::English => &[include_str!("words.ftl")],
        }
    }

    fn starter_catalog() -> Vec<NewService> {
        vec![NewService {
            slug: "kite".to_owned(),
            vertical: Vertical::Toy,
            category: "toys".to_owned(),
            details: ServiceDetails {
                name: t!("toy-kite").to_owned(),
                description: t!("toy-it-flies").to_owned(),
                expected_minutes: 60,
            },
            icon: "wrench".to_owned(),
            options: json!({}),
            position: 1,
            provider: None,
        }]
    }

    fn platform_fee(_tenant: &Tenant, service: &Service) -> Option<PlatformFee> {
        let rate = BasisPoints::percent(10).ok()?;
        let takes = [WITH_FEE, WITH_FEE_WITHIN].contains(&service.slug.as_str());
        takes.then_some(PlatformFee { rate, on_top: service.slug == WITH_FEE })
    }

    fn routes() -> Vec<Route> {
        vec![page("/toys", Access::Anyone, toys), page("/toys/place", Access::Anyone, picker::place)]
    }

    fn background(registry: Registry<App>) -> Registry<App> {
        background::register(registry)
    }

    fn office_fields(_call: &OfficeCall<'_>, form: &FormState, _saved: &[Saved]) -> AnyView {
        office::fields(form)
    }

    fn office_price(call: &OfficeCall<'_>) -> Result<Quote, QuoteError> {
        office::price(call)
    }

    fn read_office(call: &OfficeCall<'_>) -> Result<OfficeOrder<impl Details + Send>, FieldErrors> {
        office::read(call)
    }

    fn access() -> Lines {
        access::lines()
    }

    fn landing(_tenant: &Tenant, _reputation: &Reputation) -> Landing {
        Landing {
            lead: "Toys by the hour.",
            on_duty: None,
            prices: "By the hour.",
            steps: Vec::new(),
            area: "Everywhere.",
            questions: Vec::new(),
        }
    }

    async fn booking_form(visit: Visit, service: PricedService) -> Result<Answer, AppError> {
        let price = Self::least_price(&visit.ctx.tenant, &service);
        Page::new("Toy", move || price).answer()
    }

    async fn review(visit: Visit, service: PricedService) -> Result<Answer, AppError> {
        Self::booking_form(visit, service).await
    }

    async fn jobs(tx: &mut Tx, _tenant: &Tenant, booking: &Booking) -> Result<Vec<NewJob>, AppError> {
        let starts_at = booking.scheduled_at.unwrap_or(tx.now);
        Ok(match shapes(tx, &[booking.id]).await?.get(&booking.id) {
            Some(Shape::Legs) => {
                vec![
                    leg(booking, hand_over::PICKUP, starts_at),
                    leg(booking, hand_over::RETURN, starts_at + TimeDelta::hours(2)),
                ]
            }
            Some(Shape::Crew) => vec![NewJob { staff_needed: 3, ..leg(booking, "carry", starts_at) }],
            Some(Shape::Stay | Shape::Seat) | None => Vec::new(),
        })
    }

    /// Who booked a seat joins the trip of that time, also after a move. A stay is paid when it begins, and is missed if it doesn't; after it the
    /// batteries are charged.
    async fn followed(tx: &mut Tx, tenant: &Tenant, booking: &Booking, what: EventKind) -> Result<(), AppError> {
        sqlx::query(
            "update toy_bookings set heard = concat_ws(' ', nullif(heard, ''), $2 || '/' || $3)
             where tenant_id = app.current_tenant() and booking_id = $1",
        )
        .bind(booking.id)
        .bind(what)
        .bind(booking.phase)
        .execute(&mut **tx)
        .await?;
        let shape = shapes(tx, &[booking.id]).await?.get(&booking.id).copied();
        if shape == Some(Shape::Stay) {
            background::keep_begin_by(tx, tenant, booking).await?;
        }
        match (what, shape) {
            (EventKind::Started, Some(Shape::Stay)) => fulfilment::charge_due(tx, booking, None).await,
            (EventKind::Completed, Some(Shape::Stay)) => background::enqueue_recharge(tx, booking).await,
            (EventKind::Booked | EventKind::Approved | EventKind::Moved, Some(Shape::Seat))
                if booking.phase != Phase::Pending =>
            {
                join_trip(tx, booking).await
            }
            _ => Ok(()),
        }
    }

    /// An hour more needs the toy for an hour more.
    async fn answered(
        tx: &mut Tx,
        _tenant: &Tenant,
        booking: &Booking,
        _quote: Id<StoredQuote>,
        answer: QuoteState,
    ) -> Result<(), AppError> {
        let Some(until) = booking.scheduled_at.filter(|_| answer == QuoteState::Approved) else { return Ok(()) };
        let until = until + TimeDelta::hours(2);
        match calendar::extend(tx, Holder::Booking(booking.id), until).await? {
            Extension::Extended => Ok(()),
            Extension::FreeUntil(_) => Err(AppError::conflict(t!("toy-somebody-else-has-it-then"))),
        }
    }

    /// Whose toy it is earns with a stay.
    async fn earns_without_job(
        tx: &mut Tx,
        booking: &Booking,
        price: &Quote,
    ) -> Result<Vec<(Id<Provider>, Amount)>, AppError> {
        let service = catalog::store::find(tx, booking.service_id).await?;
        Ok(service
            .and_then(|found| found.service.provider_id)
            .map(|owner| (owner, price.shared()))
            .into_iter()
            .collect())
    }

    /// A glider is lent to the right person only.
    async fn asks_code(tx: &mut Tx, booking: &Booking) -> Result<bool, AppError> {
        let service = catalog::store::find(tx, booking.service_id).await?;
        Ok(service.is_some_and(|found| found.service.slug == "glider"))
    }

    /// A toy is fetched once it is handed over, and its return ends once it is handed back.
    async fn may_step(
        tx: &mut Tx,
        _tenant: &Tenant,
        job: &Job,
        booking: &Booking,
        to: JobState,
    ) -> Result<(), AppError> {
        if hand_over::is_missing(tx, job, booking, to).await? {
            return Err(AppError::conflict(t!("toy-record-the-hand-over-first")));
        }
        Ok(())
    }

    async fn finish(
        tx: &mut Tx,
        _tenant: &Tenant,
        job: &Job,
        booking: &Booking,
        _approved: &Quote,
    ) -> Result<Option<FinishPart>, AppError> {
        ends::report(tx, job, booking).await
    }

    /// On the way back they set out elsewhere, where the customer isn't.
    fn tells(job: &Job, news: JobNews) -> bool {
        job.kind != hand_over::RETURN || news == JobNews::Taken
    }

    async fn panels(tx: &mut Tx, seen: &Seen<'_>) -> Result<Vec<ViewFnOnce>, AppError> {
        let side = match seen.side {
            Side::Customer(_) => "customer",
            Side::Provider(..) => "provider",
            Side::Staff(_) => "staff",
        };
        let subject = seen.about.subject.clone();
        let mut panels: Vec<ViewFnOnce> = vec![(move || format!("{subject} for the {side}")).into()];
        if let Side::Provider(_, job) = seen.side {
            panels.extend(hand_over::panel(tx, job, seen.booking).await?);
        }
        Ok(panels)
    }

    async fn job_panels(tx: &mut Tx, seen: &JobSeen<'_>) -> Result<Vec<ViewFnOnce>, AppError> {
        if seen.job.kind != TRIP {
            return Ok(Vec::new());
        }
        let aboard = dispatch::store::jobs::bookings_of(tx, seen.job.id).await?.len();
        Ok(vec![(move || format!("Trip with {aboard} aboard")).into()])
    }

    /// The fare of a trip that goes empty.
    async fn job_pay(_tx: &mut Tx, job: &Job) -> Result<Option<Quote>, AppError> {
        let fare = || Quote::fixed(vec![Line::single(LineKind::Service, "Fare", Amount(5_000))]).or_internal();
        (job.kind == TRIP).then(fare).transpose()
    }

    fn standing(at: &Situation<'_>) -> Option<ProgressView> {
        progress::standing(at)
    }

    async fn watchable(ctx: &Ctx, tx: &mut Tx, name: &str) -> Result<String, AppError> {
        watching::watchable(ctx, tx, name).await
    }

    async fn may_move(_tx: &mut Tx, tenant: &Tenant, _booking: &Booking, to: DateTime<Utc>) -> Result<(), AppError> {
        if tenant.zone.local(to).weekday() == Weekday::Sun {
            return Err(AppError::conflict(t!("toy-nobody-plays-on-sundays")));
        }
        Ok(())
    }

    async fn furnish(history: &mut History<'_>) -> anyhow::Result<()> {
        demo::furnish(history).await
    }

    async fn play_booking(history: &mut History<'_>, row: &BookingRow) -> anyhow::Result<Booking> {
        demo::play_booking(history, row).await
    }

    async fn play_deed(history: &mut History<'_>, row: &DeedRow, booking: &Booking) -> anyhow::Result<()> {
        demo::play_deed(history, row, booking).await
    }

    async fn play_step(
        history: &mut History<'_>,
        _row: &WorkRow,
        provider: Id<Provider>,
        job: &Job,
        to: JobState,
    ) -> anyhow::Result<()> {
        demo::play_step(history, provider, job, to).await
    }

    async fn play_end(
        history: &mut History<'_>,
        _row: &WorkRow,
        provider: Id<Provider>,
        job: &Job,
    ) -> anyhow::Result<()> {
        demo::play_end(history, provider, job).await
    }

    async fn about(
        db: &mut PgConnection,
        _tenant: &Tenant,
        bookings: &[Id<Booking>],
    ) -> Result<HashMap<Id<Booking>, About>, AppError> {
        let found = shapes(db, bookings).await?;
        let handed_over = progress::handed_over(db, bookings).await?;
        let about = |booking: Id<Booking>, shape: Shape| About {
            subject: format!("Toy {shape}"),
            facts: vec![Fact::new("Shape", shape.as_str())],
            stage: handed_over.contains(&booking).then(|| t!("toy-with-the-player")),
        };
        Ok(found.into_iter().map(|(booking, shape)| (booking, about(booking, shape))).collect())
    }
}

/// A job of half an hour at the booking's place.
fn leg(booking: &Booking, kind: &str, at: DateTime<Utc>) -> NewJob {
    NewJob {
        bookings: vec![booking.id],
        vertical: Vertical::Toy,
        kind: kind.to_owned(),
        address: booking.address.clone(),
        point: booking.point,
        destination: None,
        window_start: at,
        window_end: at + TimeDelta::minutes(30),
        expected_minutes: 30,
        skills: Vec::new(),
        staff_needed: 1,
        dispatching: Dispatching::Now,
    }
}

/// A trip from the park, whose driver staff choose.
fn new_trip(at: DateTime<Utc>) -> NewJob {
    NewJob {
        bookings: Vec::new(),
        vertical: Vertical::Toy,
        kind: TRIP.into(),
        address: "Piedmont Park".into(),
        point: Some(place()),
        destination: None,
        window_start: at,
        window_end: at + TimeDelta::minutes(30),
        expected_minutes: 60,
        skills: Vec::new(),
        staff_needed: 1,
        dispatching: Dispatching::ByHand,
    }
}

async fn join_trip(tx: &mut Tx, booking: &Booking) -> Result<(), AppError> {
    let trip: Id<Job> = sqlx::query_scalar("select id from jobs where tenant_id = app.current_tenant() and is_published and window_start = $1 and ended_at is null")
        .bind(booking.scheduled_at)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or_else(|| AppError::conflict(t!("toy-no-trip-goes-then")))?;
    dispatch::join(tx, trip, booking).await?;
    watching::tell_of_trip(tx, trip).await
}

async fn shapes(db: &mut PgConnection, bookings: &[Id<Booking>]) -> Result<HashMap<Id<Booking>, Shape>, AppError> {
    let rows: Vec<(Id<Booking>, Shape)> = sqlx::query_as(
        "select booking_id, shape from toy_bookings where tenant_id = app.current_tenant() and booking_id = any($1)",
    )
    .bind(bookings)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().collect())
}

/// `/toys`: a page of its own.
async fn toys(_visit: Visit) -> Result<Answer, AppError> {
    Page::new("Toys", || "Toys").answer()
}
