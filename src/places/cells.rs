//! The grid that indexes positions: H3 cells of resolution 7, hexagons some 2.4 km apart.

use engine::{GeoPoint, Meters};
use h3o::{CellIndex, LatLng, Resolution};

/// The largest distance of a cell's point from its center, anywhere on Earth (a test samples it).
pub const LARGEST_CELL_RADIUS: Meters = Meters(1_800.0);

/// The smallest distance of neighboring rings of cells, anywhere on Earth (a test samples it).
const SMALLEST_RING_DEPTH: f64 = 1_400.0;

/// The cell of a point.
fn cell(point: GeoPoint) -> CellIndex {
    LatLng::new(point.latitude(), point.longitude()).expect("a GeoPoint is finite").to_cell(Resolution::Seven)
}

/// The cell of a point, as stored in the database.
pub fn cell_of(point: GeoPoint) -> i64 {
    stored(cell(point))
}

/// The cell around a point and `rings` rings of cells around that.
pub fn disk(around: GeoPoint, rings: u32) -> Vec<i64> {
    cell(around).grid_disk::<Vec<_>>(rings).into_iter().map(stored).collect()
}

/// Every cell that may contain a point within `distance`: those whose center is within it plus the largest radius of a cell.
pub fn cells_within(around: GeoPoint, distance: Meters) -> Vec<i64> {
    let reach = distance + LARGEST_CELL_RADIUS;
    cell(around)
        .grid_disk::<Vec<_>>(rings_covering(reach))
        .into_iter()
        .filter(|cell| centre(*cell).distance_to(around) <= reach)
        .map(stored)
        .collect()
}

/// How many rings contain every cell whose center is within `reach`.
fn rings_covering(reach: Meters) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive number far below the limit, and the cast saturates"
    )]
    let rings = ((reach + LARGEST_CELL_RADIUS).0 / SMALLEST_RING_DEPTH).ceil() as u32;
    rings + 1
}

fn centre(cell: CellIndex) -> GeoPoint {
    let centre = LatLng::from(cell);
    GeoPoint::new(centre.lat(), centre.lng()).expect("the centre of a cell is a place on Earth")
}

fn stored(cell: CellIndex) -> i64 {
    u64::from(cell).cast_signed()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn anywhere() -> impl Strategy<Value = GeoPoint> {
        (-89.0..89.0_f64, -179.9..179.9_f64)
            .prop_map(|(latitude, longitude)| GeoPoint::new(latitude, longitude).unwrap())
    }

    proptest! {
        #[test]
        fn no_point_is_farther_from_its_cells_centre_than_the_largest_radius(point in anywhere()) {
            let cell = cell(point);
            for corner in cell.boundary().iter() {
                let corner = GeoPoint::new(corner.lat(), corner.lng()).unwrap();
                prop_assert!(corner.distance_to(centre(cell)) < LARGEST_CELL_RADIUS);
            }
        }

        #[test]
        fn the_rings_reach_beyond_the_distance_they_cover(point in anywhere(), kilometres in 0.0..60.0_f64) {
            let reach = Meters::from_kilometres(kilometres);
            let rings = rings_covering(reach);
            let outermost = cell(point).grid_ring::<Vec<_>>(rings);
            prop_assert!(outermost.iter().all(|cell| centre(*cell).distance_to(point) > reach));
        }

        #[test]
        fn a_point_within_the_distance_lies_in_one_of_the_cells(point in anywhere(), north in -0.2..0.2_f64, east in -0.2..0.2_f64) {
            let other = GeoPoint::new(point.latitude() + north, (point.longitude() + east).clamp(-180.0, 180.0)).unwrap();
            let cells = cells_within(point, point.distance_to(other));
            prop_assert!(cells.contains(&cell_of(other)));
        }
    }
}
