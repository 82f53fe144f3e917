use engine::{Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{AdminFrame, Waiting, actions::CancelForCustomer},
    bookings,
    error::AppError,
    fulfilment,
    server::{Answer, Page, Visit},
    ui::{self, Choice, FieldState, HiddenField, PriceLine},
};

/// `/admin/bookings/{reference}/cancel`: shows the fee before cancelling.
pub async fn cancel(visit: Visit) -> Result<Answer, AppError> {
    let reference: Reference = visit.param("reference")?;
    let form = visit.form(CancelForCustomer::PATH);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let booking = bookings::store::find_by_reference(&mut tx, &reference).await?.ok_or(AppError::NotFound)?;
    let back = format!("/admin/bookings/{}", booking.reference);
    if !booking.is_cancellable() {
        return Ok(Answer::Redirect(back));
    }
    let terms = fulfilment::cancellation::terms(&mut tx, &visit.ctx.tenant, &booking).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-cancel", reference = reference), move || {
        let tenant = ctx.tenant.clone();
        let fee = tenant.money(terms.fee()).to_string();
        let lines = terms
            .quote
            .lines()
            .iter()
            .map(|line| PriceLine::new(line.label.clone(), tenant.money(line.amount).to_string()))
            .collect::<Vec<_>>();
        let (reason, shown_fee) = (terms.reason(&tenant, &booking), terms.fee().minor().to_string());
        let choices = if terms.fee().is_positive() {
            vec![Choice::new("charge", t!("admin-charge", fee = fee)), Choice::new("waive", t!("admin-waive-the-fee"))]
        } else {
            vec![Choice::new("charge", t!("admin-cancel-free-of-charge"))]
        };
        let chosen = if form.was_submitted() { form.field("fee") } else { FieldState::of("charge") };
        view! {
            <AdminFrame ctx waiting path=format!("{back}/cancel")>
                <ui::Page title=t!("admin-cancel-question", reference = reference) lead=format!("{}, {}", isolated(&booking.contact.name), isolated(&booking.address))>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::TitledCard title=t!("admin-cancellation-fee")>
                        <p class="muted">{reason}</p>
                        <ui::PriceLines lines total=fee.clone() total_label=t!("admin-cancellation-fee") />
                    </ui::TitledCard>
                    <ui::Card>
                        <ui::PostForm action=CancelForCustomer::PATH>
                            <HiddenField name="booking" value=booking.id.to_string() />
                            <HiddenField name="shown_fee" value=shown_fee />
                            <ui::RadioGroup legend=t!("admin-fee") name="fee" state=chosen choices />
                            <ui::TextField label=t!("admin-reason") name="reason" state=form.field("reason") hint=t!("admin-the-customer-sees-this") />
                            <div class="row">
                                <ui::DangerButton>{t!("admin-cancel-booking")}</ui::DangerButton>
                                <ui::SecondaryLink href=back>{t!("admin-keep-booking")}</ui::SecondaryLink>
                            </div>
                        </ui::PostForm>
                    </ui::Card>
                </ui::Page>
            </AdminFrame>
        }
    })
    .answer()
}
