//! Files that browsers, phones and search engines request in addition to pages.

use std::fmt::Write;

use serde_json::json;

use crate::{
    error::AppError,
    server::{Answer, Ctx, Picture, TextFile, Visit},
    tenants::{
        drawings::{self, Drawing},
        logo, store,
    },
};

/// Files that show the brand outside of the page. They are served while the business is closed, and before a second factor is set up.
const BRAND_FILES: [&str; 6] = [
    "/favicon.svg",
    "/favicon.png",
    "/apple-touch-icon.png",
    "/icon-192.png",
    "/icon-512.png",
    "/manifest.webmanifest",
];

/// Pages that search engines may list, in addition to the services.
const LISTED: [&str; 3] = ["/", "/book", "/privacy"];

/// Whether the path is a picture of the brand, or belongs to it.
pub fn is_of_brand(path: &str) -> bool {
    BRAND_FILES.contains(&path) || path.starts_with("/brand/")
}

/// `/favicon.svg`: the mark in the brand's colors.
pub async fn icon(visit: Visit) -> Result<Answer, AppError> {
    let tenant = &visit.ctx.tenant;
    let content = drawings::svg(tenant.colors, tenant.glyph()).into_bytes();
    Ok(Answer::Picture(Picture { kind: "image/svg+xml".to_owned(), content, policy: logo::POLICY, days: 1 }))
}

/// `/favicon.png`, `/apple-touch-icon.png`, `/icon-192.png`, `/icon-512.png`: the mark for clients that can't show the SVG.
pub fn drawn(drawing: Drawing) -> impl Fn(Visit) -> std::future::Ready<Result<Answer, AppError>> {
    move |visit| std::future::ready(Ok(drawing_of(&visit.ctx, drawing)))
}

/// `/share.png`: the preview picture of a shared link: the logo if it is a PNG, else the mark.
pub async fn share(visit: Visit) -> Result<Answer, AppError> {
    let logo = match visit.ctx.tenant.logo_hash {
        Some(_) => store::find_logo(&mut *visit.begin().await?).await?,
        None => None,
    };
    Ok(match logo.filter(|(kind, _)| kind == "image/png") {
        Some((kind, content)) => Answer::Picture(Picture { kind, content, policy: logo::POLICY, days: 1 }),
        None => drawing_of(&visit.ctx, Drawing::Share),
    })
}

fn drawing_of(ctx: &Ctx, drawing: Drawing) -> Answer {
    let content = drawing.png(ctx.tenant.colors, ctx.tenant.glyph());
    Answer::Picture(Picture { kind: "image/png".to_owned(), content, policy: logo::POLICY, days: 1 })
}

/// `/manifest.webmanifest`: name and look of the site on a home screen.
pub async fn manifest(visit: Visit) -> Result<Answer, AppError> {
    let tenant = &visit.ctx.tenant;
    let picture = |src: &str, drawing: Drawing, purpose: &str| {
        let (width, height) = drawing.size();
        json!({ "src": src, "sizes": format!("{width}x{height}"), "type": "image/png", "purpose": purpose })
    };
    // A full square with space around the mark: also works when it is cropped to a circle.
    let mut icons = vec![
        picture("/icon-192.png", Drawing::Home, "any"),
        picture("/icon-512.png", Drawing::Splash, "any"),
        picture("/icon-512.png", Drawing::Splash, "maskable"),
    ];
    icons.extend(tenant.logo_path().map(|path| json!({ "src": path, "sizes": "any" })));
    let manifest = json!({
        "id": "/",
        "name": tenant.name,
        "short_name": tenant.name,
        "description": tenant.tagline,
        "lang": tenant.lang(),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": tenant.colors.brand.to_string(),
        "icons": icons,
    });
    Ok(Answer::Text(TextFile { kind: "application/manifest+json", content: manifest.to_string() }))
}

/// `/robots.txt`: search engines may read the listed pages and the files they need, on the primary host.
pub async fn robots(visit: Visit) -> Result<Answer, AppError> {
    let mut content = "User-agent: *\n".to_owned();
    if let Some(home) = home_of_search_engines(&visit.ctx) {
        content.push_str("Allow: /$\nAllow: /book\nAllow: /privacy$\nAllow: /share.png\nAllow: /brand/\nAllow: /pkg/\nAllow: /fonts/\n");
        for path in visit.ctx.tenant.verticals.iter().flat_map(|kind| kind.listed()) {
            let _ = writeln!(content, "Allow: {path}$");
        }
        content.push_str("Disallow: /*/review\nDisallow: /\n\n");
        let _ = writeln!(content, "Sitemap: {home}sitemap.xml");
    } else {
        content.push_str("Disallow: /\n");
    }
    Ok(Answer::Text(TextFile { kind: "text/plain; charset=utf-8", content }))
}

/// `/sitemap.xml`: the pages that search engines may list.
pub async fn sitemap(visit: Visit) -> Result<Answer, AppError> {
    let ctx = &visit.ctx;
    let home = ctx.app.url(&ctx.tenant, "").unwrap_or_else(|| ctx.url(""));
    let storefront = ctx.app.storefronts.find(&ctx.app.db, &ctx.app.live, ctx.tenant.id).await?;
    let offered = storefront.offered(&ctx.tenant);
    let services = offered.iter().map(|offered| format!("/book/{}", offered.service.slug));
    let mut content = concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
    )
    .to_owned();
    // Hosts and service slugs contain no characters that XML would need to escape.
    let of_kinds = ctx.tenant.verticals.iter().flat_map(|kind| kind.listed());
    for path in LISTED.iter().chain(of_kinds).map(|path| (*path).to_owned()).chain(services) {
        let _ = writeln!(content, "  <url><loc>{home}{path}</loc></url>");
    }
    content.push_str("</urlset>\n");
    Ok(Answer::Text(TextFile { kind: "application/xml; charset=utf-8", content }))
}

/// The start page for search engines; `None` if they should stay away: by configuration, or on a secondary host.
fn home_of_search_engines(ctx: &Ctx) -> Option<String> {
    let home = ctx.app.url(&ctx.tenant, "/")?;
    (ctx.app.config.listed && host(&home) == host(&ctx.origin)).then_some(home)
}

/// The host in an address, without its port.
fn host(address: &str) -> Option<&str> {
    address.split_once("://")?.1.split([':', '/']).next()
}
