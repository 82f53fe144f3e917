//! Jobs that providers take themselves: a section of their home page, and a page for each.

use chrono::{DateTime, Utc};
use engine::Id;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{area, minutes, when};
use crate::{
    db::Tx,
    dispatch::{
        self, Job, OpenJob,
        actions::{HideJob, ShowJobAgain, TakeJob},
    },
    error::AppError,
    portal::{
        ProviderFrame, Shift,
        store::{self, WhatFor},
    },
    providers::{self, Provider},
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, ButtonForm, Card, Description, DescriptionList, EmptyState, Glyph, HiddenField, Icon, LinkCard,
        PrimaryButton, PrimaryLink, SecondaryButton, Section, StickyActions, Stop, Stops,
    },
};

/// The open jobs near a provider, and what each is for.
pub(super) async fn open_jobs_near(
    tx: &mut Tx,
    tenant: &Tenant,
    provider: &Provider,
) -> Result<Vec<(OpenJob, WhatFor)>, AppError> {
    let found = dispatch::discover(tx, tenant, provider).await?;
    let ids: Vec<_> = found.iter().map(|open| open.job.id).collect();
    let mut what = store::what_for(tx, &ids).await?;
    Ok(found.into_iter().filter_map(|open| what.remove(&open.job.id).map(|what| (open, what))).collect())
}

/// The open jobs on the home page; the hidden ones are folded away.
pub(super) fn open_jobs(
    tenant: &Tenant,
    jobs: Vec<(OpenJob, WhatFor)>,
    now: DateTime<Utc>,
) -> Option<impl IntoView + use<>> {
    let (hidden, shown): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|(open, _)| open.is_hidden);
    let cards = |jobs: Vec<(OpenJob, WhatFor)>| {
        let cards = jobs.into_iter().map(|(open, what)| card(tenant, &open, what, now)).collect_view();
        view! { <ul class="link-cards">{cards}</ul> }
    };
    let folded = (!hidden.is_empty()).then(|| {
        let summary = t!("portal-hidden-jobs", hidden = hidden.len());
        view! {
            <details>
                <summary class="button button-quiet">{summary}</summary>
                {cards(hidden)}
            </details>
        }
    });
    let list = (!shown.is_empty()).then(|| cards(shown));
    (list.is_some() || folded.is_some())
        .then(|| view! { <Section title=t!("portal-open-jobs")>{list} {folded}</Section> })
}

fn card(tenant: &Tenant, open: &OpenJob, what: WhatFor, now: DateTime<Utc>) -> impl IntoView + use<> {
    let job = &open.job;
    let detail = t!(
        "portal-from-you",
        now = when(tenant, job.window_start, now),
        address = area(&job.address),
        distance = tenant.distance(open.way.distance)
    );
    let aside = open.pay.map(|pay| tenant.money(pay).to_string()).unwrap_or_default();
    let href = format!("/provider/open/{}", job.id);
    view! { <li><LinkCard href glyph=what.glyph() title=what.name().to_owned() detail aside /></li> }
}

/// `/provider/open/{id}`: an open job; take it, or hide it.
pub async fn open_job(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Job> = visit.param("id")?;
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let provider = providers::of_user(&mut tx, &visit.ctx).await?;
    let latest = dispatch::store::assignments::latest(&mut tx, id, provider.id).await?;
    if latest.is_some() {
        return Ok(Answer::Redirect(format!("/provider/jobs/{id}")));
    }
    let open = dispatch::view(&mut tx, &visit.ctx.tenant, &provider, id).await?;
    let what = store::what_for(&mut tx, &[id]).await?.remove(&id).ok_or(AppError::NotFound)?;
    tx.commit().await?;
    let ctx = visit.ctx;
    Page::new(what.name().to_owned(), move || {
        let shift = Shift::of(&provider, 0);
        let tenant = ctx.tenant.clone();
        let title = what.name().to_owned();
        let body = match open {
            Some(open) => details(&tenant, &open, &what, now).into_any(),
            None => view! {
                <EmptyState glyph=Glyph::ClipboardList title=t!("portal-this-job-is-no-longer-open") text=t!("portal-someone-else-took-it-or-it")>
                    <PrimaryLink href="/provider">{t!("portal-back-to-your-home-page")}</PrimaryLink>
                </EmptyState>
            }
            .into_any(),
        };
        view! {
            <ProviderFrame ctx path="/provider" shift>
                <ui::Page title>{body}</ui::Page>
            </ProviderFrame>
        }
    })
    .answer()
}

fn details(tenant: &Tenant, open: &OpenJob, what: &WhatFor, now: DateTime<Utc>) -> impl IntoView + use<> {
    let job = &open.job;
    let (id, hidden_id) = (job.id.to_string(), job.id.to_string());
    let way = t!(
        "portal-place-from-you-about",
        distance = tenant.distance(open.way.distance),
        time = minutes(tenant, open.way.travel.num_seconds())
    );
    let mut stops = vec![Stop { label: t!("portal-where").to_owned(), place: area(&job.address), detail: way }];
    if let Some(destination) = &job.destination {
        stops.push(Stop {
            label: t!("portal-where-to").to_owned(),
            place: area(&destination.address),
            detail: String::new(),
        });
    }
    let window = t!("portal-to", from = when(tenant, job.window_start, now), to = when(tenant, job.window_end, now));
    let takes = tenant.locale.minutes(job.expected_minutes.into());
    let pay = open.pay.map(|pay| tenant.money(pay).to_string());
    let bookings = what.bookings.to_string();
    let hide_action = if open.is_hidden { ShowJobAgain::PATH } else { HideJob::PATH };
    let hide_label = if open.is_hidden { t!("portal-show-it-again") } else { t!("portal-hide-this-job") };
    view! {
        <Card>
            <Stops stops />
            <hr />
            <DescriptionList>
                {pay.map(|pay| view! { <Description term=t!("portal-you-earn")><strong>{pay}</strong></Description> })}
                <Description term=t!("admin-when")>{window}</Description>
                <Description term=t!("portal-takes-about")>{takes}</Description>
                <Description term=t!("portal-bookings-so-far")>{bookings}</Description>
            </DescriptionList>
        </Card>
        <p class="faint small">{t!("portal-exact-address-once-the-job-is-yours")}</p>
        <div class="wide">
            <ButtonForm action=hide_action>
                <HiddenField name="job" value=hidden_id />
                <SecondaryButton>{hide_label}</SecondaryButton>
            </ButtonForm>
        </div>
        <StickyActions>
            <ButtonForm action=TakeJob::PATH>
                <HiddenField name="job" value=id />
                <PrimaryButton><Icon glyph=Glyph::CircleCheck />{t!("portal-take-this-job")}</PrimaryButton>
            </ButtonForm>
        </StickyActions>
    }
}
