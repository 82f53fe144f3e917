use leptos::prelude::*;

use super::{
    PER_PAGE,
    in_words::{stages_of, state_label},
    short, when,
};
use crate::{
    dispatch::JobState,
    error::AppError,
    portal::{ProviderFrame, Shift, store},
    providers::{self, ProviderStatus},
    server::{Answer, Page, Visit},
    ui::{self, EmptyState, Glyph, LinkCard, PageInfo, Pagination},
};

/// `/provider/jobs?page=`: the provider's jobs, latest first.
pub async fn jobs(visit: Visit) -> Result<Answer, AppError> {
    let page = visit.page_number();
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let provider = providers::of_user(&mut tx, &visit.ctx).await?;
    let (jobs, total) = store::jobs(&mut tx, provider.id, page, PER_PAGE).await?;
    let stages = stages_of(&mut tx, &visit.ctx.tenant, &jobs).await?;
    drop(tx);

    let ctx = visit.ctx;
    Page::new(t!("portal-jobs"), move || {
        let tenant = ctx.tenant.clone();
        let shift = Shift::of(&provider, 0);
        let cards = jobs
            .into_iter()
            .map(|job| {
                let place = short(&job.address);
                let state_label = if job.lost { t!("portal-given-back") } else { state_label(&job, &stages) };
                let bookings = if job.what.bookings > 1 { t!("portal-and-bookings", bookings = job.what.bookings) } else { String::new() };
                let detail = format!("{state_label} · {} · {place}{bookings}", when(&tenant, job.assigned_at, now));
                let aside = match job.earned {
                    Some(amount) => tenant.money(amount).to_string(),
                    None if job.state == JobState::Done => tenant.money(engine::Amount::ZERO).to_string(),
                    None => String::new(),
                };
                view! { <li><LinkCard href=format!("/provider/jobs/{}", job.id) glyph=job.what.glyph() title=job.what.name().to_owned() detail aside /></li> }
            })
            .collect_view();
        let list = if total == 0 {
            let text = match provider.status {
                ProviderStatus::Active if tenant.has_duty() => t!("portal-go-on-duty-to-get-offers"),
                ProviderStatus::Active => t!("portal-jobs-you-accept-appear-here"),
                _ => t!("portal-once-youre-approved-jobs-you-accept"),
            };
            view! { <EmptyState glyph=Glyph::ClipboardList title=t!("portal-no-jobs-yet") text /> }
                .into_any()
        } else {
            view! {
                <ul class="link-cards">{cards}</ul>
                <Pagination info=page_info(page, total) base="/provider/jobs" />
            }
            .into_any()
        };
        view! {
            <ProviderFrame ctx path="/provider/jobs" shift>
                <ui::Page title=t!("portal-jobs")>{list}</ui::Page>
            </ProviderFrame>
        }
    })
    .answer()
}

pub(super) fn page_info(page: i64, total: i64) -> PageInfo {
    let positive = |number: i64| u64::try_from(number).unwrap_or_default();
    PageInfo { page: positive(page), per_page: positive(PER_PAGE), total: positive(total) }
}
