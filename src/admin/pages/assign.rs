use std::sync::Arc;

use engine::{Id, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{booking_parts::PlaceForm, crew::CrewForm};
use crate::{
    admin::{AdminFrame, Waiting, actions::PlaceBooking, store},
    bookings::{self, Phase},
    db::Tx,
    dispatch::{
        self, Assignment, Candidate, Exclusion, Holder, Job, JobState, Ranking,
        actions::{AssignCrew, AssignProvider},
    },
    error::AppError,
    providers::Provider,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, ActionsCell, ActionsHeadCell, AmountCell, AmountHeadCell, Badge, Cell, FormState, Glyph, HeadCell,
        TableRow, Tone,
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
    let is_under_way = !booking.phase.is_terminal() && booking.phase != Phase::Pending;
    let Some((job, holder)) = open.filter(|(job, _)| is_under_way && is_assignable(job)) else {
        return Ok(Answer::Redirect(back));
    };
    if job.is_published {
        return Ok(Answer::Redirect(format!("/admin/jobs/{}/assign", job.id)));
    }
    let choosing = Choosing::load(&mut tx, &visit, job, holder).await?;
    drop(tx);
    let ctx = visit.ctx;
    let has_place = choosing.job.point.is_some();
    let found = match &searched {
        Some(text) if !has_place => ctx.app.geocoder.search(text, ctx.tenant.center).await.places,
        _ => Vec::new(),
    };
    Page::new(t!("admin-assign", reference = reference), move || {
        let when = booking.scheduled_at.map_or_else(String::new, |at| format!(" · {}", ctx.tenant.date_time(at)));
        let lead = format!("{reference} · {}{when}", isolated(&booking.address));
        let page = format!("{back}/assign");
        let place = (!has_place).then(|| {
            let (tenant, form) = (ctx.tenant.clone(), place_form.clone());
            view! { <PlaceForm tenant page=page.clone() booking searched found form /> }.into_any()
        });
        let (title, errors) = (choosing.title(), choosing.crew_form.clone());
        let candidates = choosing.view(&ctx.tenant, place);
        view! {
            <AdminFrame ctx waiting path=page>
                <ui::WidePage
                    title
                    lead
                    actions=move || view! { <ui::SecondaryLink href=back>{t!("admin-back-to-the-booking")}</ui::SecondaryLink> }
                >
                    <ui::ErrorSummary form=place_form />
                    <ui::ErrorSummary form=errors />
                    {candidates}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// `/admin/jobs/{id}/assign`: the same for a published job.
pub async fn assign_published(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Job> = visit.param("id")?;
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let job = dispatch::store::jobs::find_published(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let back = format!("/admin/jobs/{id}");
    if !is_assignable(&job) {
        return Ok(Answer::Redirect(back));
    }
    let current = dispatch::store::assignments::current_of_job(&mut tx, id).await?;
    let name = store::job::name(&mut tx, &job).await?;
    let holder = current.map(|assignment| assignment.provider_id);
    let choosing = Choosing::load(&mut tx, &visit, job, holder).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(choosing.title(), move || {
        let job = &choosing.job;
        let when = ctx.tenant.date_time(job.window_start);
        let lead = format!("{} · {} · {when}", isolated(&name), isolated(&job.address));
        let (title, errors) = (choosing.title(), choosing.crew_form.clone());
        let candidates = choosing.view(&ctx.tenant, None);
        view! {
            <AdminFrame ctx waiting path=format!("{back}/assign")>
                <ui::WidePage
                    title
                    lead
                    actions=move || view! { <ui::SecondaryLink href=back>{t!("admin-back-to-the-job")}</ui::SecondaryLink> }
                >
                    <ui::ErrorSummary form=errors />
                    {candidates}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// Whether staff may still choose who does it.
fn is_assignable(job: &Job) -> bool {
    let has_begun = if job.needs_crew() { JobState::EnRoute } else { JobState::InProgress };
    job.state < has_begun
}

/// A job and whom staff choose from.
struct Choosing {
    job: Job,
    holder: Option<Holder>,
    /// Its crew so far, if it needs one.
    members: Vec<Assignment>,
    candidates: Vec<Candidate>,
    is_for_later: bool,
    crew_form: FormState,
}

impl Choosing {
    async fn load(tx: &mut Tx, visit: &Visit, job: Job, holder: Option<Id<Provider>>) -> Result<Self, AppError> {
        let tenant = &visit.ctx.tenant;
        let candidates = dispatch::candidates_for(tx, tenant, &job).await?;
        let members =
            if job.needs_crew() { dispatch::store::assignments::members_of_job(tx, job.id).await? } else { Vec::new() };
        Ok(Self {
            holder: holder.map(|provider_id| Holder { provider_id, state: job.state }),
            is_for_later: job.is_for_later(&tenant.settings, tx.now),
            crew_form: visit.form(AssignCrew::PATH),
            job,
            members,
            candidates,
        })
    }

    fn title(&self) -> &'static str {
        if self.job.needs_crew() { t!("admin-choose-the-crew") } else { t!("admin-assign-a-provider") }
    }

    /// The candidates with their buttons, or the form for a crew. `place` asks for the job's location.
    fn view(self, tenant: &Arc<Tenant>, place: Option<AnyView>) -> impl IntoView + use<> {
        let ranked = self.candidates.iter().filter(|candidate| candidate.is_ranked()).count();
        let summary = summary(&self.job, ranked, self.is_for_later);
        view! {
            <p class="muted">{summary}</p>
            {place}
            {self.choices(tenant)}
        }
    }

    fn choices(self, tenant: &Arc<Tenant>) -> AnyView {
        let Self { job, holder, members, candidates, crew_form, .. } = self;
        if candidates.is_empty() {
            return view! {
                <ui::EmptyState glyph=Glyph::Users title=t!("admin-no-active-providers") text=t!("admin-approve-a-provider-first")>
                    <ui::SecondaryLink href="/admin/providers">{t!("admin-providers")}</ui::SecondaryLink>
                </ui::EmptyState>
            }
            .into_any();
        }
        if job.needs_crew() {
            let tenant = tenant.clone();
            return view! { <CrewForm tenant job candidates members form=crew_form /> }.into_any();
        }
        let rows = candidates.iter().map(|candidate| row(tenant, &job, holder, candidate)).collect_view();
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
    }
}

/// How many can be asked, and by which rules.
fn summary(job: &Job, ranked: usize, is_for_later: bool) -> String {
    match (ranked, is_for_later) {
        _ if job.point.is_none() && !is_for_later && job.is_published => {
            t!("admin-this-job-has-no-location-so").to_owned()
        }
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
        Ranking::Ranked(1) => (Tone::Success, t!("admin-fastest").to_owned()),
        Ranking::Ranked(_) => (Tone::Success, t!("admin-free").to_owned()),
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
    let label = t!("admin-assign-name", name = isolated(&candidate.name));
    let Some(warning) = warning(candidate) else {
        return view! {
            <ui::ButtonForm action=AssignProvider::PATH>
                {fields}
                <ui::SecondaryButton attr:aria-label=label>{t!("admin-assign-plain")}</ui::SecondaryButton>
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
