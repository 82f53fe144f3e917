//! Forms with files. Server functions read text fields only, so such a form is converted: the content of each file becomes a text field as base64.
//! File fields are named `…_file`; they are never stored in a draft.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Request},
    http::{HeaderValue, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{error::AppError, tenants::LARGEST_LOGO};

/// Size limit of a form with a file: the largest file, and the fields around it.
pub(super) const LIMIT: usize = LARGEST_LOGO + 16 * 1024;

/// The server functions that accept a file.
const TAKEN_BY: [&str; 1] = ["/api/upload_logo"];

/// Whether this request's form may have a file.
pub(super) fn is_taken(request: &Request) -> bool {
    TAKEN_BY.contains(&request.uri().path())
}

/// Whether the form says that it contains a file.
pub(super) fn has_file(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// Converts the form into one without files.
pub(super) async fn as_plain_form(mut parts: Parts, body: Bytes) -> Result<Request, AppError> {
    let whole = Request::from_parts(parts.clone(), Body::from(body));
    let mut form = Multipart::from_request(whole, &()).await.map_err(|_| AppError::Malformed)?;
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|_| AppError::Malformed)? {
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let content = field.bytes().await.map_err(|_| AppError::Malformed)?;
        let text = if is_file {
            STANDARD.encode(&content)
        } else {
            String::from_utf8(content.to_vec()).map_err(|_| AppError::Malformed)?
        };
        fields.push((name, text));
    }
    let plain = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Request::from_parts(parts, Body::from(plain)))
}

/// The error for a larger body.
pub(super) fn too_large() -> AppError {
    AppError::invalid("file", t!("server-the-file-is-too-large"))
}
