use chrono::{DateTime, Utc};
use engine::{Commission, Id};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{area, besides_the_way, minutes, when};
use crate::{
    bookings::PaymentMethod,
    dispatch::{
        self, DeclineReason, Job, Offer, OfferState,
        actions::{AcceptOffer, DeclineOffer},
    },
    error::AppError,
    payments::in_words,
    portal::{
        ProviderFrame, Shift,
        elements::OfferCountdown,
        store::{self, JobDetails},
    },
    providers,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, ButtonForm, Card, Choice, Description, DescriptionList, EmptyState, Glyph, HiddenField, Icon, Need,
        PostForm, PrimaryButton, PrimaryLink, RadioGroup, SecondaryButton, SecondaryLink, StickyActions, Stop, Stops,
        TextField,
    },
    verticals::{About, name_of_job},
};

/// `/provider/offers/{id}`: service, location, earning and deadline; accept or decline.
pub async fn offer(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Offer> = visit.param("id")?;
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let provider = providers::of_user(&mut tx, &visit.ctx).await?;
    let offer = dispatch::store::offers::find(&mut tx, id).await?.filter(|offer| offer.provider_id == provider.id);
    let offer = offer.ok_or(AppError::NotFound)?;
    if offer.state == OfferState::Accepted {
        return Ok(Answer::Redirect(format!("/provider/jobs/{}", offer.job_id)));
    }
    let job = dispatch::store::jobs::find(&mut tx, offer.job_id).await?.ok_or(AppError::NotFound)?;
    if !offer.is_open(now)
        && let Some(latest) = dispatch::store::assignments::latest(&mut tx, job.id, provider.id).await?
        && latest.has_or_did(&job)
    {
        return Ok(Answer::Redirect(format!("/provider/jobs/{}", job.id))); // staff gave it to them
    }
    let bookings = store::job_details(&mut tx, job.id, provider.id).await?;
    let about = match &bookings[..] {
        [only] => only.vertical.about_one(&mut tx, &visit.ctx.tenant, only.booking_id).await?,
        _ => About::default(), // what each of them is about is seen after accepting
    };
    if offer.is_open(now) {
        dispatch::store::offers::mark_seen(&mut tx, offer.id).await?;
    }
    tx.commit().await?;

    let form = visit.form(DeclineOffer::PATH);
    let declining = visit.query("decline").is_some() || form.is_rejected();
    let ctx = visit.ctx;
    let is_open = offer.is_open(now);
    let title = if is_open { t!("portal-new-offer") } else { t!("portal-offer") };
    Page::new(title, move || {
        let shift = Shift::of(&provider, usize::from(is_open));
        let tenant = ctx.tenant.clone();
        let body = if is_open {
            let commission = offer.commission.or(provider.commission);
            open_offer(&tenant, Shown { offer, job, bookings, about, commission }, form, declining, now).into_any()
        } else {
            let reason = offer.refusal(&job).to_string();
            view! {
                <EmptyState glyph=Glyph::Bell title=t!("portal-this-offer-is-over") text=reason>
                    <PrimaryLink href="/provider">{t!("portal-back-to-your-home-page")}</PrimaryLink>
                </EmptyState>
            }
            .into_any()
        };
        view! {
            <ProviderFrame ctx path="/provider" shift>
                <ui::Page title=title>{body}</ui::Page>
            </ProviderFrame>
        }
    })
    .answer()
}

/// An offer with its job's details.
struct Shown {
    offer: Offer,
    job: Job,
    bookings: Vec<JobDetails>,
    about: About,
    commission: Commission,
}

