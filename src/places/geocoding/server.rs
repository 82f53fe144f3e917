//! Client of a geocoding server with Nominatim's or Photon's API.

use std::time::Duration;

use anyhow::{Context, Result};
use engine::GeoPoint;
use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;

use super::{Found, Place, Precision};

/// Size limit of a response; five places are far smaller.
const ANSWER_AT_MOST: usize = 256 * 1024;

/// A geocoding server. Its URL shows the API: Photon answers at `…/api`, Nominatim at `…/search`.
pub(super) struct GeocodingServer {
    client: Client,
    endpoint: Url,
    protocol: Protocol,
}

#[derive(Clone, Copy)]
enum Protocol {
    Nominatim,
    Photon,
}

impl GeocodingServer {
    pub(super) fn new(url: &str, patience: Duration) -> Result<Self> {
        let mut endpoint: Url = url.parse().with_context(|| format!("WAYSIDE_GEOCODER_URL is no address: {url}"))?;
        let path = endpoint.path().trim_end_matches('/').to_owned();
        let protocol = if path.ends_with("/api") {
            Protocol::Photon
        } else {
            if !path.ends_with("/search") {
                endpoint.set_path(&format!("{path}/search"));
            }
            Protocol::Nominatim
        };
        let client = Client::builder()
            .timeout(patience)
            .user_agent(concat!("Wayside/", env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_REPOSITORY"), ")"))
            .build()?;
        Ok(Self { client, endpoint, protocol })
    }

    /// Sends the request, and once more after a temporary failure.
    pub(super) async fn search(&self, text: &str, near: GeoPoint) -> Result<Found> {
        let answer = match self.ask(text, near).await {
            Err(error) if may_pass(&error) => self.ask(text, near).await,
            other => other,
        };
        let body = answer?;
        let places: Vec<Place> = match self.protocol {
            Protocol::Nominatim => {
                let rows: Vec<NominatimRow> = serde_json::from_slice(&body).context("not Nominatim's format")?;
                rows.into_iter().filter_map(NominatimRow::place).take(Found::LIMIT).collect()
            }
            Protocol::Photon => {
                let answer: PhotonAnswer = serde_json::from_slice(&body).context("not Photon's format")?;
                answer.features.into_iter().filter_map(PhotonFeature::place).take(Found::LIMIT).collect()
            }
        };
        let certain = places.len() == 1 && places[0].precision == Precision::Spot;
        Ok(Found { places, certain })
    }

    async fn ask(&self, text: &str, near: GeoPoint) -> Result<Vec<u8>, reqwest::Error> {
        let (latitude, longitude) = (near.latitude(), near.longitude());
        let request = self.client.get(self.endpoint.clone()).query(&[("q", text), ("limit", "5")]);
        let request = match self.protocol {
            // Results inside of the box come first; others aren't excluded.
            Protocol::Nominatim => {
                let viewbox = format!("{},{},{},{}", longitude - 1.0, latitude + 1.0, longitude + 1.0, latitude - 1.0);
                request.query(&[("format", "jsonv2"), ("viewbox", &viewbox)])
            }
            Protocol::Photon => request.query(&[("lat", latitude), ("lon", longitude)]),
        };
        let mut response = request.send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_AT_MOST {
                break; // cut off, it is no JSON any more and the gazetteer answers
            }
        }
        Ok(body)
    }
}

fn may_pass(error: &reqwest::Error) -> bool {
    error.is_timeout()
        || error.is_connect()
        || error.status().is_some_and(|status| status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS)
}

#[derive(Deserialize)]
struct NominatimRow {
    display_name: String,
    lat: String,
    lon: String,
    #[serde(default)]
    addresstype: String,
}

impl NominatimRow {
    fn place(self) -> Option<Place> {
        let point = GeoPoint::new(self.lat.parse().ok()?, self.lon.parse().ok()?).ok()?;
        let (name, detail) = name_and_detail(&self.display_name)?;
        let area = matches!(
            self.addresstype.as_str(),
            "city"
                | "town"
                | "village"
                | "suburb"
                | "neighbourhood"
                | "postcode"
                | "county"
                | "state"
                | "country"
                | "road"
        );
        Some(Place { name, detail, point, precision: if area { Precision::Area } else { Precision::Spot } })
    }
}

/// Splits "1280, Peachtree Street, Midtown, Atlanta" into the house with its street, and their surroundings.
fn name_and_detail(display_name: &str) -> Option<(String, String)> {
    let mut parts = display_name.split(',').map(str::trim).filter(|part| !part.is_empty());
    let mut name = parts.next()?.to_owned();
    if name.chars().all(|letter| letter.is_ascii_digit() || letter == '-')
        && let Some(street) = parts.next()
    {
        name = format!("{name} {street}");
    }
    Some((name, parts.collect::<Vec<_>>().join(", ")))
}

#[derive(Deserialize)]
struct PhotonAnswer {
    features: Vec<PhotonFeature>,
}

#[derive(Deserialize)]
struct PhotonFeature {
    geometry: PhotonGeometry,
    properties: PhotonProperties,
}

#[derive(Deserialize)]
struct PhotonGeometry {
    coordinates: [f64; 2],
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PhotonProperties {
    name: Option<String>,
    housenumber: Option<String>,
    street: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postcode: Option<String>,
    r#type: Option<String>,
}

impl PhotonFeature {
    fn place(self) -> Option<Place> {
        let [longitude, latitude] = self.geometry.coordinates;
        let point = GeoPoint::new(latitude, longitude).ok()?;
        let PhotonProperties { name, housenumber, street, city, state, postcode, r#type } = self.properties;
        let house = street.map(|street| match housenumber {
            Some(number) => format!("{number} {street}"),
            None => street,
        });
        let (name, street) = match name {
            Some(name) => (name, house),
            None => (house?, None),
        };
        let detail = [street, city, state, postcode].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let precision = if matches!(r#type.as_deref(), Some("house")) { Precision::Spot } else { Precision::Area };
        Some(Place { name, detail, point, precision })
    }
}
