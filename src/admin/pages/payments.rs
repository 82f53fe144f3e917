use chrono::TimeDelta;
use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{
        AdminFrame, Waiting,
        query::{self, PER_PAGE},
        store::payments::{self, Filter, Listed},
        tones,
    },
    bookings::PaymentMethod,
    db::paging,
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
        self, ActionsCell, ActionsHeadCell, AmountCell, AmountHeadCell, AsideCell, Badge, Cell, Choice, FieldState,
        FormState, Glyph, HeadCell, Need, StatCard, TableRow,
    },
};

/// `/admin/payments?status=…&method=…&page=…`: payments from customers, and those to confirm.
pub async fn payments(visit: Visit) -> Result<Answer, AppError> {
    let status = query::filter::<PaymentStatus>(&visit, "status");
    let method = query::filter::<PaymentMethod>(&visit, "method");
    let confirm = visit.form(ConfirmPayment::PATH);
    let fail = visit.form(FailPayment::PATH);
    let expect = visit.form(ExpectPayment::PATH);
    let may_settle = visit.ctx.user().is_ok_and(policy::can_settle);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let filter = Filter { status, method };
    let found = payments::list(&mut tx, filter, visit.cursor(), PER_PAGE).await?;
    let total = payments::count(&mut tx, filter).await?;
    let total = paging::counted(total, visit.ctx.tenant.locale, |count, shown| {
        t!("admin-listed-payments", payments = count, shown = shown)
    });
    let week_ago = tx.now - TimeDelta::days(7);
    let sums = payments::sums(&mut tx, week_ago).await?;
    let receivers = providers::store::list(&mut tx, None).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-payments"), move || {
        let tenant = ctx.tenant.clone();
        let filters = [("status", status.map(PaymentStatus::as_str)), ("method", method.map(PaymentMethod::as_str))];
        let base = query::address("/admin/payments", &filters);
        let (previous, next) = (found.previous(|payment| payment.id), found.next(|payment| payment.id));
        let receivers_are_cut = may_settle && i64::try_from(receivers.len()) == Ok(providers::store::MOST);
        let statuses: Vec<_> = PaymentStatus::REACHED.iter().map(|status| Choice::new(status.as_str(), status.label())).collect();
        let methods = method_choices();
        let rejected = [&confirm, &fail, &expect].into_iter().find(|form| form.was_submitted()).cloned().unwrap_or_default();
        let again = rejected.value("payment").to_owned();
        let settle = may_settle.then(|| Settle { confirm, fail, expect, receivers: receiver_choices(&receivers) });
        let returned = settle.as_ref().and_then(|settle| returned_form(&tenant, &found.entries, &again, settle));
        let active = [status.is_some(), method.is_some()].into_iter().filter(|set| *set).count();
        view! {
            <AdminFrame ctx waiting path="/admin/payments">
                <ui::WidePage title=t!("admin-payments") lead=t!("admin-confirm-cash-cashapp-and-zelle-payments")>
                    <ui::ErrorSummary form=rejected.within(again) />
                    {returned}
                    <div class="stats">
                        <StatCard
                            label=t!("admin-to-confirm")
                            value=tenant.money(sums.pending).to_string()
                            note=counted(sums.pending_count)
                            glyph=Glyph::Clock
                        />
                        <StatCard
                            label=t!("admin-confirmed-last-7-days")
                            value=tenant.money(sums.confirmed).to_string()
                            note=counted(sums.confirmed_count)
                            glyph=Glyph::BadgeCheck
                        />
                        {(!sums.platforms.is_zero())
                            .then(|| {
                                let value = tenant.money(sums.platforms).to_string();
                                view! { <StatCard label=t!("admin-the-platforms-fees") value note=t!("admin-of-all-that-was-charged").to_owned() glyph=Glyph::Banknote /> }
                            })}
                    </div>
                    <ui::FilterBar action="/admin/payments" active>
                        <ui::SelectField
                            label=t!("admin-status")
                            name="status"
                            need=Need::Optional
                            prompt=t!("admin-all")
                            state=FieldState::of(status.map_or("", PaymentStatus::as_str))
                            choices=statuses
                        />
                        <ui::SelectField
                            label=t!("admin-method")
                            name="method"
                            need=Need::Optional
                            prompt=t!("admin-all")
                            state=FieldState::of(method.map_or("", PaymentMethod::as_str))
                            choices=methods
                        />
                    </ui::FilterBar>
                    {if found.entries.is_empty() {
                        view! {
                            <ui::EmptyState
                                glyph=Glyph::Banknote
                                title=t!("admin-no-payments-here")
                                text=t!("admin-a-payment-is-expected-once-a")
                            />
                        }
                            .into_any()
                    } else {
                        table(&tenant, found.entries, settle.as_ref()).into_any()
                    }}
                    {receivers_are_cut.then(|| view! { <p class="muted small">{t!("admin-of-the-providers-the-first-by", store = providers::store::MOST)}</p> })}
                    <ui::PageLinks total previous next base />
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

fn counted(payments: i64) -> String {
    t!("admin-counted-payments", payments = crate::words::count(payments))
}

fn receiver_choices(providers: &[Provider]) -> Vec<Choice> {
    let office = Choice::new(OFFICE, t!("admin-the-office"));
    std::iter::once(office).chain(providers.iter().map(|p| Choice::new(p.id.to_string(), p.name.clone()))).collect()
}

fn method_choices() -> Vec<Choice> {
    PaymentMethod::SWITCHED_ON.iter().map(|method| Choice::new(method.as_str(), method.label())).collect()
}

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
                (Some(by), Some(at)) => t!("admin-by", at = tenant.date(at), by = isolated(by)),
                _ => String::new(),
            };
            let received = match (payment.method, payment.status) {
                _ if payment.amount.is_negative() => String::new(),
                (PaymentMethod::Cash, PaymentStatus::Confirmed) => match &payment.receiver {
                    Some(provider) => t!("admin-received-by-deducted-from-their-payout", provider = isolated(provider)),
                    None => t!("admin-received-by-the-office").to_owned(),
                },
                (PaymentMethod::Cash, PaymentStatus::Pending) => {
                    payment.receiver.as_ref().map(|name| t!("admin-with", name = isolated(name))).unwrap_or_default()
                }
                _ => String::new(),
            };
            let since = tenant.date(payment.created_at);
            let amount = tenant.money(payment.amount).to_string();
            let actions = settle.map(|settle| settle_dialogs(tenant, &payment, settle));
            view! {
                <TableRow>
                    <Cell label=t!("admin-booking")>
                        <a class="reference" href=format!("/admin/bookings/{}", payment.reference)>{payment.reference.to_string()}</a>
                    </Cell>
                    <Cell label=t!("admin-customer")>{payment.contact_name}</Cell>
                    <Cell label=t!("admin-method")>
                        <div>
                            <p>{payment.method.label()}</p>
                            <p class="faint small">{received}</p>
                        </div>
                    </Cell>
                    <AsideCell label=t!("admin-status")>
                        <div>
                            <Badge tone=tones::of_payment(payment.status) label=payment.status.label_of(payment.amount) />
                            <p class="faint small">{settled}</p>
                            <p class="faint small">{payment.note}</p>
                        </div>
                    </AsideCell>
                    <AsideCell label=t!("admin-since")><ui::Time at=payment.created_at text=since /></AsideCell>
                    <AmountCell label=t!("admin-amount")>{amount}</AmountCell>
                    <ActionsCell>{actions}</ActionsCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::CompactTable
            caption=t!("admin-payments")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-booking")}</HeadCell>
                    <HeadCell>{t!("admin-customer")}</HeadCell>
                    <HeadCell>{t!("admin-method")}</HeadCell>
                    <HeadCell>{t!("admin-status")}</HeadCell>
                    <HeadCell>{t!("admin-since")}</HeadCell>
                    <AmountHeadCell>{t!("admin-amount")}</AmountHeadCell>
                    <ActionsHeadCell />
                }
            }
        >
            {rows}
        </ui::CompactTable>
    }
}

