//! Lists of facts: terms, prices, figures.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

#[component]
pub fn DescriptionList(
    /// The descriptions are sentences, which need the width of the page.
    #[prop(optional)]
    in_sentences: bool,
    children: Children,
) -> impl IntoView {
    let class = if in_sentences { "descriptions in-sentences" } else { "descriptions" };
    view! { <dl class=class>{children()}</dl> }
}

#[component]
pub fn Description(#[prop(into)] term: String, children: Children) -> impl IntoView {
    view! { <div class="description"><dt>{term}</dt><dd>{children()}</dd></div> }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceLine {
    pub label: String,
    /// How the amount comes about ("6.2 miles × $3.00"); empty if the label says it all.
    pub detail: String,
    /// Formatted.
    pub amount: String,
}

impl PriceLine {
    pub fn new(label: impl Into<String>, amount: impl Into<String>) -> Self {
        Self { label: label.into(), detail: String::new(), amount: amount.into() }
    }

    /// Adds how the amount comes about.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

/// The lines of a price, and their sum below a rule.
#[component]
pub fn PriceLines(
    lines: Vec<PriceLine>,
    /// The label of the sum, such as "Total" or "You earn".
    #[prop(into, default = "Total".to_owned())]
    total_label: String,
    #[prop(into)] total: String,
    /// What the sum contains, such as a tax.
    #[prop(optional_no_strip)]
    note: Option<String>,
) -> impl IntoView {
    view! {
        <dl class="price-lines">
            {lines.into_iter().map(price_line).collect_view()}
            <div class="price-line price-total"><dt>{total_label}</dt><dd>{total}</dd></div>
        </dl>
        {note.map(|note| view! { <p class="faint small">{note}</p> })}
    }
}

/// Amounts line by line, without a sum.
#[component]
pub fn PriceList(lines: Vec<PriceLine>) -> impl IntoView {
    view! { <dl class="price-lines">{lines.into_iter().map(price_line).collect_view()}</dl> }
}

fn price_line(line: PriceLine) -> impl IntoView {
    let detail = (!line.detail.is_empty()).then(|| view! { <span class="price-detail">{line.detail}</span> });
    view! { <div class="price-line"><dt>{line.label}{detail}</dt><dd>{line.amount}</dd></div> }
}

/// A figure in large type.
#[component]
pub fn StatCard(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    /// What to compare it with, such as "4 more than last week".
    #[prop(optional, into)]
    note: Option<String>,
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <div class="stat">
            <p class="stat-label"><Icon glyph/>{label}</p>
            <p class="stat-value">{value}</p>
            {note.map(|note| view! { <p class="stat-note">{note}</p> })}
        </div>
    }
}
