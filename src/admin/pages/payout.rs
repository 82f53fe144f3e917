use engine::{Amount, Id, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{AdminFrame, Waiting, pages::payouts::unconfirmed_note, tones},
    error::AppError,
    payments,
    payouts::{
        self, EarningKind, PayoutStatus,
        actions::{CreatePayout, MarkPayoutFailed, MarkPayoutPaid},
        policy,
        store::{self, Item},
    },
    providers::{self, Provider},
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, AmountCell, AmountHeadCell, Badge, Cell, Glyph, HeadCell, Icon, TableRow, Tone},
};

/// `/admin/payouts/new?provider=…`: a preview of the provider's next payout.
pub async fn payout_preview(visit: Visit) -> Result<Answer, AppError> {
    visit.ctx.allowed(policy::can_pay_out)?;
    let provider: Id<Provider> = visit.query("provider").and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let provider = providers::store::find(&mut tx, provider).await?.ok_or(AppError::NotFound)?;
    let items = store::preview(&mut tx, provider.id).await?;
    let unconfirmed = payments::store::unconfirmed_cash(&mut tx, Some(provider.id)).await?.remove(&provider.id);
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-payout-to", name = isolated(&provider.name)), move || {
        let tenant = ctx.tenant.clone();
        let total: Amount = items.iter().map(|item| item.amount).sum();
        let make = make(&tenant, &items, total, provider.id);
        let unconfirmed = unconfirmed.map(|cash| unconfirmed_alert(&tenant, cash));
        view! {
            <AdminFrame ctx waiting path="/admin/payouts/new">
                <ui::WidePage title=t!("admin-payout-to", name = isolated(&provider.name)) lead=t!("admin-unpaid-earnings-less-the-cash-this")>
                    {unconfirmed}
                    {if items.is_empty() {
                        view! {
                            <ui::EmptyState glyph=Glyph::HandCoins title=t!("admin-nothing-to-pay") text=t!("admin-all-earnings-are-already-in-a")>
                                <ui::SecondaryLink href="/admin/payouts">{t!("admin-back-to-payouts")}</ui::SecondaryLink>
                            </ui::EmptyState>
                        }
                            .into_any()
                    } else {
                        view! { {make} {item_table(&tenant, items)} }.into_any()
                    }}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// The payout's amount and the button; a debt waits for the next earnings.
fn make(tenant: &Tenant, items: &[Item], total: Amount, provider: Id<Provider>) -> AnyView {
    let is_cash = |item: &&Item| item.kind == EarningKind::CashKept;
    let kept: Amount = items.iter().filter(is_cash).map(|item| item.amount).sum();
    let earnings = items.iter().filter(|item| !is_cash(item)).count();
    let mut about = t!("admin-counted-earnings", earnings = crate::words::count(earnings));
    if !kept.is_zero() {
        about = t!("admin-less-in-cash-kept", about = about, kept = tenant.money(-kept));
    }
    let is_full = i64::try_from(items.len()).is_ok_and(|lines| lines >= store::MOST_ITEMS);
    let cut = is_full.then(|| t!("admin-a-payout-has-at-most-lines", items = items.len()));
    let total_text = tenant.money(total).to_string();
    let how = match total.minor() {
        ..=-1 => {
            return view! {
                <ui::TitledCard title=t!("admin-nothing-to-transfer-yet")>
                    <p class="headline-figure">{total_text}</p>
                    <p class="muted small">
                        {t!("admin-this-provider-holds-more-cash-than", about = about)}
                    </p>
                </ui::TitledCard>
            }
            .into_any();
        }
        0 => t!("admin-there-is-nothing-to-transfer-mark"),
        _ => t!("admin-wayside-doesnt-move-money-transfer-it"),
    };
    view! {
        <ui::TitledCard title=t!("admin-create-the-payout")>
            <p class="headline-figure">{total_text}</p>
            <p class="muted small">{format!("{about}. {how}")}{cut}</p>
            <ui::PostForm action=CreatePayout::PATH>
                <ui::HiddenField name="provider" value=provider.to_string() />
                <ui::PrimaryButton>{t!("admin-create-payout")}</ui::PrimaryButton>
            </ui::PostForm>
        </ui::TitledCard>
    }
    .into_any()
}

/// Unconfirmed cash that the provider took: the payout doesn't include it yet.
fn unconfirmed_alert(tenant: &Tenant, cash: Amount) -> impl IntoView + use<> {
    view! {
        <ui::Alert tone=Tone::Warning title=unconfirmed_note(tenant, cash)>
            <p>
                {t!("admin-this-provider-collected-cash-that-this")}
                <a href="/admin/payments?status=pending&method=cash">{t!("admin-confirm-it-first")}</a>
                {t!("admin-or-it-is-deducted-from-a")}
            </p>
        </ui::Alert>
    }
}

/// `/admin/payouts/{id}`: one payout, line by line.
pub async fn payout(visit: Visit) -> Result<Answer, AppError> {
    let id = visit.param("id")?;
    let may_pay_out = visit.ctx.user().is_ok_and(policy::can_pay_out);
    let failed = visit.form(MarkPayoutFailed::PATH);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let payout = store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let provider = providers::store::find(&mut tx, payout.provider_id).await?.ok_or(AppError::NotFound)?;
    let items = store::items(&mut tx, id).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-payout-to", name = isolated(&provider.name)), move || {
        let tenant = ctx.tenant.clone();
        let total = tenant.money(payout.total_amount).to_string();
        let export = format!("/admin/payouts/{id}/statement.csv");
        let settle = (may_pay_out && payout.status == PayoutStatus::Pending).then(|| {
            let state = failed.field("reason");
            let open = failed.was_submitted();
            view! {
                <div class="row">
                    <ui::ButtonForm action=MarkPayoutPaid::PATH>
                        <ui::HiddenField name="payout" value=id.to_string() />
                        <ui::PrimaryButton>{t!("admin-mark-as-paid")}</ui::PrimaryButton>
                    </ui::ButtonForm>
                    <ui::ConfirmForm
                        action=MarkPayoutFailed::PATH
                        label=t!("admin-transfer-failed")
                        question=t!("admin-these-earnings-go-back-to-the")
                        open
                    >
                        <ui::HiddenField name="payout" value=id.to_string() />
                        <ui::TextField label=t!("admin-why-did-it-fail") name="reason" state />
                        <ui::DangerButton>{t!("admin-mark-as-failed")}</ui::DangerButton>
                    </ui::ConfirmForm>
                </div>
            }
        });
        let made = tenant.full_date_time(payout.created_at);
        let paid = payout.paid_at.map(|at| tenant.full_date_time(at));
        let paid = paid.map(|at| view! { <ui::Description term=t!("admin-paid")>{at}</ui::Description> });
        let term = if payout.status == PayoutStatus::Failed { t!("admin-why-it-failed") } else { t!("admin-note") };
        let note = payout.note.clone().map(|note| view! { <ui::Description term>{note}</ui::Description> });
        view! {
            <AdminFrame ctx waiting path=format!("/admin/payouts/{id}")>
                <ui::WidePage
                    title=t!("admin-payout-to", name = isolated(&provider.name))
                    actions=move || view! { <ui::SecondaryLink href=export><Icon glyph=Glyph::Download />{t!("admin-statement-csv")}</ui::SecondaryLink> }
                >
                    <ui::ErrorSummary form=failed />
                    <ui::Card>
                        <div class="row-between">
                            <p class="headline-figure">{total}</p>
                            <Badge tone=tones::of_payout(payout.status) label=payout.status.label() />
                        </div>
                        <ui::DescriptionList>
                            <ui::Description term=t!("admin-provider")>
                                <a href=format!("/admin/providers/{}", provider.id)>{provider.name.clone()}</a>
                            </ui::Description>
                            <ui::Description term=t!("admin-created")>{made}</ui::Description>
                            {paid}
                            {note}
                        </ui::DescriptionList>
                        {settle}
                    </ui::Card>
                    {if items.is_empty() {
                        view! {
                            <ui::EmptyState
                                glyph=Glyph::HandCoins
                                title=t!("admin-no-earnings-in-this-payout")
                                text=t!("admin-the-transfer-failed-so-they-wait")
                            />
                        }
                            .into_any()
                    } else {
                        item_table(&tenant, items).into_any()
                    }}
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// `/admin/payouts/{id}/statement.csv`: the same lines as CSV.
pub async fn payout_csv(visit: Visit) -> Result<Answer, AppError> {
    let id = visit.param("id")?;
    let mut tx = visit.begin().await?;
    let payout = store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    Ok(Answer::Csv(Box::new(payouts::statement(&mut tx, &visit.ctx.tenant, &payout).await?)))
}

fn item_table(tenant: &Tenant, items: Vec<Item>) -> impl IntoView + use<> {
    let rows = items
        .into_iter()
        .map(|item| {
            let share = Some(payouts::agreed_share(&item)).filter(|share| !share.is_empty());
            let earned = tenant.full_date(item.earned_at);
            let money = |amount| tenant.money(amount).to_string();
            let (price, amount) = (item.price().map(money), money(item.amount));
            view! {
                <TableRow>
                    <Cell label=t!("admin-booking")>
                        <a class="reference" href=format!("/admin/bookings/{}", item.reference)>{item.reference.to_string()}</a>
                    </Cell>
                    <Cell label=t!("admin-service")>{item.service}</Cell>
                    <Cell label=t!("admin-for")>{item.kind.label(item.phase)}</Cell>
                    <Cell label=t!("admin-date")><ui::Time at=item.earned_at text=earned /></Cell>
                    <AmountCell label=t!("admin-price-before-tax")>{price}</AmountCell>
                    <AmountCell label=t!("admin-share")>{share}</AmountCell>
                    <AmountCell label=t!("admin-amount")>{amount}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption=t!("admin-earnings-of-a-payout")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-booking")}</HeadCell>
                    <HeadCell>{t!("admin-service")}</HeadCell>
                    <HeadCell>{t!("admin-for")}</HeadCell>
                    <HeadCell>{t!("admin-date")}</HeadCell>
                    <AmountHeadCell>{t!("admin-price-before-tax")}</AmountHeadCell>
                    <AmountHeadCell>{t!("admin-share")}</AmountHeadCell>
                    <AmountHeadCell>{t!("admin-amount")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}
