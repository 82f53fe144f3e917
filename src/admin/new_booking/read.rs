use chrono::{DateTime, Utc};
use engine::{EmailAddress, Phone, field};

use super::{OfficeForm, Places, price::moment};
use crate::{
    bookings::{Billing, PaymentMethod, Whereabouts},
    customers::Contact,
    error::FieldErrors,
    payments::methods,
    verticals::office::{OfficeCall, SITE},
};

/// What staff want to book.
pub struct Request {
    pub contact: Contact,
    pub place: Whereabouts,
    /// `None`: as soon as possible.
    pub scheduled_at: Option<DateTime<Utc>>,
    pub payment_method: PaymentMethod,
    pub notes: Option<String>,
    pub billing: Option<Billing>,
    pub is_priority: bool,
}

/// Reads everything but the price, or returns all errors by field.
pub fn read(call: &OfficeCall<'_>, form: &OfficeForm, places: &Places) -> Result<Request, FieldErrors> {
    let mut errors = places.errors();
    errors.0.extend(call.service.vertical.office_errors(call).0);
    let contact = contact(call, form, &mut errors);
    let scheduled_at = moment(form).read(call.tenant, call.now, &mut errors);
    let payment_method = errors.take("payment_method", methods::read(call.tenant, &form.payment_method));
    let notes = errors.take("notes", field::multiline(&form.notes, 1000)).flatten();
    let billing = billing(form, &mut errors);
    let place = places.given.get(SITE).cloned();
    match (contact, place, payment_method) {
        (Some(contact), Some(place), Some(payment_method)) if errors.is_empty() => {
            let is_priority = form.priority == "true";
            Ok(Request { contact, place, scheduled_at, payment_method, notes, billing, is_priority })
        }
        _ => Err(errors),
    }
}

fn contact(call: &OfficeCall<'_>, form: &OfficeForm, errors: &mut FieldErrors) -> Option<Contact> {
    let name = errors.take("name", field::required(&form.name, 120));
    let phone = errors.take("phone", Phone::parse(&form.phone, &call.tenant.region));
    let email = match form.email.trim() {
        "" => None,
        text => errors.take("email", text.parse::<EmailAddress>()),
    };
    Some(Contact { name: name?, phone: phone?, email })
}

fn billing(form: &OfficeForm, errors: &mut FieldErrors) -> Option<Billing> {
    let to = errors.take("billed_to", field::optional(&form.billed_to, 120)).flatten();
    let purchase_order = errors.take("purchase_order", field::optional(&form.purchase_order, 60)).flatten();
    let hides_price = form.hides_price == "true";
    if to.is_none() && (purchase_order.is_some() || hides_price) {
        errors.add("billed_to", t!("admin-enter-who-pays"));
    }
    Some(Billing { to: to?, purchase_order, hides_price })
}
