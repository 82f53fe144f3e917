//! Cancelling the bookings that a cancelled job left behind, and what became of each.

use std::{collections::HashSet, sync::Arc};

use engine::{Amount, Id, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use super::booking_parts::{phase_badge, reference_link};
use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::CancelBookings,
        store::{
            job,
            left_behind::{MOST_AT_ONCE, count_left_behind, left_behind, those_left_behind},
        },
    },
    bookings::{self, Booking, Party, Phase},
    dispatch::{self, Job, JobState},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, AsideCell, Cell, FormState, Glyph, HeadCell, TableRow, Tick, TitledCard},
    words::count,
};

/// `/admin/jobs/{id}/cancel-bookings?chosen=…`: what became of the bookings chosen before, and those that are left.
pub async fn cancel_bookings(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Job> = visit.param("id")?;
    let form = visit.form(CancelBookings::PATH);
    let chosen: Vec<Reference> =
        visit.query("chosen").unwrap_or_default().split(',').flat_map(str::parse).take(MOST_AT_ONCE).collect();
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let job = dispatch::store::jobs::find_published(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let back = format!("/admin/jobs/{id}");
    if job.state != JobState::Cancelled {
        return Ok(Answer::Redirect(back));
    }
    let name = job::name(&mut tx, &job).await?;
    let stored = bookings::store::find_all_by_reference(&mut tx, &chosen).await?;
    let ids: Vec<_> = stored.iter().map(|booking| booking.id).collect();
    let still_left = those_left_behind(&mut tx, id, &ids).await?;
    let left = left_behind(&mut tx, id).await?;
    let in_all = count_left_behind(&mut tx, id).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-cancel-the-bookings"), move || {
        let tenant = ctx.tenant.clone();
        let lead = format!("{} · {}", isolated(&name), tenant.full_date_time(job.window_start));
        let results = (!stored.is_empty()).then(|| view! { <Results tenant=tenant.clone() stored left=still_left /> });
        let content = if left.is_empty() { nothing_left() } else { choose(tenant, &job, left, in_all, form.clone()) };
        let actions = move || view! { <ui::SecondaryLink href=back>{t!("admin-back-to-the-job")}</ui::SecondaryLink> };
        view! {
            <AdminFrame ctx waiting path=format!("/admin/jobs/{id}/cancel-bookings")>
                <ui::WidePage title=t!("admin-cancel-the-bookings") lead actions>
                    <ui::ErrorSummary form />
                    {results}
                    {content}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// What is stored of each booking that was chosen.
#[component]
fn Results(tenant: Arc<Tenant>, stored: Vec<Booking>, left: HashSet<Id<Booking>>) -> impl IntoView {
    let cancelled = stored.iter().filter(|booking| booking.phase == Phase::Cancelled).count();
    let title = t!("admin-cancelled-of-bookings", cancelled = cancelled, bookings = count(stored.len()));
    let rows = stored
        .into_iter()
        .map(|booking| {
            let is_left = left.contains(&booking.id);
            let became = result(&tenant, &booking, is_left);
            view! {
                <TableRow>
                    <Cell label=t!("admin-booking")>
                        {reference_link(&booking.reference)}
                    </Cell>
                    <AsideCell label=t!("admin-status")>{phase_badge(booking.phase)}</AsideCell>
                    <Cell label=t!("admin-customer")>{booking.contact.name.clone()}</Cell>
                    <Cell label=t!("admin-result")>{became}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <TitledCard title>
            <ui::CompactTable
                caption=t!("admin-what-became-of-each")
                head=|| {
                    view! {
                        <HeadCell>{t!("admin-booking")}</HeadCell>
                        <HeadCell>{t!("admin-status")}</HeadCell>
                        <HeadCell>{t!("admin-customer")}</HeadCell>
                        <HeadCell>{t!("admin-result")}</HeadCell>
                    }
                }
            >
                {rows}
            </ui::CompactTable>
        </TitledCard>
    }
}

/// What became of a booking, by what is stored of it.
fn result(tenant: &Tenant, booking: &Booking, is_left: bool) -> String {
    match (booking.phase, &booking.cancellation) {
        (Phase::Cancelled, Some(cancellation)) if cancellation.by == Party::Staff => match cancellation.fee {
            Amount::ZERO => t!("admin-cancelled-free-of-charge-and-told").to_owned(),
            fee => t!("admin-cancelled-for-a-fee-and-told", fee = tenant.money(fee)),
        },
        (Phase::Pending | Phase::Confirmed | Phase::Dispatched, _) if is_left => {
            t!("admin-not-cancelled-try-again").to_owned()
        }
        (Phase::Pending | Phase::Confirmed | Phase::Dispatched, _) => {
            t!("admin-not-cancelled-it-doesnt-wait").to_owned()
        }
        _ => booking.moved_on().to_string(),
    }
}

fn nothing_left() -> AnyView {
    let (title, text) = (t!("admin-no-booking-is-left"), t!("admin-all-are-over-or-have-another-job"));
    view! { <ui::EmptyState glyph=Glyph::Check title text /> }.into_any()
}

fn choose(tenant: Arc<Tenant>, job: &Job, left: Vec<Booking>, in_all: i64, form: FormState) -> AnyView {
    let question = t!("admin-bookings-are-left", bookings = count(in_all));
    let is_cut = usize::try_from(in_all).is_ok_and(|in_all| in_all > left.len());
    let cut = is_cut
        .then(|| view! { <p class="muted">{t!("admin-the-first-are-cancelled-at-once", most = MOST_AT_ONCE)}</p> });
    let choices = left
        .iter()
        .map(|booking| {
            let value = booking.reference.to_string();
            // One that was moved since is for another time, and may only wait for its next job.
            let is_for_then = booking.scheduled_at.is_none_or(|at| at == job.window_start);
            let is_chosen = !form.value(&format!("bookings[{value}]")).is_empty();
            let is_ticked = if form.was_submitted() { is_chosen } else { is_for_then };
            Tick { label: label(&tenant, booking), value, is_ticked }
        })
        .collect();
    let job = job.id.to_string();
    view! {
        <ui::Card>
            <p>{question}</p>
            {cut}
            <p class="muted">{t!("admin-customers-pay-nothing-and-are-told")}</p>
            <ui::PostForm action=CancelBookings::PATH>
                <ui::HiddenField name="job" value=job />
                <ui::CheckboxGroup legend=t!("admin-bookings") name="bookings" state=form.field("bookings") choices />
                <ui::TextField
                    label=t!("admin-reason")
                    name="reason"
                    state=form.field("reason")
                    maxlength=500
                    hint=t!("admin-the-customer-sees-this")
                />
                <ui::DangerButton>{t!("admin-cancel-these-bookings")}</ui::DangerButton>
            </ui::PostForm>
        </ui::Card>
    }
    .into_any()
}

/// When it is, for whom and how many, and how to reach them.
fn label(tenant: &Tenant, booking: &Booking) -> String {
    let when = booking.scheduled_at.map(|at| tenant.date_time(at));
    let parts = [
        booking.reference.to_string(),
        isolated(&booking.contact.name).to_string(),
        t!("admin-counted-people", people = count(booking.units)),
        booking.contact.phone.national(),
    ];
    parts.into_iter().chain(when).collect::<Vec<_>>().join(" · ")
}
