use chrono::{DateTime, Utc};
use engine::{Amount, GeoPoint, Id, Reference, quote::RefundTiers};

use crate::{
    catalog::Service,
    customers::{Contact, Customer},
    error::AppError,
    verticals::Vertical,
};

engine::codes! {
    /// The phase of a booking. The diagram is in the module's documentation.
    pub enum Phase ("phase") {
        /// Waits for something ([`WaitsFor`]).
        Pending = "pending",
        /// Agreed; no provider has it yet.
        Confirmed = "confirmed",
        /// A provider has it.
        Dispatched = "dispatched",
        InProgress = "in_progress",
        Completed = "completed",
        Cancelled = "cancelled",
        /// The customer or the vehicle wasn't there.
        NoShow = "no_show",
    }
}

engine::codes! {
    /// What a pending booking waits for.
    pub enum WaitsFor ("thing to wait for") {
        Approval = "approval",
        Payment = "payment",
        Provider = "provider",
        /// A location that a provider can drive to.
        Location = "location",
        Staff = "staff",
    }
}

engine::codes! {
    pub enum Party ("party") {
        Customer = "customer",
        Provider = "provider",
        /// The back office.
        Staff = "staff",
        System = "system",
    }
}

engine::codes! {
    /// How a customer pays.
    pub enum PaymentMethod ("payment method") {
        /// Cash, given to the provider.
        Cash = "cash",
        CashApp = "cashapp",
        Zelle = "zelle",
        /// A card. Not available yet.
        Stripe = "stripe",
    }
}

engine::codes! {
    /// How the location was given, which says how reliable it is.
    pub enum LocationSource ("source of a location") {
        /// The customer's device measured it.
        Device = "device",
        /// The customer put a pin on the map.
        Pin = "pin",
        /// A place chosen from the search.
        Place = "place",
        /// A description only; no provider can be sent there yet.
        Address = "address",
    }
}

engine::codes! {
    /// An event in a booking's timeline.
    pub enum EventKind ("kind of event", else Other) {
        Booked = "booked",
        Confirmed = "confirmed",
        LocationGiven = "location_given",
        Dispatched = "dispatched",
        /// The provider gave it back.
        GivenBack = "given_back",
        /// The provider is on the way.
        EnRoute = "en_route",
        Arrived = "arrived",
        Started = "started",
        /// The provider is at the destination.
        Reached = "reached",
        /// One of several jobs is done.
        JobDone = "job_done",
        /// One job was cancelled, but not the booking.
        JobCalledOff = "job_called_off",
        Completed = "completed",
        Unsuccessful = "unsuccessful",
        /// No provider was found.
        SearchFailed = "search_failed",
        /// Providers are being asked again.
        SearchResumed = "search_resumed",
        PriceSettled = "price_settled",
        /// Somebody said yes.
        Approved = "approved",
        /// Somebody said no.
        Declined = "declined",
        /// To another time.
        Moved = "moved",
        /// Until when it is, for how many, or who comes along.
        Changed = "changed",
        PriceProposed = "price_proposed",
        PriceApproved = "price_approved",
        PriceDeclined = "price_declined",
        /// By staff, or because it wasn't answered in time.
        PriceWithdrawn = "price_withdrawn",
        Cancelled = "cancelled",
        NoShow = "no_show",
        Paid = "paid",
        Reviewed = "reviewed",
        /// Written by a newer version; never by this one.
        Other = "other",
    }
}

impl Phase {
    /// Whether the phase is final.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::NoShow)
    }

    /// The phase in a word or two, for badges.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => t!("bookings-pending"),
            Self::Confirmed => t!("bookings-confirmed"),
            Self::Dispatched => t!("bookings-assigned"),
            Self::InProgress => t!("bookings-in-progress"),
            Self::Completed => t!("bookings-completed"),
            Self::Cancelled => t!("bookings-cancelled"),
            Self::NoShow => t!("bookings-no-show"),
        }
    }
}

impl PaymentMethod {
    /// The methods that can be chosen.
    pub const SWITCHED_ON: [Self; 3] = [Self::Cash, Self::CashApp, Self::Zelle];

