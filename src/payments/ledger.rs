//! The ledger: append-only postings. Every row moves an amount from one account to another, so each row is balanced and the sum of all balances is
//! always zero.
//!
//! ```text
//! charge    customer:<booking> ─> revenue              the customer owes
//!           revenue ─> platform                        the platform's fee in it
//! refund    revenue ─> customer:<booking>              they owe less, because it was cancelled
//!           platform ─> revenue                        the platform's fee in it
//! payment   cash | cashapp | zelle | bank ─> customer  the customer has paid
//!           customer ─> cash | cashapp | zelle | bank  they were given back what they paid above what is due
//!           provider:<provider> ─> customer            paid in cash that the provider keeps: we owe the provider that much less
//! earning   revenue ─> provider:<provider>             the provider's share
//! payout    provider:<provider> ─> bank                the transfer of the share
//! ```
//! A balance is what came in minus what went out, read like a bookkeeper's credit:
//!
//! - Positive: what the business owes or has earned (a provider's unpaid share, revenue).
//! - Negative: what others owe it or what it holds (a customer's debt, the cash box, a provider who keeps more cash than they earned).
//!
//! A provider's balance is the sum of their unpaid earnings, including the negative ones for cash kept.

use std::fmt;

use engine::{Amount, Id, codes};
use sqlx::PgConnection;

use crate::{
    bookings::{Booking, PaymentMethod},
    error::AppError,
    providers::Provider,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Account {
    Revenue,
    /// What the platform has earned by its fees.
    Platform,
    Bank,
    Cash,
    CashApp,
    Zelle,
    /// What the customer of a booking owes.
    Customer(Id<Booking>),
    /// What the business owes a provider, less the cash they keep.
    Provider(Id<Provider>),
}

impl Account {
    /// The account for money paid this way; the provider's for cash they took.
    pub fn receiving(method: PaymentMethod, received_by: Option<Id<Provider>>) -> Self {
        match (method, received_by) {
            (PaymentMethod::Cash, Some(provider)) => Self::Provider(provider),
            (PaymentMethod::Cash, None) => Self::Cash,
            (PaymentMethod::CashApp, _) => Self::CashApp,
            (PaymentMethod::Zelle, _) => Self::Zelle,
            (PaymentMethod::Stripe, _) => Self::Bank,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revenue => f.write_str("revenue"),
            Self::Platform => f.write_str("platform"),
            Self::Bank => f.write_str("bank"),
            Self::Cash => f.write_str("cash"),
            Self::CashApp => f.write_str("cashapp"),
            Self::Zelle => f.write_str("zelle"),
            Self::Customer(booking) => write!(f, "customer:{booking}"),
            Self::Provider(provider) => write!(f, "provider:{provider}"),
        }
    }
}

codes! {
    /// The kind of a posting.
    pub enum PostingKind ("kind of posting") {
        /// A version of the price, of a completed booking.
        Charge = "charge",
        /// The customer has paid.
        Payment = "payment",
        /// The provider's share.
        Earning = "earning",
        /// The transfer of a provider's shares.
        Payout = "payout",
        /// The fee of a cancelled booking.
        CancellationFee = "cancellation_fee",
        Refund = "refund",
        Correction = "correction",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The account that the amount leaves.
    pub from: Account,
    pub to: Account,
    pub amount: Amount,
}

impl Move {
    /// A negative amount moves the other way; nothing doesn't move.
    pub fn between(from: Account, to: Account, amount: Amount) -> Option<Self> {
        match amount.minor() {
            0 => None,
            minor if minor < 0 => Some(Self { from: to, to: from, amount: -amount }),
            _ => Some(Self { from, to, amount }),
        }
    }
}

/// Writes a posting once: posting again under the same key changes nothing. Returns whether it was written now.
pub async fn post(db: &mut PgConnection, key: &str, kind: PostingKind, moves: &[Move]) -> Result<bool, AppError> {
    let from: Vec<String> = moves.iter().map(|row| row.from.to_string()).collect();
    let to: Vec<String> = moves.iter().map(|row| row.to.to_string()).collect();
    let amounts: Vec<Amount> = moves.iter().map(|row| row.amount).collect();
    let rows = sqlx::query(
        "with posting as (
             insert into postings (id, key, kind) values ($1, $2, $3)
             on conflict on constraint postings_key_key do nothing
             returning id
         )
         insert into ledger_rows (posting_id, position, from_account, to_account, amount)
         select posting.id, row.position, row.from_account, row.to_account, row.amount
         from posting, unnest($4::text[], $5::text[], $6::bigint[]) with ordinality as row (from_account, to_account, amount, position)",
    )
    .bind(Id::<PostingKind>::new())
    .bind(key)
    .bind(kind)
    .bind(from)
    .bind(to)
    .bind(amounts)
    .execute(db)
    .await?
    .rows_affected();
    Ok(rows > 0)
}

/// What came in minus what went out.
pub async fn balance(db: &mut PgConnection, account: Account) -> Result<Amount, AppError> {
    let (balance,) = sqlx::query_as::<_, (Amount,)>(
        "select (coalesce((select sum(amount) from ledger_rows where tenant_id = app.current_tenant() and to_account = $1), 0)
               - coalesce((select sum(amount) from ledger_rows where tenant_id = app.current_tenant() and from_account = $1), 0))::bigint",
    )
    .bind(account.to_string())
    .fetch_one(db)
    .await?;
    Ok(balance)
}
