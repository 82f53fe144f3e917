//! Pieces of a page that welcomes somebody.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// The dark band a landing page opens with.
#[component]
pub fn Hero(
    /// A line above the title, such as where the business works.
    #[prop(into)]
    eyebrow: String,
    /// The page's one `<h1>`.
    #[prop(into)]
    title: String,
    /// One or two sentences.
    #[prop(into)]
    lead: String,
    /// The way on, and what makes it trustworthy.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="hero">
            <div class="hero-inner">
                <p class="hero-eyebrow">{eyebrow}</p>
                <h1>{title}</h1>
                <p class="hero-lead">{lead}</p>
                {children()}
            </div>
        </div>
    }
}

/// A big target that leads on: a service to book, a job to open, a setting to change.
#[component]
pub fn LinkCard(
    /// Where it goes.
    #[prop(into)]
    href: String,
    /// What is drawn in front.
    glyph: Glyph,
    /// What it is.
    #[prop(into)]
    title: String,
    /// What it means, in half a sentence.
    #[prop(optional, into)]
    detail: Option<String>,
    /// What it costs or where it stands, ready to be read.
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

/// A promise or a step, with an icon.
#[component]
pub fn Feature(
    /// What is drawn above.
    glyph: Glyph,
    /// What it is; an `<h3>`.
    #[prop(into)]
    title: String,
    /// What it means.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <div class="feature">
            <span class="icon-tile"><Icon glyph/></span>
            <h3>{title}</h3>
            <p>{text}</p>
        </div>
    }
}
