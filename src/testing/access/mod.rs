//! Access tests: one table of every page, server function and live topic with who may use it, and a test that tries each of them as every kind of
//! person.
//!
//! A page added to [`crate::app::routes`], or a server function anywhere, fails the test until it has a line in `table/`, in the file of its area, or
//! among those of its kind of business ([`Lines`]). A
//! line for a server function says who may call it, which table's rows change when it works, and how to make a valid request:
//!
//! ```ignore
//! function("cancel_for_customer", STAFF, "bookings", async |at, _| {
//!     let booked = at.guest_booking().await;
//!     form!("booking" = booked.id, "fee" = "waive", "reason" = "They called")
//! }),
//! ```
//!
//! `at` is a [`Business`] with people, and methods that create things; the second argument is the person who is about to call. The test checks:
//! - Everybody listed may call it: it answers 200, rows of that table change, and none of another tenant's.
//! - Everybody else is refused, and **no row changes anywhere**: 401 for people who aren't signed in here, 403 for staff where only administrators
//!   may, 404 for all others (or as [`Function::answers`] says).
//! - With another tenant's ids in the same request, everybody is refused: permitted callers with 404 (or as [`Function::elsewhere`] says). A
//!   request without ids of the tenant says so with [`Function::names_nothing`].
//!
//! For reads use [`reading`] instead of [`function`]. If a request changes the caller's own account (sign-out, a new password) or belongs to one
//! provider, create the caller with [`Business::account`] or [`Business::offered`] and pass it to [`Call::by`]. A function that works in two ways (by
//! link and by account) has two lines. Pages are [`open`], or [`page`] if the path has parameters.

mod business;
mod person;
mod rows;
mod table;
mod tests;
mod watched;

use std::pin::Pin;

pub use business::{Account, Business, Work, World};
pub use person::{ADMINS, ANYONE, CUSTOMER, OPERATORS, PROVIDER, PROVIDERS, Person, SIGNED_IN, STAFF, STRANGERS};
pub use rows::Rows;
pub use table::{FOR_EVERYBODY, TABLES, functions, pages, topics};
pub use watched::Watched;

use super::Browser;
use crate::{config::DEVELOPMENT_OPERATOR_HOST, verticals::Vertical};

pub struct Call {
    /// Path of a page; empty for a server function.
    pub path: String,
    pub fields: Vec<(String, String)>,
    /// The sender, instead of the default person of that kind.
    pub sender: Option<Browser>,
    /// The host, unless it is the tenant's.
    pub host: Option<&'static str>,
}

impl Call {
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self { path: String::new(), fields, sender: None, host: None }
    }

    pub fn to(path: impl Into<String>) -> Self {
        Self { path: path.into(), fields: Vec::new(), sender: None, host: None }
    }

    /// Sends it from this browser, when the person is permitted.
    #[must_use]
    pub fn by(mut self, sender: Browser) -> Self {
        self.sender = Some(sender);
        self
    }

    /// With this kind of business ticked.
    #[must_use]
    pub fn ticking(mut self, kind: Vertical) -> Self {
        self.fields.push((format!("verticals[{kind}]"), "true".to_owned()));
        self
    }
}

/// A [`Call`] with these fields: `form!("booking" = id, "reason" = "None")`.
macro_rules! form {
    ($($name:literal = $value:expr),* $(,)?) => {
        $crate::testing::access::Call::of(vec![$(($name.to_owned(), $value.to_string())),*])
    };
}
pub(crate) use form;

type Prepare = Box<dyn for<'a> Fn(&'a Business, Person) -> Pin<Box<dyn Future<Output = Call> + 'a>>>;

/// The operators' host in a development installation.
pub const OPERATORS_HOST: &str = DEVELOPMENT_OPERATOR_HOST;

fn prepare_on_operators_host<F: AsyncFn(&Business, Person) -> Call + Copy + 'static>(how: F) -> Prepare {
    Box::new(move |at, who| Box::pin(async move { Call { host: Some(OPERATORS_HOST), ..how(at, who).await } }))
}

fn prepare<F: AsyncFn(&Business, Person) -> Call + Copy + 'static>(how: F) -> Prepare {
    Box::new(move |at, who| Box::pin(async move { how(at, who).await }))
}

/// A line of the table: one way to use a server function.
pub struct Function {
    /// Its endpoint below `/api/`.
    pub endpoint: &'static str,
    /// Everybody who may call it so.
    pub may: &'static [Person],
    /// The table whose rows change on success, if any.
    pub changes: Option<&'static str>,
    /// The status for a permitted person and another tenant's ids; `None` if the request has no ids.
    pub elsewhere: Option<u16>,
    pub prepare: Prepare,
    /// The host, unless it is a tenant's.
    pub host: Option<&'static str>,
    exceptions: Vec<(Person, u16)>,
}

