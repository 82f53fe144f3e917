use std::collections::BTreeMap;

use engine::{Locale, Zone};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{changes_settings, saved};
use crate::{
    error::{AppError, FieldErrors, Next},
    tenants::{
        find_by_id,
        store::{self, Place},
    },
    verticals::Vertical,
};

/// Time zone, locale and verticals of a business.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    pub zone: String,
    pub locale: String,
    /// Kinds of business, each ticked as `verticals[code]`.
    pub verticals: BTreeMap<String, String>,
}

/// Changes the time zone, locale and verticals of a business.
#[server(endpoint = "edit_place")]
pub async fn edit_place(#[server(flatten)] form: PlaceForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let mut errors = FieldErrors::default();
    let zone = errors.take("zone", form.zone.trim().parse::<Zone>());
    let locale =
        errors.take("locale", form.locale.parse::<Locale>().map_err(|_| t!("tenants-choose-one-from-the-list")));
    let ticked: Vec<String> = form.verticals.into_keys().collect();
    let verticals = in_order(&ctx.tenant.verticals, &Vertical::known(&ticked));
    let (Some(zone), Some(locale)) = (zone, locale) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin().await?;
    // All pages are in English so far: the languages are stored for later.
    let locales = find_by_id(&mut tx, ctx.tenant.id).await?.ok_or(AppError::NotFound)?.locales;
    store::set_place(&mut tx, &Place { zone, locale, locales, verticals }).await?;
    saved(&ctx, tx, "place", t!("tenants-saved")).await
}

/// The chosen kinds: those that were offered before keep their order, because the first is the main one; others follow.
fn in_order(before: &[Vertical], chosen: &[Vertical]) -> Vec<Vertical> {
    let kept = before.iter().filter(|kind| chosen.contains(kind));
    let added = chosen.iter().filter(|kind| !before.contains(kind));
    kept.chain(added).copied().collect()
}
