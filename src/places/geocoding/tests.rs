use std::time::Duration;

use engine::{GeoPoint, Meters};
use proptest::prelude::*;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header_regex, method, path, query_param},
};

use super::{Geocoder, Precision, gazetteer};

fn atlanta() -> GeoPoint {
    GeoPoint::new(33.749, -84.388).unwrap()
}

fn names(text: &str) -> Vec<String> {
    gazetteer::search(text, atlanta()).places.into_iter().map(|place| place.label()).collect()
}

fn first(text: &str) -> String {
    names(text).into_iter().next().unwrap_or_else(|| panic!("nothing found for {text}"))
}

#[test]
fn case_punctuation_and_accents_do_not_matter() {
    for text in ["PIEDMONT PARK", "piedmont  park!", "Piedmont Park, Atlanta, GA", "  piedmont-park atlanta usa"] {
        assert_eq!(first(text), "Piedmont Park, Atlanta, GA", "{text}");
        assert!(gazetteer::search(text, atlanta()).certain, "{text}");
    }
    let almaty = GeoPoint::new(43.24, 76.89).unwrap();
    let berlin = GeoPoint::new(52.52, 13.4).unwrap();
    assert_eq!(gazetteer::search("almaty", almaty).places[0].name, "Almaty");
    assert_eq!(gazetteer::search("kopenick", berlin).places[0].name, "Köpenick");
}

#[test]
fn a_postcode_is_found_alone_and_inside_of_an_address() {
    for text in ["30309", "Atlanta GA 30309", "1280 Peachtree St NE, Atlanta, GA 30309", "30309-1234"] {
        assert_eq!(first(text), "30309, Atlanta, GA", "{text}");
        assert!(!gazetteer::search(text, atlanta()).certain, "an area is no place to send somebody to: {text}");
    }
}

#[test]
fn a_search_finds_places_by_the_start_of_their_name() {
    assert!(names("pied").iter().any(|name| name.starts_with("Piedmont Park")), "{:?}", names("pied"));
    assert_eq!(first("atlanta"), "Atlanta, GA");
    assert!(first("hartsf").starts_with("Hartsfield-Jackson"));
}

#[test]
fn one_slip_of_the_finger_is_forgiven() {
    assert_eq!(first("piedmnot park"), "Piedmont Park, Atlanta, GA");
    assert_eq!(first("lenox sqare"), "Lenox Square, Atlanta, GA");
}

#[test]
fn a_landmark_is_known_by_its_other_name() {
    assert_eq!(first("Georgia Tech"), "Georgia Institute of Technology, Atlanta, GA");
    assert_eq!(first("lenox mall"), "Lenox Square, Atlanta, GA");
}

#[test]
fn a_streets_name_is_not_taken_for_a_neighborhood() {
    assert!(!names("123 Edgewood Ave").contains(&"Edgewood, Atlanta, GA".to_owned()));
    assert!(names("Edgewood").contains(&"Edgewood, Atlanta, GA".to_owned()));
}

#[test]
fn a_house_number_in_a_large_city_is_not_placed_in_its_middle() {
    assert_eq!(names("77 Nowhere Lane, Atlanta"), Vec::<String>::new());
}

