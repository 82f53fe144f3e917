//! Parts of a landing page.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// The dark band at the top of a landing page.
#[component]
pub fn Hero(
    /// A line above the title, such as where the business works.
    #[prop(into)]
    eyebrow: String,
    #[prop(into)] title: String,
    #[prop(into)] lead: String,
    /// The main action, and reasons to trust the brand.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="hero">
            <HeroDrawing/>
            <div class="hero-inner">
                <p class="hero-eyebrow">{eyebrow}</p>
                <h1>{title}</h1>
                <p class="hero-lead">{lead}</p>
                {children()}
            </div>
        </div>
    }
}

/// Streets at night and a route through them.
#[component]
fn HeroDrawing() -> impl IntoView {
    view! {
        <svg class="hero-drawing" viewBox="0 0 600 480" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
            <g transform="rotate(-14 300 240)">
                <path
                    class="street"
                    d="M-80 20H700M-80 76H700M-80 180H700M-80 236H700M-80 344H700M-80 400H700M-80 500H700M10-80V600M74-80V600M196-80V600M258-80V600M380-80V600M444-80V600M566-80V600M620-80V600"
                ></path>
                <path class="avenue" d="M-80 128H700M-80 290H700M136-80V600M320-80V600M506-80V600"></path>
                <path class="avenue" d="M-80 470C120 430 200 452 320 448S560 380 720 392"></path>
                <path class="way-glow" d="M136 396V290H320V128H470"></path>
                <path class="way" d="M136 396V290H320V128H470"></path>
                <circle class="way-start" cx="136" cy="396" r="10"></circle>
                <circle class="way-halo" cx="470" cy="128" r="30"></circle>
                <circle class="way-end" cx="470" cy="128" r="12"></circle>
            </g>
        </svg>
    }
}

/// A large link: a service to book, a job to open, a setting to change.
#[component]
pub fn LinkCard(
    #[prop(into)] href: String,
    glyph: Glyph,
    #[prop(into)] title: String,
    #[prop(optional, into)] detail: Option<String>,
    /// A price or status, formatted.
    #[prop(optional, into)]
    aside: Option<String>,
) -> impl IntoView {
    view! {
        <a class="link-card" href=href>
            <span class="icon-tile"><Icon glyph/></span>
            <span class="link-card-text">
                <span class="link-card-title">{title}</span>
                {detail.map(|detail| view! { <span class="link-card-detail">{detail}</span> })}
            </span>
            {aside.map(|aside| view! { <span class="link-card-aside">{aside}</span> })}
            <Icon glyph=Glyph::ChevronRight/>
        </a>
    }
}

/// An entry that looks like a [`LinkCard`] and has no page.
#[component]
pub fn EntryCard(
    glyph: Glyph,
    #[prop(into)] title: String,
    #[prop(into)] detail: String,
    /// A price or status, formatted.
    #[prop(into)]
    aside: String,
) -> impl IntoView {
    view! {
        <div class="link-card">
            <span class="icon-tile"><Icon glyph/></span>
            <span class="link-card-text">
                <span class="link-card-title">{title}</span>
                <span class="link-card-detail">{detail}</span>
            </span>
            <span class="link-card-aside">{aside}</span>
        </div>
    }
}

/// A promise or a step, with an icon.
#[component]
pub fn Feature(
    glyph: Glyph,
    /// What it is; an `<h3>`.
    #[prop(into)]
    title: String,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <div class="feature">
            <span class="icon-tile"><Icon glyph/></span>
            <h3>{title}</h3>
            <p>{text}</p>
        </div>
    }
}
