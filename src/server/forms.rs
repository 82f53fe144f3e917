//! Forms without JavaScript. A form posts to its server function; the result decides where the browser goes:
//!
//! ```text
//! Ok(Next)            303 to the next page, with a message to show there
//! Err(Invalid)        the typed values and the errors are stored as a draft, 303 back to the form, which shows them again
//! Err(anything else)  an error page with its status and a link back; the typed values are stored for that, too
//! ```
//! Drafts of visitors who aren't signed in are limited. Beyond the limit the response is the form's page itself, filled in.
//!
//! A form's address says which page it is on (`?from=…`, written by the components of `ui::forms`), so that nothing depends on `Referer`.
//! A caller that isn't a form (an island) gets the same result as JSON with the error's status.

use std::collections::BTreeMap;

use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, Response, StatusCode, Uri, header, response},
    response::IntoResponse,
};
use engine::Id;
use leptos::{prelude::provide_context, server_fn::axum::server_fn_paths};
use serde::de::DeserializeOwned;
use tower::ServiceExt;

use super::{
    bodies,
    drafts::Draft,
    errors::{error_response, error_response_with_back},
    flash, form_fields,
    form_page::{page_in, page_of},
    redirect::{confirm_path, see_other, sign_in_path},
    site::Site,
};
use crate::{
    db,
    error::{AppError, Next},
    identity::token::Token,
    ui::form::FormState,
    verticals::Vertical,
};

/// Size limit of a stored form, in bytes: more than any form needs.
const MOST_KEPT: usize = 16 * 1024;

/// Maximum number of stored fields: a form may have any number of fields with a key.
const MOST_FIELDS: usize = 64;

/// The pages of one site, for showing one of them again with a rejected form.
#[derive(Clone)]
pub(super) struct Pages(pub Router);

/// A form to be shown again on its page without having been stored.
#[derive(Clone)]
pub(super) struct SentForm {
    pub draft: Draft,
    pub status: StatusCode,
}

/// Somebody opens the address of a server function, from the history or from an error page: redirects to the form's page.
pub(super) async fn lead_to_form<S: Site>(Extension(ctx): Extension<S>, uri: Uri) -> Response<Body> {
    let uri = with_present_name(uri);
    let is_ours = server_fn_paths().any(|(path, _)| path == uri.path());
    if !is_ours || !ctx.serves(uri.path().trim_start_matches("/api/")) {
        return error_response(ctx.app(), ctx.tenant(), &AppError::NotFound);
    }
    see_other(&page_in(&uri).unwrap_or_else(|| "/".to_owned()))
}

/// The address of a server function with its present name: a page that was opened before an update calls the old one.
fn with_present_name(uri: Uri) -> Uri {
    let Some(present) = Vertical::renamed(uri.path().trim_start_matches("/api/")) else { return uri };
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    format!("/api/{present}{query}").parse().unwrap_or(uri)
}

