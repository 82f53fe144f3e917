//! [`OperatorCtx`]: the operator and request of a page or action.

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, HeaderValue, header};
use engine::Id;
use leptos::prelude::use_context;

use super::{Operator, model::LONGEST};
use crate::{
    db::{Actor, Cause, Tx},
    error::AppError,
    identity::token::Token,
    limits::{self, Client, Limit},
    server::{App, address::ClientAddress, device::Device},
    tenants::Tenant,
};

/// The request data of a page or an action of the operators' host.
#[derive(Clone)]
pub struct OperatorCtx {
    pub app: Arc<App>,
    pub operator: Option<Operator>,
    /// The session's cookie, as received and as it will be sent.
    pub cookie: Cookie,
    /// The request's id in logs.
    pub request_id: String,
    pub address: ClientAddress,
    pub device: Device,
    /// The browser's user agent.
    pub user_agent: Option<String>,
    /// The port in tenants' URLs: none in production, behind a proxy.
    pub port: Option<u16>,
}

impl OperatorCtx {
    /// The signed-in operator; `Unauthenticated` if there is none.
    pub fn operator(&self) -> Result<&Operator, AppError> {
        self.operator.as_ref().ok_or(AppError::Unauthenticated)
    }

    /// A transaction of the signed-in operator, without tenant: it sees no tenant's rows.
    pub async fn begin(&self) -> Result<Tx, AppError> {
        self.begin_for(None, self.operator()?).await
    }

    /// A transaction of the signed-in operator in one tenant.
    pub async fn begin_in(&self, tenant: Id<Tenant>) -> Result<Tx, AppError> {
        self.begin_for(Some(tenant), self.operator()?).await
    }

    /// A transaction for an operator who is about to be signed in.
    pub async fn begin_as(&self, operator: &Operator) -> Result<Tx, AppError> {
        self.begin_for(None, operator).await
    }

    async fn begin_for(&self, tenant: Option<Id<Tenant>>, operator: &Operator) -> Result<Tx, AppError> {
        let actor = Actor(format!("operator:{}", operator.id));
        let address = self.address.to_string();
        let cause = Cause { request_id: &self.request_id, address: &address };
        Ok(self.app.db.begin_operator(tenant, &actor, cause).await?)
    }

    /// Counts an attempt, before any transaction begins; `TooMany` if the limit is reached.
    pub async fn limit(&self, limit: Limit, subject: &str) -> Result<(), AppError> {
        limits::take(&self.app.db, &self.client(), limit, subject).await
    }

    /// Resets the count after a successful attempt.
    pub async fn succeeded(&self, limit: Limit, subject: &str) -> Result<(), AppError> {
        limits::succeeded(&self.app.db, &self.client(), limit, subject).await
    }

    fn client(&self) -> Client<'_> {
        Client { tenant: None, address: self.address, device: &self.device, request_id: &self.request_id }
    }

    /// The URL of a path on a tenant's host.
    pub fn tenant_url(&self, host: &str, path: &str) -> String {
        match self.port {
            Some(port) => format!("http://{host}:{port}{path}"),
            None if self.app.config.environment.has_dev_pages() => format!("http://{host}{path}"),
            None => format!("https://{host}{path}"),
        }
    }
}

/// The context inside a server function of the operators' host.
pub fn operator_context() -> Result<OperatorCtx, AppError> {
    use_context::<OperatorCtx>().ok_or(AppError::NotFound)
}

const NAME: &str = "__Host-operator";

/// The cookie of an operator's session.
#[derive(Clone, Default)]
pub struct Cookie {
    presented: Option<String>,
    next: Arc<OnceLock<Option<String>>>,
}

impl Cookie {
    pub fn of(headers: &HeaderMap) -> Self {
        let presented = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='))
            .map(str::to_owned);
        Self { presented, next: Arc::default() }
    }

    pub fn token(&self) -> Option<Token> {
        self.presented.as_deref().map(Token::from)
    }

    pub fn set(&self, token: &Token) {
        let _ = self.next.set(Some(token.reveal().to_owned()));
    }

    pub fn clear(&self) {
        let _ = self.next.set(None);
    }

    /// The `Set-Cookie` header, if the session began or ended.
    pub fn header(&self) -> Option<HeaderValue> {
        let (value, seconds) = match self.next.get()? {
            Some(token) => (token.as_str(), LONGEST.num_seconds()),
            None => ("", 0),
        };
        HeaderValue::from_str(&format!("{NAME}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}"))
            .ok()
    }
}
