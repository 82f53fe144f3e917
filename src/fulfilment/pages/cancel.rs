use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    bookings::{Key, store::OpenedBooking},
    error::AppError,
    fulfilment::{actions::CancelBooking, cancellation},
    payments::in_words,
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{
        Card, CompactPage, DangerButton, ErrorSummary, HiddenField, Need, PostForm, PriceLine, PriceLines,
        SecondaryLink, TextArea,
    },
};

/// `/b/{token}/cancel`: shows the fee for cancelling, and why, before confirming.
pub async fn cancel(visit: Visit) -> Result<Answer, AppError> {
    let key = Key::Token(visit.param("token")?);
    preview(visit, key).await
}

/// `/account/bookings/{reference}/cancel`: the same for the account it belongs to.
pub async fn cancel_own(visit: Visit) -> Result<Answer, AppError> {
    let key = Key::Reference(visit.param("reference")?);
    preview(visit, key).await
}

async fn preview(visit: Visit, key: Key) -> Result<Answer, AppError> {
    let mut tx = visit.begin().await?;
    let OpenedBooking { booking, service_name, .. } = key.open(&mut tx, &visit.ctx).await?;
    if !booking.is_cancellable() {
        return Ok(Answer::Redirect(key.path()));
    }
    let terms = cancellation::terms(&mut tx, &visit.ctx.tenant, &booking).await?;
    drop(tx);
    let form = visit.form(CancelBooking::PATH);
    let ctx = visit.ctx;
    Page::new(t!("fulfilment-cancel-booking"), move || {
        let tenant = ctx.tenant.clone();
        let shown_fee = if booking.hidden_payer().is_some() { 0 } else { terms.fee().minor() };
        let how_to_pay = terms.fee().is_positive().then(|| in_words::of_fee(&tenant, &booking));
        let fee = tenant.money(terms.fee());
        let lead = t!("fulfilment-service-and-booking", service_name = isolated(&service_name), reference = booking.reference);
        let button = if terms.fee().is_zero() {
            t!("fulfilment-cancel-booking-for-free").to_owned()
        } else {
            t!("fulfilment-cancel-booking-for", fee = fee)
        };
        let hidden = booking.hidden_payer().is_some();
        let button = if hidden { t!("fulfilment-cancel-booking").to_owned() } else { button };
        let lines: Vec<_> = terms
            .quote
            .lines()
            .iter()
            .map(|line| PriceLine::new(&line.label, tenant.money(line.amount).to_string()))
            .collect();
        view! {
            <CustomerFrame ctx>
                <CompactPage title=t!("fulfilment-cancel-this-booking") lead=lead>
                    <Card>
                        <p>{terms.reason(&tenant, &booking)}</p>
                        {(!hidden).then(|| view! { <PriceLines lines total=fee.to_string() total_label=t!("fulfilment-cancellation-fee") /> })}
                        {how_to_pay.map(|text| view! { <p class="muted small">{text}</p> })}
                        <PostForm action=CancelBooking::PATH>
                            <ErrorSummary form=form.clone() />
                            {key.fields().map(|(name, value)| view! { <HiddenField name value /> })}
                            <HiddenField name="fee" value=shown_fee.to_string() />
                            <TextArea
                                label=t!("fulfilment-what-made-you-cancel")
                                name="reason"
                                state=form.field("reason")
                                need=Need::Optional
                            />
                            <div class="wide">
                                <DangerButton>{button}</DangerButton>
                            </div>
                            <div class="wide">
                                <SecondaryLink href=key.path()>{t!("fulfilment-keep-the-booking")}</SecondaryLink>
                            </div>
                        </PostForm>
                    </Card>
                </CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}
