use axum::{
    body::Body,
    http::{Response, StatusCode},
};
use leptos::prelude::*;

use crate::{
    error::AppError,
    server::{App, Page, documents::document, errors::error_response},
    tenants::{TenantLink, list_hosts},
};

/// The page of a host without a tenant: in development the list of tenants, otherwise a 404.
pub async fn unknown_host(app: &App, path: &str) -> Response<Body> {
    if app.config.environment.has_dev_pages() && path == "/" {
        match hosts(app).await {
            Ok(hosts) => return document(app, None, StatusCode::OK, list(app, hosts), None),
            Err(error) => return error_response(app, None, &error),
        }
    }
    let page = Page::new(t!("tenants-no-business-here"), || {
        view! {
            <main id="main" class="page page-narrow">
                <h1>{t!("tenants-no-business-here")}</h1>
                <p class="lead">{t!("tenants-this-address-belongs-to-no-business")}</p>
            </main>
        }
    });
    document(app, None, StatusCode::NOT_FOUND, page, None)
}

async fn hosts(app: &App) -> Result<Vec<TenantLink>, AppError> {
    list_hosts(&mut *app.db.begin_platform().await?).await
}

fn list(app: &App, hosts: Vec<TenantLink>) -> Page {
    let port = app.leptos.site_addr.port();
    Page::new("Wayside", move || {
        view! {
            <main id="main" class="page page-narrow">
                <h1>"Wayside"</h1>
                <p class="lead">{t!("tenants-the-businesses-on-this-development-machine")}</p>
                <ul class="stack">
                    {hosts
                        .into_iter()
                        .map(|tenant| {
                            view! {
                                <li>
                                    <a href=format!("http://{}:{port}/", tenant.host)>{tenant.name}</a>
                                    <br />
                                    <small>{tenant.tagline}</small>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </main>
        }
    })
}
