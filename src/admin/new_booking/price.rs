use engine::{
    Amount, Item, LineKind, Money, Quote, QuoteError,
    field::{self, isolated},
};

use super::{Known, OfficeForm, Places};
use crate::{
    bookings::appointment::Moment,
    catalog::Breach,
    error::{AppError, FieldErrors, OrInternal},
    tenants::Tenant,
    verticals::office::OfficeCall,
};

/// A price of staff is at most so many times the computed one; more is a typing error.
const MOST_TIMES: i64 = 10;

/// A price that staff set, before tax.
struct OwnPrice {
    amount: Amount,
    reason: String,
}

/// What staff have typed, for the kind of business of the service.
pub fn call<'a>(tenant: &'a Tenant, form: &'a OfficeForm, known: &'a Known, places: &'a Places) -> OfficeCall<'a> {
    let saved = known.saved.iter().find(|saved| saved.label == form.saved);
    OfficeCall {
        tenant,
        service: known.service(),
        prices: known.prices(),
        details: saved.map_or(&form.details, |saved| &saved.details),
        places: &places.given,
        scheduled_at: moment(form).read(tenant, known.now, &mut FieldErrors::default()),
        now: known.now,
    }
}

/// When the work is to be done, as typed.
pub(super) fn moment(form: &OfficeForm) -> Moment<'_> {
    Moment { when: &form.when, date: &form.date, time: &form.time }
}

/// The price: the computed one, or the one that staff set. `Invalid` if that can't be read, or if what was typed has no price, which its kind of business
/// says beside the field.
pub fn price(call: &OfficeCall<'_>, form: &OfficeForm) -> Result<Quote, AppError> {
    let computed = match call.service.vertical.office_price(call) {
        Ok(quote) => quote,
        Err(error) => return Err(without_price(call, error)),
    };
    match own_price(call.tenant, form, &computed).map_err(FieldErrors::into_error)? {
        None => Ok(computed),
        Some(OwnPrice { amount, reason }) => {
            let label = format!("{}: {}", isolated(&call.service.name), isolated(&reason));
            let item = Item::job(LineKind::Service, label, amount);
            call.service.vertical.price(call.tenant, call.service, &[item]).or_internal()
        }
    }
}

fn without_price(call: &OfficeCall<'_>, error: QuoteError) -> AppError {
    let errors = call.service.vertical.office_errors(call);
    if errors.is_empty() { AppError::internal(&error) } else { errors.into_error() }
}

fn own_price(tenant: &Tenant, form: &OfficeForm, computed: &Quote) -> Result<Option<OwnPrice>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let reason = errors.take("price_reason", field::optional(&form.price_reason, 120)).flatten();
    let amount = match form.own_price.trim() {
        "" => None,
        text => errors.take("own_price", Money::parse(text, tenant.currency)).map(|money| money.amount),
    };
    let most = Amount(computed.ceiling().minor().saturating_mul(MOST_TIMES));
    if amount.is_some_and(|amount| amount > most) {
        let usual = tenant.money(computed.ceiling());
        errors.add("own_price", t!("admin-that-is-over-times-the-usual", times = MOST_TIMES, usual = usual));
    }
    match (amount, reason) {
        _ if !errors.is_empty() => {}
        (None, None) => return Ok(None),
        (Some(amount), Some(reason)) => return Ok(Some(OwnPrice { amount, reason })),
        (Some(_), None) => errors.add("price_reason", t!("admin-say-why-the-price-is-different")),
        (None, Some(_)) => errors.add("own_price", t!("admin-enter-the-price-or-remove-the")),
    }
    Err(errors)
}

/// The rules of the service that the booking wouldn't keep.
pub fn breaches(call: &OfficeCall<'_>) -> Vec<Breach> {
    call.service.rules.breaches(&call.service.vertical.office_wanted(call), call.now)
}

/// Broken rules as the form sends them back once staff have seen them.
pub fn as_accepted(breaches: &[Breach]) -> String {
    breaches.iter().map(|breach| breach.field()).collect::<Vec<_>>().join(",")
}

/// Total and ceiling as the form sends them back.
pub fn as_shown(quote: &Quote) -> String {
    format!("{}/{}", quote.total().minor(), quote.ceiling().minor())
}
