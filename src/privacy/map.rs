//! Every table, and which of its rows and columns are about a person. What each column of text holds is in the registers `platform.remark_columns`,
//! `identity_columns`, `searched_columns` and `neutral_tables`, which migrations write into; the tables of a kind of business are in its folder.
//!
//! Conditions refer to the table as `t`; `$1` is the person's account, `$2` their customers, `$3` their provider, each if there is one.

use crate::verticals::Vertical;

/// What an erasure does with a person's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Empties these columns, or writes a neutral value.
    Emptied(&'static str),
    Deleted,
    Kept(&'static str),
}

/// Rows of one table that are about a person.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub name: &'static str,
    pub table: &'static str,
    pub whose: &'static str,
    pub fate: Fate,
    /// Whether their changes in the audit log, which are found by `id`, lose their personal values.
    pub has_changes: bool,
    /// Which of them an export leaves out, because they are somebody else's: the prices that an account pays.
    pub hidden: &'static str,
}

pub const fn held(name: &'static str, table: &'static str, whose: &'static str, fate: Fate) -> Held {
    Held { name, table, whose, fate, has_changes: false, hidden: "false" }
}

impl Held {
    /// Rows with an `id`, under which the audit log has their changes.
    #[must_use]
    pub const fn with_changes(mut self) -> Self {
        self.has_changes = true;
        self
    }

    /// Except those that this holds for, in an export.
    #[must_use]
    const fn except(mut self, hidden: &'static str) -> Self {
        self.hidden = hidden;
        self
    }
}

use Fate::{Deleted, Emptied, Kept};

/// The person's e-mail addresses, in all their roles.
macro_rules! addresses {
    () => {
        "(select u.email from users u where u.id = $1 union select c.email from customers c where c.id = any($2)
          union select p.email from providers p where p.id = $3)"
    };
}

/// The jobs of the person's bookings.
macro_rules! of_jobs {
    () => {
        "t.id in (select j.job_id from job_bookings j join bookings b on (b.tenant_id, b.id) = (j.tenant_id, j.booking_id) where b.customer_id = any($2))"
    };
}

/// Jobs whose place is the business's, or that somebody else booked as well.
macro_rules! shared {
    () => {
        "(t.is_published or exists (select from job_bookings j join bookings b on (b.tenant_id, b.id) = (j.tenant_id, j.booking_id)
                                    where (j.tenant_id, j.job_id) = (t.tenant_id, t.id) and b.customer_id <> all($2)))"
    };
}

/// Rows of bookings whose price the person on the spot isn't told.
macro_rules! hidden_price {
    () => {
        "exists (select from bookings h where (h.tenant_id, h.id) = (t.tenant_id, t.booking_id) and h.hides_price)"
    };
}

const MONEY: &str = "the books say what was paid for, not by whom";
/// Rows with a `booking_id`, of a person's bookings.
pub const OF_BOOKINGS: &str = "t.booking_id in (select b.id from bookings b where b.customer_id = any($2))";

