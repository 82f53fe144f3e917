//! A map of a drive, drawn by the server. It needs no script and no tiles.

use std::f64::consts::PI;

use engine::{GeoPoint, Locale, Quantity};
use leptos::prelude::*;

use super::icons::{Glyph, Icon};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The provider, as their kind of business draws them.
    Provider(Glyph),
    /// Where the provider comes to.
    Place,
    /// Where the job ends, if it goes somewhere.
    Destination,
}

impl MarkKind {
    fn class(self) -> &'static str {
        match self {
            Self::Provider(_) => "map-mark map-mark-provider",
            Self::Place => "map-mark map-mark-place",
            Self::Destination => "map-mark map-mark-destination",
        }
    }

    fn glyph(self) -> Glyph {
        match self {
            Self::Provider(glyph) => glyph,
            Self::Place => Glyph::MapPin,
            Self::Destination => Glyph::Flag,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct MapMark {
    pub kind: MarkKind,
    pub point: GeoPoint,
    /// Written under the mark, in a word or two.
    pub label: String,
}

/// Width by height of the frame, as in `map.css`.
const ASPECT: f64 = 1.6;

/// The shares of the frame's width and height that marks may take; labels need the rest, also on the smallest phone.
const FILLED: (f64, f64) = (0.62, 0.5);

/// The smallest width of a map, in meters.
const LEAST_WIDTH: f64 = 2_500.0;

/// The width of the frame, in pixels, that tiles are chosen for.
const PIXELS: f64 = 640.0;

const TILE_PIXELS: f64 = 256.0;

const METERS_AROUND_EARTH: f64 = 40_075_016.7;

/// A rectangle of the world in Web Mercator, where the whole world is 1 wide.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Section {
    left: f64,
    top: f64,
    width: f64,
    /// Its width at mid-height, in meters.
    meters: f64,
}

impl Section {
    /// The section that contains all these points; `None` without points.
    fn around(points: &[GeoPoint]) -> Option<Self> {
        let places: Vec<(f64, f64)> = points.iter().copied().map(mercator).collect();
        let (first, rest) = places.split_first()?;
        let (mut from, mut to) = (*first, *first);
        for &(x, y) in rest {
            from = (from.0.min(x), from.1.min(y));
            to = (to.0.max(x), to.1.max(y));
        }
        let middle = (from.0.midpoint(to.0), from.1.midpoint(to.1));
        let meters_per_unit = METERS_AROUND_EARTH / (PI * (1.0 - 2.0 * middle.1)).cosh();
        let needed = ((to.0 - from.0) / FILLED.0).max((to.1 - from.1) * ASPECT / FILLED.1);
        let width = needed.max(LEAST_WIDTH / meters_per_unit);
        let meters = width * meters_per_unit;
        Some(Self { left: middle.0 - width / 2.0, top: middle.1 - width / ASPECT / 2.0, width, meters })
    }

    /// The position of a point, in percent of the frame from its left and top.
    fn percent(&self, point: GeoPoint) -> (f64, f64) {
        let (x, y) = mercator(point);
        (100.0 * (x - self.left) / self.width, 100.0 * (y - self.top) / self.width * ASPECT)
    }

    /// The tiles that cover it: their addresses, and left, top, width and height in percent.
    fn tiles(&self, template: &str) -> Vec<(String, [f64; 4])> {
        let zoom = (PIXELS / TILE_PIXELS / self.width).log2().floor().clamp(0.0, 18.0);
        let count = zoom.exp2();
        let whole = |from: f64, to: f64| {
            let last = count - 1.0;
            // Not negative and below 2^18.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to what tiles there are"
            )]
            let range =
                ((from * count).floor().clamp(0.0, last) as u32)..=((to * count).floor().clamp(0.0, last) as u32);
            range
        };
        let height = self.width / ASPECT;
        let mut tiles = Vec::new();
        for y in whole(self.top, self.top + height) {
            for x in whole(self.left, self.left + self.width) {
                let url = template
                    .replace("{z}", &format!("{zoom:.0}"))
                    .replace("{x}", &x.to_string())
                    .replace("{y}", &y.to_string())
                    .replace("{s}", "a")
                    .replace("{r}", "");
                let size = 100.0 / count / self.width;
                let left = 100.0 * (f64::from(x) / count - self.left) / self.width;
                let top = 100.0 * (f64::from(y) / count - self.top) / height;
                tiles.push((url, [left, top, size, size * ASPECT]));
            }
        }
        tiles
    }

    /// The longest round distance that fits into a quarter of the width, and its label.
    fn scale(&self, locale: Locale) -> (f64, String) {
        let unit = locale.units().length().0;
        let round = [20_000, 10_000, 5_000, 2_000, 1_000, 500, 200].map(Quantity);
        let width = |number: Quantity| number.0 as f64 / 1_000.0 * unit / self.meters;
        let longest = round.into_iter().find(|number| width(*number) <= 0.25).unwrap_or(round[6]);
        (100.0 * width(longest), locale.short_length(longest))
    }
}

