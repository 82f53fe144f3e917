use chrono::TimeDelta;
use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{
        AdminFrame, Waiting,
        query::{self, PER_PAGE},
        store::payments::{self, Listed},
        tones,
    },
    bookings::PaymentMethod,
    error::AppError,
    payments::{
        PaymentStatus,
        actions::{ConfirmPayment, ExpectPayment, FailPayment, OFFICE},
        policy,
    },
    providers::{self, Provider},
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, ActionsCell, ActionsHeadCell, AmountCell, AmountHeadCell, Badge, Cell, Choice, FieldState, FormState,
        Glyph, HeadCell, Need, PageInfo, StatCard, TableRow,
    },
};

/// `/admin/payments?status=…&method=…&page=…`: payments from customers, and those to confirm.
pub async fn payments(visit: Visit) -> Result<Answer, AppError> {
    let status = query::filter::<PaymentStatus>(&visit, "status");
    let method = query::filter::<PaymentMethod>(&visit, "method");
    let page = visit.page_number();
    let confirm = visit.form(ConfirmPayment::PATH);
    let fail = visit.form(FailPayment::PATH);
    let expect = visit.form(ExpectPayment::PATH);
    let may_settle = visit.ctx.user().is_ok_and(policy::can_settle);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let found = payments::list(&mut tx, status, method, PER_PAGE, query::offset(page)).await?;
    let week_ago = tx.now - TimeDelta::days(7);
    let sums = payments::sums(&mut tx, week_ago).await?;
    let receivers = providers::store::list(&mut tx, None).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new("Payments", move || {
        let tenant = ctx.tenant.clone();
        let filters = [("status", status.map(PaymentStatus::as_str)), ("method", method.map(PaymentMethod::as_str))];
        let base = query::address("/admin/payments", &filters);
        let total = found.first().map_or(0, |payment| payment.total);
        let info = PageInfo { page: page.unsigned_abs(), per_page: PER_PAGE.unsigned_abs(), total: total.unsigned_abs() };
        let statuses: Vec<_> = PaymentStatus::REACHED.iter().map(|status| Choice::new(status.as_str(), status.label())).collect();
        let methods = method_choices();
        let rejected = [&confirm, &fail, &expect].into_iter().find(|form| form.came_back()).cloned().unwrap_or_default();
        let settle = may_settle.then(|| Settle { confirm, fail, expect, receivers: receiver_choices(&receivers) });
        view! {
            <AdminFrame ctx waiting path="/admin/payments">
                <ui::WidePage title="Payments" lead="Cash, CashApp and Zelle are confirmed by hand. Cards are not switched on.">
                    <ui::ErrorSummary form=rejected />
                    <div class="stats">
                        <StatCard
                            label="To confirm"
                            value=tenant.money(sums.pending).to_string()
                            note=counted(sums.pending_count)
                            glyph=Glyph::Clock
                        />
                        <StatCard
                            label="Confirmed, last 7 days"
                            value=tenant.money(sums.confirmed).to_string()
                            note=counted(sums.confirmed_count)
                            glyph=Glyph::BadgeCheck
                        />
                    </div>
                    <ui::FilterBar action="/admin/payments">
                        <ui::SelectField
                            label="Status"
                            name="status"
                            need=Need::Optional
                            prompt="All"
                            state=FieldState::of(status.map_or("", PaymentStatus::as_str))
                            choices=statuses
                        />
                        <ui::SelectField
                            label="Method"
                            name="method"
                            need=Need::Optional
                            prompt="All"
                            state=FieldState::of(method.map_or("", PaymentMethod::as_str))
                            choices=methods
                        />
                    </ui::FilterBar>
                    {if found.is_empty() {
                        view! {
                            <ui::EmptyState
                                glyph=Glyph::Banknote
                                title="No payments here"
                                text="A payment is expected as soon as a job is done, or a booking is cancelled for a fee."
                            />
                        }
                            .into_any()
                    } else {
                        table(&tenant, found, settle.as_ref()).into_any()
                    }}
                    <ui::Pagination info base />
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn counted(payments: i64) -> String {
    if payments == 1 { "1 payment".to_owned() } else { format!("{payments} payments") }
}

fn receiver_choices(providers: &[Provider]) -> Vec<Choice> {
    let office = Choice::new(OFFICE, "The office");
    std::iter::once(office).chain(providers.iter().map(|p| Choice::new(p.id.to_string(), p.name.clone()))).collect()
}

fn method_choices() -> Vec<Choice> {
    PaymentMethod::SWITCHED_ON.iter().map(|method| Choice::new(method.as_str(), method.label())).collect()
}

/// Data for the forms in the rows.
struct Settle {
    confirm: FormState,
    fail: FormState,
    expect: FormState,
    receivers: Vec<Choice>,
}

fn table(tenant: &Tenant, found: Vec<Listed>, settle: Option<&Settle>) -> impl IntoView + use<> {
    let rows = found
        .into_iter()
        .map(|payment| {
            let settled = match (&payment.confirmer, payment.confirmed_at) {
                (Some(by), Some(at)) => format!("{} by {}", tenant.date(at), isolated(by)),
                _ => String::new(),
            };
            let received = match (payment.method, payment.status) {
                (PaymentMethod::Cash, PaymentStatus::Confirmed) => match &payment.receiver {
                    Some(provider) => format!("Received by {}, set off against their payout", isolated(provider)),
                    None => "Received by the office".to_owned(),
                },
                (PaymentMethod::Cash, PaymentStatus::Pending) => {
                    payment.receiver.as_ref().map(|name| format!("With {}", isolated(name))).unwrap_or_default()
                }
                _ => String::new(),
            };
            let since = tenant.date(payment.created_at);
            let amount = tenant.money(payment.amount).to_string();
            let actions = settle.and_then(|settle| match payment.status {
                PaymentStatus::Pending => Some(settle_forms(&payment, &amount, settle)),
                PaymentStatus::Failed => Some(expect_form(&payment, settle)),
                PaymentStatus::Confirmed | PaymentStatus::Refunded => None,
            });
            view! {
                <TableRow>
                    <Cell label="Booking">
                        <a class="reference" href=format!("/admin/bookings/{}", payment.reference)>{payment.reference.to_string()}</a>
                    </Cell>
                    <Cell label="Customer">{payment.contact_name}</Cell>
                    <Cell label="Method">
                        <div>
                            <p>{payment.method.label()}</p>
                            <p class="faint small">{received}</p>
                        </div>
                    </Cell>
                    <Cell label="Status">
                        <div>
                            <Badge tone=tones::of_payment(payment.status) label=payment.status.label() />
                            <p class="faint small">{settled}</p>
                            <p class="faint small">{payment.note}</p>
                        </div>
                    </Cell>
                    <Cell label="Since"><ui::Time at=payment.created_at text=since /></Cell>
                    <AmountCell label="Amount">{amount}</AmountCell>
                    <ActionsCell>{actions}</ActionsCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::DataTable
            caption="Payments"
            head=|| {
                view! {
                    <HeadCell>"Booking"</HeadCell>
                    <HeadCell>"Customer"</HeadCell>
                    <HeadCell>"Method"</HeadCell>
                    <HeadCell>"Status"</HeadCell>
                    <HeadCell>"Since"</HeadCell>
                    <AmountHeadCell>"Amount"</AmountHeadCell>
                    <ActionsHeadCell />
                }
            }
        >
            {rows}
        </ui::DataTable>
    }
}

/// The state of the rejected form, if it is this payment's.
fn own_form(form: &FormState, payment: &str) -> FormState {
    if form.value("payment") == payment { form.clone() } else { FormState::default() }
}

/// The dialog of a failed payment: the customer still owes it.
fn expect_form(payment: &Listed, settle: &Settle) -> AnyView {
    let id = payment.id.to_string();
    let expect = own_form(&settle.expect, &id);
    let method = if expect.came_back() { expect.field("method") } else { FieldState::of(payment.method.as_str()) };
    view! {
        <ui::ConfirmForm
            action=ExpectPayment::PATH
            label="Expect again"
            question="The customer still owes the amount. How will they pay it?"
            open=expect.came_back()
        >
            <ui::HiddenField name="payment" value=id />
            <ui::SelectField label="Method" name="method" state=method choices=method_choices() />
            <ui::PrimaryButton>"Expect it again"</ui::PrimaryButton>
        </ui::ConfirmForm>
    }
    .into_any()
}

/// The two dialogs of a pending payment. A rejected form shows its errors, as does the summary above the list.
fn settle_forms(payment: &Listed, amount: &str, settle: &Settle) -> AnyView {
    let id = payment.id.to_string();
    let (confirm, fail) = (own_form(&settle.confirm, &id), own_form(&settle.fail, &id));
    let receiver = match payment.received_by {
        Some(provider) if !confirm.came_back() => FieldState::of(provider.to_string()),
        _ => confirm.field("received_by"),
    };
    let asks_receiver = (payment.method == PaymentMethod::Cash).then(|| {
        view! { <ui::SelectField label="Who received the cash?" name="received_by" state=receiver choices=settle.receivers.clone() /> }
    });
    let hidden = (id.clone(), id);
    let question = format!("{amount} by {} has arrived in full?", payment.method.label());
    view! {
        <ui::ConfirmForm
            action=ConfirmPayment::PATH
            label="Confirm"
            question
            open=confirm.came_back()
        >
            <ui::HiddenField name="payment" value=hidden.0 />
            {asks_receiver}
            <ui::TextField label="Note" name="note" need=Need::Optional state=confirm.field("note") />
            <ui::PrimaryButton>"Confirm payment"</ui::PrimaryButton>
        </ui::ConfirmForm>
        <ui::ConfirmForm action=FailPayment::PATH label="Fail" open=fail.came_back() question="The customer keeps owing the amount. Why did it not arrive?">
            <ui::HiddenField name="payment" value=hidden.1 />
            <ui::TextField label="Reason" name="reason" state=fail.field("reason") />
            <ui::DangerButton>"Mark as failed"</ui::DangerButton>
        </ui::ConfirmForm>
    }
    .into_any()
}
