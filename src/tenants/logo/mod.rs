//! A business's logo: a small picture that an administrator uploads and everybody sees. It is checked strictly and served so that it can't run code.

mod png;
mod svg;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Content security policy of a logo: even if opened by itself it can neither run nor load anything.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Maximum file size, bytes.
pub const LARGEST: usize = 64 * 1024;

/// Maximum size of a logo that is written into each page, bytes: it costs less than a connection for it.
const LARGEST_INLINE: usize = 1500;

/// A small logo as a `data:` URL; `None` for a large one.
pub fn inline(kind: &str, content: &[u8]) -> Option<String> {
    (content.len() <= LARGEST_INLINE).then(|| data_url(kind, content))
}

/// A picture as a `data:` URL.
pub fn data_url(kind: &str, content: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(content))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    kind: Kind,
    content: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Png,
    Svg,
}

impl Logo {
    /// Checks an uploaded file; the error says what is wrong with it.
    pub fn check(file: &[u8]) -> Result<Self, &'static str> {
        if file.is_empty() {
            return Err(t!("tenants-choose-a-file"));
        }
        if file.len() > LARGEST {
            return Err(t!("tenants-use-a-picture-of-at-most"));
        }
        if file.starts_with(png::SIGNATURE) {
            return Ok(Self { kind: Kind::Png, content: png::without_metadata(file)? });
        }
        let text = std::str::from_utf8(file).map_err(|_| t!("tenants-use-an-svg-or-png-picture"))?;
        svg::check(text)?;
        Ok(Self { kind: Kind::Svg, content: file.to_vec() })
    }

    pub fn kind(&self) -> &'static str {
        match self.kind {
            Kind::Png => "image/png",
            Kind::Svg => "image/svg+xml",
        }
    }

    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The hash of the content: part of its URL, so that browsers may cache it.
    pub fn hash(&self) -> String {
        Sha256::digest(&self.content)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
