//! Access to a booking for anybody but staff: by the token in its link, or by the account it belongs to.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Id, Reference};

use super::{
    Booking,
    secret::SEALED_FOR,
    store::{self, OpenedBooking},
};
use crate::{
    db::Tx,
    error::{AppError, OrInternal},
    identity::token::Token,
    secrets::Keys,
    server::Ctx,
};

/// How long after the work is done the link still shows where the provider was.
const TRACKING_LASTS: TimeDelta = TimeDelta::hours(1);

/// How long after its end the link still opens the booking: as long as it can be reviewed or asked about.
const LINK_LASTS: TimeDelta = TimeDelta::days(30);

/// Opens a booking, and decides the addresses of its pages.
#[derive(Clone)]
pub enum Key {
    /// The token of the customer's link.
    Token(String),
    /// The booking's reference, for the account it belongs to.
    Reference(Reference),
}

impl Key {
    /// Reads the key from a form.
    pub fn from_form(token: &str, reference: &str) -> Result<Self, AppError> {
        if token.is_empty() {
            reference.parse().map(Self::Reference).map_err(|_| AppError::NotFound)
        } else {
            Ok(Self::Token(token.to_owned()))
        }
    }

    /// The booking it opens; `NotFound` if there is none, it isn't theirs, or the link has expired.
    pub async fn open(&self, tx: &mut Tx, ctx: &Ctx) -> Result<OpenedBooking, AppError> {
        let now = tx.now;
        match self {
            Self::Token(token) => {
                let hash = Token::from(token.as_str()).hash();
                let opened = store::open_by_token_hash(tx, &hash).await?;
                opened.filter(|opened| !is_over_since(opened.over_at, LINK_LASTS, now))
            }
            Self::Reference(reference) => store::open_by_owner(tx, reference, ctx.user()?.id).await?,
        }
        .ok_or(AppError::NotFound)
    }

    /// The page to manage the booking.
    pub fn path(&self) -> String {
        match self {
            Self::Token(token) => format!("/b/{token}"),
            Self::Reference(reference) => format!("/account/bookings/{reference}"),
        }
    }

    /// The page to cancel it.
    pub fn cancel_path(&self) -> String {
        format!("{}/cancel", self.path())
    }

    /// The page to choose another time.
    pub fn move_path(&self) -> String {
        format!("{}/move", self.path())
    }

    /// The page to track it; only a link has a separate one.
    pub fn track_path(&self) -> Option<String> {
        match self {
            Self::Token(token) => Some(format!("/track/{token}")),
            Self::Reference(_) => None,
        }
    }

    /// The page to track it, by link or by account.
    pub fn following_path(&self) -> String {
        self.track_path().unwrap_or_else(|| self.path())
    }

    /// The live topic of its pages.
    pub fn topic(&self) -> String {
        match self {
            Self::Token(token) => format!("track/{token}"),
            Self::Reference(reference) => format!("booking/{reference}"),
        }
    }

    /// The hidden fields with the key.
    pub fn fields(&self) -> [(&'static str, String); 2] {
        match self {
            Self::Token(token) => [("token", token.clone()), ("reference", String::new())],
            Self::Reference(reference) => [("token", String::new()), ("reference", reference.to_string())],
        }
    }
}

/// Whether tracking is over.
pub fn is_tracking_over(opened: &OpenedBooking, now: DateTime<Utc>) -> bool {
    is_over_since(opened.over_at, TRACKING_LASTS, now)
}

fn is_over_since(over_at: Option<DateTime<Utc>>, time: TimeDelta, now: DateTime<Utc>) -> bool {
    over_at.is_some_and(|at| at + time < now)
}

/// The key in a booking's link; none once the link has expired, and for a booking made before secrets were stored.
pub fn of_link(
    keys: &Keys,
    sealed: Option<&[u8]>,
    over_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Option<Key>, AppError> {
    let sealed = sealed.filter(|_| !is_over_since(over_at, LINK_LASTS, now));
    sealed.map(|sealed| unseal(keys, sealed).map(Key::Token)).transpose()
}

fn unseal(keys: &Keys, sealed: &[u8]) -> Result<String, AppError> {
    String::from_utf8(keys.open(SEALED_FOR, sealed)?).or_internal()
}

/// The token of a booking's link; `None` for a booking made before tokens were stored.
pub async fn find_token(tx: &mut Tx, keys: &Keys, booking: Id<Booking>) -> Result<Option<String>, AppError> {
    store::find_sealed_token(tx, booking).await?.map(|sealed| unseal(keys, &sealed)).transpose()
}
