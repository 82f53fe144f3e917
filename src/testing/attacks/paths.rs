//! Path traversal out of the served folder.

use crate::testing::{TestApp, tenant};

const CLIMBS: [&str; 12] = [
    "/../Cargo.toml",
    "/../../Cargo.toml",
    "/%2e%2e/Cargo.toml",
    "/%2e%2e%2fCargo.toml",
    "/..%2fCargo.toml",
    "/..%5cCargo.toml",
    "/....//Cargo.toml",
    "/%252e%252e%252fCargo.toml",
    "//Cargo.toml",
    "/%00/../Cargo.toml",
    "/%c0%ae%c0%ae/Cargo.toml",
    "/../../../../../../../../etc/passwd",
];

#[tokio::test]
async fn no_path_climbs_out_of_the_served_folders() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = app.browser("atl.localhost");
    for folder in ["/pkg", "/fonts", "/vendor", "/favicon.svg", "/service-worker.js", "/live", "/api", ""] {
        for climb in CLIMBS {
            let path = format!("{folder}{climb}");
            let Ok(uri) = path.parse::<http::Uri>() else { continue };
            let reply = browser.get(&uri.to_string()).await;
            assert!(reply.status.is_client_error(), "{path}: {}", reply.status);
            assert!(!reply.html.contains("[package]") && !reply.html.contains("root:"), "{path} is served");
        }
    }
    app.done().await;
}