    /// The method as people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cash => t!("bookings-cash"),
            Self::CashApp => t!("bookings-cashapp"),
            Self::Zelle => t!("bookings-zelle"),
            Self::Stripe => t!("bookings-card"),
        }
    }
}

/// The agreement with a customer: what, when, where, and its phase.
#[derive(Debug, Clone, PartialEq)]
pub struct Booking {
    pub id: Id<Booking>,
    /// The reference, to be read out on the phone.
    pub reference: Reference,
    pub customer_id: Id<Customer>,
    pub service_id: Id<Service>,
    /// The kind of business of its service.
    pub vertical: Vertical,
    pub phase: Phase,
    /// What it waits for, if anything.
    pub waits_for: Option<WaitsFor>,
    /// When a pending booking expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// The person on site, and how to reach them.
    pub contact: Contact,
    pub address: String,
    pub location_source: LocationSource,
    /// `None` if only an address in words is known.
    pub point: Option<GeoPoint>,
    /// `None`: as soon as possible.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// `None`: when the work is done.
    pub ends_at: Option<DateTime<Utc>>,
    /// How many: seats, people, places; mostly one.
    pub units: i32,
    /// The intended payment method.
    pub payment_method: PaymentMethod,
    pub notes: Option<String>,
    /// Who pays instead of the person on site.
    pub billing: Option<Billing>,
    /// Whether staff said that it is urgent.
    pub is_priority: bool,
    /// The rules for cancelling by the time that is left, as they were when it was booked; `None`: by how far the provider is.
    pub refund_tiers: Option<RefundTiers>,
    pub cancellation: Option<Cancellation>,
    pub created_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
}

/// An account that pays for a booking: a fleet, an insurer, a motor club.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billing {
    pub to: String,
    pub purchase_order: Option<String>,
    /// Whether the person on site and the provider see no price.
    pub hides_price: bool,
}

/// A place as a customer gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Whereabouts {
    /// In words.
    pub address: String,
    /// How it was given; `Address` only if there is no point.
    pub source: LocationSource,
    pub point: Option<GeoPoint>,
}

/// How a booking was cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    pub by: Party,
    pub reason: Option<String>,
    pub fee: Amount,
    pub at: DateTime<Utc>,
}

/// The author of an action on a booking, as its timeline names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub party: Party,
    /// The name, where it is useful.
    pub name: Option<String>,
}

impl Author {
    pub fn customer() -> Self {
        Self { party: Party::Customer, name: None }
    }

    /// Timers and rules.
    pub fn system() -> Self {
        Self { party: Party::System, name: None }
    }

    pub fn provider(name: impl Into<String>) -> Self {
        Self { party: Party::Provider, name: Some(name.into()) }
    }

    pub fn staff(name: impl Into<String>) -> Self {
        Self { party: Party::Staff, name: Some(name.into()) }
    }
}

/// An allowed change of a booking; the store writes it only if the booking is still in `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Transition {
    pub from: Phase,
    pub to: Phase,
    /// What the booking waits for afterwards.
    pub waits_for: Option<WaitsFor>,
    pub kind: EventKind,
    pub by: Author,
    /// Details, for the timeline.
    pub note: Option<String>,
    /// Set for a cancellation.
    pub cancellation: Option<Cancellation>,
}

