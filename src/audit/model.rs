//! Entries of the log, and their description in words.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use engine::{Amount, BasisPoints, Id, field::isolated};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{identity::User, tenants::Tenant, verticals::Vertical, words::Phrase};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Entry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// The actor: `user:<id>`, `operator:<id> as user:<id>`, `guest`, `system`.
    pub actor: Option<String>,
    pub person: Option<Id<User>>,
    /// `insert`, `update`, `delete`, or an action's name.
    pub action: String,
    pub object: Option<String>,
    pub object_id: Option<Uuid>,
    /// The changed values, or the action's details.
    pub changes: sqlx::types::Json<Map<String, Value>>,
    pub request_id: Option<String>,
    pub address: Option<String>,
}

/// Names by id: of people and services, and references of bookings.
pub type Names = HashMap<Uuid, String>;

/// A value before and after, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub label: String,
    /// `None` if there was no value.
    pub before: Option<String>,
    /// `None` if there is no value any more.
    pub after: Option<String>,
}

impl Difference {
    /// On one line: "Status: active → suspended", "Name: changed".
    pub fn sentence(&self) -> String {
        let label = &self.label;
        let [before, after] = [&self.before, &self.after].map(|value| value.as_deref());
        match (before, after) {
            (Some(before), Some(after)) if before == HIDDEN && after == HIDDEN => t!("audit-changed", label = label),
            (Some(before), Some(after)) => format!("{label}: {} → {}", isolated(before), isolated(after)),
            (Some(before), None) => t!("audit-removed", label = label, before = isolated(before)),
            (None, Some(after)) => format!("{label}: {}", isolated(after)),
            (None, None) => label.clone(),
        }
    }
}

/// Shown instead of a personal value, of which the log has only a keyed hash.
const HIDDEN: &str = "•••";

/// Actions offered as a filter, with their names; the list shows others by their code.
const ACTIONS: [(&str, Phrase); 23] = [
    ("insert", phrase!("audit-added")),
    ("update", phrase!("audit-changed-label")),
    ("delete", phrase!("audit-deleted")),
    ("sign_in", phrase!("audit-signed-in")),
    ("sign_in_failed", phrase!("audit-sign-in-failed")),
    ("sign_out", phrase!("audit-signed-out")),
    ("locked_out", phrase!("audit-locked-out")),
    ("second_factor_on", phrase!("audit-second-factor-on")),
    ("second_factor_off", phrase!("audit-second-factor-off")),
    ("second_factor_failed", phrase!("audit-second-factor-failed")),
    ("recovery_code_used", phrase!("audit-recovery-code-used")),
    ("recovery_codes_renewed", phrase!("audit-recovery-codes-renewed")),
    ("factors_reset", phrase!("audit-second-factor-reset")),
    ("passkey_added", phrase!("audit-passkey-added")),
    ("passkey_removed", phrase!("audit-passkey-removed")),
    ("phone_verified", phrase!("audit-phone-confirmed")),
    ("phone_removed", phrase!("audit-phone-sign-in-removed")),
    ("identity_linked", phrase!("audit-sign-in-elsewhere-linked")),
    ("export", phrase!("audit-exported")),
    ("impersonation_began", phrase!("audit-impersonation-began")),
    ("impersonation_ended", phrase!("audit-impersonation-ended")),
    ("personal_data_exported", phrase!("audit-personal-data-exported")),
    ("person_erased", phrase!("audit-person-erased")),
];

