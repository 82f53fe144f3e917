//! Contrast of the color tokens: readable text and visible frames of controls, in both themes (WCAG 2.2 AA).

use std::collections::BTreeMap;

use super::color::{Rgb, SHAPE_CONTRAST, TEXT_CONTRAST};

const SURFACES: [&str; 5] = ["canvas", "surface", "surface-raised", "surface-sunken", "well"];

/// A color in the light and in the dark theme.
type Themes = [Rgb; 2];

/// The tokens that are plain colors. The ones mixed from the brand can only be tested in a browser.
fn tokens() -> BTreeMap<&'static str, Themes> {
    include_str!("../../style/tokens.css")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": "))
        .filter_map(|(name, value)| {
            let pair = value.strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')')?.split_once(", "));
            let (light, dark) = pair.unwrap_or((value, value));
            Some((name, [light.parse().ok()?, dark.parse().ok()?]))
        })
        .collect()
}

fn assert_contrast(foreground: &str, background: &str, least: f64) {
    let tokens = tokens();
    let color = |name: &str| *tokens.get(name).unwrap_or_else(|| panic!("--{name} is a color"));
    for (theme, (front, back)) in ["light", "dark"].iter().zip(color(foreground).into_iter().zip(color(background))) {
        let contrast = front.contrast(back);
        assert!(contrast >= least, "--{foreground} on --{background} has only {contrast:.2} : 1 in the {theme} theme");
    }
}

#[test]
fn text_is_readable_on_every_surface() {
    for ink in ["ink", "ink-soft", "ink-faint", "danger-ink"] {
        for surface in SURFACES {
            assert_contrast(ink, surface, TEXT_CONTRAST);
        }
    }
}

#[test]
fn every_tone_is_readable_on_its_own_background() {
    for tone in super::Tone::ALL {
        let token = |part| format!("{}-{part}", tone.name());
        assert_contrast(&token("ink"), &token("soft"), TEXT_CONTRAST);
        assert_contrast(&token("solid"), &token("soft"), SHAPE_CONTRAST);
        assert_contrast(&token("solid"), "surface", SHAPE_CONTRAST);
    }
}

#[test]
fn solid_fills_carry_readable_text() {
    assert_contrast("on-solid", "danger-solid", TEXT_CONTRAST);
    assert_contrast("brand-ink", "brand", TEXT_CONTRAST);
}

#[test]
fn frames_of_controls_are_visible() {
    for surface in SURFACES {
        assert_contrast("line-strong", surface, SHAPE_CONTRAST);
    }
}

#[test]
fn black_or_white_is_readable_on_any_brand() {
    for red in (0..=255).step_by(15) {
        for green in (0..=255).step_by(15) {
            for blue in (0..=255).step_by(15) {
                let brand = Rgb(red, green, blue);
                assert!(brand.contrast(brand.readable_ink()) >= TEXT_CONTRAST, "{brand}");
            }
        }
    }
}
