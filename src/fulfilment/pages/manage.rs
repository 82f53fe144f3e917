use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    parts::{PriceCard, ProgressCard, progress_view},
    proposal::{Proposals, Proposed},
};
use crate::{
    bookings::{
        Booking, Key, Phase,
        people::{self, Person},
        quotes,
        store::OpenedBooking,
    },
    dispatch::{self, JobProgress},
    error::AppError,
    fulfilment::{actions::DeclineQuote, reschedule::is_movable, start_code},
    payments::{self, in_words},
    reviews::{ReviewCard, actions::ReviewBooking},
    server::{Answer, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{Alert, Description, DescriptionList, Live, SecondaryLink, TitledCard, WidePage},
    verticals::{About, Seen, Side, Situation},
};

/// `/b/{token}`: a booking, opened by its link.
pub async fn manage(visit: Visit) -> Result<Answer, AppError> {
    let key = Key::Token(visit.param("token")?);
    booking(visit, key).await
}

/// `/account/bookings/{reference}`: a booking, for its account.
pub async fn own(visit: Visit) -> Result<Answer, AppError> {
    let key = Key::Reference(visit.param("reference")?);
    booking(visit, key).await
}

async fn booking(visit: Visit, key: Key) -> Result<Answer, AppError> {
    let mut tx = visit.begin().await?;
    let OpenedBooking { booking, service_name, rating, comment, people, .. } = key.open(&mut tx, &visit.ctx).await?;
    let about = booking.vertical.about_one(&mut tx, &visit.ctx.tenant, booking.id).await?;
    let jobs = dispatch::jobs_of(&mut tx, booking.id).await?;
    let progress = dispatch::current(&jobs).cloned();
    let may_move = is_movable(&booking, &jobs);
    let versions = quotes::list(&mut tx, booking.id).await?;
    let payments = payments::store::list_of_booking(&mut tx, booking.id).await?;
    let now = tx.now;
    let seen = Seen { visit: &visit, booking: &booking, about: &about, side: Side::Customer(&key) };
    let panels = booking.vertical.panels(&mut tx, &seen).await?;
    let tenant = &visit.ctx.tenant;
    let situation = Situation { tenant, booking: &booking, about: &about, jobs: &jobs, now };
    let progress_view = progress_view(&mut tx, &situation).await?;
    let code = start_code::of_booking(&mut tx, &visit.ctx.app.keys, &booking).await?;
    drop(tx);

    let review = visit.form(ReviewBooking::PATH);
    let declining = visit.form(DeclineQuote::PATH);
    let proposed = Proposed::of(&booking, &versions, now);
    let ctx = visit.ctx;
    let tenant = ctx.tenant.clone();
    let paid = payments.iter().map(|payment| in_words::described(&tenant, &booking, payment)).collect();
    let done = progress.as_ref().filter(|progress| booking.phase == Phase::Completed && progress.provider.is_some());
    let reviewed = done.map(JobProgress::first_names);
    let lead = t!("fulfilment-booking-reference", reference = booking.reference);
    Page::new(format!("{} {}", isolated(&service_name), booking.reference), move || {
        let cancel = booking.is_cancellable().then(|| key.cancel_path());
        let reschedule = may_move.then(|| key.move_path());
        let (is_over, begins_at) = (booking.phase.is_terminal(), booking.vertical.begins_at());
        let track = key.track_path().filter(|_| !is_over);
        let topic = key.topic();
        let (headline, tone) = (progress_view.headline.clone(), progress_view.tone);
        let agreed = agreed(&tenant, &booking, &service_name, about, &people);
        let proposals = view! { <Proposals tenant=tenant.clone() key=key.clone() proposed declining /> };
        let review = reviewed.map(|name| view! { <ReviewCard key name rating comment form=review /> });
        view! {
            <CustomerFrame ctx>
                <WidePage title=service_name lead=lead>
                    <div id="headline" data-live="" role="status">
                        <Alert tone title=headline>
                            {track.map(|href| view! { <p><a href=href>{t!("fulfilment-track-it-live")}</a></p> })}
                        </Alert>
                    </div>
                    <div class="split">
                        <div class="stack">
                            {review}
                            {proposals}
                            <div id="progress" class="stack" data-live="">
                                <ProgressCard tenant=tenant.clone() booking=booking.clone() progress_view progress code now />
                            </div>
                            {panels.into_iter().map(ViewFnOnce::run).collect_view()}
                            <TitledCard title=t!("fulfilment-details")>{agreed}</TitledCard>
                        </div>
                        <div id="price" class="stack" data-live="">
                            <PriceCard tenant booking versions paid />
                            {reschedule.map(|href| view! { <div class="wide"><SecondaryLink href>{t!("fulfilment-choose-another-time")}</SecondaryLink></div> })}
                            {cancel.map(|href| view! { <div class="wide"><SecondaryLink href>{t!("fulfilment-cancel-booking")}</SecondaryLink></div> })}
                            {is_over.then(|| view! { <div class="wide"><SecondaryLink href=begins_at>{t!("fulfilment-book-again")}</SecondaryLink></div> })}
                        </div>
                    </div>
                </WidePage>
                <Live topic />
            </CustomerFrame>
        }
    })
    .answer()
}

/// The agreement, with the vertical's details.
fn agreed(
    tenant: &Tenant,
    booking: &Booking,
    service_name: &str,
    about: About,
    people: &[Person],
) -> impl IntoView + use<> {
    let when = booking
        .scheduled_at
        .map_or_else(|| t!("fulfilment-as-soon-as-possible").to_owned(), |at| tenant.appointment(at));
    let facts = [(t!("fulfilment-service"), service_name.to_owned()), (t!("fulfilment-when"), when)]
        .into_iter()
        .chain(booking.ends_at.map(|at| (t!("fulfilment-until"), tenant.appointment(at))))
        .chain((booking.units > 1).then(|| (t!("fulfilment-number"), booking.units.to_string())))
        .chain([(t!("fulfilment-where"), booking.address.clone())])
        .chain(about.facts.into_iter().map(|fact| (fact.label, fact.text)))
        .chain(people::names(people).map(|names| (t!("fulfilment-with"), names)))
        .chain([
            (t!("fulfilment-contact"), booking.contact.name.clone()),
            (t!("fulfilment-phone"), booking.contact.phone.national()),
        ])
        .chain(booking.notes.clone().map(|notes| (t!("fulfilment-notes"), notes)))
        .chain([(t!("fulfilment-booked"), tenant.date_time(booking.created_at))])
        .map(|(term, text)| view! { <Description term>{text}</Description> })
        .collect_view();
    view! { <DescriptionList>{facts}</DescriptionList> }
}
