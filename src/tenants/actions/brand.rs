use engine::{EmailAddress, Phone, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{changes_settings, saved};
use crate::{
    error::{AppError, FieldErrors, Next},
    tenants::store::{self, Brand},
    ui::color::{ACCENT_CONTRAST, Rgb, SHAPE_CONTRAST},
};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BrandForm {
    pub name: String,
    pub tagline: String,
    pub coverage: String,
    pub phone: String,
    pub email: String,
    pub brand_color: String,
    pub accent_color: String,
}

#[server(endpoint = "edit_brand")]
pub async fn edit_brand(#[server(flatten)] form: BrandForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", field::required(&form.name, 80));
    let tagline = errors.take("tagline", field::optional(&form.tagline, 120));
    let coverage = errors.take("coverage", field::optional(&form.coverage, 300));
    let phone = errors.take("phone", Phone::parse(&form.phone, &ctx.tenant.region));
    let email = errors.take("email", form.email.parse::<EmailAddress>());
    let brand_color = errors.take("brand_color", visible(&form.brand_color));
    let accent_color = errors.take("accent_color", distinct_color(&form.accent_color));
    let (Some(name), Some(tagline), Some(coverage), Some(phone), Some(email), Some(brand_color), Some(accent_color)) =
        (name, tagline, coverage, phone, email, brand_color, accent_color)
    else {
        return Err(errors.into_error());
    };
    let (tagline, coverage) = (tagline.unwrap_or_default(), coverage.unwrap_or_default());
    let mut tx = ctx.begin().await?;
    store::set_brand(&mut tx, &Brand { name, tagline, coverage, phone, email, brand_color, accent_color }).await?;
    saved(&ctx, tx, "brand", t!("tenants-your-brand-is-saved")).await
}

fn color(text: &str) -> Result<Rgb, String> {
    text.trim().to_ascii_lowercase().parse().map_err(|_| t!("tenants-write-a-color-as-and-six").to_owned())
}

/// A color for buttons, visible on a white page. Text on it is black or white, whichever has more contrast; the dark theme lightens it.
fn visible(text: &str) -> Result<Rgb, String> {
    let color = color(text)?;
    let contrast = color.contrast(Rgb::WHITE);
    if contrast < SHAPE_CONTRAST {
        return Err(t!(
            "tenants-a-button-in-this-color-is",
            contrast = format!("{:.1}", contrast),
            least = SHAPE_CONTRAST
        ));
    }
    Ok(color)
}

/// A color that differs visibly from a white and from a dark page. It only supports the text next to it, so it needs less contrast than a button.
fn distinct_color(text: &str) -> Result<Rgb, String> {
    let color = color(text)?;
    for (page, background) in [("white", Rgb::WHITE), ("dark", Rgb::DARK)] {
        let contrast = color.contrast(background);
        if contrast < ACCENT_CONTRAST {
            return Err(t!(
                "tenants-this-color-cant-be-told-from",
                page = page,
                contrast = format!("{:.1}", contrast),
                least = ACCENT_CONTRAST
            ));
        }
    }
    Ok(color)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_that_vanishes_on_a_page_is_refused() {
        assert!(distinct_color("#F59E0B").is_ok());
        for vanishes in ["#ffffff", "#fffbe6", "#12151c", "#000000"] {
            assert!(distinct_color(vanishes).unwrap_err().contains("can't be told"), "{vanishes}");
        }
    }

    #[test]
    fn a_color_too_pale_for_a_button_is_refused_with_a_reason() {
        assert!(visible("#0B3C6F").is_ok());
        let reason = visible("#ffe680").unwrap_err();
        assert!(reason.contains("hard to see") && reason.contains("darker"), "{reason}");
        assert!(visible("red").is_err());
        assert!(visible("#1d4ed8;}body{display:none").is_err());
    }
}
