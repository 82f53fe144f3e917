//! Checks SVG logos: shapes and gradients, nothing that runs, loads or links. Anything not on the list is rejected, not removed: a sanitizer that
//! reads SVG differently from a browser lets scripts through.

const ELEMENTS: [&str; 19] = [
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "defs",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "title",
    "desc",
    "text",
    "tspan",
];

fn not_a_picture() -> &'static str {
    t!("tenants-use-an-svg-or-png-picture")
}

fn too_much() -> &'static str {
    t!("tenants-this-svg-holds-more-than-shapes")
}

/// Checks that the text is an SVG of shapes only; the error says what is wrong with it.
pub(super) fn check(text: &str) -> Result<(), &'static str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    if let Some(declaration) = rest.strip_prefix("<?xml ") {
        rest = declaration.split_once("?>").ok_or_else(not_a_picture)?.1.trim_start();
    }
    let mut is_first = true;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        check_text(before)?;
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment.split_once("-->").ok_or_else(not_a_picture)?.1;
            continue;
        }
        let (inside, after) = tag[1..].split_once('>').ok_or_else(not_a_picture)?;
        let name = check_tag(inside)?;
        if is_first && name != "svg" {
            return Err(not_a_picture());
        }
        is_first = false;
        rest = after;
    }
    check_text(rest)?;
    if is_first { Err(not_a_picture()) } else { Ok(()) }
}

/// Text between tags, without entities: a defined entity could expand to anything.
fn check_text(text: &str) -> Result<(), &'static str> {
    let plain = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"]
        .iter()
        .fold(text.to_owned(), |text, entity| text.replace(entity, ""));
    if plain.contains('&') { Err(too_much()) } else { Ok(()) }
}

/// Checks the text between `<` and `>`; returns the element's name.
fn check_tag(inside: &str) -> Result<&str, &'static str> {
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let inside = inside.strip_suffix('/').unwrap_or(inside);
    let end = inside.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inside.len());
    let (name, mut attributes) = inside.split_at(end);
    if !ELEMENTS.contains(&name) {
        return Err(too_much());
    }
    loop {
        attributes = attributes.trim_start();
        if attributes.is_empty() {
            return Ok(name);
        }
        let (attribute, rest) = attributes.split_once('=').ok_or_else(not_a_picture)?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(not_a_picture)?;
        let (value, rest) = rest[1..].split_once(quote).ok_or_else(not_a_picture)?;
        check_attribute(attribute, value)?;
        attributes = rest;
    }
}

fn check_attribute(name: &str, value: &str) -> Result<(), &'static str> {
    if name == "xmlns" || name.starts_with("xmlns:") {
        return Ok(());
    }
    let is_plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let lower = value.to_ascii_lowercase();
    let refers_outside =
        lower.replace("url(#", "").contains("url(") || lower.contains("//") || lower.contains(':') && name != "style";
    let allowed = is_plain
        && !name.to_ascii_lowercase().starts_with("on")
        && !name.eq_ignore_ascii_case("href")
        && !refers_outside
        && !value.contains(['&', '<', '\\', '@'])
        && !lower.contains("script");
    // `xml:space`, written by drawing programs, is harmless.
    if allowed || name == "xml:space" { Ok(()) } else { Err(too_much()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_logo_is_taken() {
        let drawn = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- drawn by hand -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox='0 0 24 24' xml:space=\"preserve\">
            <defs><linearGradient id=\"g\"><stop offset=\"0\" stop-color=\"#fff\"/></linearGradient></defs>
            <g fill=\"url(#g)\" style=\"stroke:#000;stroke-width:2\"><path d=\"M0 0h24v24z\"/></g><title>Tow &amp; go</title></svg>";
        assert_eq!(check(drawn), Ok(()));
    }

    #[test]
    fn nothing_that_runs_loads_or_links_gets_through() {
        for inside in [
            "<script>alert(1)</script>",
            "<SCRIPT/>",
            "<path onload=\"alert(1)\"/>",
            "<path\nonload='alert(1)'/>",
            "<path OnLoad=\"alert(1)\"/>",
            "<a href=\"https://evil.example\"><path/></a>",
            "<use href=\"#x\"/>",
            "<path xlink:href=\"#x\"/>",
            "<image href=\"https://evil.example/x.png\"/>",
            "<foreignObject><p/></foreignObject>",
            "<style>@import url(https://evil.example)</style>",
            "<path style=\"fill:url(https://evil.example)\"/>",
            "<path style=\"mask:image-set('https://evil.example/x.png' 1x)\"/>",
            "<path fill=\"url(https://evil.example/#a)\"/>",
            "<path fill=\"URL(data:x)\"/>",
            "<path fill=\"&#106;avascript:x\"/>",
            "<animate attributeName=\"href\" to=\"javascript:alert(1)\"/>",
            "<set attributeName=\"onload\" to=\"alert(1)\"/>",
            "<![CDATA[<script>]]>",
            "&evil;",
            "<svg:script/>",
            "<path d=x onload=alert(1)/>",
            "<path d=\"a>b\" onload=\"x\"/>",
        ] {
            let file = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>");
            assert!(check(&file).is_err(), "{inside}");
        }
    }

    #[test]
    fn files_that_are_not_svg_are_rejected() {
        for text in
            ["", "hello", "<html></html>", "<!DOCTYPE svg [<!ENTITY x \"y\">]><svg></svg>", "<svg", "<svg a></svg>"]
        {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
