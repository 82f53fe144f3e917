use chrono::TimeDelta;
use engine::Amount;
use leptos::prelude::*;

use super::{PER_PAGE, in_words::earned_with, jobs::page_info, when};
use crate::{
    error::AppError,
    payouts::EarningKind,
    portal::{
        ProviderFrame, Shift,
        store::{self, Balance, Day, EarnedWith, ListedEarning, ListedPayout, glyph},
    },
    providers,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, AmountCell, AmountHeadCell, Bar, BarChart, Card, Cell, DataTable, EmptyState, EntryCard, Glyph, HeadCell,
        LinkCard, Pagination, Section, StatCard, TableRow, Tone,
    },
};

/// Number of days in the chart.
const DAYS: i64 = 7;

/// `/provider/earnings?page=`: earnings by day, the unpaid sum, and past payouts.
pub async fn earnings(visit: Visit) -> Result<Answer, AppError> {
    let page = visit.page_number();
    let tenant = visit.ctx.tenant.clone();
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let today = tenant.zone.date(now);
    let (since, _) = tenant.zone.day_bounds(today - TimeDelta::days(DAYS - 1));
    let provider = providers::of_user(&mut tx, &visit.ctx).await?;
    let days = store::earned_by_day(&mut tx, provider.id, &tenant.zone, since).await?;
    let balance = store::balance(&mut tx, provider.id).await?;
    let listed = store::earnings(&mut tx, provider.id, page, PER_PAGE).await?;
    let payouts = store::payouts(&mut tx, provider.id).await?;
    drop(tx);

    let ctx = visit.ctx;
    Page::new(t!("portal-earnings"), move || {
        let shift = Shift::of(&provider, 0);
        let week: Amount = days.iter().map(|day| day.amount).sum();
        let week_of: EarnedWith = days.iter().map(|day| day.earned_with).sum();
        let bars = bars(&tenant, &days, today);
        let money = |amount| tenant.money(amount).to_string();
        let (week, paid) = (money(week), money(balance.paid));
        let (pending_label, pending) = match balance.pending() {
            debt if debt.is_negative() => (t!("portal-you-owe-us"), money(-debt)),
            pending => (t!("portal-to-be-paid-out"), money(pending)),
        };
        let pending_note = pending_note(&tenant, &balance);
        let unconfirmed = (!balance.cash_to_confirm.is_zero()).then(|| unconfirmed(&tenant, balance.cash_to_confirm));
        let payouts = (!payouts.is_empty()).then(|| statements(&tenant, payouts));
        let list = if balance.count == 0 {
            view! { <EmptyState glyph=Glyph::Wallet title=t!("portal-nothing-earned-yet") text=t!("portal-what-you-earn-appears-here-as") /> }.into_any()
        } else {
            view! {
                <ul class="link-cards">{cards(&tenant, listed, now)}</ul>
                <Pagination info=page_info(page, balance.count) base="/provider/earnings" />
            }
            .into_any()
        };
        view! {
            <ProviderFrame ctx path="/provider/earnings" shift>
                <ui::Page title=t!("portal-earnings")>
                    {unconfirmed}
                    <div class="stats">
                        <StatCard label=t!("portal-last-7-days") value=week note=earned_with(week_of) glyph=Glyph::Wallet />
                        <StatCard label=pending_label value=pending note=pending_note glyph=Glyph::Clock />
                        <StatCard label=t!("portal-paid-out") value=paid note=t!("portal-in-all") glyph=Glyph::HandCoins />
                    </div>
                    <Card><BarChart title=t!("portal-earned-by-day") bars /></Card>
                    <Section title=t!("portal-one-by-one")>{list}</Section>
                    {payouts}
                </ui::Page>
            </ProviderFrame>
        }
    })
    .answer()
}

