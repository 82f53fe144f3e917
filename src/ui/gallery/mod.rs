//! A page that shows the whole design system with made-up data. Check it after changing a style.

mod controls;
mod facts;
mod states;

use leptos::prelude::*;

#[allow(clippy::wildcard_imports, reason = "it shows everything")]
use super::*;

#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <TopBar name="Wayside" mark=Glyph::Route home="/dev/ui">
            <a class="top-link" href="#buttons">"Buttons"</a>
            <a class="top-link" href="#fields">"Fields"</a>
        </TopBar>
        <WidePage
            title="Design system"
            lead="Every component with sample data. Look at it in both themes, at 320 px, and with a keyboard."
            actions=|| view! { <SecondaryLink href="#fields">"A page's action"</SecondaryLink> }
        >
            <controls::Buttons/>
            <controls::Fields/>
            <controls::RejectedForm/>
            <states::States/>
            <states::ProgressOfThings/>
            <facts::Tables/>
            <facts::Facts/>
            <facts::Places/>
            <Palette/>
        </WidePage>
        <Footer>
            <span>"Wayside design system"</span>
            <a href="/">"Home"</a>
        </Footer>
    }
}

/// The colors by their names, and every icon.
#[component]
fn Palette() -> impl IntoView {
    const SWATCHES: [&str; 12] = [
        "canvas",
        "surface",
        "surface-sunken",
        "line",
        "line-strong",
        "ink",
        "ink-soft",
        "ink-faint",
        "brand-fill",
        "brand-text",
        "brand-soft",
        "night",
    ];
    let swatches = SWATCHES
        .into_iter()
        .map(|name| view! { <li class="swatch"><span class=format!("swatch-color swatch-{name}")></span>{name}</li> })
        .collect_view();
    let glyphs =
        Glyph::ALL.iter().map(|glyph| view! { <li title=glyph.name()><Icon glyph=*glyph/></li> }).collect_view();
    view! {
        <Section title="Colors">
            <ul class="swatches">{swatches}</ul>
        </Section>
        <Section title="Icons">
            <ul class="row">{glyphs}</ul>
        </Section>
    }
}
