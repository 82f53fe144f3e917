//! The strokes of a glyph as lines, for pictures that no browser draws.

use kurbo::{BezPath, Circle, Line, PathSeg, RoundedRect, Shape};

use crate::ui::Glyph;

/// How far a line may be from its curve, in units of a glyph's square of 24 by 24: a tenth of a pixel of the largest picture.
const TOLERANCE: f64 = 0.005;

/// The strokes of a glyph, from whose elements everything but the shapes is left out.
pub fn of(glyph: Glyph) -> Vec<Line> {
    let mut lines = Vec::new();
    for element in glyph.shapes().split('<').skip(1) {
        let mut flat = BezPath::new();
        kurbo::flatten(outline(element), TOLERANCE, |part| flat.push(part));
        lines.extend(flat.segments().filter_map(|segment| match segment {
            PathSeg::Line(line) => Some(line),
            PathSeg::Quad(_) | PathSeg::Cubic(_) => None, // a flat path has no curves
        }));
    }
    lines
}

/// The outline of an SVG element.
fn outline(element: &str) -> BezPath {
    let number = |name| attribute(element, name).and_then(|text| text.parse().ok()).unwrap_or(0.0);
    match element.split([' ', '>']).next().unwrap_or_default() {
        "path" => path(attribute(element, "d").unwrap_or_default()),
        "polyline" => path(&format!("M{}", attribute(element, "points").unwrap_or_default())),
        "polygon" => path(&format!("M{}Z", attribute(element, "points").unwrap_or_default())),
        "circle" => Circle::new((number("cx"), number("cy")), number("r")).to_path(TOLERANCE),
        "line" => Line::new((number("x1"), number("y1")), (number("x2"), number("y2"))).to_path(TOLERANCE),
        "rect" => {
            let (x, y) = (number("x"), number("y"));
            RoundedRect::new(x, y, x + number("width"), y + number("height"), number("rx")).to_path(TOLERANCE)
        }
        _ => BezPath::new(), // a closing tag
    }
}

fn path(data: &str) -> BezPath {
    BezPath::from_svg(data).expect("a test reads every glyph")
}

fn attribute<'a>(element: &'a str, key: &str) -> Option<&'a str> {
    element.split_once(&format!(" {key}=\""))?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_glyph_has_strokes_inside_its_square() {
        for glyph in Glyph::ALL {
            let lines = of(*glyph);
            assert!(!lines.is_empty(), "{glyph:?}");
            for end in lines.iter().flat_map(|line| [line.p0, line.p1]) {
                let is_inside = [end.x, end.y].iter().all(|at| (0.9..=23.1).contains(at));
                assert!(is_inside, "{glyph:?}: {end:?}");
            }
        }
    }

    #[test]
    fn no_element_of_a_glyph_is_left_out() {
        for glyph in Glyph::ALL {
            for element in glyph.shapes().split('<').skip(1).filter(|element| !element.starts_with('/')) {
                assert!(!outline(element).is_empty(), "{glyph:?}: <{element}");
            }
        }
    }
}
