//! The router, built from the route table, and the layers that every request passes.

use std::sync::{Arc, OnceLock};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::{self, Next},
    response::IntoResponse,
    routing::get,
};
use tower::ServiceBuilder;
use tower_http::{
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    services::ServeDir,
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};

use super::{
    App, Ctx, Product,
    address::ClientAddress,
    bodies,
    csrf::same_origin_only,
    device::Device,
    errors::{self, error_response},
    forms::{self, Pages},
    headers, health,
    host::{host_of, port_of},
    links, metrics, operators,
    page::Access,
    panics::catch_panics,
    redirect::see_other,
    scope::RequestScope,
    show::show,
    streams,
    time_limit::{is_bulk, time_limit},
    trace::{self, request_id},
};
use crate::{
    db::Timeouts,
    error::AppError,
    identity::{self, AuthSession},
    tenants::{self, Status, Tenant},
};

/// The whole router.
pub fn router(app: App, product: Product) -> Router {
    let app = Arc::new(app);
    let site = app.leptos.site_root.to_string();
    let proxies = app.config.proxies;
    let mut pages = Router::new();
    for route in product.pages {
        if route.access == Access::Developer && !app.config.environment.has_dev_pages() {
            continue;
        }
        pages = pages.route(route.path, get(show::<Ctx>).layer(Extension(route)));
    }
    let alone = Pages(pages.clone().with_state(app.clone()));
    let tenant_pages = pages
        .route("/api/{*endpoint}", get(forms::lead_to_form::<Ctx>).post(forms::server_function::<Ctx>))
        .route("/live/{*topic}", get(streams::events).layer(Extension(product.find_topic)))
        .fallback(not_found)
        .layer(Extension(alone))
        .layer(middleware::from_fn_with_state(app.clone(), context_layer))
        .layer(identity::auth_layer(app.db.clone(), app.passwords.clone()))
        .layer(middleware::from_fn_with_state(app.clone(), time_limit))
        .layer(middleware::from_fn_with_state(app.clone(), bodies::buffer_body))
        .layer(catch_panics(&app))
        .layer(middleware::from_fn_with_state(app.clone(), tenant_layer))
        .layer(middleware::from_fn_with_state(
            (app.clone(), operators::router(&app, product.operator_pages)),
            operators::by_host,
        ));

    // Without a token the path is an ordinary 404.
    let metrics_page = match app.config.metrics_token {
        Some(_) => Router::new().route("/metrics", get(metrics::metrics)),
        None => Router::new(),
    };
    Router::new()
        .merge(metrics_page)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .nest_service("/pkg", immutable(format!("{site}/pkg")))
        .nest_service("/fonts", immutable(format!("{site}/fonts")))
        .nest_service("/scripts/{version}", immutable(format!("{site}/scripts")))
        .nest_service("/vendor", immutable(format!("{site}/vendor")))
        .route_service("/service-worker.js", ServeDir::new(&site))
        .merge(tenant_pages)
        .layer(catch_panics(&app))
        .layer(middleware::from_fn_with_state(app.clone(), same_origin_only))
        .layer(middleware::from_fn_with_state(app.clone(), one_host_only))
        .layer(middleware::from_fn(headers::security_headers))
        .layer(middleware::from_fn(metrics::count))
        .layer(
            ServiceBuilder::new()
                .map_request(move |request| trace::without_foreign_id(request, proxies))
                .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
                .layer(TraceLayer::new_for_http().make_span_with(trace::span))
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(CompressionLayer::new()),
        )
        .with_state(app)
}

/// Files whose names change with their content may be cached for a year.
fn immutable(
    folder: String,
) -> impl tower::Service<Request, Response = impl IntoResponse, Error = std::convert::Infallible, Future: Send> + Clone + Sync
{
    ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ))
        .service(ServeDir::new(folder).precompressed_br().precompressed_gzip())
}

/// Rejects a request with two hosts: a proxy may have used the other one (RFC 9112, 3.2).
async fn one_host_only(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    if hosts.next().is_some() || authority.is_some_and(|authority| host != Some(authority)) {
        return error_response(&app, None, &AppError::Malformed);
    }
    next.run(request).await
}

