use std::collections::{BTreeMap, HashMap};

use anyhow::{anyhow, bail};
use chrono::{DateTime, Utc};
use engine::{Amount, BasisPoints, CancellationFees, Commission, Id, Item, LineKind, PlatformFee, Quote, QuoteError};
use leptos::prelude::{AnyView, IntoAny, ViewFnOnce};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{
    About, FinishPart, JobSeen, Joining, Landing, NavEntry, PriceLine, Seen, SettingsPart, Situation, Sold, Words,
    office::{OfficeCall, OfficeOrder, OfficePlace, Saved},
};
use crate::{
    bookings::{
        Author, Booking, EventKind, JobNews, Phase,
        quotes::{QuoteState, StoredQuote},
    },
    catalog::{PricedService, Service, store::NewService},
    customers::Customer,
    db::Tx,
    dispatch::{Job, JobState, NewJob},
    error::{AppError, FieldErrors},
    fulfilment::{
        self, jobless,
        make::{Details, NoDetails},
        progress_view::ProgressView,
    },
    privacy::map::Held,
    providers::{Provider, store::Reputation},
    secrets::rotation::SealedColumn,
    seeds::{BookingRow, DeedRow, History, WorkRow},
    server::{Answer, App, Ctx, Route, Visit},
    tasks::Registry,
    tenants::Tenant,
    ui::FormState,
    words::{Language, Phrase},
};

#[cfg(test)]
use crate::testing::access::Lines;

/// What a kind of business says about itself. Everything but its words, its landing page and its booking has a default.
///
/// Only the registry calls it: features ask a [`Vertical`](super::Vertical). What a kind does to bookings goes the other way, by calling
/// `bookings`, `dispatch`, `fulfilment` and `calendar`.
pub(crate) trait Kind {
    const WORDS: Words;

    /// Its server functions that changed their name in the last release, `(old, new)`: pages opened before still call the old one.
    const RENAMED: &'static [(&'static str, &'static str)] = &[];

