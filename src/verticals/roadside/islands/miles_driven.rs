use engine::{Currency, LineKind, Locale, Miles10, Money};
use leptos::prelude::*;

use crate::{
    ui::{FieldState, PriceLine, PriceLines, TextField},
    verticals::roadside::Settlement,
    words::Carried,
};

/// The miles driven, with the price updated while typing. Without JavaScript it shows the price for the estimated miles.
#[island]
pub fn MilesDriven(
    /// Computes the price for the miles.
    settlement: Settlement,
    currency: Currency,
    locale: Locale,
    /// The miles known or typed so far.
    miles: FieldState,
    /// Explains the limit of the price.
    hint: String,
    total_label: String,
    sentences: Carried,
) -> impl IntoView {
    sentences.learn();
    let typed = RwSignal::new(miles.value.clone());
    let money = move |amount| locale.money(Money::new(amount, currency)).to_string();
    let bill = move || {
        let quote = typed.get().trim().parse::<Miles10>().ok().and_then(|miles| settlement.for_miles(miles).ok());
        quote.map(|quote| {
            let lines = quote.lines().iter().map(|line| {
                let shown = PriceLine::new(line.label.clone(), money(line.amount));
                if line.kind == LineKind::Mileage {
                    shown.with_detail(t!(
                        "roadside-islands-mi",
                        quantity = locale.quantity(line.quantity),
                        unit_price = money(line.unit_price)
                    ))
                } else {
                    shown
                }
            });
            view! { <PriceLines lines=lines.collect() total_label=total_label.clone() total=money(quote.total()) /> }
        })
    };
    view! {
        <div on:input=move |event| typed.set(event_target_value(&event))>
            <TextField label=t!("roadside-islands-miles-driven-with-the-vehicle") name="miles" state=miles hint inputmode="decimal" maxlength=7 />
        </div>
        <div role="status" aria-label=t!("roadside-islands-price-for-these-miles")>{bill}</div>
    }
}
