//! The router, built from the route table, and the layers every request passes.

use std::sync::{Arc, OnceLock};

use axum::{
    Extension, Router,
    body::Body,
    extract::{OriginalUri, Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    middleware::{self, Next},
    response::IntoResponse,
    routing::{get, post},
};
use leptos::config::LeptosOptions;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    services::ServeDir,
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};

use super::{
    Ctx,
    address::ClientAddress,
    csrf::same_origin_only,
    device::Device,
    documents::document,
    errors::error_response,
    flash, forms, headers, health, live,
    page::{Access, Answer, Picture, Route, Visit},
    scope::RequestScope,
    trace::{self, request_id},
};
use crate::{
    app::routes,
    audit,
    config::{Config, Environment},
    db::Db,
    error::AppError,
    geocoding::Geocoder,
    identity::{self, AuthSession, token::Token},
    notifications::Channels,
    secrets::Keys,
    tenants::{self, Hosts, Status, Tenant},
};

/// The running application, shared by every request.
#[derive(Clone)]
pub struct App {
    /// The database as the application's role.
    pub db: Db,
    /// Settings.
    pub config: Arc<Config>,
    /// Where the built site is.
    pub leptos: LeptosOptions,
    /// Live updates.
    pub live: live::Hub,
    /// Tenants by host.
    pub hosts: Hosts,
    /// Finds places.
    pub geocoder: Geocoder,
    /// Password hashing, a few at a time.
    pub passwords: identity::Passwords,
    /// Seals secrets at rest.
    pub keys: Keys,
    /// The ways messages leave.
    pub channels: Channels,
}

/// Everything the server answers.
pub fn router(app: App) -> Router {
    let site = app.leptos.site_root.to_string();
    let proxies = app.config.proxies;
    let mut pages = Router::new();
    for route in routes() {
        if route.access == Access::Developer && !app.config.environment.has_dev_pages() {
            continue;
        }
        pages = pages.route(route.path, get(show).layer(Extension(route)));
    }
    let tenant_pages = pages
        .route("/api/{*endpoint}", post(forms::server_function))
        .route("/live/{*topic}", get(live::events))
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(app.clone(), context_layer))
        .layer(identity::auth_layer(app.db.clone(), app.passwords.clone()))
        .layer(middleware::from_fn_with_state(app.clone(), tenant_layer));

    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .nest_service("/pkg", immutable(ServeDir::new(format!("{site}/pkg"))))
        .nest_service("/fonts", immutable(ServeDir::new(format!("{site}/fonts"))))
        .nest_service("/vendor", immutable(ServeDir::new(format!("{site}/vendor"))))
        .route_service("/favicon.svg", ServeDir::new(&site))
        .route_service("/manifest.webmanifest", ServeDir::new(&site))
        .route_service("/service-worker.js", ServeDir::new(&site))
        .merge(tenant_pages)
        .layer(middleware::from_fn_with_state(app.clone(), same_origin_only))
        .layer(middleware::from_fn(headers::security_headers))
        .layer(
            ServiceBuilder::new()
                .map_request(move |request| trace::without_foreign_id(request, proxies))
                .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
                .layer(TraceLayer::new_for_http().make_span_with(trace::span))
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(CatchPanicLayer::new())
                .layer(CompressionLayer::new()),
        )
        .with_state(app)
}

/// Files whose names change with their content may be kept for a year.
fn immutable(
    files: ServeDir,
) -> impl tower::Service<Request, Response = impl IntoResponse, Error = std::convert::Infallible, Future: Send> + Clone + Sync
{
    ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ))
        .service(files)
}