/// A server function that changes rows of a table: `platform.sessions`, or a tenant's `bookings`.
pub fn function<F>(endpoint: &'static str, may: &'static [Person], changes: &'static str, how: F) -> Function
where
    F: AsyncFn(&Business, Person) -> Call + Copy + 'static,
{
    let prepare = prepare(how);
    Function {
        endpoint,
        may,
        changes: Some(changes),
        elsewhere: Some(404),
        prepare,
        host: None,
        exceptions: Vec::new(),
    }
}

/// A server function of the operators' host, which belongs to no tenant.
pub fn operators_function<F>(endpoint: &'static str, may: &'static [Person], changes: &'static str, how: F) -> Function
where
    F: AsyncFn(&Business, Person) -> Call + Copy + 'static,
{
    let prepare = prepare_on_operators_host(how);
    Function { prepare, host: Some(OPERATORS_HOST), elsewhere: None, ..function(endpoint, may, changes, how) }
}

/// A server function that changes nothing.
pub fn reading<F>(endpoint: &'static str, may: &'static [Person], how: F) -> Function
where
    F: AsyncFn(&Business, Person) -> Call + Copy + 'static,
{
    Function { changes: None, ..function(endpoint, may, "", how) }
}

impl Function {
    /// Sets the status for a person without permission, if it isn't the usual one.
    #[must_use]
    pub fn answers(mut self, person: Person, status: u16) -> Self {
        self.exceptions.push((person, status));
        self
    }

    /// Sets the status for a permitted person and another tenant's ids, if it isn't 404.
    #[must_use]
    pub fn elsewhere(mut self, status: u16) -> Self {
        self.elsewhere = Some(status);
        self
    }

    /// The request has no ids of the tenant.
    #[must_use]
    pub fn names_nothing(mut self) -> Self {
        self.elsewhere = None;
        self
    }

    /// Sets the status for all people without permission: the function is for everybody, only this way of using it isn't.
    #[must_use]
    pub fn answers_others(mut self, status: u16) -> Self {
        let others = Person::ALL.into_iter().filter(|person| !self.may.contains(person));
        self.exceptions.extend(others.map(|person| (person, status)));
        self
    }

    /// The status for a person without permission.
    pub fn refusal(&self, person: Person) -> u16 {
        let exception = self.exceptions.iter().find(|(of, _)| *of == person);
        exception.map_or_else(|| person.refusal(self.may), |(_, status)| *status)
    }
}

/// What a kind of business adds to the table.
#[derive(Default)]
pub struct Lines {
    pub functions: Vec<Function>,
    pub pages: Vec<PageLine>,
    /// Its live topics, by the address that watches them.
    pub topics: Vec<PageLine>,
    /// For how many minutes the drafts or links that its functions take can be used.
    pub lifetimes: &'static [(&'static str, i64)],
    /// What an operator who acts as a customer may do for them, and why.
    pub done_for_a_customer: &'static [(&'static str, &'static str)],
}

/// A line of the table: one way to open a page.
pub struct PageLine {
    /// The path in the route table.
    pub path: &'static str,
    pub may: &'static [Person],
    /// It redirects to another page.
    pub leads_on: bool,
    /// Its address has an id of the tenant.
    pub names_something: bool,
    /// Opening it adds an entry to the audit log.
    pub is_logged: bool,
    /// Opening it notes in this table that something was shown.
    pub notes: Option<&'static str>,
    pub prepare: Prepare,
    /// The host, unless it is a tenant's.
    pub host: Option<&'static str>,
    exceptions: Vec<(Person, u16)>,
}

/// A page whose path has parameters; `how` fills them.
pub fn page<F>(path: &'static str, may: &'static [Person], how: F) -> PageLine
where
    F: AsyncFn(&Business, Person) -> Call + Copy + 'static,
{
    let names_something = path.contains('{');
    PageLine {
        path,
        may,
        leads_on: false,
        names_something,
        is_logged: false,
        notes: None,
        prepare: prepare(how),
        host: None,
        exceptions: Vec::new(),
    }
}

pub fn operators_page<F>(path: &'static str, may: &'static [Person], how: F) -> PageLine
where
    F: AsyncFn(&Business, Person) -> Call + Copy + 'static,
{
    let prepare = prepare_on_operators_host(how);
    PageLine { prepare, host: Some(OPERATORS_HOST), names_something: false, ..page(path, may, how) }
}

pub fn open(path: &'static str, may: &'static [Person]) -> PageLine {
    page(path, may, async move |_, _| Call::to(path))
}

impl PageLine {
    /// It redirects to another page.
    #[must_use]
    pub fn leads_on(mut self) -> Self {
        self.leads_on = true;
        self
    }

    /// Opening it adds an entry to the audit log, like everything that gives data out. Nothing else changes.
    #[must_use]
    pub fn logged(mut self) -> Self {
        self.is_logged = true;
        self
    }

    /// Opening it notes in this table that something was shown. Nothing else changes.
    #[must_use]
    pub fn notes(mut self, table: &'static str) -> Self {
        self.notes = Some(table);
        self
    }

    /// Its query has an id of the tenant.
    #[must_use]
    pub fn names_something(mut self) -> Self {
        self.names_something = true;
        self
    }

    /// Sets the status for a person without permission, if it isn't the usual one.
    #[must_use]
    pub fn answers(mut self, person: Person, status: u16) -> Self {
        self.exceptions.push((person, status));
        self
    }

    /// It is for visitors who aren't signed in; signed-in users are redirected to their home page.
    #[must_use]
    pub fn leads_home(mut self) -> Self {
        self.exceptions.extend(SIGNED_IN.iter().map(|person| (*person, 303)));
        self
    }

    /// The status for a person without permission: 303 to sign in for strangers, else 403 or 404.
    pub fn refusal(&self, person: Person) -> u16 {
        let exception = self.exceptions.iter().find(|(of, _)| *of == person);
        match exception {
            Some((_, status)) => *status,
            None if person.is_signed_in() && self.host.is_none() => 404,
            None => 303,
        }
    }

    /// Its parameters are no ids of a person: the short name of a service, for example.
    #[must_use]
    pub fn names_nothing(mut self) -> Self {
        self.names_something = false;
        self
    }
}
