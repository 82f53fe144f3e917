use std::{
    collections::{BTreeMap, HashMap},
    fmt::Display,
    pin::Pin,
};

use chrono::{DateTime, Utc};
use engine::{Amount, CancellationFees, Commission, Id, Item, PlatformFee, Quote, QuoteError, quote::quote};
use leptos::prelude::{AnyView, ViewFnOnce};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    About, FinishPart, JobSeen, Joining, Landing, NavEntry, NavSide, PriceLine, Seen, SettingsPart, Situation, Sold,
    Vertical, Words,
    kind::Kind,
    office::{self, OfficeCall, OfficeOrder, OfficePlace, Saved, detail},
    roadside::Roadside,
    tax_label::tax_label,
};
use crate::{
    bookings::{
        Booking, EventKind, JobNews, Phase,
        quotes::{QuoteState, StoredQuote},
    },
    catalog::{PricedService, Service, Wanted, store::NewService},
    customers::Customer,
    db::Tx,
    dispatch::{Job, JobState, NewJob},
    error::{AppError, FieldErrors},
    fulfilment::{self, make::Order, progress_view::ProgressView},
    payouts::Parts,
    privacy::map::Held,
    providers::{Provider, store::Reputation},
    secrets::rotation::SealedColumn,
    seeds::{BookingRow, DeedRow, History, WorkRow},
    server::{Answer, App, Ctx, Route, Visit},
    tasks::Registry,
    tenants::Tenant,
    ui::{FormState, Glyph},
    words::{Language, Phrase},
};

#[cfg(test)]
use crate::testing::access::Lines;

/// Evaluates an expression with the type that speaks for a kind of business.
macro_rules! each {
    ($vertical:expr, $kind:ident => $body:expr) => {
        match $vertical {
            Vertical::Roadside => {
                type $kind = Roadside;
                $body
            }
            #[cfg(test)]
            Vertical::Toy => {
                type $kind = crate::testing::toy::Toy;
                $body
            }
        }
    };
}

