use leptos::prelude::*;

use super::parts::{KeepLooking, PriceCard, StandingCard, arrival};
use crate::{
    bookings::{
        Key, key, quotes,
        standing::{Standing, timeline},
        store,
    },
    dispatch,
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{Live, QuietLink, Timeline, TitledCard, WidePage},
};

/// `/track/{token}`: how a booking stands, without a login. An hour after the work is done it leads to the booking itself.
pub async fn track(visit: Visit) -> Result<Answer, AppError> {
    let key = Key::Token(visit.param("token")?);
    let mut tx = visit.begin().await?;
    let opened = key.open(&mut tx, &visit.ctx).await?;
    let now = tx.now;
    if key::is_tracking_over(&opened, now) {
        return Ok(Answer::Redirect(key.path()));
    }
    let progress = dispatch::progress_of(&mut tx, opened.booking.id).await?;
    let events = store::timeline(&mut tx, opened.booking.id).await?;
    let versions = quotes::list(&mut tx, opened.booking.id).await?;
    drop(tx);

    let ctx = visit.ctx;
    let tenant = ctx.tenant.clone();
    let booking = opened.booking;
    let standing = Standing::of(&tenant, &booking, progress.as_ref(), now);
    let items = timeline(&tenant, &booking, &events, arrival(&tenant, progress.as_ref(), now));
    let lead = format!("{} · Booking {}", opened.service_name, booking.reference);
    let headline = standing.headline.clone();
    Page::new(headline.clone(), move || {
        let cancel = booking.is_cancellable().then(|| key.cancel_path());
        let explanation = standing.explanation.clone();
        let topic = key.topic();
        view! {
            <CustomerFrame ctx>
                <div id="standing" class="visually-hidden" role="status" data-live="">{headline.clone()} ". " {explanation}</div>
                <WidePage title=headline lead=lead attr:data-live="">
                    <div class="split">
                        <div class="stack">
                            <StandingCard tenant=tenant.clone() booking=booking.clone() standing progress now />
                            <KeepLooking key=key.clone() booking=booking.clone() />
                            <TitledCard title="What happened">
                                <Timeline items />
                            </TitledCard>
                        </div>
                        <div class="stack">
                            <PriceCard tenant=tenant.clone() booking=booking.clone() versions />
                            <TitledCard title="Where">
                                <p>{booking.address.clone()}</p>
                            </TitledCard>
                            <div class="row">
                                <QuietLink href=key.path()>"Booking details"</QuietLink>
                                {cancel.map(|href| view! { <QuietLink href>"Cancel booking"</QuietLink> })}
                            </div>
                        </div>
                    </div>
                </WidePage>
                <Live topic />
            </CustomerFrame>
        }
    })
    .answer()
}
