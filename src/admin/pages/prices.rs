//! The prices of a service: the form that changes them, and their history.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::actions::{CancelPrice, ChangePrice},
    catalog::{ANY_CLASS, Price, PriceList, Service},
    tenants::Tenant,
    ui::{self, AmountCell, AmountHeadCell, Cell, FormState, HeadCell, HiddenField, Need, TableRow, TitledCard},
    verticals::{PriceLine, PricePart},
};

/// How many ranges of numbers can be added at a time.
const MORE_TIERS: usize = 2;

#[component]
pub(super) fn PriceCard(
    tenant: Arc<Tenant>,
    service: Service,
    prices: PriceList,
    form: FormState,
    now: DateTime<Utc>,
) -> impl IntoView {
    let (sign, hint) = (tenant.currency.symbol(), tenant.typed_price_hint());
    let is_first = prices.is_empty();
    let parts: Vec<_> = service.vertical.price_lines().iter().flat_map(PriceLine::parts).collect();
    let shown = form.or_prefilled(parts.iter().flat_map(|part| in_force(&tenant, part, &prices)));
    let (by_number, plain): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.line.by_number);
    let fields = plain
        .iter()
        .map(|part| {
            let name = format!("amounts[{}]", part.code());
            let state = shown.field(&name);
            // Of several classes, none needs a price of its own.
            let need =
                if part.line.is_required && part.line.classes.is_empty() { Need::Required } else { Need::Optional };
            view! { <ui::MoneyField label=part.label() name need sign hint state /> }
        })
        .collect_view();
    let fields = (!plain.is_empty()).then(|| view! { <ui::FieldRow>{fields}</ui::FieldRow> });
    let ranges = by_number
        .iter()
        .map(|part| {
            let rows = part.of(&prices).len() + MORE_TIERS;
            let rows = (0..)
                .take_while(|row| *row < rows || !shown.value(&format!("least[{}_{row}]", part.code())).is_empty());
            let rows = rows.map(|row| tier(part, row, (sign, hint), &shown)).collect_view();
            view! { <ui::FieldSet legend=part.label()>{rows}</ui::FieldSet> }
        })
        .collect_view();
    let today = tenant.zone.date(now).to_string();
    let from = shown.field("from");
    let (title, button) = if is_first {
        (t!("admin-set-the-price"), t!("admin-set-the-price"))
    } else {
        (t!("admin-change-the-price"), t!("admin-change-price"))
    };
    view! {
        <TitledCard title>
            <ui::PostForm action=ChangePrice::PATH>
                <HiddenField name="service" value=service.id.to_string() />
                {fields}
                {ranges}
                <ui::DateField
                    label=t!("admin-from")
                    name="from"
                    need=Need::Optional
                    hint=t!("admin-leave-empty-for-now")
                    min=today
                    max="2099-12-31"
                    state=from
                />
                <p class="faint small">
                    {t!("admin-applies-to-new-bookings-from-then")}
                </p>
                <ui::PrimaryButton>{button}</ui::PrimaryButton>
            </ui::PostForm>
        </TitledCard>
    }
}

/// The fields of a range of numbers: from, to and the price of one.
fn tier(
    part: &PricePart,
    row: usize,
    (sign, hint): (&'static str, &'static str),
    shown: &FormState,
) -> impl IntoView + use<> {
    let code = format!("{}_{row}", part.code());
    let [least, most, amount] = ["least", "most", "amounts"].map(|field| format!("{field}[{code}]"));
    let [from, to, price] = [&least, &most, &amount].map(|name| shown.field(name));
    let need = if row == 0 && part.line.is_required { Need::Required } else { Need::Optional };
    view! {
        <ui::FieldRow>
            <ui::NumberField label=t!("admin-from") name=least need min=1 state=from />
            <ui::NumberField label=t!("admin-to") name=most need=Need::Optional min=1 state=to />
            <ui::MoneyField label=t!("admin-price") name=amount need sign hint state=price />
        </ui::FieldRow>
    }
}

