//! Prices that wait for the customer's answer.

use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    bookings::{Key, price_line, quotes::StoredQuote},
    fulfilment::actions::{ApproveQuote, DeclineQuote},
    tenants::Tenant,
    ui::{
        ErrorSummary, FormState, HiddenField, Need, PostForm, PriceLines, PrimaryButton, SecondaryButton, TextField,
        TitledCard,
    },
};

/// A card for each open proposal: what it is for, what it costs, and the two answers.
#[component]
pub(super) fn Proposals(
    tenant: std::sync::Arc<Tenant>,
    key: Key,
    proposed: Vec<StoredQuote>,
    declining: FormState,
) -> impl IntoView {
    proposed.into_iter().map(|quote| card(&tenant, &key, &quote, &declining)).collect_view()
}

fn card(tenant: &Tenant, key: &Key, quote: &StoredQuote, declining: &FormState) -> impl IntoView + use<> {
    let total = tenant.money(quote.quote.total()).to_string();
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
    let description = quote.description.clone().map(|text| view! { <p>{text}</p> });
    let (errors, reason) = (declining.clone(), declining.field("reason"));
    let label = t!("fulfilment-approve", total = total);
    let open = declining.was_submitted();
    view! {
        <TitledCard title=t!("fulfilment-do-you-approve-this-price")>
            {description}
            <PriceLines lines total=total note=tax />
            <p class="faint small">{details}</p>
            <PostForm action=ApproveQuote::PATH>
                {approving}
                <div class="wide"><PrimaryButton>{label}</PrimaryButton></div>
            </PostForm>
            <details class="confirm" open=open>
                <summary class="button button-quiet">{t!("fulfilment-decline")}</summary>
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