fn open_offer(
    tenant: &Tenant,
    shown: Shown,
    form: ui::FormState,
    declining: bool,
    now: DateTime<Utc>,
) -> impl IntoView + use<> {
    let Shown { offer, job, bookings, about, commission } = shown;
    let first = bookings.first();
    let only = first.filter(|_| bookings.len() == 1);
    let left = u32::try_from((offer.expires_at - now).num_seconds().max(0)).unwrap_or(0);
    let total = u32::try_from((offer.expires_at - offer.offered_at).num_seconds().max(1)).unwrap_or(1);
    let mut stops = vec![Stop {
        label: t!("portal-where").to_owned(),
        place: area(&job.address),
        detail: t!(
            "portal-place-from-you-about",
            distance = tenant.distance(offer.distance),
            time = minutes(tenant, offer.travel.num_seconds())
        ),
    }];
    if let Some(destination) = &job.destination {
        let further = job.point.zip(destination.point).map(|(from, to)| engine::road_distance(from, to));
        stops.push(Stop {
            label: t!("portal-where-to").to_owned(),
            place: area(&destination.address),
            detail: further.map(|way| t!("portal-further", way = tenant.distance(way))).unwrap_or_default(),
        });
    }
    let appointment = match only {
        Some(JobDetails { scheduled_at: None, .. }) => t!("portal-as-soon-as-possible").to_owned(),
        Some(JobDetails { scheduled_at: Some(at), .. }) => when(tenant, *at, now),
        None => when(tenant, job.window_start, now),
    };
    let details = besides_the_way(about);
    let pay = tenant.money(offer.pay).to_string();
    let pay_note = only.and_then(|only| only.pay_note(commission));
    let method = only.map(|only| match (&only.billed_to, only.payment_method) {
        (Some(payer), _) => t!("portal-payer-you-collect-nothing", payer = in_words::billed_to(payer)),
        (None, PaymentMethod::Cash) => t!("portal-cash-to-you-its-deducted-from").to_owned(),
        (None, method) => method.label().to_owned(),
    });
    let many = (bookings.len() != 1).then_some(bookings.len());
    let service =
        first.map_or_else(|| name_of_job(job.vertical, &job.kind).to_owned(), |first| first.service_name.clone());
    let notes = only.and_then(|only| only.notes.clone());
    let until = tenant.time_to_the_second(offer.expires_at);
    let reasons = DeclineReason::ALL.iter().map(|reason| Choice::new(reason.as_str(), reason.label())).collect();
    let id = offer.id.to_string();
    let declined_id = id.clone();
    view! {
        <Card>
            <div class="row-between offer-top">
                <div class="stack-tight">
                    <p class="muted small">{t!("portal-you-earn")}</p>
                    <p class="headline-figure">{pay}</p>
                    {pay_note.map(|text| view! { <p class="small">{text}</p> })}
                    <p class="muted">{service}</p>
                </div>
                <OfferCountdown seconds_left=left seconds_total=total until=until />
            </div>
            <hr />
            <Stops stops />
            <hr />
            <DescriptionList>
                {details}
                <Description term=t!("admin-when")>{appointment}</Description>
                {method.map(|method| view! { <Description term=t!("portal-customer-pays")>{method}</Description> })}
                {many.map(|many| view! { <Description term=t!("admin-bookings")>{many}</Description> })}
                {notes.map(|notes| view! { <Description term=t!("portal-notes")>{notes}</Description> })}
            </DescriptionList>
        </Card>
        <p id="address-note" data-live="" class="faint small">{t!("portal-exact-address-once-you-accept")}</p>
        {declining.then(|| view! {
            <Card attr:id="decline">
                <PostForm action=DeclineOffer::PATH>
                    <ui::ErrorSummary form=form.clone() />
                    <HiddenField name="offer" value=declined_id />
                    <RadioGroup legend=t!("portal-why-not") name="reason" state=form.field("reason") choices=reasons />
                    <TextField label=t!("portal-anything-to-add") name="note" state=form.field("note") need=Need::Optional />
                    <SecondaryButton>{t!("portal-decline-this-offer")}</SecondaryButton>
                </PostForm>
            </Card>
        })}
        <StickyActions>
            {(!declining).then(|| view! { <SecondaryLink href="?decline=yes#decline">{t!("portal-decline")}</SecondaryLink> })}
            <ButtonForm action=AcceptOffer::PATH>
                <HiddenField name="offer" value=id />
                <PrimaryButton><Icon glyph=Glyph::Check />{t!("portal-accept")}</PrimaryButton>
            </ButtonForm>
        </StickyActions>
    }
}
