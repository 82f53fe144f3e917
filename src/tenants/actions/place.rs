use std::collections::BTreeMap;

use engine::Zone;
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{changes_settings, saved};
use crate::{
    error::{AppError, FieldErrors, Next},
    tenants::{
        LANGUAGES,
        store::{self, Place},
    },
    verticals::Vertical,
};

/// Where a business works, what is spoken there, and what it does.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    /// IANA name.
    pub zone: String,
    /// Language and format of its pages.
    pub locale: String,
    /// Other languages, each ticked as `locales[tag]`.
    pub locales: BTreeMap<String, String>,
    /// Kinds of business, each ticked as `verticals[code]`.
    pub verticals: BTreeMap<String, String>,
}

/// Changes where a business works, its languages and what it does.
#[server(endpoint = "edit_place")]
pub async fn edit_place(
    /// The form.
    #[server(flatten)]
    form: PlaceForm,
) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let is_language = |tag: &str| LANGUAGES.iter().any(|(known, _)| *known == tag);
    let mut errors = FieldErrors::default();
    let zone = errors.take("zone", form.zone.trim().parse::<Zone>());
    let locale = Some(form.locale).filter(|tag| is_language(tag) || *tag == ctx.tenant.locale);
    let locale = errors.take("locale", locale.ok_or("Choose a language from the list."));
    // A kind of business or language this version doesn't know is no choice anybody was offered.
    let locales = form.locales.into_keys().filter(|tag| is_language(tag) && Some(tag) != locale.as_ref()).collect();
    let verticals: Vec<String> = form.verticals.into_keys().filter(|code| code.parse::<Vertical>().is_ok()).collect();
    let (Some(zone), Some(locale)) = (zone, locale) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin().await?;
    store::set_place(&mut tx, &Place { zone, locale, locales, verticals }).await?;
    saved(&ctx, tx, "place", "Saved.").await
}
