use engine::field::isolated;
use leptos::prelude::*;

use super::{
    link::{self, KeepLink},
    map::{Drive, DriveMap},
    parts::{KeepLooking, PriceCard, ProgressCard, arrival, progress_view},
    proposal::{ProposalNotices, Proposed},
};
use crate::{
    bookings::{
        Key, Phase, key,
        quotes::{self, StoredQuote},
        store,
    },
    dispatch::{self, JobProgress},
    error::AppError,
    fulfilment::{progress_view::timeline, reschedule::is_movable, start_code},
    payments::{self, in_words},
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{
        Description, DescriptionList, Glyph, Icon, Live, PrimaryLink, ReloadLink, SecondaryLink, Timeline, TitledCard,
        WidePage,
    },
    verticals::{Seen, Side, Situation},
};

/// `/track/{token}`: the status of a booking, without signing in. An hour after the work is done it redirects to the booking itself.
pub async fn track(visit: Visit) -> Result<Answer, AppError> {
    let key = Key::Token(visit.param("token")?);
    let mut tx = visit.begin().await?;
    let opened = key.open(&mut tx, &visit.ctx).await?;
    let now = tx.now;
    if key::is_tracking_over(&opened, now) {
        return Ok(Answer::Redirect(key.path()));
    }
    let jobs = dispatch::jobs_of(&mut tx, opened.booking.id).await?;
    let progress = dispatch::current(&jobs).cloned();
    let is_stuck = jobs.iter().any(JobProgress::is_stuck);
    let events = store::timeline(&mut tx, opened.booking.id).await?;
    let versions = quotes::list(&mut tx, opened.booking.id).await?;
    let payments = if versions.iter().any(StoredQuote::is_charged) {
        payments::store::list_of_booking(&mut tx, opened.booking.id).await?
    } else {
        Vec::new() // nothing is due before
    };
    let about = opened.booking.vertical.about_one(&mut tx, &visit.ctx.tenant, opened.booking.id).await?;
    let sent_to = link::sent_to(&visit.ctx.app, &opened);
    let seen = Seen { visit: &visit, booking: &opened.booking, about: &about, side: Side::Customer(&key) };
    let panels = opened.booking.vertical.panels(&mut tx, &seen).await?;
    let tenant = &visit.ctx.tenant;
    let situation = Situation { tenant, booking: &opened.booking, about: &about, jobs: &jobs, now };
    let progress_view = progress_view(&mut tx, &situation).await?;
    let code = start_code::of_booking(&mut tx, &visit.ctx.app.keys, &opened.booking).await?;
    drop(tx);

    let ctx = visit.ctx;
    let tenant = ctx.tenant.clone();
    let booking = opened.booking;
    let drive = Drive::of(&ctx, &booking, progress.as_ref(), now);
    let items = timeline(&tenant, &booking, &events, arrival(&tenant, progress.as_ref(), now));
    let paid: Vec<_> = payments.iter().map(|payment| in_words::described(&tenant, &booking, payment)).collect();
    let when = booking.scheduled_at.map(|at| (t!("fulfilment-when"), tenant.appointment(at)));
    let facts: Vec<_> = when
        .into_iter()
        .chain([(t!("fulfilment-where"), booking.address.clone())])
        .chain(about.facts.into_iter().map(|fact| (fact.label, fact.text)))
        .chain(booking.notes.clone().map(|notes| (t!("fulfilment-notes"), notes)))
        .collect();
    let subject =
        t!("fulfilment-business-and-booking", business = isolated(&tenant.name), reference = booking.reference);
    let (path, url) = (key.following_path(), ctx.url(&key.following_path()));
    let lead = t!(
        "fulfilment-service-dot-booking",
        service_name = isolated(&opened.service_name),
        reference = booking.reference
    );
    let headline = progress_view.headline.clone();
    let to_rate = progress
        .as_ref()
        .filter(|progress| progress.provider.is_some() && booking.phase == Phase::Completed && opened.rating.is_none())
        .map(|progress| t!("fulfilment-rate", first_names = progress.first_names()));
    let is_over = booking.phase.is_terminal();
    let may_move = is_movable(&booking, &jobs);
    let proposed = Proposed::of(&booking, &versions, now);
    let page = Page::new(headline.clone(), move || {
        let cancel = booking.is_cancellable().then(|| key.cancel_path());
        let reschedule = may_move.then(|| key.move_path());
        let explanation = progress_view.explanation.clone();
        let topic = key.topic();
        let facts =
            facts.into_iter().map(|(term, text)| view! { <Description term>{text}</Description> }).collect_view();
        view! {
            <CustomerFrame ctx>
                <div id="headline" class="visually-hidden" role="status" data-live="">{headline.clone()} ". " {explanation}</div>
                <WidePage title=headline lead=lead attr:data-live="">
                    <ProposalNotices tenant=tenant.clone() path=key.path() proposed />
                    <div class="split">
                        <div class="stack">
                            {drive.map(|drive| view! { <DriveMap drive /> })}
                            <ProgressCard tenant=tenant.clone() booking=booking.clone() progress_view progress code now />
                            {to_rate.map(|words| view! { <div class="wide"><PrimaryLink href=key.path()><Icon glyph=Glyph::Star />{words}</PrimaryLink></div> })}
                            <ReloadLink href=path at=tenant.time(now) />
                            <KeepLooking key=key.clone() booking=booking.clone() is_stuck />
                            {panels.into_iter().map(ViewFnOnce::run).collect_view()}
                            <TitledCard title=t!("fulfilment-what-happened")>
                                <Timeline items />
                            </TitledCard>
                        </div>
                        <div class="stack">
                            {(!is_over).then(|| view! { <KeepLink url subject sent_to /> })}
                            <PriceCard tenant=tenant.clone() booking=booking.clone() versions paid />
                            <TitledCard title=t!("fulfilment-your-booking")>
                                <DescriptionList>{facts}</DescriptionList>
                            </TitledCard>
                            <div class="row">
                                <SecondaryLink href=key.path()>{t!("fulfilment-booking-details")}</SecondaryLink>
                                {reschedule.map(|href| view! { <SecondaryLink href>{t!("fulfilment-choose-another-time")}</SecondaryLink> })}
                                {cancel.map(|href| view! { <SecondaryLink href>{t!("fulfilment-cancel-booking")}</SecondaryLink> })}
                            </div>
                        </div>
                    </div>
                </WidePage>
                <Live topic />
            </CustomerFrame>
        }
    });
    if is_over { page.answer() } else { page.reloading_without_scripts().answer() }
}