impl Vertical {
    pub fn words(self) -> &'static Words {
        each!(self, K => const { &K::WORDS })
    }

    /// The prices of its services.
    pub fn price_lines(self) -> &'static [PriceLine] {
        each!(self, K => K::PRICE_LINES)
    }

    /// Whether its services have prices of a time, so that they can be booked for a shorter or a longer one.
    pub fn is_priced_by_time(self) -> bool {
        self.price_lines().iter().any(PriceLine::is_of_time)
    }

    /// Whether its services have prices of a number, so that they can be booked for fewer or for more.
    pub fn is_priced_by_number(self) -> bool {
        self.price_lines().iter().any(PriceLine::is_of_number)
    }

    /// Its tables, in words.
    pub fn tables(self) -> &'static [(&'static str, Phrase)] {
        each!(self, K => K::TABLES)
    }

    /// The rows of its tables that are about a person.
    pub fn held(self) -> &'static [Held] {
        each!(self, K => K::HELD)
    }

    /// Columns of its tables whose values are erased from the audit log together with the person.
    pub fn personal(self) -> &'static [&'static str] {
        each!(self, K => K::PERSONAL)
    }

    /// Its columns of encrypted values.
    pub fn sealed(self) -> &'static [SealedColumn] {
        each!(self, K => K::SEALED)
    }

    /// Its columns that count tenths.
    pub fn tenths(self) -> &'static [&'static str] {
        each!(self, K => K::TENTHS)
    }

    /// Selects the identifiers of a person in its tables.
    pub fn identifiers(self) -> Option<&'static str> {
        each!(self, K => K::IDENTIFIERS)
    }

    /// The names of its rules among the tenant's settings.
    pub fn rules(self) -> &'static [&'static str] {
        each!(self, K => K::RULES)
    }

    /// Whether its bookings have stages of their own within a phase.
    pub fn has_stages(self) -> bool {
        each!(self, K => K::HAS_STAGES)
    }

    /// Whether it may refuse steps of its jobs.
    pub fn refuses_steps(self) -> bool {
        each!(self, K => K::REFUSES_STEPS)
    }

    /// Whether it adds cards to the pages of a booking.
    pub fn has_panels(self) -> bool {
        each!(self, K => K::HAS_PANELS)
    }

    /// Its catalogues of sentences.
    pub fn catalogues(self, language: Language) -> &'static [&'static str] {
        each!(self, K => K::catalogues(language))
    }

    /// Its entries in the navigation of one side.
    pub fn nav(self, side: NavSide) -> impl Iterator<Item = NavEntry> {
        each!(self, K => K::NAV).iter().copied().filter(move |entry| entry.side == side)
    }

    /// The page where a booking begins.
    pub fn begins_at(self) -> &'static str {
        each!(self, K => K::BEGINS_AT)
    }

    /// Whether it publishes jobs that bookings join.
    pub fn publishes_jobs(self) -> bool {
        each!(self, K => K::PUBLISHES_JOBS)
    }

    /// Its pages that search engines may list, besides those of its services.
    pub fn listed(self) -> &'static [&'static str] {
        each!(self, K => K::LISTED)
    }

    /// Whether its providers go on and off duty.
    pub fn has_duty(self) -> bool {
        each!(self, K => K::HAS_DUTY)
    }

    /// What a new provider is asked.
    pub fn joining(self) -> &'static [Joining] {
        each!(self, K => K::JOINING)
    }

    /// The papers a provider needs, in words.
    pub fn papers(self) -> &'static [Phrase] {
        each!(self, K => K::PAPERS)
    }

    /// What a new provider earns until an administrator changes it.
    pub fn first_commission(self) -> Commission {
        each!(self, K => K::first_commission())
    }

    /// Its card among the settings.
    pub fn settings(self) -> Option<SettingsPart> {
        each!(self, K => K::SETTINGS)
    }

    /// Whether those who do its jobs share in every line but tax, tips and the platform's fee.
    pub fn shares_all_with_jobs(self) -> bool {
        each!(self, K => K::JOBS_SHARE_IN.is_none())
    }

    /// Who shares in what is charged for the work.
    pub async fn parts(self, tx: &mut Tx, booking: &Booking, price: &Quote) -> Result<Parts, AppError> {
        each!(self, K => Parts::of(price, K::earns_without_job(tx, booking, price).await?, K::JOBS_SHARE_IN))
    }

    /// Who shares in the fee of a booking that ended without its work. Who drove for it shares in all that the others leave.
    pub async fn parts_of_fee(self, tx: &mut Tx, booking: &Booking, fee: &Quote) -> Result<Parts, AppError> {
        each!(self, K => Parts::of(fee, K::earns_without_job(tx, booking, fee).await?, None))
    }

    /// Whether cancelling costs by the time that is left, by the rules of each service.
    pub fn cancels_by_time(self) -> bool {
        each!(self, K => K::CANCELS_BY_TIME)
    }

    /// The fees for cancelling, by how far the provider is.
    pub fn cancellation_fees(self, tenant: &Tenant) -> CancellationFees {
        each!(self, K => K::cancellation_fees(tenant))
    }

    /// The services of a new business of this kind; it must set prices to offer them.
    pub fn starter_catalog(self) -> Vec<NewService> {
        each!(self, K => K::starter_catalog())
    }

    /// Its pages besides the booking form.
    pub fn routes(self) -> Vec<Route> {
        let routes = each!(self, K => K::routes());
        routes.into_iter().map(|route| Route { vertical: Some(self), ..route }).collect()
    }

    /// Adds its tasks, deadlines and schedules.
    pub fn background(self, registry: Registry<App>) -> Registry<App> {
        each!(self, K => K::background(registry))
    }

    /// Who may use its pages and server functions.
    #[cfg(test)]
    pub fn access(self) -> Lines {
        each!(self, K => K::access())
    }

    /// Its part of the landing page.
    pub fn landing(self, tenant: &Tenant, reputation: &Reputation) -> Landing {
        each!(self, K => K::landing(tenant, reputation))
    }

    /// Its own fields on the form of a service.
    pub fn service_fields(self, form: &FormState) -> Option<AnyView> {
        each!(self, K => K::service_fields(form))
    }

    /// A form with what it keeps of a service.
    pub fn service_form(self, options: &Value) -> FormState {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let kept = options.as_object().into_iter().flatten();
        FormState { values: kept.map(|(name, value)| (detail(name), text(value))).collect(), ..FormState::default() }
    }

    /// What it keeps of a service, from its fields.
    pub fn read_service(self, fields: &BTreeMap<String, String>) -> Result<Value, FieldErrors> {
        each!(self, K => K::read_service(fields))
    }

    /// How a provider's share depends on what is sold.
    pub fn pay_note(self, sold: &[Sold]) -> Option<String> {
        each!(self, K => K::pay_note(sold))
    }

    /// The price of a service for a card.
    pub fn least_price(self, tenant: &Tenant, offered: &PricedService) -> String {
        each!(self, K => K::least_price(tenant, offered))
    }

    /// The form that books a service.
    pub async fn booking_form(self, visit: Visit, service: PricedService) -> Result<Answer, AppError> {
        each!(self, K => K::booking_form(visit, service).await)
    }

    /// The review page of a booking, with its price and the confirm button.
    pub async fn review(self, visit: Visit, service: PricedService) -> Result<Answer, AppError> {
        each!(self, K => K::review(visit, service).await)
    }

    /// The jobs of an agreed booking, in their order.
    pub async fn jobs(self, tx: &mut Tx, tenant: &Tenant, booking: &Booking) -> Result<Vec<NewJob>, AppError> {
        each!(self, K => K::jobs(tx, tenant, booking).await)
    }

    /// Tells it what happened to a booking. Boxed, because what it does then may be news itself: who joins a trip that has a driver is dispatched.
    pub fn followed<'a>(
        self,
        tx: &'a mut Tx,
        tenant: &'a Tenant,
        booking: &'a Booking,
        what: EventKind,
    ) -> Pin<Box<dyn Future<Output = Result<(), AppError>> + Send + 'a>> {
        each!(self, K => Box::pin(K::followed(tx, tenant, booking, what)))
    }

    /// Tells it how a proposed price of a booking was answered; `Conflict` refuses an approval.
    pub async fn answered(
        self,
        tx: &mut Tx,
        tenant: &Tenant,
        booking: &Booking,
        quote: Id<StoredQuote>,
        answer: QuoteState,
    ) -> Result<(), AppError> {
        each!(self, K => K::answered(tx, tenant, booking, quote, answer).await)
    }

    /// Whether a booking may move to this time; `Conflict` says why not.
    pub async fn may_move(
        self,
        tx: &mut Tx,
        tenant: &Tenant,
        booking: &Booking,
        to: DateTime<Utc>,
    ) -> Result<(), AppError> {
        each!(self, K => K::may_move(tx, tenant, booking, to).await)
    }

    /// Whether a job of a booking may go this step; `Conflict` says what has to be told first.
    pub async fn may_step(
        self,
        tx: &mut Tx,
        tenant: &Tenant,
        job: &Job,
        booking: &Booking,
        to: JobState,
    ) -> Result<(), AppError> {
        each!(self, K => K::may_step(tx, tenant, job, booking, to).await)
    }

    /// What the form asks that ends a job of this booking only.
    pub async fn finish(
        self,
        tx: &mut Tx,
        tenant: &Tenant,
        job: &Job,
        booking: &Booking,
        approved: &Quote,
    ) -> Result<Option<FinishPart>, AppError> {
        each!(self, K => K::finish(tx, tenant, job, booking, approved).await)
    }

    /// Whether a provider begins a booking's work only with the customer's code.
    pub async fn asks_code(self, tx: &mut Tx, booking: &Booking) -> Result<bool, AppError> {
        each!(self, K => K::asks_code(tx, booking).await)
    }

    /// Whether the customer is told this about a job.
    pub fn tells(self, job: &Job, news: JobNews) -> bool {
        each!(self, K => K::tells(job, news))
    }

    /// How a booking stands, in words for its customer.
    pub fn standing(self, at: &Situation<'_>) -> ProgressView {
        each!(self, K => K::standing(at)).unwrap_or_else(|| ProgressView::of(at))
    }

    /// With what the names of its live topics begin.
    pub fn topics(self) -> &'static [&'static str] {
        each!(self, K => K::TOPICS)
    }

    /// The topic of something of this kind of business.
    pub fn topic(self, of: impl Display) -> String {
        format!("{self}:{of}")
    }

    /// The live topic of a kind of business, by a name that begins with its code, if the user may watch it.
    pub async fn watchable(ctx: &Ctx, tx: &mut Tx, name: &str) -> Result<String, AppError> {
        let (code, name) = name.split_once('/').ok_or(AppError::NotFound)?;
        let kind: Self = code.parse().map_err(|_| AppError::NotFound)?;
        let begins_with = name.split_once('/').map_or(name, |(first, _)| first);
        if !kind.topics().contains(&begins_with) {
            return Err(AppError::NotFound);
        }
        let topic = each!(kind, K => K::watchable(ctx, tx, name).await)?;
        Ok(kind.topic(topic))
    }

    /// What it adds to a booking's page for this side.
    pub async fn panels(self, tx: &mut Tx, seen: &Seen<'_>) -> Result<Vec<ViewFnOnce>, AppError> {
        each!(self, K => K::panels(tx, seen).await)
    }

    /// What it adds to a job's page, once for all of its bookings.
    pub async fn job_panels(self, tx: &mut Tx, seen: &JobSeen<'_>) -> Result<Vec<ViewFnOnce>, AppError> {
        each!(self, K => K::job_panels(tx, seen).await)
    }

    /// What whoever does a job without bookings shares in, before their commission.
    pub async fn job_pay(self, tx: &mut Tx, job: &Job) -> Result<Option<Amount>, AppError> {
        each!(self, K => {
            let price = K::job_pay(tx, job).await?;
            let shared = price.map(|price| Parts::of(&price, Vec::new(), K::JOBS_SHARE_IN)).transpose()?;
            Ok(shared.map(|parts| parts.of_jobs))
        })
    }

    /// The places that staff are asked for besides the one where the work is.
    pub fn office_places(self, service: &Service) -> &'static [OfficePlace] {
        each!(self, K => K::office_places(service))
    }

    /// Its own fields on the form by which staff make a booking.
    pub fn office_fields(self, call: &OfficeCall<'_>, form: &FormState, saved: &[Saved]) -> AnyView {
        each!(self, K => K::office_fields(call, form, saved))
    }

    /// What a customer had before, the newest first.
    pub async fn saved_of(self, db: &mut PgConnection, customer: Id<Customer>) -> Result<Vec<Saved>, AppError> {
        each!(self, K => K::saved_of(db, customer).await)
    }

    /// What the platform takes of this service's prices.
    pub fn platform_fee(self, tenant: &Tenant, service: &Service) -> Option<PlatformFee> {
        each!(self, K => K::platform_fee(tenant, service))
    }

    /// The price of these items of a service, with the platform's fee and the tax.
    pub fn price(self, tenant: &Tenant, service: &Service, items: &[Item]) -> Result<Quote, QuoteError> {
        let tax = tenant.settings.tax();
        let label = tax_label(tax);
        match self.platform_fee(tenant, service) {
            Some(fee) => fee.quote(items, t!("verticals-service-fee"), tax.labelled(&label)),
            None => quote(items, tax.labelled(&label)),
        }
    }

    /// The price of what staff have typed so far.
    pub fn office_price(self, call: &OfficeCall<'_>) -> Result<Quote, QuoteError> {
        each!(self, K => K::office_price(call))
    }

    /// What is wrong with its fields, by their names in the form.
    pub fn office_errors(self, call: &OfficeCall<'_>) -> FieldErrors {
        let errors = each!(self, K => K::read_office(call).err()).unwrap_or_default();
        FieldErrors(errors.0.into_iter().map(|(field, error)| (office::detail(&field), error)).collect())
    }

    /// What staff want to book at this time, with the end and the number that its fields say.
    pub fn office_wanted(self, call: &OfficeCall<'_>) -> Wanted {
        let wanted = Wanted::at(call.scheduled_at);
        each!(self, K => match K::read_office(call) {
            Ok(OfficeOrder { ends_at, units, .. }) => Wanted { ends_at, units, ..wanted },
            Err(_) => wanted,
        })
    }

    /// Makes a booking for a customer, with what it keeps of it.
    pub async fn make_for_customer(
        self,
        tx: &mut Tx,
        call: &OfficeCall<'_>,
        order: Order<'_>,
    ) -> Result<Option<Booking>, AppError> {
        each!(self, K => {
            let read = K::read_office(call).map_err(FieldErrors::into_error)?;
            let order = Order {
                ends_at: read.ends_at,
                units: read.units,
                people: &read.people,
                beginning: read.beginning(order.beginning),
                ..order
            };
            fulfilment::make(tx, call.tenant, order, &read.details).await
        })
    }

    /// Makes what the demo has before its bookings.
    pub async fn furnish(self, history: &mut History<'_>) -> anyhow::Result<()> {
        each!(self, K => K::furnish(history).await)
    }

    /// Makes a booking of the demo, as its customer does.
    pub async fn play_booking(self, history: &mut History<'_>, row: &BookingRow) -> anyhow::Result<Booking> {
        each!(self, K => K::play_booking(history, row).await)
    }

    /// Lets a booking of the demo that nobody has a job for begin or end, or be missed.
    pub async fn play_turn(
        self,
        history: &mut History<'_>,
        row: &BookingRow,
        booking: &Booking,
        to: Phase,
    ) -> anyhow::Result<()> {
        each!(self, K => K::play_turn(history, row, booking, to).await)
    }

    /// Does with a booking of the demo what only this kind of business knows.
    pub async fn play_deed(self, history: &mut History<'_>, row: &DeedRow, booking: &Booking) -> anyhow::Result<()> {
        each!(self, K => K::play_deed(history, row, booking).await)
    }

    /// Takes a step of a job of the demo before its end, as its provider does.
    pub async fn play_step(
        self,
        history: &mut History<'_>,
        row: &WorkRow,
        provider: Id<Provider>,
        job: &Job,
        to: JobState,
    ) -> anyhow::Result<()> {
        each!(self, K => K::play_step(history, row, provider, job, to).await)
    }

    /// Ends a job of the demo, as its provider does.
    pub async fn play_end(
        self,
        history: &mut History<'_>,
        row: &WorkRow,
        provider: Id<Provider>,
        job: &Job,
    ) -> anyhow::Result<()> {
        each!(self, K => K::play_end(history, row, provider, job).await)
    }

    /// What these bookings are about. Bookings of another kind are left out.
    pub async fn about(
        self,
        db: &mut PgConnection,
        tenant: &Tenant,
        bookings: &[Id<Booking>],
    ) -> Result<HashMap<Id<Booking>, About>, AppError> {
        each!(self, K => K::about(db, tenant, bookings).await)
    }

    /// What one booking of this kind is about.
    pub async fn about_one(
        self,
        db: &mut PgConnection,
        tenant: &Tenant,
        booking: Id<Booking>,
    ) -> Result<About, AppError> {
        Ok(self.about(db, tenant, &[booking]).await?.remove(&booking).unwrap_or_default())
    }

    /// Whether a tenant's site has a server function: those of a kind begin with its code, and need the kind.
    pub fn serves(tenant: &Tenant, endpoint: &str) -> bool {
        let Some(kind) = Self::ALL.iter().copied().find(|kind| kind.owns(endpoint)) else { return true };
        let goes_on = each!(kind, K => K::GOES_ON);
        tenant.offers(kind) || goes_on.contains(&endpoint)
    }

    fn owns(self, endpoint: &str) -> bool {
        endpoint.strip_prefix(self.as_str()).is_some_and(|rest| rest.starts_with('_'))
    }

    /// The present name of a server function that was renamed in the last release.
    pub fn renamed(endpoint: &str) -> Option<&'static str> {
        let renamed = Self::ALL.iter().flat_map(|kind| each!(*kind, K => K::RENAMED));
        renamed.copied().find_map(|(old, new)| (old == endpoint).then_some(new))
    }
}

