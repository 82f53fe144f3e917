use engine::{Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{AdminFrame, Waiting, actions::MoveForCustomer},
    bookings,
    error::AppError,
    fulfilment::pages::moment_fields,
    server::{Answer, Page, Visit},
    ui::{self, HiddenField},
};

/// `/admin/bookings/{reference}/move`: another time for a booking.
pub async fn reschedule(visit: Visit) -> Result<Answer, AppError> {
    let reference: Reference = visit.param("reference")?;
    let form = visit.form(MoveForCustomer::PATH);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let booking = bookings::store::find_by_reference(&mut tx, &reference).await?.ok_or(AppError::NotFound)?;
    let back = format!("/admin/bookings/{}", booking.reference);
    if !booking.is_cancellable() {
        return Ok(Answer::Redirect(back));
    }
    let now = tx.now;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-move", reference = reference), move || {
        let fields = moment_fields(&ctx.tenant, &booking, &form, now);
        let when = match booking.scheduled_at {
            Some(at) => t!("admin-booked-for", at = ctx.tenant.date_time(at)),
            None => t!("admin-booked-for-as-soon-as-possible").to_owned(),
        };
        view! {
            <AdminFrame ctx waiting path=format!("{back}/move")>
                <ui::Page title=t!("admin-move", reference = reference) lead=format!("{}, {}", isolated(&booking.contact.name), isolated(&booking.address))>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <p>{when}</p>
                        <p class="muted">{t!("admin-the-customer-is-told-a-provider")}</p>
                        <ui::PostForm action=MoveForCustomer::PATH>
                            <HiddenField name="booking" value=booking.id.to_string() />
                            {fields}
                            <div class="row">
                                <ui::PrimaryButton>{t!("admin-move-booking")}</ui::PrimaryButton>
                                <ui::SecondaryLink href=back>{t!("admin-keep-the-time")}</ui::SecondaryLink>
                            </div>
                        </ui::PostForm>
                    </ui::Card>
                </ui::Page>
            </AdminFrame>
        }
    })
    .answer()
}
