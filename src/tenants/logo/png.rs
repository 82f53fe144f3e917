//! Checks PNG logos: only the chunks that make up the picture, no metadata such as the place it was taken.

/// The first bytes of every PNG file.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Maximum width and height, in pixels; larger pictures are photographs.
const MOST_PIXELS: u32 = 1024;

/// The chunks that make up the picture. Others (texts, profiles, EXIF) are removed.
const KEPT: [&[u8; 4]; 8] = [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"pHYs"];

/// Bytes of a chunk's length, type and checksum.
const AROUND: usize = 12;

/// The file without its metadata; the error says what is wrong with it.
pub(super) fn without_metadata(file: &[u8]) -> Result<Vec<u8>, &'static str> {
    let broken = t!("tenants-this-png-is-damaged");
    let mut rest = file.strip_prefix(SIGNATURE).ok_or(broken)?;
    let mut kept = SIGNATURE.to_vec();
    let mut is_first = true;
    loop {
        let length = u32::from_be_bytes(*rest.first_chunk().ok_or(broken)?);
        let whole = usize::try_from(length).ok().and_then(|length| length.checked_add(AROUND)).ok_or(broken)?;
        let (chunk, after) = rest.split_at_checked(whole).ok_or(broken)?;
        let kind = &chunk[4..8];
        if is_first != (kind == b"IHDR") {
            return Err(broken);
        }
        if is_first {
            check_size(&chunk[8..]).ok_or(broken)?;
            is_first = false;
        }
        if KEPT.iter().any(|known| known.as_slice() == kind) {
            kept.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Ok(kept);
        }
        rest = after;
    }
}

/// Whether the size in the header is allowed.
fn check_size(header: &[u8]) -> Option<()> {
    let (width, rest) = header.split_first_chunk()?;
    let height = rest.first_chunk()?;
    let fits = |bytes: &[u8; 4]| (1..=MOST_PIXELS).contains(&u32::from_be_bytes(*bytes));
    (fits(width) && fits(height)).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [length.as_slice(), &kind, content, &[0; 4]].concat()
    }

    fn png(width: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
        let header = [width.to_be_bytes().as_slice(), &64_u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        [SIGNATURE, &chunk(*b"IHDR", &header), &chunks.concat(), &chunk(*b"IEND", &[])].concat()
    }

    #[test]
    fn other_chunks_of_a_png_are_removed() {
        let picture = chunk(*b"IDAT", b"pixels");
        let file = png(64, &[chunk(*b"eXIf", b"33.749,-84.388"), picture.clone(), chunk(*b"tEXt", b"<script>")]);
        assert_eq!(without_metadata(&file), Ok(png(64, &[picture])));
    }

    #[test]
    fn bytes_after_the_end_of_a_png_are_removed() {
        let file = png(64, &[]);
        assert_eq!(without_metadata(&[file.as_slice(), b"<html>"].concat()), Ok(file));
    }

    #[test]
    fn a_damaged_or_huge_picture_is_refused() {
        let whole = png(64, &[chunk(*b"IDAT", b"pixels")]);
        for end in SIGNATURE.len()..whole.len() {
            assert!(without_metadata(&whole[..end]).is_err(), "cut after {end} bytes");
        }
        assert!(without_metadata(&png(5000, &[])).is_err());
        assert!(without_metadata(&[SIGNATURE, &chunk(*b"IDAT", b"x"), &chunk(*b"IEND", b"")].concat()).is_err());
        assert!(without_metadata(&[SIGNATURE, &[0xff; 64]].concat()).is_err());
    }
}