/// The values of a part's fields: its prices in force.
fn in_force(tenant: &Tenant, part: &PricePart, prices: &PriceList) -> Vec<(String, String)> {
    let code = part.code();
    let own = part.of(prices);
    if !part.line.by_number {
        let amount = own.first().map(|price| tenant.typed_money(price.amount)).unwrap_or_default();
        return vec![(format!("amounts[{code}]"), amount)];
    }
    let row = |(row, price): (usize, &&Price)| {
        let most = price.key.max_units.map(|most| most.to_string()).unwrap_or_default();
        [
            (format!("least[{code}_{row}]"), price.key.min_units.to_string()),
            (format!("most[{code}_{row}]"), most),
            (format!("amounts[{code}_{row}]"), tenant.typed_money(price.amount)),
        ]
    };
    own.iter().enumerate().flat_map(row).collect()
}

pub(super) fn history_table(
    tenant: &Tenant,
    service: &Service,
    ahead: Vec<Price>,
    past: Vec<Price>,
    may_edit: bool,
    now: DateTime<Utc>,
) -> AnyView {
    if ahead.is_empty() && past.is_empty() {
        return view! { <p class="muted">{t!("admin-no-price-yet")}</p> }.into_any();
    }
    let rows = ahead
        .into_iter()
        .chain(past)
        .map(|price| {
            let is_to_come = price.effective_from > now;
            let until = match price.effective_to {
                Some(at) => tenant.date_time(at),
                None if is_to_come => "–".to_owned(),
                None => t!("admin-in-force").to_owned(),
            };
            let cancel = (is_to_come && may_edit).then(|| {
                view! {
                    <ui::ButtonForm action=CancelPrice::PATH>
                        <HiddenField name="price" value=price.id.to_string() />
                        <ui::SecondaryButton>{t!("admin-remove")}</ui::SecondaryButton>
                    </ui::ButtonForm>
                }
            });
            let what = what(service, &price);
            let (from, amount) = (tenant.date_time(price.effective_from), tenant.money(price.amount).to_string());
            view! {
                <TableRow>
                    <Cell label=t!("admin-what")>{what}</Cell>
                    <Cell label=t!("admin-from")><div class="stack-tight"><span>{from}</span>{cancel}</div></Cell>
                    <Cell label=t!("admin-until")>{until}</Cell>
                    <AmountCell label=t!("admin-price")>{amount}</AmountCell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <ui::LineTable
            caption=t!("admin-current-earlier-and-later-prices")
            head=|| {
                view! {
                    <HeadCell>{t!("admin-what")}</HeadCell>
                    <HeadCell>{t!("admin-from")}</HeadCell>
                    <HeadCell>{t!("admin-until")}</HeadCell>
                    <AmountHeadCell>{t!("admin-price")}</AmountHeadCell>
                }
            }
        >
            {rows}
        </ui::LineTable>
    }
    .into_any()
}

/// What a price is of: "Per mile", "Per hour, SUV", "Per person, 5 to 10".
fn what(service: &Service, price: &Price) -> String {
    let key = &price.key;
    let lines = service.vertical.price_lines();
    let known = lines.iter().find(|line| (line.line, line.unit) == (key.line, key.unit));
    let label = known.map_or_else(|| key.unit.to_string(), |line| line.label.say().to_owned());
    let class = match key.vehicle_class.as_str() {
        ANY_CLASS => String::new(),
        code => {
            let classes = known.map_or(&[][..], |line| line.classes);
            let named = classes.iter().find(|(known, _)| *known == code);
            format!(", {}", named.map_or(code, |(_, label)| label.say()))
        }
    };
    let number = match (key.min_units, key.max_units) {
        (1, None) => String::new(),
        (from, None) => t!("admin-or-more", from = from),
        (from, Some(to)) => t!("admin-from-number-to-number", from = from, to = to),
    };
    format!("{label}{class}{number}")
}
