//! The link of a booking, for the customer to save: without an account it is the only access to the booking.

use engine::{EmailAddress, Phone};
use leptos::prelude::*;

use crate::{
    bookings::store::OpenedBooking,
    notifications::Recipient,
    server::App,
    ui::{CopyableLink, QuietLink, TitledCard},
};

/// Where the link is sent, masked so that a stranger can't read the address or number; `None` if it can't be sent.
pub(super) fn sent_to(app: &App, opened: &OpenedBooking) -> Option<String> {
    if !opened.keeps_link {
        return None;
    }
    let works = |channel: &str| !opened.unreached.iter().any(|unreached| unreached == channel);
    let contact = opened.booking.contact.clone();
    let reachable = Recipient { email: contact.email, phone: Some(contact.phone) }.reachable(app);
    let email = reachable.email.filter(|_| works("email")).map(|email| masked_email(&email));
    let phone = reachable.phone.filter(|_| works("sms")).map(|phone| masked_phone(&phone));
    match (email, phone) {
        (Some(email), Some(phone)) => Some(t!("fulfilment-we-also-send-it-to-both", email = email, phone = phone)),
        (Some(to), None) | (None, Some(to)) => Some(t!("fulfilment-we-also-send-it-to", to = to)),
        (None, None) => None,
    }
}

/// "d…@example.com".
fn masked_email(email: &EmailAddress) -> String {
    let (name, domain) = email.as_str().split_once('@').unwrap_or_default();
    let first: String = name.chars().take(1).collect();
    format!("{first}…@{domain}")
}

/// "the phone number ending in 23".
fn masked_phone(phone: &Phone) -> String {
    let digits = phone.as_str();
    t!("fulfilment-the-phone-number-ending-in", digits = &digits[digits.len().saturating_sub(2)..])
}

/// Shows the link as text to select, with ways to share it.
#[component]
pub(super) fn KeepLink(
    url: String,
    /// Subject of the message that contains it.
    subject: String,
    sent_to: Option<String>,
) -> impl IntoView {
    let message: String = form_urlencoded::byte_serialize(format!("{subject}: {url}").as_bytes()).collect();
    let title: String = form_urlencoded::byte_serialize(subject.as_bytes()).collect();
    // In these URLs a plus sign must not be encoded as a space.
    let (message, title) = (message.replace('+', "%20"), title.replace('+', "%20"));
    view! {
        <TitledCard title=t!("fulfilment-keep-this-link")>
            <p>{t!("fulfilment-it-opens-this-booking-without-an")} {sent_to.map(|to| format!(" {to}"))}</p>
            <CopyableLink url label=t!("fulfilment-link-to-this-booking") />
            <div class="row">
                <QuietLink href=format!("mailto:?subject={title}&body={message}")>{t!("fulfilment-send-by-e-mail")}</QuietLink>
                <QuietLink href=format!("sms:?&body={message}")>{t!("fulfilment-send-by-text")}</QuietLink>
            </div>
        </TitledCard>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_is_recognizable_only_to_its_owner() {
        assert_eq!(masked_email(&"dana@example.com".parse().unwrap()), "d…@example.com");
        assert_eq!(masked_phone(&"+14045550123".parse().unwrap()), "the phone number ending in 23");
    }
}