fn mercator(point: GeoPoint) -> (f64, f64) {
    let y = (1.0 - point.latitude().to_radians().tan().asinh() / PI) / 2.0;
    ((point.longitude() + 180.0) / 360.0, y)
}

/// Half the width of a letter, in percent of the narrowest frame.
const HALF_A_LETTER: f64 = 1.1;

/// The height of a line of text, in percent of the narrowest frame.
const LINE: f64 = 9.0;

/// On which side of a mark its label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

/// The side of each mark's label: where no line of the drive leaves the mark, so that neither line nor other mark lies under it.
fn sides(places: &[(f64, f64)]) -> Vec<Side> {
    let is_lower = |mark: usize, other: usize| (places[other].1, other) > (places[mark].1, mark);
    let side = |mark: usize| {
        let before = mark.checked_sub(1);
        let after = Some(mark + 1).filter(|after| *after < places.len());
        let mut neighbors = before.into_iter().chain(after).peekable();
        let above = neighbors.peek().is_some() && neighbors.all(|other| is_lower(mark, other));
        if above { Side::Above } else { Side::Below }
    };
    (0..places.len()).map(side).collect()
}

/// Names that lie in the section, far enough from its edges, the marks and each other to be read on the smallest phone.
fn readable(section: &Section, marks: &[MapMark], names: Vec<(GeoPoint, String)>) -> Vec<(f64, f64, String)> {
    let half_of = |text: &str| text.chars().count() as f64 * HALF_A_LETTER;
    let places: Vec<_> = marks.iter().map(|mark| section.percent(mark.point)).collect();
    let taken = marks.iter().zip(&places).zip(sides(&places)).flat_map(|((mark, (x, y)), side)| {
        let away = if side == Side::Above { -LINE } else { LINE };
        [-away, 0.0, away, 2.0 * away].map(|shift| (*x, y + shift, half_of(&mark.label).max(7.0)))
    });
    let mut taken: Vec<(f64, f64, f64)> = taken.collect();
    let mut shown = Vec::new();
    for (point, name) in names {
        let (x, y) = section.percent(point);
        let half = half_of(&name);
        let is_inside = (half..100.0 - half).contains(&x) && (LINE..88.0).contains(&y);
        let is_free = taken.iter().all(|other| (other.0 - x).abs() > other.2 + half || (other.1 - y).abs() > LINE);
        if is_inside && is_free {
            taken.push((x, y, half));
            shown.push((x, y, name));
        }
    }
    shown
}