/// Handles every call of a server function, after its body was read in full ([`bodies`]).
pub(super) async fn server_function<S: Site>(
    Extension(ctx): Extension<S>,
    Extension(pages): Extension<Pages>,
    mut request: Request,
) -> Response<Body> {
    *request.uri_mut() = with_present_name(std::mem::take(request.uri_mut()));
    let (app, tenant) = (ctx.app().clone(), ctx.tenant().cloned());
    let tenant = tenant.as_ref();
    let endpoint = request.uri().path().to_owned();
    if !ctx.serves(endpoint.trim_start_matches("/api/")) {
        return error_response(&app, tenant, &AppError::NotFound);
    }
    let wants_page = accepts_html(&request);
    let page = page_of(&request);
    let keeps_no_cookies = SIGNS_IN.contains(&endpoint.as_str())
        && page_in(request.uri()).is_some()
        && !request.headers().contains_key(header::COOKIE);
    let (mut parts, body) = request.into_parts();
    let bytes = bodies::collect(body).await;
    if keeps_no_cookies {
        let sent = Sent { ctx, endpoint, body: bytes, page };
        return sent.refused(&pages, &AppError::conflict(t!("server-your-browser-sent-no-cookies-so"))).await;
    }
    // Leptos answers a form with a redirect to the referer, whatever the outcome; as JSON it reports the outcome.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let work = || call(ctx.clone(), Request::from_parts(parts.clone(), Body::from(bytes.clone())));
    let (mut parts, answer) = db::retry_after_collision(work, has_collided).await;
    if parts.status == StatusCode::BAD_REQUEST && !parts.headers.contains_key(header::CONTENT_TYPE) {
        return error_response(&app, tenant, &AppError::NotFound);
    }
    if parts.status.is_success() {
        return match read::<Next>(&answer) {
            Some(next) if wants_page => redirect(&next),
            _ => Response::from_parts(parts, Body::from(answer)),
        };
    }
    let error = read::<AppError>(&answer).unwrap_or(AppError::Malformed);
    if !wants_page {
        parts.status = status_of(&error);
        if let Some(seconds) = error.retry_after() {
            parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        return Response::from_parts(parts, Body::from(answer));
    }
    Sent { ctx, endpoint, body: bytes, page }.refused(&pages, &error).await
}

/// Runs the server function of a request.
async fn call<S: Site>(ctx: S, request: Request) -> (response::Parts, Bytes) {
    let provide = move || provide_context(ctx.clone());
    let response = leptos_axum::handle_server_fns_with_context(provide, request).await.into_response();
    let (parts, body) = response.into_parts();
    (parts, bodies::collect(body).await)
}

fn has_collided((parts, answer): &(response::Parts, Bytes)) -> bool {
    !parts.status.is_success() && read(answer) == Some(AppError::Collided)
}

/// Server functions that sign in. Their pages set a cookie, so a browser that sends none doesn't accept cookies.
const SIGNS_IN: [&str; 3] = ["/api/sign_in", "/api/request_sign_in_code", "/api/operator_sign_in"];

fn status_of(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A submitted form.
struct Sent<S> {
    ctx: S,
    endpoint: String,
    body: Bytes,
    page: Option<String>,
}

impl<S: Site> Sent<S> {
    /// The response to a rejected form.
    async fn refused(&self, pages: &Pages, error: &AppError) -> Response<Body> {
        let page = self.page.as_deref();
        match error {
            AppError::Invalid(_) => self.show_again(pages, error).await,
            AppError::Unauthenticated => redirect(&Next::to(sign_in_path(&self.filled_in(page.unwrap_or("/")).await))),
            AppError::Unconfirmed => {
                redirect(&Next::to(confirm_path(&self.filled_in(page.unwrap_or("/account/security")).await)))
            }
            _ if self.ctx.is_signed_in() && !matches!(error, AppError::NotFound | AppError::TooMany(_)) => {
                let back = match page {
                    Some(page) => Some(self.filled_in(page).await),
                    None => None,
                };
                error_response_with_back(self.ctx.app(), self.ctx.tenant(), error, back)
            }
            // Nothing is stored for a visitor who isn't signed in.
            _ => match self.answer_with_form(pages, error).await {
                Some(response) => response,
                None => error_response_with_back(self.ctx.app(), self.ctx.tenant(), error, self.page.clone()),
            },
        }
    }

    async fn show_again(&self, pages: &Pages, error: &AppError) -> Response<Body> {
        let state = self.state(error);
        if let Some(page) = &self.page
            && let Some(token) = self.keep(&state).await
        {
            return redirect(&Next::to(with_draft(page, token.reveal())));
        }
        match self.answer_with_form(pages, error).await {
            Some(response) => response,
            None => error_response(self.ctx.app(), self.ctx.tenant(), error),
        }
    }

    /// The address of the form's page with the draft filled in, or the plain page if no draft could be stored. A form of several steps already has its
    /// draft in its address.
    async fn filled_in(&self, page: &str) -> String {
        let state = FormState { values: self.typed_values(), ..FormState::default() };
        if state.values.contains_key("draft") || state.values.values().all(String::is_empty) {
            return page.to_owned();
        }
        self.keep(&state).await.map_or_else(|| page.to_owned(), |token| with_draft(page, token.reveal()))
    }

    /// Stores the typed values, if they aren't too large.
    async fn keep(&self, state: &FormState) -> Option<Token> {
        let size: usize = state.values.iter().map(|(field, value)| field.len() + value.len()).sum();
        if size > MOST_KEPT || !self.ctx.may_keep_another(size).await {
            return None;
        }
        let kept = self.ctx.keep_rejected(&self.endpoint, state).await;
        kept.map_err(|error| tracing::warn!(%error, "a form could not be kept")).ok()
    }

    /// The form's page with the typed values and errors; `None` if that page can't show them.
    async fn answer_with_form(&self, pages: &Pages, error: &AppError) -> Option<Response<Body>> {
        let mut request = Request::get(self.page.as_deref()?).body(Body::empty()).ok()?;
        let draft = Draft { id: Id::new(), form: self.endpoint.clone(), state: self.state(error) };
        request.extensions_mut().insert(SentForm { draft, status: status_of(error) });
        request.extensions_mut().insert(self.ctx.clone());
        let response = pages.0.clone().oneshot(request).await.into_response();
        if response.status() != status_of(error) {
            return None;
        }
        let (mut parts, body) = response.into_parts();
        let html = bodies::collect(body).await;
        let says_why = String::from_utf8_lossy(&html).contains(ERROR_SUMMARY);
        if let Some(seconds) = error.retry_after() {
            parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        says_why.then(|| Response::from_parts(parts, Body::from(html)))
    }

    /// The typed values by field. Leaves out secrets, files, and fields that the form doesn't have.
    fn typed_values(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(&self.body)
            .into_owned()
            .filter(|(field, _)| form_fields::has_field(&self.endpoint, field) && !is_secret(field))
            .take(MOST_FIELDS)
            .collect()
    }

    fn state(&self, error: &AppError) -> FormState {
        let values = self.typed_values();
        match error {
            AppError::Invalid(errors) => FormState { values, errors: errors.0.clone(), ..FormState::default() },
            other => FormState { values, message: Some(other.to_string()), ..FormState::default() },
        }
    }
}

/// The markup of [`ErrorSummary`](crate::ui::ErrorSummary), on every page that shows it.
const ERROR_SUMMARY: &str = "id=\"errors\"";

fn accepts_html(request: &Request) -> bool {
    request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

fn read<T: DeserializeOwned>(json: &Bytes) -> Option<T> {
    serde_json::from_slice(json).ok()
}

fn redirect(next: &Next) -> Response<Body> {
    let location = HeaderValue::from_str(&next.to).unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    if let Some(cookie) = next.said.as_deref().and_then(flash::set) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The form's address with this draft instead of an earlier one.
fn with_draft(path: &str, token: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "draft"));
    pairs.append_pair("draft", token);
    format!("{path}?{}", pairs.finish())
}

/// Whether a field holds a secret or a file.
fn is_secret(field: &str) -> bool {
    field.contains("password")
        || field.contains("token")
        || field.contains("secret")
        || field.ends_with("code")
        || field.ends_with("_file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_draft_replaces_the_one_in_the_address() {
        assert_eq!(with_draft("/book/towing?draft=old&from=map", "new"), "/book/towing?from=map&draft=new");
        assert_eq!(with_draft("/sign-in", "new"), "/sign-in?draft=new");
    }

    #[test]
    fn secrets_are_not_kept_in_drafts() {
        let secret = ["password", "new_password", "code", "token", "client_secret", "logo_file"];
        assert!(secret.into_iter().all(is_secret));
        assert!(!is_secret("email"));
    }
}
