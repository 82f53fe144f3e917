use std::collections::HashMap;

use engine::{Amount, Id};
use leptos::prelude::*;

use crate::{
    admin::{AdminFrame, Waiting, query::PER_PAGE, tones},
    db::paging,
    error::AppError,
    payments,
    payouts::{
        policy,
        store::{self, Listed, Waiting as WaitingEarnings},
    },
    providers::Provider,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, ActionsCell, ActionsHeadCell, AmountCell, AmountHeadCell, Badge, Cell, Glyph, HeadCell, TableRow},
};

/// `/admin/payouts`: each provider's unpaid earnings, and past payouts.
pub async fn payouts(visit: Visit) -> Result<Answer, AppError> {
    let may_pay_out = visit.ctx.user().is_ok_and(policy::can_pay_out);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let earnings = store::waiting_per_provider(&mut tx).await?;
    let unconfirmed = payments::store::unconfirmed_cash(&mut tx, None).await?;
    let made = store::list(&mut tx, visit.cursor(), PER_PAGE).await?;
    let total = store::count(&mut tx).await?;
    let total = paging::counted(total, visit.ctx.tenant.locale, |count, shown| {
        t!("admin-listed-payouts", payouts = count, shown = shown)
    });
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-payouts"), move || {
        let tenant = ctx.tenant.clone();
        let pending = (!earnings.is_empty()).then(|| pending(&tenant, earnings, &unconfirmed, may_pay_out));
        let id = |made: &Listed| made.payout.id;
        let (previous, next) = (made.previous(id), made.next(id));
        let history = (!made.entries.is_empty()).then(|| history(&tenant, made.entries));
        view! {
            <AdminFrame ctx waiting path="/admin/payouts">
                <ui::WidePage title=t!("admin-payouts") lead=t!("admin-earnings-wait-here-until-an-administrator")>
                    <ui::Section title=t!("admin-pending-earnings")>
                        {match pending {
                            Some(table) => table.into_any(),
                            None => {
                                view! {
                                    <ui::EmptyState
                                        glyph=Glyph::HandCoins
                                        title=t!("admin-no-unpaid-earnings")
                                        text=t!("admin-a-providers-share-appears-here-as")
                                    />
                                }
                                    .into_any()
                            }
                        }}
                    </ui::Section>
                    <ui::Section title=t!("admin-past-payouts")>
                        {match history {
                            Some(table) => table.into_any(),
                            None => view! { <p class="muted">{t!("admin-none-yet")}</p> }.into_any(),
                        }}
                        <ui::PageLinks total previous next base="/admin/payouts" />
                    </ui::Section>
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn pending(
    tenant: &Tenant,
    earnings: Vec<WaitingEarnings>,
    unconfirmed: &HashMap<Id<Provider>, Amount>,
    may_pay_out: bool,
) -> impl IntoView + use<> {
    let providers = earnings.first().map_or(0, |waiting| waiting.providers);
    let shown = earnings.len();
    let cut = (providers > store::MOST_WAITING).then(|| {
        view! { <p class="muted small">{t!("admin-the-largest-of-are-shown", shown = shown, providers = providers)}</p> }
    });
    let rows = earnings
        .into_iter()
        .map(|waiting| {
            let provider = format!("/admin/providers/{}", waiting.provider_id);
            let preview = format!("/admin/payouts/new?provider={}", waiting.provider_id);
            let money = |amount| tenant.money(amount).to_string();
            let (since, total) = (tenant.date(waiting.since), waiting.total());
            let unconfirmed = unconfirmed.get(&waiting.provider_id).map(|&cash| unconfirmed_note(tenant, cash));
            let kept = if waiting.cash_kept.is_zero() { "–".to_owned() } else { money(waiting.cash_kept) };
            let (earned, to_pay) = (money(waiting.earned), money(total));
            let action = if total.is_negative() {
                view! { <span class="muted small">{t!("admin-deducted-from-the-next-payout")}</span> }.into_any()
            } else {
                may_pay_out
                    .then(|| view! { <ui::SecondaryLink href=preview>{t!("admin-review-payout")}</ui::SecondaryLink> })
                    .into_any()
            };
            view! {
                <TableRow>
                    <Cell label=t!("admin-provider")><a href=provider>{waiting.provider_name}</a></Cell>
                    <Cell label=t!("admin-earnings-of-a-payout")>{waiting.count}</Cell>
                    <Cell label=t!("admin-oldest")><ui::Time at=waiting.since text=since /></Cell>
                    <AmountCell label=t!("admin-earned")>{earned}</AmountCell>
                    <AmountCell label=t!("admin-cash-kept")>
                        {kept}
                        {unconfirmed.map(|text| view! { <p class="faint small">{text}</p> })}
                    </AmountCell>
                    <AmountCell label=t!("admin-to-pay-out")>{to_pay}</AmountCell>
                    <ActionsCell>{action}</ActionsCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("admin-pending-earnings-by-provider")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-provider")}</HeadCell>
                    <HeadCell>{t!("admin-earnings-of-a-payout")}</HeadCell>
                    <HeadCell>{t!("admin-oldest")}</HeadCell>
                    <AmountHeadCell>{t!("admin-earned")}</AmountHeadCell>
                    <AmountHeadCell>{t!("admin-cash-kept")}</AmountHeadCell>
                    <AmountHeadCell>{t!("admin-to-pay-out")}</AmountHeadCell>
                    <ActionsHeadCell />
                }
            }
        >
            {rows}
        </ui::DataTable>
        {cut}
    }
}

/// "$36.29 in cash to confirm": unconfirmed cash with a provider.
pub(super) fn unconfirmed_note(tenant: &Tenant, cash: Amount) -> String {
    t!("admin-in-cash-to-confirm", cash = tenant.money(cash))
}

fn history(tenant: &Tenant, made: Vec<Listed>) -> impl IntoView + use<> {
    let rows = made
        .into_iter()
        .map(|Listed { payout, provider_name, count }| {
            let (made, total) = (tenant.date_time(payout.created_at), tenant.money(payout.total_amount).to_string());
            let paid = payout.paid_at.map_or_else(|| "–".to_owned(), |at| tenant.date(at));
            view! {
                <TableRow>
                    <Cell label=t!("admin-created")>
                        <a class="row-link" href=format!("/admin/payouts/{}", payout.id)>{made}</a>
                    </Cell>
                    <Cell label=t!("admin-provider")>{provider_name}</Cell>
                    <Cell label=t!("admin-earnings-of-a-payout")>{count}</Cell>
                    <Cell label=t!("admin-status")><Badge tone=tones::of_payout(payout.status) label=payout.status.label() /></Cell>
                    <Cell label=t!("admin-paid")>{paid}</Cell>
                    <AmountCell label=t!("admin-amount")>{total}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("admin-past-payouts")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-created")}</HeadCell>
                    <HeadCell>{t!("admin-provider")}</HeadCell>
                    <HeadCell>{t!("admin-earnings-of-a-payout")}</HeadCell>
                    <HeadCell>{t!("admin-status")}</HeadCell>
                    <HeadCell>{t!("admin-paid")}</HeadCell>
                    <AmountHeadCell>{t!("admin-amount")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