/// The core's objects, with their names.
const OBJECTS: [(&str, Phrase); 33] = [
    ("users", phrase!("audit-account")),
    ("staff_alerts", phrase!("audit-alert")),
    ("assignments", phrase!("audit-assignment")),
    ("bookings", phrase!("audit-booking")),
    ("booking_people", phrase!("audit-bookings-person")),
    ("tenants", phrase!("audit-business-settings")),
    ("customers", phrase!("audit-customer")),
    ("customer_vehicles", phrase!("audit-customers-vehicle")),
    ("earnings", phrase!("audit-earning")),
    ("erasures", phrase!("audit-erasure")),
    ("identity_providers", phrase!("audit-identity-provider")),
    ("impersonations", phrase!("audit-impersonation")),
    ("invites", phrase!("audit-invite")),
    ("jobs", phrase!("audit-job")),
    ("job_bookings", phrase!("audit-jobs-booking")),
    ("offers", phrase!("audit-offer")),
    ("opening_rules", phrase!("audit-opening-hours")),
    ("passkeys", phrase!("audit-passkey")),
    ("payments", phrase!("audit-payment")),
    ("payouts", phrase!("audit-payout")),
    ("prices", phrase!("audit-price")),
    ("providers", phrase!("audit-provider")),
    ("provider_skills", phrase!("audit-providers-skill")),
    ("quotes", phrase!("audit-quote")),
    ("reservations", phrase!("audit-reservation")),
    ("resource_upkeep", phrase!("audit-upkeep")),
    ("resources", phrase!("audit-resource")),
    ("reviews", phrase!("audit-review")),
    ("services", phrase!("audit-service")),
    ("service_needs", phrase!("audit-what-a-service-takes-along")),
    ("service_rules", phrase!("audit-rules-of-a-service")),
    ("slot_plans", phrase!("audit-plan-of-places")),
    ("slots", phrase!("audit-places")),
];

/// Actions offered as a filter, with their names.
pub fn actions() -> Vec<(&'static str, &'static str)> {
    ACTIONS.into_iter().map(|(code, name)| (code, name.say())).collect()
}

pub fn action_label(code: &str) -> String {
    named(ACTIONS.iter().find(|(known, _)| *known == code).map(|(_, name)| name.say()), code)
}

/// Every object with its name.
fn all_objects() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_kinds = Vertical::ALL.iter().flat_map(|kind| kind.tables().iter());
    OBJECTS.iter().chain(of_kinds).map(|(table, name)| (*table, name.say()))
}

/// Objects offered as a filter, with their names, in the order of the names.
pub fn objects() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = all_objects().collect();
    all.sort_by_key(|(_, name)| *name);
    all
}

pub fn object_label(table: &str) -> String {
    named(all_objects().find(|(known, _)| *known == table).map(|(_, name)| name), table)
}

/// The name, or else the code in words.
fn named(name: Option<&str>, code: &str) -> String {
    name.map_or_else(|| in_words(code), str::to_owned)
}

/// `commission_rate` as "Commission rate".
fn in_words(code: &str) -> String {
    let text = code.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl Entry {
    /// Whether it was done by the same request as another.
    pub fn is_same_request(&self, other: &Self) -> bool {
        self.request_id.is_some() && (&self.request_id, &self.actor) == (&other.request_id, &other.actor)
    }

    /// The priority for representing all entries of one request, the best first: actions, then objects that people work with.
    pub fn rank(&self) -> usize {
        const LEADING: [&str; 4] = ["bookings", "payments", "payouts", "providers"];
        let rank = LEADING.iter().position(|table| self.object.as_deref() == Some(table)).unwrap_or(LEADING.len());
        if self.is_change() { rank + 1 } else { 0 }
    }

    /// The ids in its changes.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> + '_ {
        let values = self.changes.values().flat_map(|value| match value {
            Value::Array(values) => values.iter().collect(),
            value => vec![value],
        });
        values.filter_map(|value| value.as_str()?.parse().ok())
    }

    /// Whether it is a change of a row, not an action.
    pub fn is_change(&self) -> bool {
        matches!(self.action.as_str(), "insert" | "update" | "delete")
    }

    /// The new value of a column.
    fn new_value(&self, column: &str) -> Option<&str> {
        self.changes.get(column)?.as_array()?.last()?.as_str()
    }

    /// The differences column by column; for an action, its details.
    pub fn differences(&self, tenant: &Tenant, names: &Names) -> Vec<Difference> {
        // Every new row has these columns: its id is shown anyway, and it was created at the entry's time.
        let is_plain = |column: &str| self.action == "insert" && matches!(column, "id" | "created_at");
        // An adjustment has no separate ceiling: it stays within the one approved before.
        let settles = self.object.as_deref() == Some("quotes") && self.new_value("kind") == Some("adjustment");
        let is_plain = |column: &str| is_plain(column) || (settles && column == "ceiling_amount");
        let shown = self.changes.iter().filter(|(column, _)| !is_plain(column));
        let differences = shown.flat_map(|(column, value)| match value.as_array().map(Vec::as_slice) {
            Some([before, after]) if self.is_change() => difference(tenant, names, column, before, after),
            _ => difference(tenant, names, column, &Value::Null, value),
        });
        differences.filter(|difference| difference.before != difference.after || difference.before.is_some()).collect()
    }
}