impl Transition {
    /// Adds a note for the timeline.
    pub fn with_note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl Booking {
    /// Somebody said yes: pending → confirmed.
    pub fn approve(&self, by: Author, waits_for: Option<WaitsFor>) -> Result<Transition, AppError> {
        let transition = self.leave(&[Phase::Pending], Phase::Confirmed, EventKind::Approved, by)?;
        Ok(Transition { waits_for, ..transition })
    }

    /// Somebody said no: pending → cancelled, free of charge.
    pub fn decline(&self, by: Author, reason: &str, at: DateTime<Utc>) -> Result<Transition, AppError> {
        let cancellation = Cancellation { by: by.party, reason: Some(reason.to_owned()), fee: Amount::ZERO, at };
        let transition = self.leave(&[Phase::Pending], Phase::Cancelled, EventKind::Declined, by)?;
        Ok(Transition { note: Some(reason.to_owned()), cancellation: Some(cancellation), ..transition })
    }

    /// To another time: pending stays pending; confirmed, dispatched → confirmed.
    pub fn reschedule(&self, by: Author) -> Result<Transition, AppError> {
        let to = if self.phase == Phase::Pending { Phase::Pending } else { Phase::Confirmed };
        let open = [Phase::Pending, Phase::Confirmed, Phase::Dispatched];
        let transition = self.leave(&open, to, EventKind::Moved, by)?;
        Ok(Transition { waits_for: self.waits_for.filter(|_| to == Phase::Pending), ..transition })
    }

    /// A booking without a job begins: confirmed → in progress.
    pub fn start(&self, by: Author) -> Result<Transition, AppError> {
        self.leave(&[Phase::Confirmed], Phase::InProgress, EventKind::Started, by)
    }

    /// The customer of a booking without a job didn't come: confirmed → no-show.
    pub fn miss(&self, by: Author) -> Result<Transition, AppError> {
        self.leave(&[Phase::Confirmed], Phase::NoShow, EventKind::NoShow, by)
    }

    /// A booking without a job is done: in progress → completed.
    pub fn complete(&self, by: Author) -> Result<Transition, AppError> {
        self.leave(&[Phase::InProgress], Phase::Completed, EventKind::Completed, by)
    }

    /// Cancelled, with a fee: any phase that isn't final → cancelled. Customers may cancel until the work begins.
    pub fn cancel(
        &self,
        by: Author,
        reason: Option<String>,
        fee: Amount,
        at: DateTime<Utc>,
    ) -> Result<Transition, AppError> {
        if self.phase == Phase::InProgress && by.party == Party::Customer {
            return Err(AppError::conflict(t!("bookings-the-work-has-begun-so-you")));
        }
        let cancellation = Cancellation { by: by.party, reason: reason.clone(), fee, at };
        let open = [Phase::Pending, Phase::Confirmed, Phase::Dispatched, Phase::InProgress];
        let transition = self.leave(&open, Phase::Cancelled, EventKind::Cancelled, by)?;
        Ok(Transition { note: reason, cancellation: Some(cancellation), ..transition })
    }

    /// Who pays instead of the person on site.
    pub fn billed_to(&self) -> Option<&str> {
        self.billing.as_ref().map(|billing| billing.to.as_str())
    }

    /// Who pays, if the person on site and the provider see no price.
    pub fn hidden_payer(&self) -> Option<&str> {
        self.billing.as_ref().filter(|billing| billing.hides_price).map(|billing| billing.to.as_str())
    }

    /// Whether the customer may still cancel it themselves.
    pub fn is_cancellable(&self) -> bool {
        matches!(self.phase, Phase::Pending | Phase::Confirmed | Phase::Dispatched)
    }

    fn leave(&self, allowed: &[Phase], to: Phase, kind: EventKind, by: Author) -> Result<Transition, AppError> {
        if !allowed.contains(&self.phase) {
            return Err(self.moved_on());
        }
        Ok(Transition { from: self.phase, to, waits_for: None, kind, by, note: None, cancellation: None })
    }

    /// The conflict that names the current phase.
    pub fn moved_on(&self) -> AppError {
        let party = self.cancellation.as_ref().map(|cancellation| cancellation.by);
        AppError::conflict(match self.phase {
            Phase::Pending => t!("bookings-this-booking-isnt-confirmed-yet"),
            Phase::Confirmed => t!("bookings-this-booking-has-no-provider-yet"),
            Phase::Dispatched => t!("bookings-a-provider-has-taken-this-booking"),
            Phase::InProgress => t!("bookings-the-work-on-this-booking-has"),
            Phase::Completed => t!("bookings-this-booking-is-already-completed"),
            Phase::Cancelled if party == Some(Party::Customer) => t!("bookings-the-customer-cancelled-this-booking"),
            Phase::Cancelled => t!("bookings-this-booking-was-cancelled-already"),
            Phase::NoShow => t!("bookings-this-booking-was-closed-as-a"),
        })
    }
}