/// Finds the tenant of the host; an unknown host is a friendly page.
async fn tenant_layer(State(app): State<App>, mut request: Request, next: Next) -> Response<Body> {
    let host = host_of(request.headers());
    let mut origin = origin(&app, &host, request.headers());
    let found = match app.hosts.find(&app.db, &host).await {
        Ok(None) => match app.config.default_host.as_deref() {
            Some(default) => {
                origin = self::origin(&app, default, request.headers());
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
    let scope = RequestScope {
        tenant: tenant.clone(),
        request_id: request_id(request.headers()),
        address,
        user_agent: request
            .headers()
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|text| text.chars().take(300).collect()),
        user: Arc::new(OnceLock::new()),
        session: Arc::new(OnceLock::new()),
    };
    request.extensions_mut().insert(tenant);
    request.extensions_mut().insert(Origin(origin.into()));
    request.extensions_mut().insert(address);
    scope.run(next.run(request)).await
}

/// Puts together who asks of which tenant.
async fn context_layer(
    State(app): State<App>,
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
    let session =
        RequestScope::current().and_then(|scope| scope.session.get().copied()).filter(|_| auth.user.is_some());
    let device = Device::of(request.headers());
    let ctx = Ctx { app, tenant, user: auth.user, session, request_id, origin, address, device: device.clone() };
    request.extensions_mut().insert(ctx);
    let mut response = next.run(request).await;
    if let Some(cookie) = device.cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn not_found(State(app): State<App>, Extension(ctx): Extension<Ctx>) -> Response<Body> {
    error_response(&app, Some(&ctx.tenant), &AppError::NotFound)
}

/// Shows one page of the route table.
async fn show(
    Extension(route): Extension<Route>,
    Extension(ctx): Extension<Ctx>,
    Path(params): Path<std::collections::HashMap<String, String>>,
    Query(query): Query<std::collections::HashMap<String, String>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response<Body> {
    let app = ctx.app.clone();
    let tenant = ctx.tenant.clone();
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let said = flash::read(&headers);
    let answer = match may_open(route.access, &ctx) {
        Ok(()) => answer(&route, ctx, params, query, uri).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(Answer::Page(page)) => {
            let had_something_to_say = said.is_some();
            let status = page.status;
            let mut response = document(&app, Some(&tenant), status, page, said);
            if had_something_to_say {
                response.headers_mut().append(header::SET_COOKIE, flash::clear());
            }
            response
        }
        Ok(Answer::Redirect(to)) => see_other(&to),
        Ok(Answer::Csv(file)) => match file.finish() {
            Ok((name, contents)) => attachment("text/csv; charset=utf-8", &name, contents),
            Err(error) => error_response(&app, Some(&tenant), &error),
        },
        Ok(Answer::Picture(picture)) => picture_response(picture),
        Ok(Answer::Json(file)) => match serde_json::to_vec_pretty(&file.contents) {
            Ok(contents) => attachment("application/json", &file.name, contents),
            Err(error) => error_response(&app, Some(&tenant), &AppError::internal(&error)),
        },
        Err(AppError::Unauthenticated) => see_other(&forms::sign_in_path(&path)),
        Err(AppError::Unconfirmed) => see_other(&forms::confirm_path(&path)),
        Err(error) => error_response(&app, Some(&tenant), &error),
    }
}

async fn answer(
    route: &Route,
    ctx: Ctx,
    params: std::collections::HashMap<String, String>,
    query: std::collections::HashMap<String, String>,
    uri: http::Uri,
) -> Result<Answer, AppError> {
    let draft = match query.get("draft") {
        Some(token) => forms::load_draft(&mut *ctx.begin().await?, &Token::from(token.as_str())).await?,
        None => None,
    };
    let answer = (route.handler)(Visit { ctx: ctx.clone(), uri, params, query, draft }).await?;
    if let Answer::Csv(file) = &answer {
        let mut tx = ctx.begin().await?;
        let details = serde_json::json!({ "file": file.name(), "rows": file.rows() });
        audit::event(&mut tx, "export", None, details).await?;
        tx.commit().await?;
    }
    Ok(answer)
}

/// A page that isn't for this person isn't there for them, except that somebody unknown may sign in first.
fn may_open(access: Access, ctx: &Ctx) -> Result<(), AppError> {
    match access {
        Access::Anyone | Access::Developer => Ok(()),
        Access::SignedIn => ctx.user().map(drop),
        Access::Provider => {
            ctx.user().and_then(|user| if user.is_provider() { Ok(()) } else { Err(AppError::NotFound) })
        }
        Access::Staff => ctx.staff().map(drop),
        Access::Admin => ctx.admin().map(drop),
    }
}

fn see_other(to: &str) -> Response<Body> {
    let location = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// A file the browser saves. `name` is ours, so it needs no escaping.
fn attachment(kind: &'static str, name: &str, contents: Vec<u8>) -> Response<Body> {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let mut response = ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], contents).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    response
}

/// Where the tenant's pages are for whoever sent this request.
#[derive(Clone)]
struct Origin(Arc<str>);

/// A host of a tenant as the beginning of an address. A port is believed on developers' machines only: in a link of a message, it would lead to
/// another server of that host.
fn origin(app: &App, host: &str, headers: &HeaderMap) -> String {
    if app.config.environment == Environment::Production {
        return format!("https://{host}");
    }
    let port = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok()?.rsplit_once(':')?.1.parse::<u16>().ok())
        .map_or_else(String::new, |port| format!(":{port}"));
    format!("http://{host}{port}")
}

fn picture_response(picture: Picture) -> Response<Body> {
    let mut response = Response::new(Body::from(picture.content));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(&picture.kind).unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(picture.policy));
    response
}

fn host_of(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    name.to_ascii_lowercase()
}
