//! The two kinds of sites in one process: the tenants' and the operators'. Pages and forms work the same on both.

use std::sync::Arc;

use axum::{body::Body, http::Response};

use super::{
    App, CsvFile, Ctx,
    drafts::{self, Draft},
    errors,
    page::Access,
};
use crate::{
    audit, error::AppError, identity::token::Token, limits::Limit, tenants::Tenant, ui::form::FormState,
    verticals::Vertical,
};

/// The caller of a request, by kind of site.
pub trait Site: Clone + Send + Sync + 'static {
    fn app(&self) -> &Arc<App>;

    /// The tenant of the site; `None` on the operators' site.
    fn tenant(&self) -> Option<&Arc<Tenant>>;

    /// Whether they may open a page with this access. Without permission the page doesn't exist for them, but strangers may sign in first.
    fn may_open(&self, access: Access) -> Result<(), AppError>;

    fn is_signed_in(&self) -> bool;

    /// Whether this site has the server function.
    fn serves(&self, endpoint: &str) -> bool;

    /// Whether another rejected form of this size may be stored; counts it.
    fn may_keep_another(&self, size: usize) -> impl Future<Output = bool> + Send;

    /// Stores a rejected form.
    fn keep_rejected(&self, form: &str, state: &FormState) -> impl Future<Output = Result<Token, AppError>> + Send;

    /// The rejected form with this token.
    fn load_draft(&self, token: &Token) -> impl Future<Output = Result<Option<Draft>, AppError>> + Send;

    /// Records in the log that a table was exported.
    fn record_export(&self, file: &CsvFile) -> impl Future<Output = Result<(), AppError>> + Send;

    /// The page for an unknown path, or one they may not open.
    fn nothing_at(self, path: &str) -> impl Future<Output = Response<Body>> + Send;
}

/// The prefix of the operators' server functions. A tenant's host has none of them, and the operators' host has no others.
pub(super) const OPERATORS_FUNCTIONS: &str = "operator_";

impl Site for Ctx {
    fn app(&self) -> &Arc<App> {
        &self.app
    }

    fn tenant(&self) -> Option<&Arc<Tenant>> {
        Some(&self.tenant)
    }

    fn may_open(&self, access: Access) -> Result<(), AppError> {
        match access {
            Access::Anyone | Access::Developer => Ok(()),
            Access::SignedIn => self.user().map(drop),
            Access::InPerson => self.in_person().map(drop),
            Access::Provider => {
                self.user().and_then(|user| if user.is_provider() { Ok(()) } else { Err(AppError::NotFound) })
            }
            Access::Staff => self.staff().map(drop),
            Access::Admin => self.admin().map(drop),
        }
    }

    fn is_signed_in(&self) -> bool {
        self.user.is_some()
    }

    fn serves(&self, endpoint: &str) -> bool {
        !endpoint.starts_with(OPERATORS_FUNCTIONS) && Vertical::serves(&self.tenant, endpoint)
    }

    async fn may_keep_another(&self, size: usize) -> bool {
        match &self.user {
            Some(user) => self.limit(Limit::OwnDraft, &user.id.to_string()).await.is_ok(),
            None => drafts::may_keep_of_strangers(size, |whose| self.limit(Limit::Draft, whose)).await,
        }
    }

    async fn keep_rejected(&self, form: &str, state: &FormState) -> Result<Token, AppError> {
        let mut tx = self.begin().await?;
        let expires_at = tx.now + drafts::DRAFT_LIFETIME;
        let token = drafts::keep_draft(&mut tx, form, state, expires_at).await?;
        tx.commit().await?;
        Ok(token)
    }

    async fn load_draft(&self, token: &Token) -> Result<Option<Draft>, AppError> {
        drafts::load_draft(&mut *self.begin().await?, token).await
    }

    async fn record_export(&self, file: &CsvFile) -> Result<(), AppError> {
        let mut tx = self.begin().await?;
        audit::event(&mut tx, "export", None, serde_json::json!({ "file": file.name(), "rows": file.rows() })).await?;
        tx.commit().await
    }

    async fn nothing_at(self, path: &str) -> Response<Body> {
        errors::not_found(self, path).await
    }
}