#[test]
fn a_meaningless_search_finds_nothing() {
    for text in ["", "   ", "?!", "qqqqzzzz", "the tree behind the barn"] {
        assert_eq!(names(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn places_near_the_tenant_come_first_and_far_ones_must_be_named() {
    let san_francisco = GeoPoint::new(37.77, -122.42).unwrap();
    assert_eq!(gazetteer::search("birmingham", atlanta()).places[0].label(), "Birmingham, AL");
    assert!(gazetteer::search("birming", san_francisco).places.is_empty());
}

#[test]
fn a_point_is_described_by_the_nearest_place() {
    let geocoder = Geocoder::default();
    let near_the_park = GeoPoint::new(33.7853, -84.3741).unwrap();
    assert_eq!(geocoder.describe(near_the_park).as_deref(), Some("Near Piedmont Park, Atlanta, GA"));
    assert_eq!(geocoder.describe(GeoPoint::new(0.0, 0.0).unwrap()), None);
    assert!(geocoder.names_around(atlanta(), Meters(10_000.0)).iter().any(|place| place.name == "Midtown"));
}

#[tokio::test]
async fn a_position_is_a_place_without_asking_anybody() {
    let geocoder = Geocoder::with_patience(Some("http://127.0.0.1:1/"), TIME_LIMIT).unwrap();
    let named = [
        ("33.7726, -84.3655", "(33.77260, -84.36550)"),
        ("https://maps.google.com/?q=33.7726,-84.3655", "(33.77260, -84.36550)"),
        ("865QQJFM+2R", "865QQJFM+2R"),
        ("qjfm+2r", "qjfm+2r"),
        ("QJFM+2R Atlanta, GA", "QJFM+2R Atlanta, GA"),
        ("Behind the barn, geo:33.7726,-84.3655", "Behind the barn, geo:33.7726,-84.3655"),
    ];
    for (text, name) in named {
        let found = geocoder.search(text, atlanta()).await;
        let place = found.certainly().unwrap_or_else(|| panic!("{text} is no place: {found:?}"));
        assert!(place.label().ends_with(name), "{text} is called {}", place.label());
        assert!(
            place.point.distance_to(GeoPoint::new(33.7726, -84.3655).unwrap()).0 < 100.0,
            "{text}: {}",
            place.point
        );
    }
}

proptest! {
    #[test]
    fn a_search_never_panics(text in any::<String>(), latitude in -90.0..=90.0, longitude in -180.0..=180.0) {
        let found = gazetteer::search(&text, GeoPoint::new(latitude, longitude).unwrap());
        prop_assert!(found.places.len() <= super::Found::LIMIT);
    }

    #[test]
    fn a_slipped_letter_is_symmetric(a in "[a-z]{0,9}", b in "[a-z]{0,9}") {
        use super::words::nearly_equal;
        prop_assert_eq!(nearly_equal(&a, &b), nearly_equal(&b, &a));
    }
}

const TIME_LIMIT: Duration = Duration::from_millis(200);

fn geocoder(server: &MockServer, at: &str) -> Geocoder {
    Geocoder::with_patience(Some(&format!("{}{at}", server.uri())), TIME_LIMIT).unwrap()
}

#[tokio::test]
async fn a_nominatim_server_is_asked_once_and_remembered() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/search"))
        .and(query_param("q", "1280 Peachtree"))
        .and(header_regex("user-agent", "^Wayside/"))
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!([
            {"display_name": "1280, Peachtree Street Northeast, Atlanta, Georgia", "lat": "33.7900", "lon": "-84.3853", "addresstype": "building"},
            {"display_name": "nonsense", "lat": "north", "lon": "-84"},
        ])))
        .expect(1)
        .mount(&server)
        .await;
    let geocoder = geocoder(&server, "");
    for _ in 0..2 {
        let found = geocoder.search(" 1280 Peachtree ", atlanta()).await;
        assert_eq!(found.places[0].label(), "1280 Peachtree Street Northeast, Atlanta, Georgia");
        assert!(found.certain, "one house, and nothing else");
    }
}

#[tokio::test]
async fn a_photon_server_is_understood() {
    let server = MockServer::start().await;
    Mock::given(path("/api"))
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!({"features": [
            {"geometry": {"coordinates": [-84.3853, 33.79]}, "properties": {"street": "Peachtree Street", "housenumber": "1280", "city": "Atlanta", "type": "house"}},
            {"geometry": {"coordinates": [-84.39, 33.75]}, "properties": {"name": "Atlanta", "state": "Georgia", "type": "city"}},
        ]})))
        .mount(&server)
        .await;
    let found = geocoder(&server, "/api").search("peachtree", atlanta()).await;
    let labels: Vec<_> = found.places.iter().map(super::Place::label).collect();
    assert_eq!(labels, ["1280 Peachtree Street, Atlanta", "Atlanta, Georgia"]);
    assert_eq!((found.places[0].precision, found.places[1].precision), (Precision::Spot, Precision::Area));
}

#[tokio::test]
async fn when_the_server_fails_the_gazetteer_answers() {
    let answers = [
        ("slow", ResponseTemplate::new(200).set_delay(TIME_LIMIT * 10), 2),
        ("broken", ResponseTemplate::new(500), 2),
        ("not allowed", ResponseTemplate::new(403), 1),
        ("garbage", ResponseTemplate::new(200).set_body_string("<html>hello</html>"), 1),
        ("endless", ResponseTemplate::new(200).set_body_string("[".repeat(1_000_000)), 1),
    ];
    for (how, answer, times) in answers {
        let server = MockServer::start().await;
        Mock::given(method("GET")).respond_with(answer).expect(times).mount(&server).await;
        let found = geocoder(&server, "/search").search("Piedmont Park", atlanta()).await;
        assert_eq!(found.places[0].name, "Piedmont Park", "{how}");
    }
}

#[tokio::test]
async fn when_nobody_listens_the_gazetteer_answers() {
    let geocoder = Geocoder::with_patience(Some("http://127.0.0.1:1/"), TIME_LIMIT).unwrap();
    assert_eq!(geocoder.search("Piedmont Park", atlanta()).await.places[0].name, "Piedmont Park");
}
