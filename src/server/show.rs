//! Shows one page of a route table.

use std::collections::HashMap;

use axum::{
    Extension,
    body::Body,
    extract::{OriginalUri, Path, Query},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};

use super::{
    documents::document,
    drafts::Draft,
    errors::error_response,
    flash,
    forms::SentForm,
    page::{Answer, Picture, Route, Visit},
    redirect::{confirm_path, see_other, sign_in_path},
    site::Site,
};
use crate::{error::AppError, identity::token::Token};

/// Runs the page's handler, if the user may open the page, and returns its response.
pub(super) async fn show<S: Site>(
    Extension(route): Extension<Route<S>>,
    Extension(site): Extension<S>,
    Path(params): Path<HashMap<String, String>>,
    Query(query): Query<HashMap<String, String>>,
    OriginalUri(uri): OriginalUri,
    sent: Option<Extension<SentForm>>,
    headers: HeaderMap,
) -> Response<Body> {
    let app = site.app().clone();
    let tenant = site.tenant().cloned();
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let said = is_navigation(&headers).then(|| flash::read(&headers)).flatten();
    let refused_with = sent.as_ref().map(|Extension(sent)| sent.status);
    let is_offered = route.vertical.is_none_or(|kind| tenant.as_ref().is_some_and(|tenant| tenant.offers(kind)));
    let may_open = if is_offered { site.may_open(route.access) } else { Err(AppError::NotFound) };
    let answer = match may_open {
        Ok(()) => answer(&route, site.clone(), params, query, uri, sent.map(|Extension(sent)| sent.draft)).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(Answer::Page(mut page)) => {
            let had_something_to_say = said.is_some();
            let status = refused_with.filter(|_| page.status == StatusCode::OK).unwrap_or(page.status);
            page.address = Some(path);
            let mut response = document(&app, tenant.as_ref(), status, page, said);
            if had_something_to_say {
                response.headers_mut().append(header::SET_COOKIE, flash::clear());
            }
            response
        }
        Ok(Answer::Redirect(to)) => see_other(&to),
        Ok(Answer::Csv(file)) => match file.finish() {
            Ok((name, contents)) => attachment("text/csv; charset=utf-8", &name, contents),
            Err(error) => error_response(&app, tenant.as_ref(), &error),
        },
        Ok(Answer::Json(file)) => match serde_json::to_vec_pretty(&file.contents) {
            Ok(contents) => attachment("application/json", &file.name, contents),
            Err(error) => error_response(&app, tenant.as_ref(), &AppError::internal(&error)),
        },
        Ok(Answer::Picture(picture)) => picture_response(picture),
        Ok(Answer::Text(file)) => {
            let headers = [(header::CONTENT_TYPE, file.kind), (header::CACHE_CONTROL, "public, max-age=3600")];
            (headers, file.content).into_response()
        }
        Err(AppError::Unauthenticated) => see_other(&sign_in_path(&path)),
        Err(AppError::Unconfirmed) => see_other(&confirm_path(&path)),
        Err(AppError::NotFound) => site.nothing_at(&path).await,
        Err(error) => error_response(&app, tenant.as_ref(), &error),
    }
}

/// Whether a person opens the page. A script that refreshes a part of a page must not use up the message.
fn is_navigation(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_none_or(|asks_for| asks_for != "empty")
}

async fn answer<S: Site>(
    route: &Route<S>,
    site: S,
    params: HashMap<String, String>,
    query: HashMap<String, String>,
    uri: http::Uri,
    sent: Option<Draft>,
) -> Result<Answer, AppError> {
    let draft = match (sent, query.get("draft")) {
        (Some(sent), _) => Some(sent),
        (None, Some(token)) => site.load_draft(&Token::from(token.as_str())).await?,
        (None, None) => None,
    };
    let was_refused = draft.as_ref().is_some_and(|draft| draft.state.is_rejected());
    let mut answer = (route.handler)(Visit { ctx: site.clone(), uri, params, query, draft }).await?;
    match &mut answer {
        // Screen readers read the title first.
        Answer::Page(page) if was_refused => page.title = t!("server-error", title = page.title),
        Answer::Csv(file) => site.record_export(file).await?,
        _ => {}
    }
    Ok(answer)
}

/// A file to save. `name` is ours, so it needs no escaping.
fn attachment(kind: &'static str, name: &str, contents: Vec<u8>) -> Response<Body> {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let mut response = ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], contents).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    response
}

fn picture_response(picture: Picture) -> Response<Body> {
    let kind = HeaderValue::from_str(&picture.kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut response = Response::new(Body::from(picture.content));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    let seconds = picture.days * 24 * 60 * 60;
    let caching = if picture.days == 365 {
        format!("public, max-age={seconds}, immutable")
    } else {
        format!("public, max-age={seconds}")
    };
    headers.extend(HeaderValue::from_str(&caching).map(|caching| (header::CACHE_CONTROL, caching)));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(picture.policy));
    response
}
