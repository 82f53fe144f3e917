use engine::{Id, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::booking_parts::miles;
use crate::{
    admin::{AdminFrame, Waiting},
    bookings::{self, Phase},
    dispatch::{self, Candidate, Exclusion, Job, Standing, actions::AssignProvider},
    error::AppError,
    server::{Answer, Page, Visit},
    ui::{
        self, ActionsCell, ActionsHeadCell, AmountCell, AmountHeadCell, Badge, Cell, Glyph, HeadCell, TableRow, Tone,
    },
};

/// `/admin/bookings/{reference}/assign`: everyone who could do it, with distances; staff choose.
pub async fn assign(visit: Visit) -> Result<Answer, AppError> {
    let reference: Reference = visit.param("reference")?;
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let booking = bookings::store::find_by_reference(&mut tx, &reference).await?.ok_or(AppError::NotFound)?;
    let back = format!("/admin/bookings/{}", booking.reference);
    let job = dispatch::store::jobs::open_of_booking(&mut tx, booking.id).await?.into_iter().next();
    let Some(job) = job.filter(|_| matches!(booking.phase, Phase::Confirmed | Phase::Dispatched)) else {
        return Ok(Answer::Redirect(back));
    };
    let candidates = dispatch::candidates_for(&mut tx, &visit.ctx.tenant, &job).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(format!("Assign {reference}"), move || {
        let lead = format!("{reference} · {}", isolated(&booking.address));
        let ranked = candidates.iter().filter(|candidate| candidate.is_ranked()).count();
        let summary = match ranked {
            0 => "Nobody could be asked automatically. Whoever is not ruled out can still be sent by hand.".to_owned(),
            1 => "One provider could do it right away.".to_owned(),
            ranked => format!("{ranked} providers could do it right away, the first of them soonest."),
        };
        let rows = candidates.iter().map(|candidate| row(&job, candidate)).collect_view();
        view! {
            <AdminFrame ctx waiting path=format!("{back}/assign")>
                <ui::WidePage
                    title="Assign a provider"
                    lead
                    actions=move || view! { <ui::SecondaryLink href=back>"Back to the booking"</ui::SecondaryLink> }
                >
                    <p class="muted">{summary}</p>
                    {if candidates.is_empty() {
                        view! {
                            <ui::EmptyState glyph=Glyph::Users title="No active providers" text="Approve a provider first.">
                                <ui::SecondaryLink href="/admin/providers">"Providers"</ui::SecondaryLink>
                            </ui::EmptyState>
                        }
                            .into_any()
                    } else {
                        view! {
                            <ui::DataTable
                                caption="Candidates"
                                head=|| {
                                    view! {
                                        <HeadCell>"Provider"</HeadCell>
                                        <HeadCell>"Standing"</HeadCell>
                                        <AmountHeadCell>"Distance"</AmountHeadCell>
                                        <AmountHeadCell>"Drive"</AmountHeadCell>
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

fn row(job: &Job, candidate: &Candidate) -> impl IntoView + use<> {
    let (tone, standing) = match candidate.standing {
        Standing::Ranked(rank) => (Tone::Success, format!("No. {rank}")),
        Standing::Excluded(reason) if reason.is_final() => (Tone::Danger, reason.label().to_owned()),
        Standing::Excluded(reason) => (Tone::Neutral, reason.label().to_owned()),
    };
    let unknown = || "–".to_owned();
    let distance = candidate.way.map_or_else(unknown, |way| miles(way.distance));
    let drive = candidate.way.map_or_else(unknown, |way| format!("{} min", way.travel.num_minutes()));
    let may_go = !matches!(candidate.standing, Standing::Excluded(reason) if Exclusion::is_final(reason));
    let assign = may_go.then(|| assign_button(job.id, candidate));
    let page = format!("/admin/providers/{}", candidate.provider_id);
    let (name, vehicle) = (candidate.name.clone(), candidate.vehicle.clone());
    view! {
        <TableRow>
            <Cell label="Provider">
                <div>
                    <p><a href=page>{name}</a></p>
                    <p class="faint small">{vehicle}</p>
                </div>
            </Cell>
            <Cell label="Standing"><Badge tone label=standing /></Cell>
            <AmountCell label="Distance">{distance}</AmountCell>
            <AmountCell label="Drive">{drive}</AmountCell>
            <ActionsCell>{assign}</ActionsCell>
        </TableRow>
    }
}

fn assign_button(job: Id<Job>, candidate: &Candidate) -> impl IntoView + use<> {
    let named = format!("Assign {}", isolated(&candidate.name));
    let provider = candidate.provider_id.to_string();
    view! {
        <ui::ButtonForm action=AssignProvider::PATH>
            <ui::HiddenField name="job" value=job.to_string() />
            <ui::HiddenField name="provider" value=provider />
            <ui::SecondaryButton attr:aria-label=named>"Assign"</ui::SecondaryButton>
        </ui::ButtonForm>
    }
}
