//! Pages: an async handler loads the data, then a Leptos view renders it. Nothing is fetched while rendering.

use std::{collections::HashMap, future::Future, pin::Pin, str::FromStr, sync::Arc};

use axum::http::StatusCode;
use leptos::prelude::*;

use super::{CsvFile, Ctx, drafts::Draft, listing::Listing};
use crate::{
    db::{Tx, paging::Cursor},
    error::AppError,
    ui::form::FormState,
    verticals::Vertical,
};

/// Who may open a page. The page checks finer rules with the feature's policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Anyone,
    /// Anyone with an account at this tenant.
    SignedIn,
    /// The account's owner in person, not an operator acting as them.
    InPerson,
    Provider,
    Staff,
    Admin,
    /// Only in development.
    Developer,
}

type Handler<S> = Arc<dyn Fn(Visit<S>) -> Pin<Box<dyn Future<Output = Result<Answer, AppError>> + Send>> + Send + Sync>;

#[derive(Clone)]
pub struct Route<S = Ctx> {
    /// Path in axum's syntax, `/admin/bookings/{reference}`.
    pub path: &'static str,
    pub access: Access,
    /// The kind of business it belongs to; it exists only where the business offers that.
    pub vertical: Option<Vertical>,
    pub handler: Handler<S>,
}

/// One row of the route table.
pub fn page<S, F, Fut>(path: &'static str, access: Access, handler: F) -> Route<S>
where
    F: Fn(Visit<S>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer, AppError>> + Send + 'static,
{
    Route { path, access, vertical: None, handler: Arc::new(move |visit| Box::pin(handler(visit))) }
}

pub struct Visit<S = Ctx> {
    /// The user and tenant, or on the operators' site the operator.
    pub ctx: S,
    /// Path and query of the request.
    pub uri: http::Uri,
    pub(super) params: HashMap<String, String>,
    pub(super) query: HashMap<String, String>,
    pub(super) draft: Option<Draft>,
}

impl<S> Visit<S> {
    /// A parameter of the path, parsed; `NotFound` if it can't be parsed.
    pub fn param<T: FromStr>(&self, name: &str) -> Result<T, AppError> {
        self.params.get(name).and_then(|text| text.parse().ok()).ok_or(AppError::NotFound)
    }

    /// A query parameter, if given and not empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The requested page number, from 1; page 1 if it is invalid.
    pub fn page_number(&self) -> i64 {
        self.query("page").and_then(|n| n.parse().ok()).filter(|n| (1..=1_000_000).contains(n)).unwrap_or(1)
    }

    /// The requested page of a very long list: `after=…` or `before=…`, with the list's name of an entry.
    pub fn cursor<K: FromStr>(&self) -> Cursor<K> {
        Cursor::read(self.query("after"), self.query("before"))
    }

    /// The typed values of a rejected form, or an empty form. `action` is the path of its server function.
    pub fn form(&self, action: &str) -> FormState {
        match &self.draft {
            Some(draft) if draft.form == action => draft.state.clone(),
            _ => FormState::default(),
        }
    }
}

impl Visit {
    /// A transaction scoped to the tenant and the actor.
    pub async fn begin(&self) -> Result<Tx, AppError> {
        self.ctx.begin().await
    }
}

/// The response of a page handler.
pub enum Answer {
    Page(Page),
    Redirect(String),
    Csv(Box<CsvFile>),
    /// A picture for a page; browsers may cache it forever.
    Picture(Picture),
    /// A text file for programs.
    Text(TextFile),
    Json(JsonFile),
}

/// Data for other programs.
#[derive(Debug, Clone)]
pub struct JsonFile {
    /// The suggested file name; ours, so it needs no escaping.
    pub name: String,
    pub contents: serde_json::Value,
}

/// A text for browsers and search engines, cached for an hour.
pub struct TextFile {
    pub kind: &'static str,
    pub content: String,
}

/// A picture, uploaded or ours.
pub struct Picture {
    pub kind: String,
    pub content: Vec<u8>,
    /// Its content security policy, for when it is opened by itself.
    pub policy: &'static str,
    /// How many days browsers may cache it; a year if another picture would have another address.
    pub days: u32,
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

/// A page: its title and its view. The view includes the frame (top bar, sidebar, tabs).
pub struct Page {
    pub title: String,
    /// Set if search engines may list the page.
    pub listing: Option<Listing>,
    pub status: StatusCode,
    /// Reloads every minute in a browser without JavaScript.
    pub(super) reloads: bool,
    /// Where it was opened, for its forms.
    pub(super) address: Option<String>,
    pub(super) view: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Page {
    /// A page that search engines don't list: nearly all pages are personal.
    pub fn new<V: IntoView + 'static>(title: impl Into<String>, view: impl FnOnce() -> V + Send + 'static) -> Self {
        let view: Box<dyn FnOnce() -> AnyView + Send> = Box::new(move || view().into_any());
        Self { title: title.into(), listing: None, status: StatusCode::OK, reloads: false, address: None, view }
    }

    /// Lets search engines list it, with this description.
    #[must_use]
    pub fn listed(self, description: impl Into<String>) -> Self {
        Self { listing: Some(Listing { description: description.into(), business: None }), ..self }
    }

    /// Adds the business in schema.org's vocabulary.
    #[must_use]
    pub fn with_business(mut self, business: serde_json::Value) -> Self {
        if let Some(listing) = &mut self.listing {
            listing.business = Some(business);
        }
        self
    }

    /// Reloads it every minute in a browser without JavaScript.
    #[must_use]
    pub fn reloading_without_scripts(mut self) -> Self {
        self.reloads = true;
        self
    }

    /// Sets the status 404: its text says that something doesn't exist.
    #[must_use]
    pub fn not_found(mut self) -> Self {
        self.status = StatusCode::NOT_FOUND;
        self
    }

    /// The page as the handler's response.
    pub fn answer(self) -> Result<Answer, AppError> {
        Ok(Answer::Page(self))
    }
}
