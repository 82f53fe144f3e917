//! A business's colors: a few custom properties from which all other colors are mixed.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::color::Rgb;

/// The stylesheet derives from these what each theme needs (a readable shade for links, a soft one for backgrounds), so
/// any color is safe to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandColors {
    /// Primary actions and the mark beside the name.
    pub brand: Rgb,
    /// Text on `brand`.
    pub ink: Rgb,
    /// A second color, used sparingly: rating stars, marks on the dark band of a landing page.
    pub accent: Rgb,
}

impl BrandColors {
    /// Chooses the ink that is readable on the brand color.
    pub fn new(brand: Rgb, accent: Rgb) -> Self {
        Self { brand, ink: brand.readable_ink(), accent }
    }
}

/// The brand's colors as a style sheet of one rule; belongs in `<head>` after the main style sheet.
#[component]
pub fn BrandStyle(
    /// Safe to write unescaped, because of their type.
    colors: BrandColors,
    /// The request's nonce; the content security policy drops the rule without it.
    #[prop(into)]
    nonce: String,
) -> impl IntoView {
    let BrandColors { brand, ink, accent } = colors;
    let accent_ink = accent.readable_ink();
    let rule = format!(":root{{--brand:{brand};--brand-ink:{ink};--accent:{accent};--accent-ink:{accent_ink}}}");
    view! { <style nonce=nonce>{rule}</style> }
}

/// What the design system needs in every page's `<head>` in addition to its style sheet.
#[component]
pub fn HeadAssets() -> impl IntoView {
    view! {
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
        <meta name="color-scheme" content="light dark"/>
        <link rel="preload" href="/fonts/inter-4.1-latin.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
    }
}
