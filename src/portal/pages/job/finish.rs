//! The form that ends it.

use engine::Amount;
use leptos::{prelude::*, server_fn::ServerFn};

use super::job_view::JobView;
use crate::{
    bookings::PaymentMethod,
    fulfilment::{Bill, actions::CompleteJob},
    payments::in_words,
    portal::store::JobDetails,
    ui::{self, Glyph, HiddenField, Icon, PostForm, PrimaryButton},
    verticals::FinishSheet,
    words::Phrase,
};

/// The id of the dialog that finishes a job.
pub(super) const FINISH: &str = "finish-job";
const FINISH_TITLE: Phrase = phrase!("portal-complete-this-job");

pub(super) fn finish_action(bill: Option<&Bill>) -> &'static str {
    bill.and_then(|bill| bill.report.as_ref()).map_or(CompleteJob::PATH, |part| part.action)
}

impl JobView<'_> {
    /// The form that finishes the job: the report of its kind of business, or else the price and the cash to collect.
    pub(super) fn finish(&self, bill: Option<Bill>, form: &ui::FormState) -> AnyView {
        let was_submitted = form.was_submitted();
        let id = self.job.id.to_string();
        let action = finish_action(bill.as_ref());
        let bill = match (self.only(), bill) {
            (Some(only), Some(bill)) => self.bill(only, bill, form),
            _ => self.cash(),
        };
        let form = form.clone();
        let fields = view! {
            <PostForm action>
                <ui::ErrorSummary form />
                <HiddenField name="job" value=id />
                {bill}
                <div class="wide"><PrimaryButton><Icon glyph=Glyph::CircleCheck />{t!("portal-complete-job")}</PrimaryButton></div>
            </PostForm>
        };
        if was_submitted {
            view! { <ui::TitledCard title=FINISH_TITLE.say()>{fields}</ui::TitledCard> }.into_any()
        } else {
            view! { <ui::Dialog id=FINISH title=FINISH_TITLE.say()>{fields}</ui::Dialog> }.into_any()
        }
    }

    /// The report of the one booking, or its price, or who pays it if the provider collects nothing and isn't shown it.
    fn bill(&self, only: &JobDetails, Bill { approved, report }: Bill, form: &ui::FormState) -> AnyView {
        let total_label = match (&only.billed_to, only.payment_method) {
            (Some(payer), _) => in_words::billed_to(payer),
            (None, PaymentMethod::Cash) => t!("portal-cash-to-collect").to_owned(),
            (None, method) => t!("portal-customer-pays-by", label = method.label()),
        };
        let hides_price = only.hides_price;
        let sheet = FinishSheet { tenant: self.tenant, approved: &approved, total_label, hides_price, form };
        if let Some(part) = report {
            return (part.fields)(&sheet);
        }
        if hides_price {
            return sheet.payer();
        }
        let total = self.tenant.money(approved.total()).to_string();
        let lines = vec![ui::PriceLine::new(&only.service_name, total.clone())];
        view! { <ui::PriceLines lines total_label=sheet.total_label.clone() total /> }.into_any()
    }

    /// The cash to collect from several people.
    fn cash(&self) -> AnyView {
        let pays_cash = |booking: &&JobDetails| {
            booking.billed_to.is_none() && booking.payment_method == PaymentMethod::Cash && !booking.phase.is_terminal()
        };
        let paying: Vec<_> = self.bookings.iter().filter(pays_cash).collect();
        if paying.is_empty() {
            return view! { <p>{t!("portal-you-collect-nothing-sentence")}</p> }.into_any();
        }
        let line = |booking: &&JobDetails| {
            ui::PriceLine::new(&booking.contact_name, self.tenant.money(booking.owed).to_string())
        };
        let lines = paying.iter().map(line).collect();
        let total: Amount = paying.iter().map(|booking| booking.owed).sum();
        view! { <ui::PriceLines lines total_label=t!("portal-cash-to-collect") total=self.tenant.money(total).to_string() /> }
            .into_any()
    }
}
