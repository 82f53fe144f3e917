//! [`Ctx`]: the user, tenant and request of a page or action.

use std::sync::Arc;

use leptos::prelude::use_context;

use super::{App, address::ClientAddress, device::Device};
use crate::{
    db::{Actor, Cause, Tx},
    error::AppError,
    identity::{OpenSession, User},
    limits::{self, Client, Limit},
    operator::Impersonator,
    tenants::Tenant,
};

/// The request data of a page or an action.
#[derive(Clone)]
pub struct Ctx {
    pub app: Arc<App>,
    /// The tenant of the host.
    pub tenant: Arc<Tenant>,
    /// The signed-in user, if any.
    pub user: Option<User>,
    pub session: Option<OpenSession>,
    /// The request's id in logs and in the audit log.
    pub request_id: String,
    /// Scheme, host and port of this request, verified to be the tenant's: `https://roadside-atl.example`.
    pub origin: Arc<str>,
    pub address: ClientAddress,
    pub device: Device,
    /// Set if an operator acts as the user.
    pub impersonated_by: Option<Impersonator>,
}

impl Ctx {
    /// A transaction scoped to the tenant and the actor.
    pub async fn begin(&self) -> Result<Tx, AppError> {
        self.begin_by(&self.actor()).await
    }

    /// A transaction for a user who is about to be signed in.
    pub async fn begin_as(&self, user: &User) -> Result<Tx, AppError> {
        self.begin_by(&Actor(format!("user:{}", user.id))).await
    }

    async fn begin_by(&self, actor: &Actor) -> Result<Tx, AppError> {
        let address = self.address.to_string();
        let cause = Cause { request_id: &self.request_id, address: &address };
        Ok(self.app.db.begin(self.tenant.id, actor, cause).await?)
    }

    /// Counts an attempt, before any transaction begins; `TooMany` if the limit is reached. See [`limits`].
    pub async fn limit(&self, limit: Limit, subject: &str) -> Result<(), AppError> {
        limits::take(&self.app.db, &self.client(), limit, subject).await
    }

    /// The attempt succeeded: deletes this client's earlier attempts and marks the browser as known, so that others' attempts don't lock it out.
    pub async fn succeeded(&self, limit: Limit, subject: &str) -> Result<(), AppError> {
        limits::succeeded(&self.app.db, &self.client(), limit, subject).await
    }

    /// The user has proven in another way that the subject is theirs: marks this browser as known.
    pub async fn proven(&self, limit: Limit, subject: &str) -> Result<(), AppError> {
        limits::proven(&self.app.db, &self.client(), limit, subject).await
    }

    fn client(&self) -> Client<'_> {
        Client {
            tenant: Some(self.tenant.id),
            address: self.address,
            device: &self.device,
            request_id: &self.request_id,
        }
    }

    /// The absolute URL of a path of this tenant, for links in messages.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The actor as recorded in events and the audit log.
    pub fn actor(&self) -> Actor {
        match (&self.user, &self.impersonated_by) {
            (Some(user), Some(impersonator)) => impersonator.actor(user),
            (Some(user), None) => Actor(format!("user:{}", user.id)),
            (None, _) => Actor::guest(),
        }
    }

    /// The signed-in user; `Unauthenticated` if there is none.
    pub fn user(&self) -> Result<&User, AppError> {
        self.user.as_ref().ok_or(AppError::Unauthenticated)
    }

    /// Whether this account is signed in, by its owner.
    pub fn is_own(&self, user: &User) -> bool {
        self.impersonated_by.is_none() && self.user.as_ref().is_some_and(|own| own.id == user.id)
    }

    /// The signed-in user in person. An operator who acts as the user may not change what protects the account (password, second factor, devices).
    pub fn in_person(&self) -> Result<&User, AppError> {
        if self.impersonated_by.is_some() { Err(AppError::Forbidden) } else { self.user() }
    }

    /// The signed-in user, if they have just proven their identity; otherwise they are asked for it and then return to this page.
    pub fn confirmed(&self) -> Result<&User, AppError> {
        let user = self.in_person()?;
        if self.session.is_some_and(|session| session.is_confirmed) { Ok(user) } else { Err(AppError::Unconfirmed) }
    }

    /// The user, if the policy allows it; the only check a page or an action needs. Staff get `Forbidden`, everybody else `NotFound`.
    pub fn allowed(&self, policy: impl FnOnce(&User) -> bool) -> Result<&User, AppError> {
        let user = self.user()?;
        match (policy(user), user.is_staff()) {
            (true, _) => Ok(user),
            (false, true) => Err(AppError::Forbidden),
            (false, false) => Err(AppError::NotFound),
        }
    }

    /// The signed-in member of staff; `NotFound` for anybody else.
    pub fn staff(&self) -> Result<&User, AppError> {
        let user = self.user()?;
        if user.is_staff() { Ok(user) } else { Err(AppError::NotFound) }
    }

    /// The signed-in administrator.
    pub fn admin(&self) -> Result<&User, AppError> {
        let user = self.user()?;
        if user.is_admin() { Ok(user) } else { Err(AppError::NotFound) }
    }
}

/// The context inside a server function.
pub fn context() -> Result<Ctx, AppError> {
    use_context::<Ctx>().ok_or_else(|| AppError::internal(&"a server function ran without a context"))
}
