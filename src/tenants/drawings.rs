//! A business's mark as pictures in its colors: for browser tabs, home screens and shared links.
//!
//! The mark is the glyph of its main kind of business. A PNG of it is drawn once for all businesses: its pixels say how much of each is ink, and a
//! business's palette turns that into colors.

use std::{io::Write, sync::OnceLock};

use flate2::{Compression, Crc, write::ZlibEncoder};
use kurbo::{Line, ParamCurveNearest, Point, Rect};

use super::strokes;
use crate::ui::{BrandColors, Glyph, color::Rgb};

/// The square of a glyph, in which it has strokes of 2.
const GLYPH: Rect = Rect::new(0.0, 0.0, 24.0, 24.0);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// In a browser's tab, for browsers that don't show the SVG.
    Tab,
    /// On the home screen of an iPhone.
    Touch,
    /// On the home screen of other phones.
    Home,
    /// Splash screen of an installed app.
    Splash,
    /// Preview of a shared link.
    Share,
}

impl Drawing {
    pub fn size(self) -> (u32, u32) {
        match self {
            Self::Tab => (48, 48),
            Self::Touch => (180, 180),
            Self::Home => (192, 192),
            Self::Splash => (512, 512),
            Self::Share => (1200, 630),
        }
    }

    pub fn png(self, colors: BrandColors, glyph: Glyph) -> Vec<u8> {
        static DRAWN: [[OnceLock<Vec<u8>>; 5]; Glyph::ALL.len()] =
            [const { [const { OnceLock::new() }; 5] }; Glyph::ALL.len()];
        let (width, height) = self.size();
        let pixels = DRAWN[glyph as usize][self as usize].get_or_init(|| compressed(width, height, glyph));
        // 8 bits per pixel, each an index into the palette.
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 3, 0, 0, 0]].concat();
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut file, *b"IHDR", &header);
        chunk(&mut file, *b"PLTE", &palette(colors));
        chunk(&mut file, *b"IDAT", pixels);
        chunk(&mut file, *b"IEND", &[]);
        file
    }
}

/// The mark as an SVG in these colors.
pub fn svg(colors: BrandColors, glyph: Glyph) -> String {
    let (ground, line, shapes) = (colors.brand, colors.ink, glyph.shapes());
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="12" fill="{ground}"/><g transform="translate(12 12)" fill="none" stroke="{line}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shapes}</g></svg>"#
    )
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).expect("a drawing is small");
    let mut crc = Crc::new();
    crc.update(&kind);
    crc.update(content);
    file.extend([&length.to_be_bytes()[..], &kind, content, &crc.sum().to_be_bytes()].concat());
}

/// 256 steps from background to ink.
fn palette(colors: BrandColors) -> Vec<u8> {
    let (Rgb(r, g, b), ink) = (colors.brand, colors.ink);
    let mix = |ground: u8, ink: u8, step: u8| {
        let (ground, ink, step) = (u32::from(ground), u32::from(ink), u32::from(step));
        u8::try_from((ground * (255 - step) + ink * step) / 255).expect("between two bytes")
    };
    (0..=255).flat_map(|step| [mix(r, ink.0, step), mix(g, ink.1, step), mix(b, ink.2, step)]).collect()
}

/// The picture's pixels as PNG stores them: the glyph centered, half as high as the picture.
fn compressed(width: u32, height: u32, glyph: Glyph) -> Vec<u8> {
    let lines = strokes::of(glyph);
    let scale = f64::from(height) / 48.0;
    let (left, top) = (f64::from(width) / 2.0 - 12.0 * scale, f64::from(height) / 2.0 - 12.0 * scale);
    let mut file = ZlibEncoder::new(Vec::new(), Compression::best());
    for y in 0..height {
        let y = (f64::from(y) + 0.5 - top) / scale;
        let row = (0..width).map(|x| ink(Point::new((f64::from(x) + 0.5 - left) / scale, y), scale, &lines));
        // Each row begins with its filter type: none.
        let row: Vec<u8> = std::iter::once(0).chain(row).collect();
        file.write_all(&row).expect("memory takes everything");
    }
    file.finish().expect("memory takes everything")
}

/// How much of a pixel at this point of the glyph is ink, 0 to 255.
fn ink(at: Point, scale: f64, lines: &[Line]) -> u8 {
    if !GLYPH.contains(at) {
        return 0;
    }
    let nearest = lines.iter().map(|line| line.nearest(at, 0.0).distance_sq).fold(f64::INFINITY, f64::min).sqrt();
    let covered = ((1.0 - nearest) * scale + 0.5).clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
    let level = (covered * 255.0).round() as u8;
    level
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::ZlibDecoder;

    use super::*;

    #[test]
    fn a_drawing_is_a_png_of_its_size_with_ink_in_the_middle_only() {
        let colors = BrandColors::new(Rgb(0x1f, 0x45, 0xc4), Rgb::WHITE);
        for drawing in [Drawing::Tab, Drawing::Share] {
            let file = drawing.png(colors, Glyph::Wrench);
            let (width, height) = drawing.size();
            assert_eq!(file[..8], *b"\x89PNG\r\n\x1a\n");
            assert_eq!(file[16..24], [width.to_be_bytes(), height.to_be_bytes()].concat());
            assert_eq!(file[41..44], [0x1f, 0x45, 0xc4], "the ground is the brand's color");
            let start = 41 + 768 + 4 + 8;
            let mut pixels = Vec::new();
            ZlibDecoder::new(&file[start..]).read_to_end(&mut pixels).unwrap();
            assert_eq!(pixels.len(), (width as usize + 1) * height as usize);
            assert_eq!([pixels[1], *pixels.last().unwrap()], [0, 0], "corners have no ink");
            assert!(pixels.contains(&255), "the glyph is drawn");
        }
    }

    #[test]
    fn a_drawing_shows_the_glyph_it_is_of() {
        let colors = BrandColors::new(Rgb(0x1f, 0x45, 0xc4), Rgb::WHITE);
        let drawn = |glyph| Drawing::Touch.png(colors, glyph);
        assert_ne!(drawn(Glyph::Wrench), drawn(Glyph::Bike));
        assert_eq!(drawn(Glyph::Bike), drawn(Glyph::Bike));
        assert!(svg(colors, Glyph::Bike).contains(Glyph::Bike.shapes()));
    }
}