/// A map of a drive, and below it the same in words.
#[component]
pub fn MapFrame(
    /// Read out by screen readers.
    #[prop(into)]
    label: String,
    /// In the order of the drive.
    marks: Vec<MapMark>,
    /// Decides the units of the scale.
    locale: Locale,
    /// Names of nearby places, the nearest first.
    #[prop(optional)]
    names: Vec<(GeoPoint, String)>,
    /// The address of map tiles with `{z}/{x}/{y}`; `None`: a plain background.
    #[prop(optional_no_strip)]
    tiles: Option<String>,
    /// The map's content in words.
    children: Children,
) -> impl IntoView {
    let points: Vec<GeoPoint> = marks.iter().map(|mark| mark.point).collect();
    Section::around(&points).map(|section| {
        let credits = if tiles.is_some() { t!("ui-openstreetmap-contributors") } else { t!("ui-places-geonames") };
        let ground = match &tiles {
            Some(template) => section.tiles(template).into_iter().map(tile).collect_view().into_any(),
            None => readable(&section, &marks, names).into_iter().map(name).collect_view().into_any(),
        };
        let drive = marks.windows(2).map(|leg| leg_line(section.percent(leg[0].point), section.percent(leg[1].point)));
        let drive = drive.collect_view();
        let (scale_width, scale_text) = section.scale(locale);
        let places: Vec<_> = marks.iter().map(|mark| section.percent(mark.point)).collect();
        let sides = sides(&places);
        // The first mark is drawn last, over the others.
        let marks = marks.into_iter().zip(places.into_iter().zip(sides)).rev();
        let marks = marks.map(|(mark, (place, side))| mark_view(place, mark, side)).collect_view();
        view! {
            <figure class="map-figure">
                <div class="map" role="img" aria-label=label>
                    <svg class="map-drawing" width="100%" height="100%" aria-hidden="true">
                        <g class="map-ground">{ground}</g>
                        {drive}
                        {marks}
                        <svg x="3%" y="93%" overflow="visible">
                            <line class="map-scale" x1="0" y1="0" x2=format!("{scale_width:.2}%") y2="0"></line>
                            <text class="map-small" x="0" y="-6">{scale_text}</text>
                        </svg>
                        <text class="map-small" x="98%" y="97%" text-anchor="end">{credits}</text>
                    </svg>
                </div>
                <figcaption class="muted small">{children()}</figcaption>
            </figure>
        }
    })
}

fn tile((url, [x, y, width, height]): (String, [f64; 4])) -> impl IntoView {
    let percent = |number: f64| format!("{number:.3}%");
    // Slightly wider than they are, so that no gap shows between them.
    view! {
        <image
            href=url
            x=percent(x)
            y=percent(y)
            width=percent(width + 0.1)
            height=percent(height + 0.1)
            preserveAspectRatio="none"
        ></image>
    }
}

fn name((x, y, text): (f64, f64, String)) -> impl IntoView {
    view! { <text class="map-name" x=format!("{x:.2}%") y=format!("{y:.2}%") text-anchor="middle">{text}</text> }
}

fn leg_line(from: (f64, f64), to: (f64, f64)) -> impl IntoView {
    let percent = |number: f64| format!("{number:.2}%");
    view! { <line class="map-leg" x1=percent(from.0) y1=percent(from.1) x2=percent(to.0) y2=percent(to.1)></line> }
}