/// An action of staff on a payment.
#[derive(Clone, Copy, PartialEq)]
enum Action {
    Confirm,
    GiveBack,
    Fail,
    ExpectAgain,
}

impl Action {
    const fn of(payment: &Listed) -> &'static [Self] {
        match payment.status {
            PaymentStatus::Pending if payment.amount.is_negative() => &[Self::GiveBack],
            PaymentStatus::Pending => &[Self::Confirm, Self::Fail],
            PaymentStatus::Failed => &[Self::ExpectAgain],
            PaymentStatus::Confirmed | PaymentStatus::Refunded => &[],
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Confirm => t!("admin-confirm"),
            Self::GiveBack => t!("admin-gave-it-back"),
            Self::Fail => t!("admin-not-received"),
            Self::ExpectAgain => t!("admin-reopen"),
        }
    }

    fn title(self, amount: &str, payment: &Listed) -> String {
        match self {
            Self::Confirm => t!("admin-confirm-by", amount = amount, label = payment.method.label()),
            Self::GiveBack => t!("admin-was-given-back", amount = amount),
            Self::Fail => t!("admin-was-not-received", amount = amount),
            Self::ExpectAgain => t!("admin-reopen-amount", amount = amount),
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Self::Confirm => t!("admin-confirm-once-the-full-amount-has"),
            Self::GiveBack => t!("admin-confirm-once-the-customer-has-it"),
            Self::Fail => {
                t!("admin-the-payment-is-marked-as-failed")
            }
            Self::ExpectAgain => t!("admin-the-customer-still-owes-the-amount"),
        }
    }

    /// The rejected form, if it was for this payment. The scope keeps its field ids unique among the rows.
    fn form(self, payment: &Listed, settle: &Settle) -> FormState {
        let form = match self {
            Self::Confirm | Self::GiveBack => &settle.confirm,
            Self::Fail => &settle.fail,
            Self::ExpectAgain => &settle.expect,
        };
        let id = payment.id.to_string();
        let own = if form.value("payment") == id { form.clone() } else { FormState::default() };
        own.within(id)
    }

    fn fields(self, payment: &Listed, settle: &Settle) -> AnyView {
        let form = self.form(payment, settle);
        let id = payment.id.to_string();
        match self {
            Self::Confirm => {
                let receiver = match payment.received_by {
                    Some(provider) if !form.was_submitted() => {
                        FieldState { value: provider.to_string(), ..form.field("received_by") }
                    }
                    _ => form.field("received_by"),
                };
                let asks_receiver = (payment.method == PaymentMethod::Cash).then(|| {
                    view! { <ui::SelectField label=t!("admin-who-received-the-cash") name="received_by" state=receiver choices=settle.receivers.clone() /> }
                });
                view! {
                    <ui::PostForm action=ConfirmPayment::PATH>
                        <ui::HiddenField name="payment" value=id />
                        {asks_receiver}
                        <ui::TextField label=t!("admin-note") name="note" need=Need::Optional state=form.field("note") />
                        <ui::PrimaryButton>{t!("admin-confirm-payment")}</ui::PrimaryButton>
                    </ui::PostForm>
                }
                .into_any()
            }
            Self::GiveBack => view! {
                <ui::PostForm action=ConfirmPayment::PATH>
                    <ui::HiddenField name="payment" value=id />
                    <ui::TextField label=t!("admin-note") name="note" need=Need::Optional state=form.field("note") />
                    <ui::PrimaryButton>{t!("admin-gave-it-back")}</ui::PrimaryButton>
                </ui::PostForm>
            }
            .into_any(),
            Self::Fail => view! {
                <ui::PostForm action=FailPayment::PATH>
                    <ui::HiddenField name="payment" value=id />
                    <ui::TextField label=t!("admin-reason") name="reason" state=form.field("reason") />
                    <ui::DangerButton>{t!("admin-mark-as-failed")}</ui::DangerButton>
                </ui::PostForm>
            }
            .into_any(),
            Self::ExpectAgain => {
                let known = payment.method.as_str().to_owned();
                let method = form.field("method");
                let method = if form.was_submitted() { method } else { FieldState { value: known, ..method } };
                view! {
                    <ui::PostForm action=ExpectPayment::PATH>
                        <ui::HiddenField name="payment" value=id />
                        <ui::SelectField label=t!("admin-method") name="method" state=method choices=method_choices() />
                        <ui::PrimaryButton>{t!("admin-reopen-payment")}</ui::PrimaryButton>
                    </ui::PostForm>
                }
                .into_any()
            }
        }
    }
}

