//! Files that a business serves to browsers, phones and search engines.

use axum::http::{StatusCode, header};
use serde_json::Value;

use crate::testing::{Browser, Reply, TestApp, service, tenant};

/// Two businesses with different colors; search engines are allowed.
async fn listed() -> (TestApp, Browser, Browser) {
    let app = TestApp::with(|config| config.listed = true).await;
    let atl = tenant(&app, "atl").await;
    service(&app, atl, "towing", 12_500, Some(300)).await;
    let other = tenant(&app, "other").await;
    let mut owner = app.database.owner().await;
    sqlx::query("update platform.tenants set brand_color = '#7a1f2b', tagline = 'We come </script>', coverage = 'All of it.' where id = $1")
        .bind(other)
        .execute(&mut owner)
        .await
        .unwrap();
    let (atl, other) = (app.visitor("atl.localhost"), app.visitor("other.localhost"));
    (app, atl, other)
}

fn kind(reply: &Reply) -> &str {
    reply.headers[header::CONTENT_TYPE].to_str().unwrap()
}

fn meta(reply: &Reply, name: &str) -> Option<String> {
    reply.attribute(&format!("meta[name='{name}'], meta[property='{name}']"), "content")
}

#[tokio::test]
async fn every_host_serves_the_pictures_and_the_manifest_of_its_own_brand() {
    let (app, mut atl, mut other) = listed().await;
    for browser in [&mut atl, &mut other] {
        for (path, expected) in [
            ("/favicon.svg", "image/svg+xml"),
            ("/favicon.png", "image/png"),
            ("/apple-touch-icon.png", "image/png"),
            ("/icon-192.png", "image/png"),
            ("/icon-512.png", "image/png"),
            ("/share.png", "image/png"),
            ("/manifest.webmanifest", "application/manifest+json"),
            ("/robots.txt", "text/plain; charset=utf-8"),
            ("/sitemap.xml", "application/xml; charset=utf-8"),
        ] {
            let reply = browser.get(path).await;
            assert_eq!((reply.status, kind(&reply)), (StatusCode::OK, expected), "{path}");
        }
    }
    assert!(other.get("/favicon.svg").await.html.contains("#7a1f2b"));
    assert!(!atl.get("/favicon.svg").await.html.contains("#7a1f2b"));
    let manifest: Value = serde_json::from_str(&other.get("/manifest.webmanifest").await.html).unwrap();
    assert_eq!([&manifest["name"], &manifest["theme_color"]], ["other", "#7a1f2b"]);
    for icon in manifest["icons"].as_array().unwrap() {
        let path = icon["src"].as_str().unwrap();
        assert_eq!(other.get(path).await.status, StatusCode::OK, "{path}");
    }
    let page = other.get("/book").await;
    for (link, path) in [("icon", "/favicon"), ("apple-touch-icon", "/apple-touch-icon.png")] {
        let href = page.attribute(&format!("link[rel='{link}']"), "href").unwrap();
        assert!(href.starts_with(path), "{href}");
        assert_eq!(other.get(&href).await.status, StatusCode::OK, "{href}");
    }
    assert_eq!(meta(&page, "theme-color").as_deref(), Some("#7a1f2b"));
    app.done().await;
}

