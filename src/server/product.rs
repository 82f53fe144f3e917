//! The pages and live topics that a server serves. [`crate::app`] passes them in, so that the server module knows no page.

use std::pin::Pin;

use super::{Ctx, Route};
use crate::{error::AppError, operator::OperatorCtx};

/// The pages of both sites, and the live topics.
pub struct Product {
    /// Pages of every tenant's site.
    pub pages: Vec<Route>,
    /// Pages of the operators' site.
    pub operator_pages: Vec<Route<OperatorCtx>>,
    pub find_topic: FindTopic,
}

type Found<'ctx> = Pin<Box<dyn Future<Output = Result<String, AppError>> + Send + 'ctx>>;

/// Finds the topic that the user may watch under a name; else `NotFound`.
#[derive(Clone, Copy)]
pub struct FindTopic(pub for<'ctx> fn(&'ctx Ctx, &'ctx str) -> Found<'ctx>);