fn mark_view((x, y): (f64, f64), mark: MapMark, side: Side) -> impl IntoView {
    let label_y = match side {
        Side::Above => "-24",
        Side::Below => "35",
    };
    // Near an edge a long label grows towards the middle.
    let (label_x, anchor) = match x {
        ..30.0 => ("-17", "start"),
        70.0.. => ("17", "end"),
        _ => ("0", "middle"),
    };
    view! {
        <svg class=mark.kind.class() x=format!("{x:.2}%") y=format!("{y:.2}%") overflow="visible">
            <circle r="17"></circle>
            <g transform="translate(-10 -10)"><Icon glyph=mark.kind.glyph()/></g>
            <text class="map-label" x=label_x y=label_y text-anchor=anchor>{mark.label}</text>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(kind: MarkKind, latitude: f64, longitude: f64) -> MapMark {
        MapMark { kind, point: GeoPoint::new(latitude, longitude).unwrap(), label: String::new() }
    }

    #[test]
    fn every_mark_lies_inside_of_the_map_and_the_map_is_no_larger_than_it_has_to_be() {
        for (latitude, longitude) in [(33.8, -84.2), (33.75, -84.9), (34.9, -84.387), (33.749, -84.388)] {
            let drive =
                [mark(MarkKind::Provider(Glyph::Truck), latitude, longitude), mark(MarkKind::Place, 33.749, -84.388)];
            let points = drive.clone().map(|mark| mark.point);
            let section = Section::around(&points).unwrap();
            for point in points {
                let (x, y) = section.percent(point);
                assert!((18.9..=81.1).contains(&x) && (24.9..=75.1).contains(&y), "{x} {y}");
            }
            let apart = points[0].distance_to(points[1]).0;
            let needed = apart * ASPECT / FILLED.1;
            assert!(section.meters < needed.max(LEAST_WIDTH) * 1.02, "{}", section.meters);
        }
    }

    #[test]
    fn no_line_of_the_drive_leaves_a_mark_where_its_label_is() {
        use Side::{Above, Below};

        assert_eq!(sides(&[(50.0, 50.0)]), [Below]);
        assert_eq!(sides(&[(20.0, 75.0), (80.0, 25.0)]), [Below, Above]);
        assert_eq!(sides(&[(20.0, 25.0), (80.0, 75.0)]), [Above, Below]);
        assert_eq!(sides(&[(50.0, 50.0), (52.0, 50.0)]), [Above, Below]);
        assert_eq!(sides(&[(20.0, 60.0), (50.0, 30.0), (80.0, 70.0)]), [Below, Above, Below]);
    }

    #[test]
    fn the_scale_is_in_the_units_of_the_place() {
        let section =
            Section::around(&[GeoPoint::new(33.7, -84.4).unwrap(), GeoPoint::new(33.8, -84.3).unwrap()]).unwrap();
        let scales = [Locale::EnUs, Locale::DeDe].map(|locale| section.scale(locale));
        assert_eq!(
            scales.clone().map(|(_, label)| label),
            ["5\u{a0}mi", "5\u{a0}km"].map(str::to_owned),
            "{}",
            section.meters
        );
        assert!(scales.iter().all(|(width, _)| (10.0..=25.0).contains(width)), "{scales:?}");
        let close = Section { meters: 2_500.0, ..section };
        assert_eq!(close.scale(Locale::EnUs).1, "0.2\u{a0}mi");
        assert_eq!(close.scale(Locale::DeDe).1, "0,5\u{a0}km");
    }

    #[test]
    fn north_is_up_and_east_is_right() {
        let section =
            Section::around(&[GeoPoint::new(33.7, -84.4).unwrap(), GeoPoint::new(33.8, -84.3).unwrap()]).unwrap();
        let (west, south) = section.percent(GeoPoint::new(33.7, -84.4).unwrap());
        let (east, north) = section.percent(GeoPoint::new(33.8, -84.3).unwrap());
        assert!(west < east && north < south);
    }

    #[test]
    fn tiles_cover_the_whole_frame() {
        let section =
            Section::around(&[GeoPoint::new(33.7, -84.4).unwrap(), GeoPoint::new(33.8, -84.3).unwrap()]).unwrap();
        let tiles = section.tiles("https://tiles.example/{z}/{x}/{y}.png");
        let edge = |side: fn(&[f64; 4]) -> f64| tiles.iter().map(move |(_, place)| side(place));
        assert!(
            edge(|place| place[0]).fold(f64::MAX, f64::min) <= 0.0
                && edge(|place| place[1]).fold(f64::MAX, f64::min) <= 0.0
        );
        assert!(edge(|place| place[0] + place[2]).fold(0.0, f64::max) >= 100.0);
        assert!(edge(|place| place[1] + place[3]).fold(0.0, f64::max) >= 100.0);
        assert!(tiles.len() <= 20 && tiles.iter().all(|(url, _)| !url.contains('{')), "{tiles:?}");
    }

    #[test]
    fn names_that_would_overlap_are_left_out_of_the_map() {
        let drive = [mark(MarkKind::Provider(Glyph::Truck), 33.7, -84.4), mark(MarkKind::Place, 33.8, -84.3)];
        let section = Section::around(&[drive[0].point, drive[1].point]).unwrap();
        let at = |latitude, longitude, name: &str| (GeoPoint::new(latitude, longitude).unwrap(), name.to_owned());
        let names = vec![
            at(33.701, -84.399, "Under"),
            at(33.75, -84.35, "Middle"),
            at(33.751, -84.351, "Beside"),
            at(40.0, -84.0, "Far"),
        ];
        let shown: Vec<_> = readable(&section, &drive, names).into_iter().map(|(.., name)| name).collect();
        assert_eq!(shown, ["Middle"]);
    }
}
