//! Feedback: badges, alerts, messages after an action, and empty states.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// How good or bad the news is. Domain phases map to a tone; the words say the rest, color alone never does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Over, or not of interest.
    #[default]
    Neutral,
    Info,
    Progress,
    Success,
    /// Somebody should look at it.
    Warning,
    /// It went wrong, or can't be undone.
    Danger,
}

impl Tone {
    /// Every tone there is.
    pub const ALL: [Self; 6] = [Self::Neutral, Self::Info, Self::Progress, Self::Success, Self::Warning, Self::Danger];

    /// The tone's name in class names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Progress => "progress",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }

    fn glyph(self) -> Glyph {
        match self {
            Self::Neutral | Self::Info => Glyph::Info,
            Self::Progress => Glyph::Clock,
            Self::Success => Glyph::CircleCheck,
            Self::Warning => Glyph::TriangleAlert,
            Self::Danger => Glyph::CircleAlert,
        }
    }

    /// `alert` for what can't wait, `status` for the rest.
    fn role(self) -> &'static str {
        match self {
            Self::Warning | Self::Danger => "alert",
            _ => "status",
        }
    }
}

/// A state in a word or two.
#[component]
pub fn Badge(
    /// How good or bad it is.
    tone: Tone,
    #[prop(into)] label: String,
) -> impl IntoView {
    view! { <span class=format!("badge badge-{}", tone.name())>{label}</span> }
}

/// Something to know about this page, until it is no longer true.
#[component]
pub fn Alert(
    /// How good or bad it is.
    tone: Tone,
    /// What is the matter, in one line.
    #[prop(into)]
    title: String,
    /// What to do about it, and a link or button for that.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("alert alert-{}", tone.name())>
            <Icon glyph=tone.glyph()/>
            <div class="alert-body">
                <p class="alert-title">{title}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// A word after an action, on the page one lands on ("Provider approved"). It is read out, and goes with the next page.
#[component]
pub fn Toast(tone: Tone, #[prop(into)] message: String) -> impl IntoView {
    view! {
        <div class=format!("toast toast-{}", tone.name()) role=tone.role()>
            <Icon glyph=tone.glyph()/>
            <p>{message}</p>
        </div>
    }
}

/// A place where nothing is yet: says why, and what to do.
#[component]
pub fn EmptyState(
    glyph: Glyph,
    /// That nothing is here, in a few words.
    #[prop(into)]
    title: String,
    /// Why, or when that will change.
    #[prop(into)]
    text: String,
    /// A link or button to change it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="icon-tile"><Icon glyph/></span>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
}