/// The core's rows about a person, in the order in which they are erased.
#[rustfmt::skip]
const HELD: &[Held] = &[
    // Found by e-mail address, so this runs before the rows with the address are emptied. A link sent to it could still create an account, or add a
    // role to one.
    held("links_sent", "one_time_tokens", concat!("t.user_id = $1 or lower(coalesce(t.payload ->> 'email', t.payload #>> '{}')) in ", addresses!()), Deleted),
    held("pending_email_change", "email_changes", concat!("t.user_id = $1 or t.new_email in ", addresses!()), Deleted),
    held("open_invitations", "invites", concat!("t.accepted_at is null and t.email in ", addresses!()), Deleted),
    held("invitations", "invites", "t.accepted_by = $1", Emptied("email = 'erased-' || id || '@erased.invalid'")).with_changes(),

    held("bookings", "bookings", "t.customer_id = any($2)", Emptied(
        "contact_name = 'Erased person', contact_phone = '+10000000000', contact_email = null, address = 'Erased', location_source = 'address',
         latitude = null, longitude = null, notes = null, purchase_order = null, cancellation_reason = null, access_token_hash = null, sealed_access_token = null,
         draft_id = null, updated_at = app.now()")).with_changes(),
    held("booking_messages", "notifications", OF_BOOKINGS, Deleted),
    held("people_along", "booking_people", OF_BOOKINGS, Deleted),
    held("booking_events", "booking_events", OF_BOOKINGS, Kept("what happened and when; names and remarks are taken out"))
        .except(concat!("t.kind like 'price%' and ", hidden_price!())),
    held("jobs", "jobs", concat!(of_jobs!(), " and not ", shared!()), Emptied(
        "address = 'Erased', latitude = null, longitude = null, destination_address = null, destination_latitude = null, destination_longitude = null,
         outcome = null, updated_at = app.now()")).with_changes(),
    held("shared_jobs", "jobs", concat!(of_jobs!(), " and ", shared!()), Kept("where other people are picked up or meet")).with_changes(),
    held("quotes", "quotes", OF_BOOKINGS, Emptied("approved_by = case when approved_by is not null then 'Erased person' end, decline_reason = null")).with_changes().except(hidden_price!()),
    held("quote_lines", "quote_lines", "t.quote_id in (select q.id from quotes q join bookings b on (b.tenant_id, b.id) = (q.tenant_id, q.booking_id) where b.customer_id = any($2))", Kept(MONEY))
        .except("exists (select from quotes q join bookings h on (h.tenant_id, h.id) = (q.tenant_id, q.booking_id) where (q.tenant_id, q.id) = (t.tenant_id, t.quote_id) and h.hides_price)"),
    held("payments", "payments", OF_BOOKINGS, Kept(MONEY)).except(hidden_price!()),
    held("customer_ledger", "ledger_rows", "exists (select from bookings b where b.customer_id = any($2) and 'customer:' || b.id in (t.from_account, t.to_account))", Kept(MONEY))
        .except("exists (select from bookings h where h.hides_price and 'customer:' || h.id in (t.from_account, t.to_account))"),
    held("staff_alerts", "staff_alerts", OF_BOOKINGS, Emptied("message = 'Erased'")),
    held("reviews", "reviews", "t.customer_id = any($2)", Emptied("comment = null")).with_changes(),
    held("reviews_received", "reviews", "t.provider_id = $3", Kept("the customer's words; the provider's name is taken out")),
    held("vehicles", "customer_vehicles", "t.customer_id = any($2)", Deleted).with_changes(),
    held("customers", "customers", "t.id = any($2)", Emptied("name = 'Erased person', email = null, phone = '+10000000000', user_id = null")).with_changes(),

    held("offers", "offers", "t.provider_id = $3", Emptied("decline_reason = null")).with_changes(),
    held("open_jobs_shown", "job_sightings", "t.provider_id = $3", Deleted),
    held("assignments", "assignments", "t.provider_id = $3", Emptied("end_reason = null")).with_changes(),
    held("earnings", "earnings", "t.provider_id = $3", Kept(MONEY)),
    held("payouts", "payouts", "t.provider_id = $3", Kept(MONEY)),
    held("payout_items", "payout_items", "t.earning_id in (select e.id from earnings e where e.provider_id = $3)", Kept(MONEY)),
    held("provider_ledger", "ledger_rows", "'provider:' || $3 in (t.from_account, t.to_account)", Kept(MONEY)),
    held("position", "provider_positions", "t.provider_id = $3", Deleted),
    held("skills", "provider_skills", "t.provider_id = $3", Deleted),
    held("hours", "opening_rules", "t.resource_id in (select r.id from resources r where r.provider_id = $3)", Deleted).with_changes(),
    held("blocked_time", "blocks", "t.id in (select v.block_id from reservations v join resources r on (r.tenant_id, r.id) = (v.tenant_id, v.resource_id) where r.provider_id = $3)", Deleted).with_changes(),
    held("resource", "resources", "t.provider_id = $3", Emptied("name = 'Erased person', notes = null")),
    held("provider", "providers", "t.id = $3", Emptied(
        "name = 'Erased person', email = 'erased-' || id || '@erased.invalid', phone = '+10000000000', user_id = null, status = 'inactive', status_reason = null, held_until = null, held_reason = null,
         on_duty_since = null, address = null, latitude = null, longitude = null, vehicle = null, updated_at = app.now()")).with_changes(),

    held("accounts_elsewhere", "identity_links", "t.user_id = $1", Deleted),
    held("recovery_codes", "recovery_codes", "t.user_id = $1", Deleted),
    held("second_factor", "second_factors", "t.user_id = $1", Deleted),
    held("phone_codes", "phone_codes", "t.user_id = $1", Deleted),
    held("passkeys", "passkeys", "t.user_id = $1", Deleted),
    held("acted_for_by_operators", "impersonations", "t.user_id = $1", Emptied("reason = 'Erased'")),
    held("actions", "audit_log", "t.actor = 'user:' || $1", Kept("who did what, for seven years; personal values are taken out"))
        .except("t.object in ('quotes', 'quote_lines', 'payments', 'ledger_rows')"),
    held("account", "users", "t.id = $1", Emptied(
        "name = 'Erased person', email = 'erased-' || id || '@erased.invalid', email_verified_at = null, phone = null, phone_verified_at = null, password_hash = null,
         roles = '{customer}', status = 'banned', status_reason = null, status_changed_at = app.now(), erased_at = app.now(), updated_at = app.now()")).with_changes(),
];

/// Rows about a person, in the order in which they are erased: those of the kinds of business first, which are found by the bookings they belong to.
pub fn all_held() -> impl Iterator<Item = &'static Held> {
    Vertical::ALL.iter().flat_map(|kind| kind.held()).chain(HELD)
}

/// The core's columns that no export contains: secrets, or hashes of secrets.
#[rustfmt::skip]
const SECRETS: &[&str] = &[
    "tenant_id", "password_hash", "token_hash", "access_token_hash", "draft_id", "code_hash", "code_digest", "credential", "credential_id", "sealed_phone", "sealed_recovery_codes",
    "sealed_seed", "sealed_access_token", "sealed_content",
];

/// Columns that no export contains.
pub fn secrets() -> Vec<&'static str> {
    let of_kinds = Vertical::ALL.iter().flat_map(|kind| kind.sealed()).map(|sealed| sealed.column);
    SECRETS.iter().copied().chain(of_kinds).collect()
}

/// The core's columns whose values are erased from the audit log together with the person.
const PERSONAL: &[&str] = &[
    "name",
    "email",
    "phone",
    "age",
    "billed_to",
    "purchase_order",
    "description",
    "offered_by",
    "contact_name",
    "contact_phone",
    "contact_email",
    "address",
    "latitude",
    "longitude",
    "destination_address",
    "destination_latitude",
    "destination_longitude",
    "notes",
    "note",
    "comment",
    "message",
    "plate",
    "make",
    "model",
    "color",
    "year",
    "vehicle",
    "approved_by",
    "cancellation_reason",
    "decline_reason",
    "end_reason",
    "outcome",
    "status_reason",
    "password_hash",
    "access_token_hash",
    "sealed_access_token",
];

/// Columns whose values are erased from the audit log together with the person.
pub fn personal() -> Vec<&'static str> {
    let of_kinds = Vertical::ALL.iter().flat_map(|kind| kind.personal());
    PERSONAL.iter().chain(of_kinds).copied().collect()
}

/// An identifier in more remarks than this that aren't about the person is an everyday word and isn't searched for. This doesn't apply to
/// staff and providers, because others write about them every day.
pub const COMMON: i64 = 25;

/// Data that must be kept by law, and in which a person may therefore still be found.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    /// Where, as `table.column`.
    pub place: &'static str,
    pub what: &'static str,
    pub why: &'static str,
}

/// All data that is kept although it may name the person. Published at `/privacy`.
pub const HOLDS: &[Hold] = &[
    Hold {
        place: "payments.note",
        what: "Remarks on payments",
        why: "Bookkeeping records are kept for seven years, as tax law asks: they say how a payment was received.",
    },
    Hold {
        place: "payouts.note",
        what: "Remarks on payouts to providers",
        why: "Bookkeeping records are kept for seven years, as tax law asks: they say how a payout was made.",
    },
];
