use std::sync::Arc;

use chrono::{DateTime, Utc};
use engine::{Id, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    booking_parts::{Decisions, phase_badge, reference_link},
    job_parts::{assign_link, crew, moments, provider, search_again, state_badge},
};
use crate::{
    admin::{
        AdminFrame, Waiting,
        store::{
            job::{self, Aboard, Count, MOST_BOOKINGS, Turn},
            left_behind::count_left_behind,
        },
    },
    audit, catalog,
    dispatch::{self, Dispatching, Job, JobProgress, JobState, actions::CallOffJob},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, AmountCell, AmountHeadCell, AsideCell, Cell, Description, FormState, HeadCell, Progress, TableRow,
        TimelineItem, TitledCard, live::Live,
    },
    verticals::{JobSeen, Side},
    words::count,
};

/// `/admin/jobs/{id}`: a published job with its bookings and its people, and staff's actions on it.
pub async fn job(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Job> = visit.param("id")?;
    let form = visit.form(CallOffJob::PATH);
    let may_audit = visit.ctx.user().is_ok_and(audit::policy::can_read);
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let waiting = Waiting::load(&mut tx).await?;
    let found = dispatch::store::jobs::find_published(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let progress = dispatch::progress_of(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let name = job::name(&mut tx, &found).await?;
    let aboard = job::bookings(&mut tx, id).await?;
    let counted = job::count(&mut tx, id).await?;
    let is_cancelled = found.state == JobState::Cancelled;
    let left = if is_cancelled { count_left_behind(&mut tx, id).await? } else { 0 };
    let turns = job::turns(&mut tx, id).await?;
    let (decisions, are_cut) = dispatch::decisions_of_job(&mut tx, id).await?;
    let panels = match found.vertical {
        Some(kind) => {
            let side = Side::Staff(visit.ctx.user()?);
            kind.job_panels(&mut tx, &JobSeen { visit: &visit, job: &found, side }).await?
        }
        None => Vec::new(),
    };
    drop(tx);
    let ctx = visit.ctx;
    Page::new(name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let path = format!("/admin/jobs/{id}");
        let lead = format!("{} · {}", tenant.full_date_time(found.window_start), isolated(&found.address));
        let call_off = found.may_be_called_off().then(|| view! { <CallOff job=id counted form=form.clone() /> });
        let items = history(&tenant, &found, &turns);
        let log = may_audit.then(|| {
            view! { <p class="small"><a href=format!("/admin/audit?object=jobs&about={id}")>{t!("admin-who-changed-what")}</a></p> }
        });
        view! {
            <AdminFrame ctx waiting path=path.clone()>
                <ui::WidePage title=name lead actions=|| view! { <ui::SecondaryLink href="/admin/jobs">{t!("admin-all-jobs")}</ui::SecondaryLink> }>
                    <ui::ErrorSummary form />
                    <div class="split">
                        <div>
                            <div id="job-work" class="stack" data-live>
                                <Work tenant=tenant.clone() path=path.clone() progress />
                                <Bookings aboard counted left path=path.clone() />
                            </div>
                            {panels.into_iter().map(ViewFnOnce::run).collect_view()}
                            {call_off}
                            <div id="job-history" class="stack" data-live>
                                <TitledCard title=t!("admin-timeline")><ui::Timeline items />{log}</TitledCard>
                                <Decisions tenant=tenant.clone() decisions are_cut now />
                            </div>
                        </div>
                        <div><Facts tenant job=found counted /></div>
                    </div>
                </ui::WidePage>
                <Live topic="board" />
            </AdminFrame>
        }
    })
    .answer()
}

/// Who does it and how far they are, and whom staff choose.
#[component]
fn Work(tenant: Arc<Tenant>, path: String, progress: JobProgress) -> impl IntoView {
    let assign = assign_link(&progress, format!("{path}/assign"));
    let may_search = progress.state.is_searching() && progress.place.is_some() && progress.asks_providers;
    let search = may_search.then(|| search_again(progress.job_id));
    let actions = (assign.is_some() || search.is_some()).then(|| view! { <div class="row">{assign} {search}</div> });
    let outcome = progress.outcome.clone().map(|outcome| view! { <p class="muted">{outcome}</p> });
    view! {
        <TitledCard title=t!("admin-dispatch")>
            <div class="row">{state_badge(progress.state, progress.search_exhausted_at)}</div>
            {provider(&progress)}
            {crew(&progress)}
            <ui::DescriptionList>{moments(&tenant, &progress)}</ui::DescriptionList>
            {outcome}
            {actions}
        </TitledCard>
    }
}

#[component]
fn Bookings(
    aboard: Vec<Aboard>,
    counted: Count,
    /// How many the cancelled job left behind.
    left: i64,
    path: String,
) -> impl IntoView {
    let is_cut = usize::try_from(counted.bookings).is_ok_and(|in_all| in_all > aboard.len());
    let cut = is_cut.then(
        || view! { <p class="muted small">{t!("admin-the-first-bookings-are-shown", number = MOST_BOOKINGS)}</p> },
    );
    let cancel = (left > 0).then(|| {
        let href = format!("{path}/cancel-bookings");
        view! { <div class="row"><ui::SecondaryLink href>{t!("admin-cancel-the-bookings")}</ui::SecondaryLink></div> }
    });
    let content = if aboard.is_empty() {
        view! { <p class="muted">{t!("admin-nobody-has-booked-it-yet")}</p> }.into_any()
    } else {
        bookings_table(aboard)
    };
    view! {
        <TitledCard title=t!("admin-bookings")>
            {content}
            {cut}
            {cancel}
        </TitledCard>
    }
}

fn bookings_table(aboard: Vec<Aboard>) -> AnyView {
    let rows = aboard
        .into_iter()
        .map(|booking| {
            view! {
                <TableRow>
                    <Cell label=t!("admin-booking")>
                        {reference_link(&booking.reference)}
                    </Cell>
                    <AsideCell label=t!("admin-status")>{phase_badge(booking.phase)}</AsideCell>
                    <Cell label=t!("admin-service")>{booking.service}</Cell>
                    <Cell label=t!("admin-customer")>
                        <div>
                            <p>{booking.contact_name}</p>
                            <p class="faint small">{booking.contact_phone.national()}</p>
                        </div>
                    </Cell>
                    <AmountCell label=t!("admin-number")>{booking.units}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::CompactTable
            caption=t!("admin-bookings")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-booking")}</HeadCell>
                    <HeadCell>{t!("admin-status")}</HeadCell>
                    <HeadCell>{t!("admin-service")}</HeadCell>
                    <HeadCell>{t!("admin-customer")}</HeadCell>
                    <AmountHeadCell>{t!("admin-number")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::CompactTable>
    }
    .into_any()
}

/// The form that cancels the job, with what follows for its bookings.
#[component]
fn CallOff(job: Id<Job>, counted: Count, form: FormState) -> impl IntoView {
    let fate = match counted.open {
        0 => t!("admin-no-booking-is-on-it").to_owned(),
        open => t!("admin-bookings-are-on-it-and-stay", bookings = count(open)),
    };
    let question = format!("{fate} {}", t!("admin-its-providers-are-free-again"));
    view! {
        <ui::DangerZone title=t!("admin-if-it-cant-take-place")>
            <ui::ConfirmForm
                action=CallOffJob::PATH
                label=t!("admin-cancel-this-job")
                question
                open=form.was_submitted()
            >
                <ui::HiddenField name="job" value=job.to_string() />
                <ui::TextField
                    label=t!("admin-reason")
                    name="reason"
                    state=form.field("reason")
                    maxlength=200
                    hint=t!("admin-your-team-and-the-provider-see-this")
                />
                <ui::DangerButton>{t!("admin-cancel-the-job")}</ui::DangerButton>
            </ui::ConfirmForm>
        </ui::DangerZone>
    }
}

#[component]
fn Facts(tenant: Arc<Tenant>, job: Job, counted: Count) -> impl IntoView {
    let bookings = t!("admin-counted-bookings", bookings = count(counted.bookings));
    let people = t!("admin-counted-people", people = count(counted.people));
    let facts = [
        (t!("admin-when"), Some(tenant.full_date_time(job.window_start))),
        (t!("admin-arrival-by"), Some(tenant.date_time(job.window_end))),
        (t!("admin-takes"), Some(catalog::duration(job.expected_minutes, tenant.locale))),
        (t!("admin-where"), Some(job.address.clone())),
        (t!("admin-destination"), job.destination.as_ref().map(|destination| destination.address.clone())),
        (t!("admin-booked"), Some(format!("{bookings}, {people}"))),
        (t!("admin-people-needed"), Some(job.staff_needed.to_string())),
        (t!("admin-skills"), Some(job.skills.join(", ")).filter(|skills| !skills.is_empty())),
        (t!("admin-dispatch"), (!job.state.is_over()).then(|| dispatching(&tenant, &job))),
    ]
    .into_iter()
    .filter_map(|(term, text)| Some((term, text?)))
    .map(|(term, text)| view! { <Description term>{text}</Description> })
    .collect_view();
    view! {
        <TitledCard title=t!("admin-job")>
            <ui::DescriptionList>{facts}</ui::DescriptionList>
        </TitledCard>
    }
}

/// How it finds its provider.
fn dispatching(tenant: &Tenant, job: &Job) -> String {
    match job.dispatching {
        Dispatching::ByHand => t!("admin-your-team-chooses").to_owned(),
        Dispatching::Now | Dispatching::At(_) => {
            let at = job.search_begins_at(&tenant.settings);
            t!("admin-providers-are-asked-one-after-another-from", at = tenant.date_time(at))
        }
        Dispatching::Discover { within, until } => t!(
            "admin-providers-nearby-take-it-themselves",
            within = tenant.locale.short_distance(within),
            until = tenant.date_time(until)
        ),
    }
}

/// What happened to it, in order of time.
fn history(tenant: &Tenant, job: &Job, turns: &[Turn]) -> Vec<TimelineItem> {
    let mut events: Vec<(DateTime<Utc>, &str, String)> = vec![(job.created_at, t!("admin-published"), String::new())];
    for turn in turns {
        let name = isolated(&turn.name);
        events.push((turn.assigned_at, t!("admin-provider-assigned"), name.to_string()));
        // Everybody's turn ends with the job.
        let ended = turn.ended_at.filter(|at| Some(*at) != job.ended_at).zip(turn.end_reason.as_deref());
        if let Some((at, reason)) = ended {
            events.push((at, t!("admin-no-longer-on-it"), format!("{name} · {}", isolated(reason))));
        }
    }
    let steps = [
        (job.en_route_at, t!("admin-on-the-way")),
        (job.arrived_at, t!("admin-arrived")),
        (job.started_at, t!("admin-work-started")),
        (job.reached_at, t!("admin-at-the-destination")),
    ];
    events.extend(steps.into_iter().filter_map(|(at, label)| Some((at?, label, String::new()))));
    events.sort_by_key(|event| event.0);
    let last = events.len() - 1;
    let is_open = !job.state.is_over();
    let item = |(index, (at, label, detail)): (usize, (DateTime<Utc>, &str, String))| TimelineItem {
        time: tenant.date_time(at),
        label: label.to_owned(),
        detail,
        progress: if is_open && index == last { Progress::Current } else { Progress::Done },
    };
    let mut items: Vec<_> = events.into_iter().enumerate().map(item).collect();
    items.extend(job.ended_at.map(|at| TimelineItem {
        time: tenant.date_time(at),
        label: job.state.label().to_owned(),
        detail: job.outcome.clone().unwrap_or_default(),
        progress: if job.state == JobState::Done { Progress::Done } else { Progress::Failed },
    }));
    items
}