/// Who pays and for what, the consequences, and the form.
fn form_of(action: Action, payment: &Listed, settle: &Settle) -> AnyView {
    let (name, reference) = (isolated(&payment.contact_name).to_string(), payment.reference.to_string());
    view! {
        <p class="muted">{name} " · " <span class="reference">{reference}</span></p>
        <p>{action.explanation()}</p>
        {action.fields(payment, settle)}
    }
    .into_any()
}

fn unsigned(tenant: &Tenant, payment: &Listed) -> String {
    let Listed { amount, .. } = *payment;
    tenant.money(if amount.is_negative() { -amount } else { amount }).to_string()
}

/// The buttons of a row, each with the dialog it opens. A rejected form is above the list instead.
fn settle_dialogs(tenant: &Tenant, payment: &Listed, settle: &Settle) -> AnyView {
    let amount = unsigned(tenant, payment);
    let actions = Action::of(payment).iter().filter(|action| !action.form(payment, settle).was_submitted());
    actions
        .map(|action| {
            let id = format!("payment-{}-{}", *action as u8, payment.id);
            let whose = format!(" {amount}, {}", isolated(&payment.contact_name));
            let (title, form) = (action.title(&amount, payment), form_of(*action, payment, settle));
            view! {
                <ui::DialogButton opens=id.clone()>{action.label()} <span class="visually-hidden">{whose}</span></ui::DialogButton>
                <ui::Dialog id title>{form}</ui::Dialog>
            }
        })
        .collect_view()
        .into_any()
}

/// The rejected form, above the list.
fn returned_form(tenant: &Tenant, found: &[Listed], payment: &str, settle: &Settle) -> Option<AnyView> {
    let payment = found.iter().find(|listed| listed.id.to_string() == payment)?;
    let action = Action::of(payment).iter().find(|action| action.form(payment, settle).was_submitted())?;
    let title = action.title(&unsigned(tenant, payment), payment);
    let form = form_of(*action, payment, settle);
    Some(view! { <ui::TitledCard title>{form}</ui::TitledCard> }.into_any())
}
