use engine::{Id, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{booking_parts::PlaceForm, crew::CrewForm};
use crate::{
    admin::{AdminFrame, Waiting, actions::PlaceBooking},
    bookings::{self, Phase},
    dispatch::{
        self, Candidate, Exclusion, Holder, Job, JobState, Ranking,
        actions::{AssignCrew, AssignProvider},
    },
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, ActionsCell, ActionsHeadCell, AmountCell, AmountHeadCell, Badge, Cell, Glyph, HeadCell, TableRow, Tone,
    },
};

/// `/admin/bookings/{reference}/assign?job=`: the candidates for the job, or for the first open one, with their distances, for staff to choose from.
pub async fn assign(visit: Visit) -> Result<Answer, AppError> {
    let reference: Reference = visit.param("reference")?;
    let wanted = visit.query("job").map(str::parse::<Id<Job>>).transpose().map_err(|_| AppError::NotFound)?;
    let place_form = visit.form(PlaceBooking::PATH);
    let searched = visit.query("place").map(str::to_owned);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let booking = bookings::store::find_by_reference(&mut tx, &reference).await?.ok_or(AppError::NotFound)?;
    let back = format!("/admin/bookings/{}", booking.reference);
    let open = dispatch::store::jobs::open_with_holder(&mut tx, booking.id, wanted).await?;
    let is_assignable = |job: &Job| {
        let has_begun = if job.needs_crew() { JobState::EnRoute } else { JobState::InProgress };
        !booking.phase.is_terminal() && job.state < has_begun
    };
    let Some((job, holder)) = open.filter(|(job, _)| booking.phase != Phase::Pending && is_assignable(job)) else {
        return Ok(Answer::Redirect(back));
    };
    let candidates = dispatch::candidates_for(&mut tx, &visit.ctx.tenant, &job).await?;
    let holder = holder.map(|provider_id| Holder { provider_id, state: job.state });
    let members = if job.needs_crew() {
        dispatch::store::assignments::members_of_job(&mut tx, job.id).await?
    } else {
        Vec::new()
    };
    let crew_form = visit.form(AssignCrew::PATH);
    let is_for_later = job.is_for_later(&visit.ctx.tenant.settings, tx.now);
    drop(tx);
    let ctx = visit.ctx;
    let has_place = job.point.is_some();
    let found = match &searched {
        Some(text) if !has_place => ctx.app.geocoder.search(text, ctx.tenant.center).await.places,
        _ => Vec::new(),
    };
    Page::new(t!("admin-assign", reference = reference), move || {
        let when = booking.scheduled_at.map_or_else(String::new, |at| format!(" · {}", ctx.tenant.date_time(at)));
        let lead = format!("{reference} · {}{when}", isolated(&booking.address));
        let ranked = candidates.iter().filter(|candidate| candidate.is_ranked()).count();
        let summary = summary(&job, ranked, is_for_later);
        let page = format!("{back}/assign");
        let place = (!has_place).then(|| {
            view! { <PlaceForm tenant=ctx.tenant.clone() page=page.clone() booking searched found form=place_form.clone() /> }
        });
        let title = if job.needs_crew() { t!("admin-choose-the-crew") } else { t!("admin-assign-a-provider") };
        let crew = (job.needs_crew() && !candidates.is_empty()).then(|| {
            view! {
                <CrewForm tenant=ctx.tenant.clone() job=job.clone() candidates=candidates.clone() members form=crew_form.clone() />
            }
        });
        let rows = candidates.iter().map(|candidate| row(&ctx.tenant, &job, holder, candidate)).collect_view();
        view! {
            <AdminFrame ctx waiting path=page>
                <ui::WidePage
                    title=title
                    lead
                    actions=move || view! { <ui::SecondaryLink href=back>{t!("admin-back-to-the-booking")}</ui::SecondaryLink> }
                >
                    <ui::ErrorSummary form=place_form />
                    <ui::ErrorSummary form=crew_form />
                    <p class="muted">{summary}</p>
                    {place}
                    {if let Some(crew) = crew {
                        crew.into_any()
                    } else if candidates.is_empty() {
                        view! {
                            <ui::EmptyState glyph=Glyph::Users title=t!("admin-no-active-providers") text=t!("admin-approve-a-provider-first")>
                                <ui::SecondaryLink href="/admin/providers">{t!("admin-providers")}</ui::SecondaryLink>
                            </ui::EmptyState>
                        }
                            .into_any()
                    } else {
                        view! {
                            <ui::DataTable
                                caption=t!("admin-candidates")
                                head=|| {
                                    view! {
                                        <HeadCell>{t!("admin-provider")}</HeadCell>
                                        <HeadCell>{t!("admin-status")}</HeadCell>
                                        <AmountHeadCell>{t!("admin-distance")}</AmountHeadCell>
                                        <AmountHeadCell>{t!("admin-drive")}</AmountHeadCell>
                                        <ActionsHeadCell />
                                    }
                                }
                            >
                                {rows}
                            </ui::DataTable>
                        }
                            .into_any()
                    }}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// How many can be asked, and by which rules.
fn summary(job: &Job, ranked: usize, is_for_later: bool) -> String {
    match (ranked, is_for_later) {
        _ if job.point.is_none() && !is_for_later => t!("admin-this-booking-has-no-location-yet").to_owned(),
        (0, true) => t!("admin-no-qualified-provider-is-free-at").to_owned(),
        (1, true) => t!("admin-one-provider-is-free-at-that").to_owned(),
        (ranked, true) => {
            t!("admin-providers-are-free-at-that-time", ranked = ranked)
        }
        (0, false) => t!("admin-no-automatic-match-you-can-still").to_owned(),
        (1, false) => t!("admin-one-provider-could-do-it-right").to_owned(),
        (ranked, false) => t!("admin-providers-could-do-it-right-away", ranked = ranked),
    }
}

fn row(tenant: &Tenant, job: &Job, holder: Option<Holder>, candidate: &Candidate) -> impl IntoView + use<> {
    let has_it = holder.is_some_and(|holder| holder.provider_id == candidate.provider_id);
    let (tone, ranking) = match candidate.ranking {
        _ if has_it => (Tone::Progress, t!("admin-has-the-job").to_owned()),
        Ranking::Ranked(rank) => (Tone::Success, t!("admin-no", rank = rank)),
        Ranking::Excluded(reason) if reason.is_final() => (Tone::Danger, reason.label().to_owned()),
        Ranking::Excluded(reason) if reason.warning().is_some() => (Tone::Warning, reason.label().to_owned()),
        Ranking::Excluded(reason) => (Tone::Neutral, reason.label().to_owned()),
    };
    let unknown = || "–".to_owned();
    let distance = candidate.way.map_or_else(unknown, |way| tenant.locale.short_distance(way.distance));
    let drive = candidate.way.map_or_else(unknown, |way| tenant.locale.minutes(way.travel.num_minutes()));
    let is_assignable =
        !has_it && !matches!(candidate.ranking, Ranking::Excluded(reason) if Exclusion::is_final(reason));
    let assign = is_assignable.then(|| assign_button(job.id, holder, candidate));
    let warning = warning(candidate).filter(|_| is_assignable);
    let page = format!("/admin/providers/{}", candidate.provider_id);
    let (name, vehicle) = (candidate.name.clone(), candidate.vehicle.clone());
    view! {
        <TableRow>
            <Cell label=t!("admin-provider")>
                <div>
                    <p><a href=page>{name}</a></p>
                    <p class="faint small">{vehicle}</p>
                </div>
            </Cell>
            <Cell label=t!("admin-status")>
                <div>
                    <Badge tone label=ranking />
                    {warning.map(|text| view! { <p class="small caution">{text}</p> })}
                </div>
            </Cell>
            <AmountCell label=t!("admin-distance")>{distance}</AmountCell>
            <AmountCell label=t!("admin-drive")>{drive}</AmountCell>
            <ActionsCell>{assign}</ActionsCell>
        </TableRow>
    }
}

/// What staff should know before they assign this provider.
fn warning(candidate: &Candidate) -> Option<&'static str> {
    match candidate.ranking {
        Ranking::Excluded(reason) => reason.warning(),
        Ranking::Ranked(_) => None,
    }
}

/// The button. With a warning it asks for confirmation.
fn assign_button(job: Id<Job>, holder: Option<Holder>, candidate: &Candidate) -> AnyView {
    let fields = hidden_fields(job, holder, candidate);
    let label = t!("admin-assign-2", name = isolated(&candidate.name));
    let Some(warning) = warning(candidate) else {
        return view! {
            <ui::ButtonForm action=AssignProvider::PATH>
                {fields}
                <ui::SecondaryButton attr:aria-label=label>{t!("admin-assign-3")}</ui::SecondaryButton>
            </ui::ButtonForm>
        }
        .into_any();
    };
    let id = format!("assign-{}", candidate.provider_id);
    let to_whom = format!(": {}", isolated(&candidate.name));
    let title = t!("admin-anyway", label = label);
    view! {
        <ui::DialogButton opens=id.clone()>{t!("admin-assign-anyway")} <span class="visually-hidden">{to_whom}</span></ui::DialogButton>
        <ui::Dialog id title>
            <p>{warning}</p>
            <ui::PostForm action=AssignProvider::PATH>
                {fields}
                <ui::PrimaryButton>{label}</ui::PrimaryButton>
            </ui::PostForm>
        </ui::Dialog>
    }
    .into_any()
}

/// Hidden fields: the job, the chosen provider, and the holder when the page was shown.
fn hidden_fields(job: Id<Job>, holder: Option<Holder>, candidate: &Candidate) -> impl IntoView + use<> {
    let (seen, seen_state) = match holder {
        Some(holder) => (holder.provider_id.to_string(), holder.state.to_string()),
        None => (String::new(), String::new()),
    };
    view! {
        <ui::HiddenField name="job" value=job.to_string() />
        <ui::HiddenField name="provider" value=candidate.provider_id.to_string() />
        <ui::HiddenField name="seen" value=seen />
        <ui::HiddenField name="seen_state" value=seen_state />
    }
}
