//! What it costs the customer and earns the provider.

use engine::Amount;
use leptos::prelude::*;

use super::job_view::JobView;
use crate::{
    dispatch::JobState,
    ui::{Card, Description, DescriptionList},
};

impl JobView<'_> {
    /// The customer's price and the provider's earning.
    pub(super) fn price(&self) -> impl IntoView + use<> {
        let shown = self.only().filter(|only| !only.hides_price);
        let owed = shown.map(|only| self.tenant.money(only.owed).to_string());
        let ceiling =
            shown.filter(|only| only.ceiling > only.owed).map(|only| self.tenant.money(only.ceiling).to_string());
        let earned = self.bookings.first().and_then(|first| first.earned);
        let earned = earned.map(|amount| self.tenant.money(amount).to_string());
        let cash: Amount = self.bookings.iter().filter_map(|booking| booking.cash).sum();
        let cash =
            (!cash.is_zero()).then(|| t!("portal-deducted-from-your-next-payout", cash = self.tenant.money(cash)));
        let term = if self.job.state == JobState::Done { t!("portal-final-price") } else { t!("portal-price") };
        let is_empty = owed.is_none() && earned.is_none() && cash.is_none();
        (!is_empty).then(|| view! {
            <Card>
                <DescriptionList>
                    {owed.map(|owed| view! { <Description term>{owed}</Description> })}
                    {ceiling.map(|most| view! { <Description term=t!("portal-approved-up-to")>{most}</Description> })}
                    {earned.map(|amount| view! { <Description term=t!("portal-you-earned")><strong>{amount}</strong></Description> })}
                    {cash.map(|amount| view! { <Description term=t!("portal-cash-you-took")>{amount}</Description> })}
                </DescriptionList>
            </Card>
        })
    }
}
