use leptos::{prelude::*, server_fn::ServerFn};

use super::{frame::OperatorFrame, moment};
use crate::{
    error::AppError,
    operator::{
        OperatorCtx,
        actions::{OperatorResolveTask, OperatorRetryTask},
        store::health::{self, FailedTask, Health},
    },
    server::{Answer, Page, Visit},
    ui::{self, ActionsCell, ActionsHeadCell, Cell, Glyph, HeadCell, HiddenField, StatCard, TableRow},
};

/// How many tasks that were given up are listed.
const LISTED: i64 = 50;

/// `/operator/health`: how the installation is, and what it has given up.
pub async fn health(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let mut tx = visit.ctx.begin().await?;
    let figures = health::figures(&mut tx).await?;
    let failed = health::failed_tasks(&mut tx, LISTED).await?;
    drop(tx);
    let operator = visit.ctx.operator()?.clone();
    Page::new("Health", move || {
        let list = if failed.is_empty() {
            view! { <ui::EmptyState glyph=Glyph::CircleCheck title="Nothing was given up" text="Background work is tried several times; what fails for good stands here." /> }
                .into_any()
        } else {
            table(failed).into_any()
        };
        view! {
            <OperatorFrame operator path="/operator/health">
                <ui::WidePage title="Health" lead="How the installation is right now.">
                    {stats(&figures)}
                    <ui::Section title="Work that was given up">{list}</ui::Section>
                </ui::WidePage>
            </OperatorFrame>
        }
    })
    .answer()
}

fn stats(figures: &Health) -> impl IntoView + use<> {
    let late = figures.late_seconds.max(0);
    let late = if late < 120 { format!("{late} s") } else { format!("{} min", late / 60) };
    let businesses = format!("{} paused, {} cancelled", figures.paused, figures.cancelled);
    let [active, sessions, waiting, failed] =
        [figures.active, figures.sessions, figures.waiting, figures.failed].map(|count| count.to_string());
    view! {
        <div class="stats">
            <StatCard label="Businesses" value=active note=businesses glyph=Glyph::House />
            <StatCard label="Signed in" value=sessions note="browsers with a session" glyph=Glyph::Users />
            <StatCard label="Work waiting" value=waiting note=format!("most overdue: {late}") glyph=Glyph::Inbox />
            <StatCard label="Given up" value=failed note="to be retried or resolved" glyph=Glyph::TriangleAlert />
        </div>
    }
}

fn table(failed: Vec<FailedTask>) -> impl IntoView {
    let rows = failed
        .into_iter()
        .map(|task| {
            let whose = task.tenant.unwrap_or_else(|| "the platform".to_owned());
            let error = task.last_error.unwrap_or_default();
            let (since, tries) = (moment(task.failed_at), format!("{} tries", task.attempts));
            let (retried, resolved) = (task.id.to_string(), task.id.to_string());
            view! {
                <TableRow>
                    <Cell label="Work"><div><p class="strong">{task.kind}</p><p class="faint small">{whose}</p></div></Cell>
                    <Cell label="What went wrong"><div><p>{error}</p><p class="faint small">{tries}</p></div></Cell>
                    <Cell label="Given up">{since}</Cell>
                    <ActionsCell>
                        <ui::ButtonForm action=OperatorRetryTask::PATH>
                            <HiddenField name="task" value=retried />
                            <ui::SecondaryButton>"Try again"</ui::SecondaryButton>
                        </ui::ButtonForm>
                        <ui::ConfirmForm action=OperatorResolveTask::PATH label="Resolve" question="It goes off the list and is never tried again.">
                            <HiddenField name="task" value=resolved />
                            <ui::DangerButton>"Resolved by hand"</ui::DangerButton>
                        </ui::ConfirmForm>
                    </ActionsCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption="Tasks that were given up"
            head=|| {
                view! {
                    <HeadCell>"Work"</HeadCell>
                    <HeadCell>"What went wrong"</HeadCell>
                    <HeadCell>"Given up"</HeadCell>
                    <ActionsHeadCell />
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
