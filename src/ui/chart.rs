//! Bar charts as SVG, with the same figures in a table.

use leptos::prelude::*;

#[derive(Clone, Debug)]
pub struct Bar {
    /// Shown below the bar; short.
    pub label: String,
    /// Never negative.
    pub value: f64,
    /// The value, formatted.
    pub text: String,
}

/// In units of the drawing, which scales with the page.
const HEIGHT: f64 = 160.0;
const BAR: f64 = 28.0;
const STEP: f64 = 44.0;

/// Up to a dozen bars.
#[component]
pub fn BarChart(
    /// What is shown, with its unit.
    #[prop(into)]
    title: String,
    bars: Vec<Bar>,
) -> impl IntoView {
    let most = bars.iter().map(|bar| bar.value).fold(f64::MIN_POSITIVE, f64::max);
    let width = STEP * bars.len() as f64;
    let rows = bars
        .iter()
        .cloned()
        .map(|bar| view! { <tr><th scope="row">{bar.label}</th><td class="amount">{bar.text}</td></tr> })
        .collect_view();
    let drawn = bars
        .into_iter()
        .enumerate()
        .map(|(index, bar)| {
            let left = STEP * index as f64 + (STEP - BAR) / 2.0;
            let middle = left + BAR / 2.0;
            let height = HEIGHT * bar.value / most;
            let top = 20.0 + HEIGHT - height;
            view! {
                <rect class="bar" x=left.to_string() y=format!("{top:.1}") width=BAR.to_string() height=format!("{height:.1}") rx="4"></rect>
                <text class="bar-value" x=middle.to_string() y=format!("{:.1}", top - 6.0)>{bar.text}</text>
                <text class="bar-label" x=middle.to_string() y=(HEIGHT + 38.0).to_string()>{bar.label}</text>
            }
        })
        .collect_view();
    let table_title = title.clone();
    view! {
        <figure class="chart">
            <figcaption>{title}</figcaption>
            <svg class="chart-drawing" viewBox=format!("0 0 {width} {}", HEIGHT + 44.0) aria-hidden="true">
                <line class="chart-base" x1="0" x2=width.to_string() y1=(HEIGHT + 20.0).to_string() y2=(HEIGHT + 20.0).to_string()></line>
                {drawn}
            </svg>
            <details class="chart-table">
                <summary>{t!("ui-show-the-figures")}</summary>
                <table>
                    <caption class="visually-hidden">{table_title}</caption>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        </figure>
    }
}