/// Finds the tenant of the host; an unknown host gets an explaining page.
async fn tenant_layer(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response<Body> {
    let host = host_of(request.headers());
    let port = port_of(&app, request.headers());
    let mut origin = links::origin(&app, &host, port);
    let found = match app.hosts.find(&app.db, &host).await {
        Ok(None) => match app.config.default_host.as_deref() {
            Some(default) => {
                origin = links::origin(&app, default, port);
                app.hosts.find(&app.db, default).await
            }
            None => Ok(None),
        },
        found => found,
    };
    let tenant = match found {
        Ok(Some(tenant)) if tenant.status == Status::Active => tenant,
        Ok(Some(tenant)) => return tenants::pages::paused(&app, &tenant),
        Ok(None) => return tenants::pages::unknown_host(&app, request.uri().path()).await,
        Err(error) => return error_response(&app, None, &error),
    };
    let address = ClientAddress::of(&request, app.config.proxies);
    let scope = Arc::new(RequestScope {
        tenant: tenant.clone(),
        request_id: request_id(request.headers()),
        address,
        user_agent: request
            .headers()
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|text| text.chars().take(300).collect()),
        user: OnceLock::new(),
        session: OnceLock::new(),
        impersonator: OnceLock::new(),
        failure: OnceLock::new(),
    });
    request.extensions_mut().insert(tenant.clone());
    request.extensions_mut().insert(Origin(origin.into()));
    request.extensions_mut().insert(address);
    let response = Arc::clone(&scope).run(next.run(request)).await;
    // On an error the session layers answer by themselves, with an empty page.
    match scope.failure.get() {
        Some(error) if is_bare_error(&response) => error_response(&app, Some(&tenant), error),
        _ => response,
    }
}

fn is_bare_error(response: &Response<Body>) -> bool {
    response.status() == StatusCode::INTERNAL_SERVER_ERROR && !response.headers().contains_key(header::CONTENT_TYPE)
}

/// Adds the tenant and the user to the request.
async fn context_layer(
    State(app): State<Arc<App>>,
    Extension(tenant): Extension<Arc<Tenant>>,
    Extension(Origin(origin)): Extension<Origin>,
    Extension(address): Extension<ClientAddress>,
    auth: AuthSession,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    if tenant.maintenance.is_some()
        && !tenants::pages::stays_open(request.uri().path())
        && !auth.user.as_ref().is_some_and(tenants::policy::works_during_maintenance)
    {
        return tenants::pages::maintenance(&app, &tenant);
    }
    let request_id = request_id(request.headers());
    let scope = RequestScope::current();
    let impersonated_by = scope.as_ref().and_then(|scope| scope.impersonator.get().cloned());
    let session = scope.and_then(|scope| scope.session.get().copied()).filter(|_| auth.user.is_some());
    let device = Device::of(request.headers());
    let app = if is_bulk(request.uri().path()) {
        Arc::new(App { db: app.db.with_timeouts(Timeouts::BULK), ..(*app).clone() })
    } else {
        app
    };
    let ctx = Ctx {
        app,
        tenant,
        user: auth.user.clone(),
        session,
        request_id,
        origin,
        address,
        device: device.clone(),
        impersonated_by,
    };
    let path = request.uri().path();
    if identity::second_factor::is_required(&ctx)
        && !identity::second_factor::stays_open(path)
        && !tenants::pages::is_of_brand(path)
    {
        return see_other("/account/second-factor");
    }
    request.extensions_mut().insert(ctx);
    let mut response = identity::with_auth_session(auth, next.run(request)).await;
    if let Some(cookie) = device.cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn not_found(Extension(ctx): Extension<Ctx>, uri: http::Uri) -> Response<Body> {
    errors::not_found(ctx, uri.path()).await
}

/// Scheme, host and port of the tenant's pages for this client.
#[derive(Clone)]
struct Origin(Arc<str>);