    /// Its server functions for work that is agreed already: they stay when the business switches the kind off.
    const GOES_ON: &'static [&'static str] = &[];

    /// The prices of its services.
    const PRICE_LINES: &'static [PriceLine];

    /// Its tables, in words, for the log of changes.
    const TABLES: &'static [(&'static str, Phrase)] = &[];

    /// The rows of its tables that are about a person. Its migration registers what their columns of text hold.
    const HELD: &'static [Held] = &[];

    /// Columns of its tables whose values are erased from the audit log together with the person.
    const PERSONAL: &'static [&'static str] = &[];

    /// Its columns of encrypted values, which an operator can re-encrypt with another key and which no export contains.
    const SEALED: &'static [SealedColumn] = &[];

    /// Its columns that count tenths of something, for the log of changes. No other table has a column of that name.
    const TENTHS: &'static [&'static str] = &[];

    /// Selects `kind, value` of the identifiers of a person in its tables; `$1` are their customers.
    const IDENTIFIERS: Option<&'static str> = None;

    /// The names of its rules among the tenant's settings, which no other kind and no other setting has.
    const RULES: &'static [&'static str] = &[];

    /// What its jobs without bookings are called, by the name it opens them with.
    const JOB_NAMES: &'static [(&'static str, Phrase)] = &[];

    /// Whether it adds cards to the pages of a booking.
    const HAS_PANELS: bool = false;

    /// Whether its bookings have stages of their own within a phase, so that lists ask [`about`](Self::about) for them.
    const HAS_STAGES: bool = false;

    /// With what the names of its live topics begin, up to a slash: `trip`. There are no others.
    const TOPICS: &'static [&'static str] = &[];

    /// Whether it may refuse steps of its jobs, so that the page of a job asks it first.
    const REFUSES_STEPS: bool = false;

    /// Its catalogues of sentences.
    fn catalogues(_language: Language) -> &'static [&'static str] {
        &[]
    }

    /// Its entries in the navigation.
    const NAV: &'static [NavEntry] = &[];

    /// The page where a booking begins.
    const BEGINS_AT: &'static str = "/book";

    /// Whether it publishes jobs that bookings join, so that staff have a list of them.
    const PUBLISHES_JOBS: bool = false;

    /// Its pages that search engines may list, besides those of its services.
    const LISTED: &'static [&'static str] = &[];

    /// Whether its providers go on and off duty, because work comes at any moment.
    const HAS_DUTY: bool = true;

    /// What a new provider is asked.
    const JOINING: &'static [Joining] = &[];

    /// The papers a provider needs, in words: "Driving licence".
    const PAPERS: &'static [Phrase] = &[];

    /// Its card among the settings.
    const SETTINGS: Option<SettingsPart> = None;

    /// The lines that those share in who do its jobs: a jockey in the bringing of the car, not in its repair. `None`: all but tax, tips and the platform's fee.
    const JOBS_SHARE_IN: Option<&'static [LineKind]> = None;

    /// Whether cancelling costs by the time that is left, by the rules of each service, instead of by how far the provider is.
    const CANCELS_BY_TIME: bool = false;

    /// The fees for cancelling, by how far the provider is; none unless it says so.
    fn cancellation_fees(_tenant: &Tenant) -> CancellationFees {
        CancellationFees { dispatch_fee: Amount::ZERO, dry_run_fee: Amount::ZERO }
    }

    /// What a new provider earns until an administrator changes it.
    fn first_commission() -> Commission {
        Commission::Percentage(BasisPoints::ONE_HUNDRED_PERCENT)
    }

    /// The services of a new business of this kind; it must set prices to offer them.
    fn starter_catalog() -> Vec<NewService> {
        Vec::new()
    }

    /// Its pages besides the booking form. Where the business doesn't offer the kind, they don't exist.
    fn routes() -> Vec<Route> {
        Vec::new()
    }

    /// Adds its tasks, deadlines and schedules; their names begin with its code.
    fn background(registry: Registry<App>) -> Registry<App> {
        registry
    }

    /// Who may use its pages and server functions.
    #[cfg(test)]
    fn access() -> Lines {
        Lines::default()
    }

    /// Its part of the landing page.
    fn landing(tenant: &Tenant, reputation: &Reputation) -> Landing;

    /// The price of a service for a card: "$100.00", "from $125.00". Empty without a price.
    fn least_price(tenant: &Tenant, offered: &PricedService) -> String {
        let needed = || Self::PRICE_LINES.iter().filter(|line| line.is_required && line.is_in(&offered.prices));
        let Some(line) = needed().next() else { return String::new() };
        let Some(least) = offered.prices.least(line.line, line.unit) else { return String::new() };
        let least = tenant.money(least);
        let count: usize = needed().map(|line| offered.prices.of_any(line.line, line.unit).count()).sum();
        if count > 1 { t!("verticals-from-price", price = least) } else { least.to_string() }
    }

    /// `/book/{service}`: the form that books a service.
    fn booking_form(visit: Visit, service: PricedService) -> impl Future<Output = Result<Answer, AppError>> + Send;

    /// `/book/{service}/review`: its price and the confirm button.
    fn review(visit: Visit, service: PricedService) -> impl Future<Output = Result<Answer, AppError>> + Send;

    /// The jobs of an agreed booking, in their order; none if nobody has to do anything for it.
    fn jobs(
        _tx: &mut Tx,
        _tenant: &Tenant,
        _booking: &Booking,
    ) -> impl Future<Output = Result<Vec<NewJob>, AppError>> + Send {
        async { Ok(Vec::new()) }
    }

    /// The places that staff are asked for besides the one where the work is.
    fn office_places(_service: &Service) -> &'static [OfficePlace] {
        &[]
    }

    /// Its own fields on the form by which staff make a booking; they are named by [`office::detail`](super::office::detail). The form's field `saved` takes
    /// the label of something saved instead.
    fn office_fields(_call: &OfficeCall<'_>, _form: &FormState, _saved: &[Saved]) -> AnyView {
        ().into_any()
    }

    /// What a customer had before, the newest first.
    fn saved_of(
        _db: &mut PgConnection,
        _customer: Id<Customer>,
    ) -> impl Future<Output = Result<Vec<Saved>, AppError>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Its own fields on the form of a service, named by [`detail`](super::office::detail). Nothing unless it has some.
    fn service_fields(_form: &FormState) -> Option<AnyView> {
        None
    }

    /// What it keeps of a service, as an object, from those fields. The names of errors are the fields'.
    fn read_service(_fields: &BTreeMap<String, String>) -> Result<Value, FieldErrors> {
        Ok(Value::Object(Map::new()))
    }

    /// How a provider's share depends on what is sold, like on the miles they drive. Asked where the share is a part of the price.
    fn pay_note(_sold: &[Sold]) -> Option<String> {
        None
    }

    /// What the platform takes of this service's prices: as a line on top, or out of the price, so that providers and the business share in the rest.
    /// Nothing unless it says so.
    fn platform_fee(_tenant: &Tenant, _service: &Service) -> Option<PlatformFee> {
        None
    }

    /// The price of what staff have typed so far: for what isn't known yet, as for a customer who doesn't know it. A kind whose prices depend on a class
    /// or a number computes it itself; for a number that has no price, [`read_office`](Self::read_office) says so beside its field.
    fn office_price(call: &OfficeCall<'_>) -> Result<Quote, QuoteError> {
        let mut needed = Self::PRICE_LINES.iter().filter(|line| line.is_required);
        let amount = needed.find_map(|line| call.prices.of(line.line, line.unit)).ok_or(QuoteError::NoPrice)?;
        let item = Item::job(LineKind::Service, call.service.name.as_str(), amount);
        call.service.vertical.price(call.tenant, call.service, &[item])
    }

    /// What its fields say of a booking; or errors by the names of its fields.
    fn read_office(_call: &OfficeCall<'_>) -> Result<OfficeOrder<impl Details + Send>, FieldErrors> {
        Ok(OfficeOrder::of(NoDetails))
    }

    /// Hears what happened to a booking, in the transaction in which it does: booked, approved, declined, moved, completed, cancelled, missed, and what its
    /// jobs report (taken, given back, nobody found, on the way, arrived, begun, reached, one done, called off). The booking is as it is then.
    fn followed(
        _tx: &mut Tx,
        _tenant: &Tenant,
        _booking: &Booking,
        _what: EventKind,
    ) -> impl Future<Output = Result<(), AppError>> + Send {
        async { Ok(()) }
    }

    /// Hears that a proposed price of a booking was approved, rejected, taken back (void) or not answered in time, in the transaction in which it is and
    /// before anything is charged. `Conflict` refuses an approval: what was asked for isn't there any more.
    fn answered(
        _tx: &mut Tx,
        _tenant: &Tenant,
        _booking: &Booking,
        _quote: Id<StoredQuote>,
        _answer: QuoteState,
    ) -> impl Future<Output = Result<(), AppError>> + Send {
        async { Ok(()) }
    }

    /// Whether a booking may move to this time; `Conflict` says why not. What the core knows is asked besides.
    fn may_move(
        _tx: &mut Tx,
        _tenant: &Tenant,
        _booking: &Booking,
        _to: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), AppError>> + Send {
        async { Ok(()) }
    }

    /// Whether a job of a booking may go this step: set out, arrive, begin the work, end. `Conflict` says what its provider has to tell first, on one of
    /// the kind's [panels](Self::panels). Asked in the transaction of the step, of each of the job's bookings that aren't over; and by the
    /// job's page, which shows it instead of the button.
    fn may_step(
        _tx: &mut Tx,
        _tenant: &Tenant,
        _job: &Job,
        _booking: &Booking,
        _to: JobState,
    ) -> impl Future<Output = Result<(), AppError>> + Send {
        async { Ok(()) }
    }

    /// What the form asks that ends a job of one booking, at the price approved so far; nothing unless it says so. The server function of the part ends the
    /// job by [`fulfilment::finish`].
    ///
    /// A job of several bookings has no such form: what concerns one of them is told on its panel, and [`may_step`](Self::may_step) refuses the end until
    /// then.
    fn finish(
        _tx: &mut Tx,
        _tenant: &Tenant,
        _job: &Job,
        _booking: &Booking,
        _approved: &Quote,
    ) -> impl Future<Output = Result<Option<FinishPart>, AppError>> + Send {
        async { Ok(None) }
    }

    /// Who earns with a price of a booking without doing a job for it, and with which part, before their commission: the host of a driveway, the owner of an
    /// activity. Those who do its jobs share in the rest. It is asked of what was charged once the work is done, of the fee of a cancelled booking, and
    /// of what is approved so far when a job is offered.
    fn earns_without_job(
        _tx: &mut Tx,
        _booking: &Booking,
        _price: &Quote,
    ) -> impl Future<Output = Result<Vec<(Id<Provider>, Amount)>, AppError>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Whether a provider begins a booking's work only with the code that its customer tells them.
    fn asks_code(_tx: &mut Tx, _booking: &Booking) -> impl Future<Output = Result<bool, AppError>> + Send {
        async { Ok(false) }
    }

    /// Whether the customer is told by a message that somebody has this job, is on the way or has arrived. Not if they aren't the one who waits there.
    fn tells(_job: &Job, _news: JobNews) -> bool {
        true
    }

    /// How a booking stands, in words for its customer; `None`: as the core says it.
    fn standing(_at: &Situation<'_>) -> Option<ProgressView> {
        None
    }

    /// The live topic under this name, if the user may watch it; else `NotFound`. A page watches the name after the kind's code and a slash; the kind
    /// publishes what this returns as [`Vertical::topic`](super::Vertical::topic) names it. Asked also where the kind is switched off: its bookings go on.
    fn watchable(_ctx: &Ctx, _tx: &mut Tx, _name: &str) -> impl Future<Output = Result<String, AppError>> + Send {
        async { Err(AppError::NotFound) }
    }

    /// What it adds to a booking's page for this side: cards, with buttons of its own.
    fn panels(_tx: &mut Tx, _seen: &Seen<'_>) -> impl Future<Output = Result<Vec<ViewFnOnce>, AppError>> + Send {
        async { Ok(Vec::new()) }
    }

    /// What it adds to a job's page, once for all of its bookings: cards, with buttons of its own.
    fn job_panels(_tx: &mut Tx, _seen: &JobSeen<'_>) -> impl Future<Output = Result<Vec<ViewFnOnce>, AppError>> + Send {
        async { Ok(Vec::new()) }
    }

    /// The price that whoever does a job without bookings shares in: the fare of a trip that goes empty. Nothing unless it says so.
    fn job_pay(_tx: &mut Tx, _job: &Job) -> impl Future<Output = Result<Option<Quote>, AppError>> + Send {
        async { Ok(None) }
    }

    /// Makes what the demo has before its bookings: things, calendars, published jobs, rules of services. Sets the times and people itself
    /// ([`History::turn_to`]).
    fn furnish(_history: &mut History<'_>) -> impl Future<Output = anyhow::Result<()>> + Send {
        async { Ok(()) }
    }

    /// Makes a booking of the demo, as its customer does.
    fn play_booking(
        _history: &mut History<'_>,
        row: &BookingRow,
    ) -> impl Future<Output = anyhow::Result<Booking>> + Send {
        let refused = anyhow!("{}: this kind of business has no demo", row.name);
        async { Err(refused) }
    }

    /// Lets a booking of the demo that nobody has a job for begin or end, or be missed.
    fn play_turn(
        history: &mut History<'_>,
        row: &BookingRow,
        booking: &Booking,
        to: Phase,
    ) -> impl Future<Output = anyhow::Result<()>> + Send {
        async move {
            let by = Author::staff(&history.dispatcher()?.name);
            let (tx, tenant) = (&mut history.tx, &history.tenant);
            match to {
                Phase::InProgress => jobless::begin(tx, tenant, booking, by).await?,
                Phase::Completed => jobless::complete(tx, tenant, booking, by).await?,
                Phase::NoShow => jobless::miss(tx, tenant, booking, by).await?,
                _ => bail!("{} doesn't turn {to} by itself", row.name),
            };
            Ok(())
        }
    }

    /// Does with a booking of the demo what only this kind of business knows, as whoever the row names.
    fn play_deed(
        _history: &mut History<'_>,
        row: &DeedRow,
        _booking: &Booking,
    ) -> impl Future<Output = anyhow::Result<()>> + Send {
        let refused = anyhow!("{}: nobody knows how to {}", row.booking, row.deed);
        async { Err(refused) }
    }

    /// Takes a step of a job of the demo before its end, as its provider does, with what they tell first.
    fn play_step(
        history: &mut History<'_>,
        _row: &WorkRow,
        provider: Id<Provider>,
        job: &Job,
        to: JobState,
    ) -> impl Future<Output = anyhow::Result<()>> + Send {
        async move { Ok(fulfilment::advance(&mut history.tx, &history.tenant, provider, job.id, to).await?) }
    }

    /// Ends a job of the demo, as its provider does, with what they report.
    fn play_end(
        history: &mut History<'_>,
        _row: &WorkRow,
        provider: Id<Provider>,
        job: &Job,
    ) -> impl Future<Output = anyhow::Result<()>> + Send {
        async move {
            fulfilment::finish(&mut history.tx, &history.tenant, provider, job.id, None).await?;
            Ok(())
        }
    }

    /// What these bookings are about, in one statement. Bookings of another kind are left out.
    fn about(
        db: &mut PgConnection,
        tenant: &Tenant,
        bookings: &[Id<Booking>],
    ) -> impl Future<Output = Result<HashMap<Id<Booking>, About>, AppError>> + Send;
}