/// What these bookings are about, each asked of its own kind of business.
pub async fn about_all(
    db: &mut PgConnection,
    tenant: &Tenant,
    bookings: &[(Id<Booking>, Vertical)],
) -> Result<HashMap<Id<Booking>, About>, AppError> {
    let mut found = HashMap::new();
    for kind in Vertical::ALL {
        let of_kind: Vec<_> = bookings.iter().filter(|(_, its)| its == kind).map(|(id, _)| *id).collect();
        if !of_kind.is_empty() {
            found.extend(kind.about(db, tenant, &of_kind).await?);
        }
    }
    Ok(found)
}

/// The kinds' own stages of these bookings, of those that are at one.
pub async fn stages(
    db: &mut PgConnection,
    tenant: &Tenant,
    bookings: &[(Id<Booking>, Vertical)],
) -> Result<HashMap<Id<Booking>, &'static str>, AppError> {
    let with_stages: Vec<_> = bookings.iter().filter(|(_, kind)| kind.has_stages()).copied().collect();
    let about = about_all(db, tenant, &with_stages).await?;
    Ok(about.into_iter().filter_map(|(booking, about)| Some((booking, about.stage?))).collect())
}

/// What a job without bookings is called, by the kind of business and the name that it was opened with.
pub fn name_of_job(vertical: Option<Vertical>, opened_as: &str) -> &str {
    let names = vertical.map_or(&[][..], |kind| each!(kind, K => K::JOB_NAMES));
    names.iter().find(|(name, _)| *name == opened_as).map_or(opened_as, |(_, phrase)| phrase.say())
}

/// The glyph of a job without bookings.
pub fn glyph_of_job(vertical: Option<Vertical>) -> Glyph {
    vertical.map_or(Glyph::Wrench, |kind| kind.words().subject)
}
