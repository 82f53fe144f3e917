//! A panic in a handler becomes an ordinary 500 page.

use std::{any::Any, sync::Arc};

use axum::{body::Body, http::Response};
use tower_http::catch_panic::{CatchPanicLayer, ResponseForPanic};

use super::{App, errors::error_response, scope::RequestScope};
use crate::{error::AppError, panics};

/// The page of an internal error.
#[derive(Clone)]
pub(super) struct PanicPage(Arc<App>);

impl ResponseForPanic for PanicPage {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send>) -> Response<Body> {
        let error = AppError::internal(&format!("panicked: {}", panics::message(&*panic)));
        let scope = RequestScope::current();
        error_response(&self.0, scope.as_ref().map(|scope| &scope.tenant), &error)
    }
}

/// Answers a panic with that page; inside the tenant's layer, in the tenant's design.
pub(super) fn catch_panics(app: &Arc<App>) -> CatchPanicLayer<PanicPage> {
    CatchPanicLayer::custom(PanicPage(app.clone()))
}
