//! Prices that wait for the customer's answer.

use chrono::{DateTime, Utc};
use engine::{Amount, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    bookings::{
        Booking, Key, price_line,
        quotes::{QuoteState, StoredQuote},
    },
    fulfilment::actions::{ApproveQuote, DeclineQuote},
    tenants::Tenant,
    ui::{
        Alert, ErrorSummary, FormState, HiddenField, Need, PostForm, PriceLines, PrimaryButton, PrimaryLink,
        SecondaryButton, TextField, TitledCard, Tone,
    },
};

/// The prices that the customer can answer, and what they agreed to so far.
pub(super) struct Proposed {
    open: Vec<StoredQuote>,
    agreed: Amount,
}

impl Proposed {
    /// Nobody is asked where an account pays: somebody there agrees.
    pub fn of(booking: &Booking, versions: &[StoredQuote], now: DateTime<Utc>) -> Self {
        let may_answer = booking.billing.is_none();
        let approved = versions.iter().filter(|version| version.state == QuoteState::Approved);
        Self {
            open: versions.iter().filter(|version| may_answer && version.is_open(now)).cloned().collect(),
            agreed: approved.map(|version| version.quote.total()).sum(),
        }
    }

    /// What it comes to with the agreed price.
    fn in_all(&self, tenant: &Tenant, quote: &StoredQuote) -> Option<String> {
        let in_all = tenant.money(self.agreed + quote.quote.total());
        (!self.agreed.is_zero())
            .then(|| t!("fulfilment-with-the-agreed-in-all", agreed = tenant.money(self.agreed), in_all = in_all))
    }
}

/// A question for each open proposal, which leads to the page where it is answered.
#[component]
pub(super) fn ProposalNotices(tenant: std::sync::Arc<Tenant>, path: String, proposed: Proposed) -> impl IntoView {
    let notices = proposed.open.iter().map(|quote| {
        let path = path.clone();
        let title = t!("fulfilment-do-you-approve-total", total = tenant.money(quote.quote.total()));
        let what = quote.description.as_ref().map(|what| format!("{}. ", isolated(what)));
        let in_all = proposed.in_all(&tenant, quote);
        let until = quote.expires_at.map(|at| t!("fulfilment-please-answer-by", at = tenant.date_time(at)));
        view! {
            <Alert tone=Tone::Warning title>
                <p>{what} {in_all} " " {until}</p>
                <div class="wide"><PrimaryLink href=path>{t!("fulfilment-see-and-answer")}</PrimaryLink></div>
            </Alert>
        }
    });
    notices.collect_view()
}

/// A card for each open proposal: what it is for, what it costs, and the two answers.
#[component]
pub(super) fn Proposals(
    tenant: std::sync::Arc<Tenant>,
    key: Key,
    proposed: Proposed,
    declining: FormState,
) -> impl IntoView {
    proposed.open.iter().map(|quote| card(&tenant, &key, &proposed, quote, &declining)).collect_view()
}

fn card(
    tenant: &Tenant,
    key: &Key,
    proposed: &Proposed,
    quote: &StoredQuote,
    declining: &FormState,
) -> impl IntoView + use<> {
    let total = tenant.money(quote.quote.total()).to_string();
    let in_all = proposed.in_all(tenant, quote).map(|in_all| view! { <p>{in_all}</p> });
    let is_line = |what: &&String| quote.quote.lines().iter().any(|line| line.label == **what);
    let description = quote.description.as_ref().filter(|what| !is_line(what));
    let description = description.map(|what| view! { <p>{what.clone()}</p> });
    let lines: Vec<_> = quote.quote.lines().iter().map(|line| price_line(tenant, line)).collect();
    let tax = tenant.included_tax([&quote.quote]);
    let by = quote.offered_by.as_ref().map(|name| t!("fulfilment-proposed-by", name = isolated(name)));
    let until = quote.expires_at.map(|at| t!("fulfilment-please-answer-by", at = tenant.date_time(at)));
    let details = [by, until, Some(t!("fulfilment-without-your-answer-the-agreed-price").to_owned())];
    let details = details.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let hidden = || {
        let fields = key.fields().into_iter().chain([("quote", quote.id.to_string())]);
        fields.map(|(name, value)| view! { <HiddenField name value /> }).collect_view()
    };
    let (approving, denying) = (hidden(), hidden());
    let (errors, reason) = (declining.clone(), declining.field("reason"));
    let label = t!("fulfilment-approve", total = total);
    let open = declining.was_submitted();
    view! {
        <TitledCard title=t!("fulfilment-do-you-approve-this-price")>
            {description}
            <PriceLines lines total=total total_label=t!("fulfilment-in-addition") note=tax />
            {in_all}
            <p class="faint small">{details}</p>
            <PostForm action=ApproveQuote::PATH>
                {approving}
                <div class="wide"><PrimaryButton>{label}</PrimaryButton></div>
            </PostForm>
            <details class="confirm" open=open>
                <summary class="button button-secondary">{t!("fulfilment-decline")}</summary>
                <PostForm action=DeclineQuote::PATH>
                    <ErrorSummary form=errors />
                    {denying}
                    <TextField label=t!("fulfilment-why") name="reason" state=reason need=Need::Optional maxlength=500 />
                    <SecondaryButton>{t!("fulfilment-decline-this-price")}</SecondaryButton>
                </PostForm>
            </details>
        </TitledCard>
    }
}
