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
    Page::new(format!("Move {reference}"), move || {
        let fields = moment_fields(&ctx.tenant, &booking, &form, now);
        let when = match booking.scheduled_at {
            Some(at) => format!("Booked for {}.", ctx.tenant.date_time(at)),
            None => "Booked for as soon as possible.".to_owned(),
        };
        view! {
            <AdminFrame ctx waiting path=format!("{back}/move")>
                <ui::Page title=format!("Move {reference}") lead=format!("{}, {}", isolated(&booking.contact.name), isolated(&booking.address))>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <p>{when}</p>
                        <p class="muted">"The customer is told. A provider who is free at the new time keeps the job."</p>
                        <ui::PostForm action=MoveForCustomer::PATH>
                            <HiddenField name="booking" value=booking.id.to_string() />
                            {fields}
                            <div class="row">
                                <ui::PrimaryButton>"Move booking"</ui::PrimaryButton>
                                <ui::SecondaryLink href=back>"Keep the time"</ui::SecondaryLink>
                            </div>
                        </ui::PostForm>
                    </ui::Card>
                </ui::Page>
            </AdminFrame>
        }
    })
    .answer()
}
