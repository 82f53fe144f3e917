//! A form with the core's field for a place: the proof that a kind of business needs none of its own.

use axum::http::StatusCode;
use leptos::{prelude::*, server, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use super::tests::Shop;
use crate::{
    error::{AppError, FieldErrors, Next},
    places::{
        islands::{PickerProps, PlacePicker},
        question::PlaceQuestion,
        typed::TypedPlace,
    },
    server::{Answer, Page, Visit},
    ui::{self, ErrorSummary, PrimaryButton},
};

/// `/toys/place`: where a toy is brought to.
pub(super) async fn place(visit: Visit) -> Result<Answer, AppError> {
    let form = visit.form(ToyChoosePlace::PATH);
    let ctx = visit.ctx;
    Page::new(t!("toy-where-do-you-play"), move || {
        let words = [t!("toy-where-do-you-play"), t!("toy-a-park-or-an-address")];
        let props = PickerProps::new(words, &ctx.tenant, None, &form);
        view! {
            <ui::PostForm action=ToyChoosePlace::PATH>
                <ErrorSummary form=form.clone() />
                <PlacePicker props />
                <PrimaryButton>{t!("toy-play")}</PrimaryButton>
            </ui::PostForm>
        }
    })
    .answer()
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ToyPlaceForm {
    pub address: String,
    pub latitude: String,
    pub longitude: String,
    pub source: String,
    pub placed: String,
    /// The chosen one of several places.
    pub choice: String,
}

/// Says where the toy is brought to.
#[server(endpoint = "toy_choose_place")]
pub async fn toy_choose_place(#[server(flatten)] form: ToyPlaceForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let ToyPlaceForm { address, latitude, longitude, source, placed, choice } = form;
    let mut typed = TypedPlace { address, latitude, longitude, source, placed };
    typed.put_into_words(&ctx.app.geocoder);
    let mut errors = FieldErrors::default();
    if let Some(question) = PlaceQuestion::about(&typed, &ctx.app.geocoder, ctx.tenant.center).await {
        let meant = question.certainly().map_or_else(|| question.answered(&choice), |place| Ok(Some(place)));
        if let Some(place) = errors.take("address", meant).flatten() {
            typed.set_place(place);
        }
    }
    let place = errors.take("address", typed.read(&ctx.tenant));
    let Some(place) = place.filter(|_| errors.is_empty()) else { return Err(errors.into_error()) };
    let said = match place.point {
        Some(point) => t!("toy-we-bring-it-to", address = place.address, position = point.rounded()),
        None => t!("toy-we-ask-the-way-to", address = place.address),
    };
    Ok(Next::said("/toys/place", said))
}

const PAGE: &str = "/toys/place";
const ACTION: &str = "/api/toy_choose_place";

async fn said(shop: &Shop, fields: &[(&str, &str)]) -> String {
    shop.app.browser("shop.localhost").submit(PAGE, ACTION, fields).await.text()
}

#[tokio::test]
async fn a_kind_of_business_asks_for_a_place_with_the_cores_field() {
    let shop = Shop::open().await;
    let page = shop.app.browser("shop.localhost").get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.all("leptos-island input[name=address]").len(), 1, "{}", page.text());
    for hidden in ["latitude", "longitude", "source", "placed"] {
        assert_eq!(page.all(&format!("input[type=hidden][name={hidden}]")).len(), 1, "{hidden}");
    }
    let certain = said(&shop, &[("address", "Piedmont Park")]).await;
    assert!(certain.contains("We bring it to Piedmont Park, Atlanta, GA"), "{certain}");
    let unknown = said(&shop, &[("address", "behind the red barn")]).await;
    assert!(unknown.contains("We ask the way to behind the red barn."), "{unknown}");
    let several = said(&shop, &[("address", "Midtown")]).await;
    assert!(several.contains("Choose one of these places"), "{several}");
    let pinned = [("latitude", "33.7851"), ("longitude", "-84.3738"), ("source", "pin")];
    let pinned = said(&shop, &pinned).await;
    assert!(pinned.contains("We bring it to Near Piedmont Park"), "put into words: {pinned}");
    let nothing = said(&shop, &[]).await;
    assert!(nothing.contains("Tell us where"), "{nothing}");
    shop.app.done().await;
}