/// One column's difference; settings are compared one by one.
fn difference(tenant: &Tenant, names: &Names, column: &str, before: &Value, after: &Value) -> Vec<Difference> {
    if let (Value::Object(_), _) | (_, Value::Object(_)) = (before, after) {
        let empty = Map::new();
        let (old, new) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
        let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
        keys.sort();
        keys.dedup();
        let changed = keys.into_iter().filter(|key| old.get(*key) != new.get(*key));
        return changed
            .flat_map(|key| {
                let [before, after] = [&old, &new].map(|values| values.get(key).unwrap_or(&Value::Null));
                difference(tenant, names, key, before, after)
            })
            .collect();
    }
    let label = in_words(column.strip_suffix("_id").unwrap_or(column));
    vec![Difference { label, before: shown(tenant, names, column, before), after: shown(tenant, names, column, after) }]
}

/// A value as people read it.
fn shown(tenant: &Tenant, names: &Names, column: &str, value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => match number.as_i64() {
            Some(minor) if column.ends_with("amount") || column.ends_with("_fee") => {
                tenant.money(Amount(minor)).to_string()
            }
            Some(points) if column.ends_with("_rate") || column.ends_with("_basis_points") => {
                basis_points(points).map_or_else(|| number.to_string(), |part| tenant.locale.percent(part))
            }
            Some(tenths) if Vertical::ALL.iter().any(|kind| kind.tenths().contains(&column)) => {
                format!("{}.{}", tenths / 10, tenths % 10)
            }
            _ => number.to_string(),
        },
        Value::String(text) if is_hash(text) => HIDDEN.to_owned(),
        Value::String(text) => match (text.parse::<Uuid>(), text.parse::<DateTime<Utc>>()) {
            (Ok(id), _) => names.get(&id).cloned().unwrap_or_else(|| short(id)),
            (_, Ok(at)) if is_moment(column) => tenant.exact(at),
            _ => text.replace('_', " "),
        },
        Value::Array(values) => {
            let parts: Vec<String> = values.iter().filter_map(|value| shown(tenant, names, column, value)).collect();
            parts.join(", ")
        }
        Value::Object(_) => value.to_string(),
    };
    Some(text)
}

fn is_moment(column: &str) -> bool {
    column.starts_with("effective_")
        || ["_at", "_end", "_since", "_start", "_until"].iter().any(|end| column.ends_with(end))
}

fn basis_points(points: i64) -> Option<BasisPoints> {
    BasisPoints::new(i32::try_from(points).ok()?).ok()
}

/// Whether it is a keyed hash, as written by `platform.audited`.
fn is_hash(text: &str) -> bool {
    text.len() == 25 && text.starts_with('#') && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The start of an id, enough to tell two apart.
pub fn short(id: Uuid) -> String {
    let text = id.simple().to_string();
    format!("…{}", &text[text.len() - 6..])
}
