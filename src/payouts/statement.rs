use engine::{BasisPoints, Money};
use sqlx::PgConnection;

use super::{EarningKind, Payout, store};
use crate::{error::AppError, server::CsvFile, tenants::Tenant};

/// A payout's statement, line by line, with amounts as plain numbers in the tenant's currency.
pub async fn statement(db: &mut PgConnection, tenant: &Tenant, payout: &Payout) -> Result<CsvFile, AppError> {
    let plain = |amount| Money::new(amount, tenant.currency).to_plain_string();
    let name = format!("payout-{}-{}.csv", tenant.zone.date(payout.created_at), payout.id);
    let mut file = CsvFile::new(
        name,
        [
            t!("payouts-booking"),
            t!("payouts-service"),
            t!("payouts-for"),
            t!("payouts-date"),
            t!("payouts-price-before-tax"),
            t!("payouts-share"),
            t!("payouts-amount"),
            t!("payouts-currency"),
        ],
    )?;
    for item in store::items(db, payout.id).await? {
        file.row([
            item.reference.to_string(),
            item.service.clone(),
            item.kind.label(item.phase).to_owned(),
            tenant.zone.date(item.earned_at).to_string(),
            item.price().map(plain).unwrap_or_default(),
            agreed_share(&item),
            plain(item.amount),
            tenant.currency.to_string(),
        ])?;
    }
    Ok(file)
}

/// How the share was calculated: "70%" or "flat"; empty for cash kept, which is deducted in full.
pub fn agreed_share(item: &store::Item) -> String {
    if item.kind == EarningKind::CashKept {
        return String::new();
    }
    match BasisPoints::new(item.commission_rate) {
        Ok(part) if item.commission_type == "percentage" => part.to_string(),
        _ => t!("payouts-flat").to_owned(),
    }
}
