use std::ops::RangeInclusive;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use engine::{Amount, Money};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{files::TenantFile, moment::Moment};
use crate::{db::Tx, identity::token::Token};

/// A tenant while its rows are written, in one transaction.
pub(super) struct Loading<'a> {
    pub tx: Tx,
    pub tenant: &'a TenantFile,
}

impl<'a> Loading<'a> {
    pub(super) fn new(tx: Tx, tenant: &'a TenantFile) -> Self {
        Self { tx, tenant }
    }

    /// Whether nothing has been loaded for this tenant.
    pub(super) async fn is_empty(&mut self) -> Result<bool> {
        Ok(sqlx::query_scalar("select not exists (select from users)").fetch_one(&mut *self.tx).await?)
    }

    /// The id of what the files call by this name.
    pub(super) fn id(&self, noun: &str, name: &str) -> Uuid {
        let digest = digest(&[&self.tenant.slug, noun, name]);
        uuid::Builder::from_custom_bytes(first_bytes(&digest)).into_uuid()
    }

    /// A number that looks like chance and is the same every time.
    pub(super) fn chance(&self, about: &str, range: RangeInclusive<i64>) -> i64 {
        let span = range.end() - range.start() + 1;
        range.start() + i64::try_from(self.bits(about) % span.unsigned_abs()).unwrap_or_default()
    }

    /// Random bits that are the same every time.
    pub(super) fn bits(&self, about: &str) -> u64 {
        u64::from_le_bytes(first_bytes(&digest(&[&self.tenant.slug, "chance", about])))
    }

    /// The token of the link that follows a booking.
    pub(super) fn link_token(&self, booking: &str) -> Token {
        link_token(&self.tenant.slug, booking)
    }

    /// When that is.
    pub(super) fn at(&self, moment: Moment) -> DateTime<Utc> {
        moment.instant(self.tx.now, self.tenant.zone)
    }

    /// An amount in the tenant's currency, as people write it.
    pub(super) fn amount(&self, text: &str) -> Result<Amount> {
        let money = Money::parse(text, self.tenant.currency).with_context(|| format!("`{text}`"))?;
        Ok(money.amount)
    }
}

/// The token of the link that follows a demo booking: the same after every loading, so that it can be printed.
pub(super) fn link_token(tenant: &str, booking: &str) -> Token {
    let bytes: [u8; 24] = first_bytes(&digest(&[tenant, "link", booking]));
    Token::from(URL_SAFE_NO_PAD.encode(bytes).as_str())
}

/// Each part is hashed by itself first, so that no two lists of parts look the same.
fn digest(parts: &[&str]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(Sha256::digest(part))).finalize().into()
}

fn first_bytes<const N: usize>(digest: &[u8; 32]) -> [u8; N] {
    *digest.first_chunk().expect("at most 32 bytes are taken")
}
