//! Feedback: badges, alerts, messages after an action, and empty states.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// The tone of a message. Domain phases map to a tone; color never carries the meaning alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Finished, or unimportant.
    #[default]
    Neutral,
    Info,
    Progress,
    Success,
    /// Needs attention.
    Warning,
    /// Failed, or irreversible.
    Danger,
}

impl Tone {
    pub const ALL: [Self; 6] = [Self::Neutral, Self::Info, Self::Progress, Self::Success, Self::Warning, Self::Danger];

    /// As in class names.
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

    /// `alert` interrupts screen readers, `status` doesn't.
    fn role(self) -> &'static str {
        match self {
            Self::Warning | Self::Danger => "alert",
            _ => "status",
        }
    }
}

/// A state in a word or two.
#[component]
pub fn Badge(tone: Tone, #[prop(into)] label: String) -> impl IntoView {
    view! { <span class=format!("badge badge-{}", tone.name())>{label}</span> }
}

/// A message about this page, shown as long as it applies.
#[component]
pub fn Alert(
    tone: Tone,
    /// One line.
    #[prop(into)]
    title: String,
    /// What to do about it, with a link or button for that.
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

/// A message after an action, on the next page ("Provider approved"). The page after that doesn't show it.
///
/// `public/scripts/toast.js` has screen readers announce it, and takes it away when its button is pressed. Without scripts it stays above the page.
#[component]
pub fn Toast(tone: Tone, #[prop(into)] message: String) -> impl IntoView {
    view! {
        <toast-message class=format!("toast toast-{}", tone.name())>
            <Icon glyph=tone.glyph()/>
            <p role=tone.role()>{message}</p>
            <button type="button" class="icon-button" aria-label=t!("ui-dismiss") title=t!("ui-dismiss")>
                <Icon glyph=Glyph::X/>
            </button>
        </toast-message>
    }
}

/// Says why the list is empty, and what to do.
#[component]
pub fn EmptyState(
    glyph: Glyph,
    /// In a few words.
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
