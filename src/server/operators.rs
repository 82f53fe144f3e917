//! The operators' host. It has its own pages and sessions and shows no tenant's pages.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{Response, header},
    middleware::{self, Next},
    response::IntoResponse,
    routing::get,
};
use engine::Id;
use tower::ServiceExt;

use super::{
    App, CsvFile,
    address::ClientAddress,
    bodies,
    device::Device,
    drafts::{self, Draft},
    errors::error_response,
    forms::{self, Pages},
    host::{host_of, port_of},
    metrics,
    page::{Access, Route},
    redirect::see_other,
    show::show,
    site::{OPERATORS_FUNCTIONS, Site},
    time_limit::time_limit,
    trace::request_id,
};
use crate::{
    error::AppError,
    identity::token::Token,
    limits::Limit,
    operator::{
        Cookie, OperatorCtx, second_factor,
        store::{accounts, log},
    },
    tenants::Tenant,
    ui::form::FormState,
};

/// The router of the operators' host.
pub(super) fn router(app: &Arc<App>, routes: Vec<Route<OperatorCtx>>) -> Router {
    let mut pages = Router::new();
    for route in routes {
        pages = pages.route(route.path, get(show::<OperatorCtx>).layer(Extension(route)));
    }
    let alone = Pages(pages.clone().with_state(app.clone()));
    pages
        .route("/api/{*endpoint}", get(forms::lead_to_form::<OperatorCtx>).post(forms::server_function::<OperatorCtx>))
        .layer(Extension(alone))
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(app.clone(), context_layer))
        .layer(middleware::from_fn_with_state(app.clone(), time_limit))
        .layer(middleware::from_fn_with_state(app.clone(), bodies::buffer_body))
        .layer(middleware::from_fn(metrics::name_operator_route))
        .with_state(app.clone())
}

/// Sends requests to the operators' host to its pages, and all others to the tenants'.
pub(super) async fn by_host(
    State((app, operators)): State<(Arc<App>, Router)>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    if app.config.operator_host.as_deref() == Some(host_of(request.headers()).as_str()) {
        // Otherwise the operators' router would take the tenants' route as its prefix.
        request.extensions_mut().remove::<MatchedPath>();
        return operators.oneshot(request).await.into_response();
    }
    next.run(request).await
}

/// Adds the operator to the request.
async fn context_layer(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response<Body> {
    let cookie = Cookie::of(request.headers());
    let operator = match signed_in(&app, &cookie).await {
        Ok(operator) => operator,
        Err(error) => return error_response(&app, None, &error),
    };
    let device = Device::of(request.headers());
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let ctx = OperatorCtx {
        operator,
        cookie: cookie.clone(),
        request_id: request_id(request.headers()),
        address: ClientAddress::of(&request, app.config.proxies),
        device: device.clone(),
        user_agent: user_agent.map(|text| text.chars().take(300).collect()),
        port: port_of(&app, request.headers()),
        app,
    };
    if second_factor::is_required(&ctx) && !second_factor::stays_open(request.uri().path()) {
        return see_other("/operator/security");
    }
    request.extensions_mut().insert(ctx);
    let mut response = next.run(request).await;
    for set in [cookie.header(), device.cookie()].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, set);
    }
    response
}

async fn signed_in(app: &App, cookie: &Cookie) -> Result<Option<crate::operator::Operator>, AppError> {
    let Some(token) = cookie.token() else { return Ok(None) };
    let mut tx = app.db.begin_platform().await?;
    let found = accounts::find_by_session(&mut tx, &token).await?;
    tx.commit().await?;
    Ok(found)
}

async fn not_found(State(app): State<Arc<App>>) -> Response<Body> {
    error_response(&app, None, &AppError::NotFound)
}

impl Site for OperatorCtx {
    fn app(&self) -> &Arc<App> {
        &self.app
    }

    fn tenant(&self) -> Option<&Arc<Tenant>> {
        None
    }

    fn may_open(&self, access: Access) -> Result<(), AppError> {
        match access {
            Access::Anyone => Ok(()),
            _ => self.operator().map(drop),
        }
    }

    fn is_signed_in(&self) -> bool {
        self.operator.is_some()
    }

    fn serves(&self, endpoint: &str) -> bool {
        endpoint.starts_with(OPERATORS_FUNCTIONS)
    }

    async fn may_keep_another(&self, size: usize) -> bool {
        match &self.operator {
            Some(operator) => self.limit(Limit::OwnDraft, &operator.id.to_string()).await.is_ok(),
            None => drafts::may_keep_of_strangers(size, |whose| self.limit(Limit::Draft, whose)).await,
        }
    }

    async fn keep_rejected(&self, form: &str, state: &FormState) -> Result<Token, AppError> {
        let mut tx = self.app.db.begin_platform().await?;
        let (token, expires_at) = (Token::random(), tx.now + drafts::DRAFT_LIFETIME);
        accounts::keep_draft(&mut tx, &token, form, &drafts::storable(state), expires_at).await?;
        tx.commit().await?;
        Ok(token)
    }

    async fn load_draft(&self, token: &Token) -> Result<Option<Draft>, AppError> {
        let found = accounts::load_draft(&mut *self.app.db.begin_platform().await?, token).await?;
        Ok(found.map(|(form, state)| Draft { id: Id::new(), form, state }))
    }

    async fn record_export(&self, file: &CsvFile) -> Result<(), AppError> {
        let mut tx = self.begin().await?;
        log::add(&mut tx, "export", serde_json::json!({ "file": file.name(), "rows": file.rows() })).await?;
        tx.commit().await
    }

    async fn nothing_at(self, _: &str) -> Response<Body> {
        error_response(&self.app, None, &AppError::NotFound)
    }
}