#[tokio::test]
async fn an_unknown_host_serves_no_pictures_and_no_robots_txt() {
    let (app, ..) = listed().await;
    let mut nobody = app.visitor("nobody.localhost");
    for path in ["/favicon.svg", "/apple-touch-icon.png", "/manifest.webmanifest", "/robots.txt", "/sitemap.xml"] {
        assert_eq!(nobody.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    app.done().await;
}

#[tokio::test]
async fn maintenance_keeps_the_mark_and_tells_search_engines_to_retry() {
    let (app, mut atl, _) = listed().await;
    let mut owner = app.database.owner().await;
    sqlx::query("update platform.tenants set maintenance_since = now(), maintenance_note = ''")
        .execute(&mut owner)
        .await
        .unwrap();
    drop(owner);
    app.app.hosts.forget();
    assert_eq!(atl.get("/favicon.svg").await.status, StatusCode::OK);
    assert_eq!(atl.get("/robots.txt").await.status, StatusCode::SERVICE_UNAVAILABLE);
    app.done().await;
}

#[tokio::test]
async fn search_engines_learn_what_is_public_and_nothing_else() {
    let (app, mut atl, _) = listed().await;
    let robots = atl.get("/robots.txt").await.html;
    assert!(robots.contains("Allow: /book\n") && robots.contains("\nDisallow: /\n"), "{robots}");
    let map = atl.get("/sitemap.xml").await.html;
    let listed: Vec<&str> = map.split("<loc>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(listed.len(), 4, "{map}");
    let home = listed[0].strip_suffix('/').unwrap();
    assert!(robots.contains(&format!("Sitemap: {home}/sitemap.xml")), "{robots}");
    for address in listed {
        let path = address.strip_prefix(home).unwrap();
        let page = atl.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(meta(&page, "robots"), None, "{path} may be listed");
        assert_eq!(page.attribute("link[rel='canonical']", "href").as_deref(), Some(address));
        assert_eq!(meta(&page, "og:url").as_deref(), Some(address));
        let description = meta(&page, "description").unwrap();
        assert!(description.contains("atl"), "{path}: {description}");
        assert_eq!(meta(&page, "og:description"), Some(description));
        assert!(meta(&page, "og:title").is_some() && meta(&page, "twitter:card").is_some(), "{path}");
        assert_eq!(meta(&page, "og:image"), Some(format!("{home}/share.png")));
    }
    let sign_in = atl.get("/sign-in").await;
    assert_eq!(meta(&sign_in, "robots").as_deref(), Some("noindex"));
    assert_eq!(meta(&sign_in, "og:title"), None);
    let searched = atl.get("/book?from=ad").await;
    assert_eq!(searched.attribute("link[rel='canonical']", "href"), Some(format!("{home}/book")));
    app.done().await;
}

#[tokio::test]
async fn an_installation_for_trying_out_and_another_host_of_a_business_are_not_listed() {
    let quiet = TestApp::new().await;
    tenant(&quiet, "atl").await;
    let mut browser = quiet.visitor("atl.localhost");
    assert_eq!(browser.get("/robots.txt").await.html, "User-agent: *\nDisallow: /\n");
    assert_eq!(meta(&browser.get("/").await, "robots").as_deref(), Some("noindex"));
    quiet.done().await;

    let (app, atl, _) = listed().await;
    let mut owner = app.database.owner().await;
    sqlx::query("insert into platform.hosts (host, tenant_id) select 'old.localhost', id from platform.tenants where slug = 'atl'")
        .execute(&mut owner)
        .await
        .unwrap();
    drop(owner);
    let mut old = atl.on("old.localhost");
    assert_eq!(old.get("/robots.txt").await.html, "User-agent: *\nDisallow: /\n");
    let canonical = old.get("/").await.attribute("link[rel='canonical']", "href").unwrap();
    assert!(canonical.starts_with("http://atl.localhost"), "{canonical}");
    app.done().await;
}

#[tokio::test]
async fn the_start_page_describes_the_business_to_machines_by_what_is_known_of_it() {
    let (app, mut atl, mut other) = listed().await;
    let facts = |page: &Reply| {
        let [script] = &page.all("script[type='application/ld+json']")[..] else { panic!("{}", page.html) };
        serde_json::from_str::<Value>(script).unwrap()
    };
    let known = facts(&other.get("/").await);
    assert_eq!(known["@type"], "LocalBusiness");
    assert_eq!([&known["name"], &known["telephone"]], ["other", "+14045550100"]);
    assert_eq!([&known["description"], &known["areaServed"]], ["We come </script>", "All of it."]);
    let known = facts(&atl.get("/").await);
    assert!(known.get("areaServed").is_none() && known.get("aggregateRating").is_none(), "{known}");
    assert!(atl.get("/book").await.all("script[type='application/ld+json']").is_empty());
    app.done().await;
}

#[tokio::test]
async fn where_nothing_is_the_business_shows_what_can_be_booked_and_how_to_reach_it() {
    let (app, mut atl, _) = listed().await;
    for path in ["/nowhere", "/track/nothing", "/book/nothing"] {
        let reply = atl.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(reply.all("main a[href='/book/towing']").len(), 1, "{path}: {}", reply.text());
        assert_eq!(reply.all(".footer a[href='/privacy']").len(), 1, "{path}");
        assert_eq!(reply.all("header a[href='/sign-in']").len(), 1, "{path}");
    }
    let mut operators = app.visitor(crate::config::DEVELOPMENT_OPERATOR_HOST);
    let reply = operators.get("/nowhere").await;
    assert_eq!((reply.status, reply.all(".footer").len()), (StatusCode::NOT_FOUND, 0));
    app.done().await;
}