/// How the unpaid sum is made up.
fn pending_note(tenant: &Tenant, balance: &Balance) -> String {
    if balance.cash_kept.is_zero() {
        return earned_with(balance.earned_with);
    }
    let sum = t!(
        "portal-earned-less-in-cash-you-kept",
        earned = tenant.money(balance.earned),
        cash_kept = tenant.money(-balance.cash_kept)
    );
    if balance.pending().is_negative() { t!("portal-deducted-from-what-you-earn-next", sum = sum) } else { sum }
}

/// Cash that the office hasn't confirmed.
fn unconfirmed(tenant: &Tenant, cash: Amount) -> impl IntoView + use<> {
    view! {
        <ui::Alert tone=Tone::Info title=t!("portal-you-have-of-customers-cash", cash = tenant.money(cash))>
            <p>{t!("portal-the-office-hasnt-confirmed-it-yet")}</p>
        </ui::Alert>
    }
}

fn bars(tenant: &Tenant, days: &[Day], today: chrono::NaiveDate) -> Vec<Bar> {
    (0..DAYS)
        .rev()
        .map(|ago| {
            let day = today - TimeDelta::days(ago);
            let amount = days.iter().find(|earned| earned.date == day).map_or(Amount::ZERO, |earned| earned.amount);
            let text = if amount.is_zero() { "–".to_owned() } else { tenant.money(amount).to_string() };
            Bar { label: tenant.locale.weekday(day), value: amount.minor().max(0) as f64, text }
        })
        .collect()
}

fn cards(tenant: &Tenant, listed: Vec<ListedEarning>, now: chrono::DateTime<chrono::Utc>) -> impl IntoView + use<> {
    listed
        .into_iter()
        .map(|earning| {
            let state_label = match earning.status.as_str() {
                "paid_out" => t!("portal-paid-out"),
                "frozen" => t!("portal-on-hold"),
                _ => t!("portal-pending"),
            };
            let what = match earning.kind {
                EarningKind::Job => String::new(),
                kind => format!("{} · ", kind.label(earning.phase)),
            };
            let state_label = match (earning.kind, earning.status.as_str()) {
                (EarningKind::CashKept, "paid_out") => t!("portal-deducted"),
                _ => state_label,
            };
            let detail =
                format!("{what}{state_label} · {} · {}", when(tenant, earning.earned_at, now), earning.reference);
            let (glyph, title) = (glyph(&earning.icon), earning.service_name);
            let aside = tenant.money(earning.amount).to_string();
            let card = match earning.job_id.map(|job| format!("/provider/jobs/{job}")) {
                Some(href) => view! { <LinkCard href glyph title detail aside /> }.into_any(),
                None => view! { <EntryCard glyph title detail aside /> }.into_any(),
            };
            view! { <li>{card}</li> }
        })
        .collect_view()
}

fn statements(tenant: &Tenant, payouts: Vec<ListedPayout>) -> impl IntoView + use<> {
    let rows = payouts
        .into_iter()
        .map(|payout| {
            let state_label = match payout.status.as_str() {
                "paid" => t!("portal-paid"),
                "failed" => t!("portal-failed"),
                _ => t!("portal-on-its-way"),
            };
            let at = tenant.date(payout.paid_at.unwrap_or(payout.created_at));
            let amount = tenant.money(payout.total_amount).to_string();
            view! {
                <TableRow>
                    <Cell label=t!("portal-date")>{at}</Cell>
                    <Cell label=t!("portal-state")>{state_label}</Cell>
                    <Cell label=t!("portal-for")>{earned_with(payout.earned_with)}</Cell>
                    <AmountCell label=t!("portal-amount")>{amount}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <Section title=t!("portal-payouts")>
            <DataTable caption=t!("portal-payouts") head=|| view! {
                <HeadCell>{t!("portal-date")}</HeadCell><HeadCell>{t!("portal-state")}</HeadCell><HeadCell>{t!("portal-for")}</HeadCell><AmountHeadCell>{t!("portal-amount")}</AmountHeadCell>
            }>{rows}</DataTable>
        </Section>
    }
}
