use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use engine::{GeoPoint, Meters};

use super::{
    Found, Place, Precision, gazetteer,
    positions::{self, Position},
    server::GeocodingServer,
};

/// How long answers are cached: places don't move.
const REMEMBERED_FOR: Duration = Duration::from_hours(1);

/// Maximum number of cached answers, so that searches can't fill the memory.
const REMEMBERED_AT_MOST: usize = 2_000;

/// Finds places: asks the configured server, or the gazetteer if there is none or it fails.
#[derive(Clone, Default)]
pub struct Geocoder {
    server: Option<Arc<GeocodingServer>>,
    remembered: Arc<Mutex<HashMap<String, (Instant, Found)>>>,
}

impl Geocoder {
    /// Time limit of one request to the server, of at most two.
    const TIME_LIMIT: Duration = Duration::from_secs(3);

    /// With the server at this URL, or only the gazetteer. Fails if the URL is invalid.
    pub fn new(url: Option<&str>) -> anyhow::Result<Self> {
        Self::with_patience(url, Self::TIME_LIMIT)
    }

    pub(super) fn with_patience(url: Option<&str>, patience: Duration) -> anyhow::Result<Self> {
        let server = url.map(|url| GeocodingServer::new(url, patience)).transpose()?.map(Arc::new);
        Ok(Self { server, remembered: Arc::default() })
    }

    /// Possible places for a text, the nearest first. A meaningless text finds nothing; never fails.
    pub async fn search(&self, text: &str, near: GeoPoint) -> Found {
        let text = text.trim();
        if let Some(found) = self.position(text, near) {
            return found;
        }
        let Some(server) = self.server.as_ref().filter(|_| !text.is_empty()) else {
            return gazetteer::search(text, near);
        };
        let key = format!("{:.1},{:.1} {}", near.latitude(), near.longitude(), text.to_lowercase());
        if let Some(found) = self.remembered(&key) {
            return found;
        }
        match server.search(text, near).await {
            Ok(found) => {
                self.remember(key, &found);
                found
            }
            Err(error) => {
                tracing::warn!(%error, "the geocoding server failed; the gazetteer answers");
                gazetteer::search(text, near)
            }
        }
    }

    /// The place of a text that contains a position instead of an address. It is named after its surroundings, unless the text has other words.
    fn position(&self, text: &str, near: GeoPoint) -> Option<Found> {
        let (point, name) = match positions::read(text)? {
            Position::Bare(point) => (point, self.in_words(point)),
            Position::Among(point) => (point, text.to_owned()),
            Position::Code(code, place) if code.is_full() || place.is_empty() => (code.near(near)?, text.to_owned()),
            Position::Code(code, place) => {
                let around = gazetteer::search(&place, near).places.first().map_or(near, |place| place.point);
                (code.near(around)?, text.to_owned())
            }
        };
        let place = Place { name, detail: String::new(), point, precision: Precision::Spot };
        Some(Found { places: vec![place], certain: true })
    }

    /// The point of coordinates, a map link, or a plus code in a text.
    pub fn point_in(&self, text: &str, near: GeoPoint) -> Option<GeoPoint> {
        self.position(text, near)?.places.first().map(|place| place.point)
    }

    /// Describes a point: what it is near, and its coordinates.
    pub fn in_words(&self, point: GeoPoint) -> String {
        let position = format!("{:.5}, {:.5}", point.latitude(), point.longitude());
        self.describe(point)
            .map_or_else(|| t!("geocoding-position", position = position), |near| format!("{near} ({position})"))
    }

    /// The name of a point: the nearest place in the gazetteer.
    pub fn describe(&self, point: GeoPoint) -> Option<String> {
        gazetteer::nearest(point).map(|place| t!("geocoding-near", label = place.label()))
    }

    /// Names for a drawn map, the nearest first.
    pub fn names_around(&self, point: GeoPoint, within: Meters) -> Vec<Place> {
        gazetteer::names_around(point, within)
    }

    fn remembered(&self, key: &str) -> Option<Found> {
        let remembered = self.remembered.lock().expect("no panics under this lock");
        remembered.get(key).filter(|(since, _)| since.elapsed() < REMEMBERED_FOR).map(|(_, found)| found.clone())
    }

    fn remember(&self, key: String, found: &Found) {
        let mut remembered = self.remembered.lock().expect("no panics under this lock");
        if remembered.len() >= REMEMBERED_AT_MOST {
            remembered.clear();
        }
        remembered.insert(key, (Instant::now(), found.clone()));
    }
}
