use chrono::{DateTime, Utc};
use engine::Id;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sqlx::{FromRow, types::Json};

use super::map;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {}

engine::codes! {
    /// The person who asked for an erasure.
    pub enum AskedBy ("asker") {
        Person = "person",
        /// Staff, at the person's request.
        Staff = "staff",
    }
}

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Place {
    pub place: String,
    pub field: String,
    pub hits: i64,
}

impl Place {
    /// Whether the law requires keeping it.
    pub fn is_held(&self) -> bool {
        let place = format!("{}.{}", self.place, self.field);
        map::HOLDS.iter().any(|hold| hold.place == place)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The search hasn't finished.
    Searching,
    /// Nothing is left except what the law requires keeping.
    Complete,
    /// Something is left, and a person must check it.
    Incomplete,
}

/// What was erased, and the result of the search afterwards. Doesn't say whose data it was.
#[derive(Debug, Clone, FromRow)]
pub struct Certificate {
    pub id: Id<Erasure>,
    pub asked_by: AskedBy,
    /// Rows emptied or deleted, by table.
    pub erased: Json<Map<String, Value>>,
    /// Open bookings that were cancelled.
    pub cancelled: i32,
    /// Number of identifiers searched for, by kind.
    pub searched_for: Json<Map<String, Value>>,
    /// Number of identifiers, by kind, not searched for: another person has them too, or they are everyday words.
    pub not_unique: Json<Map<String, Value>>,
    pub erased_at: DateTime<Utc>,
    pub searched_at: Option<DateTime<Utc>>,
    pub fields: Option<i32>,
    /// Where the person was mentioned by others and removed.
    pub redacted: Json<Vec<Place>>,
    /// Places of what is left and must be kept by law.
    pub held: Json<Vec<Place>>,
    /// Where something is left that must be removed.
    pub left_over: Json<Vec<Place>>,
}

impl Certificate {
    pub fn verdict(&self) -> Verdict {
        match self.searched_at {
            None => Verdict::Searching,
            Some(_) if self.left_over.is_empty() => Verdict::Complete,
            Some(_) => Verdict::Incomplete,
        }
    }

    /// Number of rows emptied or deleted.
    pub fn rows(&self) -> u64 {
        self.erased.values().filter_map(Value::as_u64).sum()
    }

    /// For machines, and to be kept.
    pub fn to_json(&self, brand: &str) -> Value {
        json!({
            "certificate": self.id,
            "issued_by": brand,
            "verdict": match self.verdict() {
                Verdict::Searching => "searching",
                Verdict::Complete => "complete",
                Verdict::Incomplete => "incomplete",
            },
            "asked_by": self.asked_by,
            "erased_at": self.erased_at,
            "rows_erased": self.erased.0,
            "bookings_cancelled": self.cancelled,
            "search": {
                "at": self.searched_at,
                "columns": self.fields,
                "for": self.searched_for.0,
                "not_searched_for": self.not_unique.0,
                "taken_out_of": self.redacted.0,
                "kept_by_law": self.held.0,
                "left_over": self.left_over.0,
            },
            "legal_holds": map::HOLDS.iter().map(|hold| json!({ "place": hold.place, "what": hold.what, "why": hold.why })).collect::<Vec<_>>(),
        })
    }
}
