//! Timelines, progress steps and countdowns.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// The state of an entry or step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Done,
    Current,
    Upcoming,
    Failed,
}

impl Progress {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Current => "current",
            Self::Upcoming => "upcoming",
            Self::Failed => "failed",
        }
    }
}

/// A past or future event.
#[derive(Clone, Debug)]
pub struct TimelineItem {
    /// Formatted; empty if not known yet.
    pub time: String,
    /// In a few words.
    pub label: String,
    /// Empty if there is nothing to add.
    pub detail: String,
    pub progress: Progress,
}

/// Events from top to bottom.
#[component]
pub fn Timeline(items: Vec<TimelineItem>) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|item| {
            let current = (item.progress == Progress::Current).then_some("step");
            let glyph = match item.progress {
                Progress::Done => Some(Glyph::Check),
                Progress::Failed => Some(Glyph::X),
                Progress::Current | Progress::Upcoming => None,
            };
            view! {
                <li class=format!("timeline-item timeline-{}", item.progress.name()) aria-current=current>
                    <span class="timeline-mark">{glyph.map(|glyph| view! { <Icon glyph/> })}</span>
                    <div class="timeline-body">
                        <p class="timeline-label">{item.label}</p>
                        {(!item.detail.is_empty()).then(|| view! { <p class="timeline-detail">{item.detail}</p> })}
                    </div>
                    <p class="timeline-time">{item.time}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{items}</ol> }
}

/// Progress through a few steps.
#[component]
pub fn ProgressSteps(
    /// The goal; for screen readers, not shown.
    #[prop(into)]
    label: String,
    steps: Vec<String>,
    /// The current step, from 0; `steps.len()` when all are done.
    current: usize,
) -> impl IntoView {
    let steps = steps
        .into_iter()
        .enumerate()
        .map(|(index, step)| {
            let progress = match index.cmp(&current) {
                std::cmp::Ordering::Less => Progress::Done,
                std::cmp::Ordering::Equal => Progress::Current,
                std::cmp::Ordering::Greater => Progress::Upcoming,
            };
            let aria_current = (progress == Progress::Current).then_some("step");
            view! {
                <li class=format!("step step-{}", progress.name()) aria-current=aria_current>
                    <span class="step-label">{step}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="steps" aria-label=label>{steps}</ol> }
}

/// A place on a route.
#[derive(Clone, Debug)]
pub struct Stop {
    /// What happens there, such as "Pick up".
    pub label: String,
    pub place: String,
    /// How far it is; empty if there is nothing to add.
    pub detail: String,
}

/// The stops of a route.
#[component]
pub fn Stops(
    /// In the order of the route.
    stops: Vec<Stop>,
) -> impl IntoView {
    let stops = stops
        .into_iter()
        .map(|stop| {
            view! {
                <li class="stop">
                    <span class="stop-label">{stop.label}</span>
                    <span class="stop-place">{stop.place}</span>
                    {(!stop.detail.is_empty()).then(|| view! { <span class="stop-detail">{stop.detail}</span> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="stops">{stops}</ol> }
}

/// A ring that shrinks as time runs out. CSS alone animates it, so it also works without JavaScript; the text inside
/// should therefore name the time ("until 14:02:30") and not count down.
#[component]
pub fn CountdownRing(
    /// Seconds left when the page was rendered.
    seconds_left: u32,
    /// Seconds at the start of the countdown.
    seconds_total: u32,
    children: Children,
) -> impl IntoView {
    let spent = 100.0 * (1.0 - f64::from(seconds_left) / f64::from(seconds_total.max(1)));
    view! {
        <div class="countdown">
            <svg class="countdown-ring" viewBox="0 0 100 100" aria-hidden="true">
                <circle class="countdown-track" cx="50" cy="50" r="46" pathLength="100"></circle>
                <circle class="countdown-left" cx="50" cy="50" r="46" pathLength="100" stroke-dasharray="100" stroke-dashoffset=format!("{spent:.1}")>
                    <animate
                        attributeName="stroke-dashoffset"
                        from=format!("{spent:.1}")
                        to="100"
                        dur=format!("{seconds_left}s")
                        fill="freeze"
                    ></animate>
                </circle>
            </svg>
            <div class="countdown-text">{children()}</div>
        </div>
    }
}
