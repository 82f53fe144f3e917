use leptos::{prelude::*, server_fn::ServerFn};

use super::{frame::OperatorFrame, moment};
use crate::{
    error::AppError,
    operator::{
        OperatorCtx,
        actions::{OperatorResolveTask, OperatorRetryDeadline, OperatorRetryTask},
        store::health::{self, FailedTask, FailingDeadline, Health},
    },
    server::{Answer, Page, Visit},
    tasks,
    ui::{self, ActionsCell, ActionsHeadCell, Cell, Glyph, HeadCell, HiddenField, StatCard, TableRow},
};

/// Number of given-up tasks listed.
const LISTED: i64 = 50;

/// `/operator/health`: the state of the installation, and background work that was given up.
pub async fn health(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let mut tx = visit.ctx.begin().await?;
    let figures = health::figures(&mut tx).await?;
    let work = tasks::figures(&mut tx).await?;
    let failed = health::failed_tasks(&mut tx, LISTED).await?;
    let failing = health::failing_deadlines(&mut tx, LISTED).await?;
    drop(tx);
    let operator = visit.ctx.operator()?.clone();
    Page::new(t!("operator-health"), move || {
        let list = if failed.is_empty() {
            view! { <ui::EmptyState glyph=Glyph::CircleCheck title=t!("operator-no-failed-jobs") text=t!("operator-jobs-that-fail-after-all-retries") /> }
                .into_any()
        } else {
            table(failed).into_any()
        };
        view! {
            <OperatorFrame operator path="/operator/health">
                <ui::WidePage title=t!("operator-health") lead=t!("operator-how-the-installation-is-right-now")>
                    {stats(&figures, work)}
                    {(!failing.is_empty())
                        .then(|| view! { <ui::Section title=t!("operator-deadlines-that-keep-failing")>{deadlines(failing)}</ui::Section> })}
                    <ui::Section title=t!("operator-failed-jobs")>{list}</ui::Section>
                </ui::WidePage>
            </OperatorFrame>
        }
    })
    .answer()
}

fn stats(figures: &Health, work: tasks::Figures) -> impl IntoView + use<> {
    let late =
        |seconds: i64| if seconds < 120 { format!("{seconds} s") } else { t!("operator-min", seconds = seconds / 60) };
    let (task_late, deadline_late) = (late(work.task_late_seconds), late(work.deadline_late_seconds));
    let failing = work.failing_deadlines.to_string();
    let businesses = t!("operator-paused-cancelled", paused = figures.paused, cancelled = figures.cancelled);
    let [active, sessions, waiting, failed] =
        [figures.active, figures.sessions, work.waiting, work.failed].map(|count| count.to_string());
    view! {
        <div class="stats">
            <StatCard label=t!("operator-businesses") value=active note=businesses glyph=Glyph::House />
            <StatCard label=t!("operator-signed-in") value=sessions note=t!("operator-browsers-with-a-session") glyph=Glyph::Users />
            <StatCard label=t!("operator-jobs-waiting") value=waiting note=t!("operator-most-overdue-task", task_late = task_late) glyph=Glyph::Inbox />
            <StatCard label=t!("operator-failing-deadlines") value=failing note=t!("operator-most-overdue-deadline", deadline_late = deadline_late) glyph=Glyph::Clock />
            <StatCard label=t!("operator-failed-jobs") value=failed note=t!("operator-retry-or-resolve-them") glyph=Glyph::TriangleAlert />
        </div>
    }
}

fn deadlines(failing: Vec<FailingDeadline>) -> impl IntoView {
    let rows = failing
        .into_iter()
        .map(|deadline| {
            let error = deadline.last_error.unwrap_or_else(|| t!("operator-the-worker-stopped-before-it-finished").to_owned());
            let tries = t!("operator-counted-attempts", attempts = crate::words::count(deadline.attempts));
            let (since, subject) = (moment(deadline.due_at), deadline.subject_id.to_string());
            let (kind, retried) = (deadline.kind.clone(), deadline.kind);
            view! {
                <TableRow>
                    <Cell label=t!("operator-deadline")><div><p class="strong">{kind}</p><p class="faint small">{deadline.tenant}</p></div></Cell>
                    <Cell label=t!("operator-what-went-wrong")><div><p>{error}</p><p class="faint small">{tries}</p></div></Cell>
                    <Cell label=t!("operator-due-since")>{since}</Cell>
                    <ActionsCell>
                        <ui::ButtonForm action=OperatorRetryDeadline::PATH>
                            <HiddenField name="kind" value=retried />
                            <HiddenField name="subject" value=subject />
                            <ui::SecondaryButton>{t!("operator-try-again")}</ui::SecondaryButton>
                        </ui::ButtonForm>
                    </ActionsCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("operator-failing-deadlines")
            head=|| {
                view! {
                    <HeadCell>{t!("operator-deadline")}</HeadCell>
                    <HeadCell>{t!("operator-what-went-wrong")}</HeadCell>
                    <HeadCell>{t!("operator-due-since")}</HeadCell>
                    <ActionsHeadCell />
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}

fn table(failed: Vec<FailedTask>) -> impl IntoView {
    let rows = failed
        .into_iter()
        .map(|task| {
            let whose = task.tenant.unwrap_or_else(|| t!("operator-the-platform").to_owned());
            let error = task.last_error.unwrap_or_default();
            let (since, tries) = (moment(task.failed_at), t!("operator-counted-attempts", attempts = crate::words::count(task.attempts)));
            let (retried, resolved) = (task.id.to_string(), task.id.to_string());
            view! {
                <TableRow>
                    <Cell label=t!("operator-job")><div><p class="strong">{task.kind}</p><p class="faint small">{whose}</p></div></Cell>
                    <Cell label=t!("operator-what-went-wrong")><div><p>{error}</p><p class="faint small">{tries}</p></div></Cell>
                    <Cell label=t!("operator-failed")>{since}</Cell>
                    <ActionsCell>
                        <ui::ButtonForm action=OperatorRetryTask::PATH>
                            <HiddenField name="task" value=retried />
                            <ui::SecondaryButton>{t!("operator-try-again")}</ui::SecondaryButton>
                        </ui::ButtonForm>
                        <ui::ConfirmForm action=OperatorResolveTask::PATH label=t!("operator-resolve") question=t!("operator-removes-it-from-the-list-it")>
                            <HiddenField name="task" value=resolved />
                            <ui::DangerButton>{t!("operator-mark-resolved")}</ui::DangerButton>
                        </ui::ConfirmForm>
                    </ActionsCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("operator-failed-jobs")
            head=|| {
                view! {
                    <HeadCell>{t!("operator-job")}</HeadCell>
                    <HeadCell>{t!("operator-what-went-wrong")}</HeadCell>
                    <HeadCell>{t!("operator-failed")}</HeadCell>
                    <ActionsHeadCell />
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
