//! Access tests: one table of every page, server function and live topic with who may use it, and a test that tries each of them as every kind of
//! person.
//!
//! A page added to [`crate::app::routes`], or a server function anywhere, fails the test until it has a line in `table/`, in the file of its area. A
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
//! - Everybody else is refused: nobody and the neighbour's administrator with 401, staff with 403 where administrators may, the others with 404 (or
//!   as [`Function::answers`] says), and **no row changes anywhere**.
//! - With another tenant's things in the same request, everybody is refused: those who may call it with 404 (or as [`Function::elsewhere`] says). A
//!   request that names no thing of the tenant says so with [`Function::names_nothing`].
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
use crate::config::DEVELOPMENT_OPERATOR_HOST;

/// A request that is about to be sent.
pub struct Call {
    /// Path of a page; empty for a server function.
    pub path: String,
    pub fields: Vec<(String, String)>,
    /// The sender, instead of the default person of that kind.
    pub sender: Option<Browser>,
    /// Where to, if it isn't the tenant's host.
    pub host: Option<&'static str>,
}

impl Call {
    /// A form.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self { path: String::new(), fields, sender: None, host: None }
    }

    /// A link.
    pub fn to(path: impl Into<String>) -> Self {
        Self { path: path.into(), fields: Vec::new(), sender: None, host: None }
    }

    /// Sent by this browser, when it is sent by somebody who may.
    #[must_use]
    pub fn by(mut self, sender: Browser) -> Self {
        self.sender = Some(sender);
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

/// Where operators sign in, in a development installation.
pub const OPERATORS_HOST: &str = DEVELOPMENT_OPERATOR_HOST;

fn prepare_on_operators_host<F: AsyncFn(&Business, Person) -> Call + Copy + 'static>(how: F) -> Prepare {
    Box::new(move |at, who| Box::pin(async move { Call { host: Some(OPERATORS_HOST), ..how(at, who).await } }))
}

fn prepare<F: AsyncFn(&Business, Person) -> Call + Copy + 'static>(how: F) -> Prepare {
    Box::new(move |at, who| Box::pin(async move { how(at, who).await }))
}

/// A line of the table: a server function, one way to use it.
pub struct Function {
    /// Its endpoint below `/api/`.
    pub endpoint: &'static str,
    /// Everybody who may call it so.
    pub may: &'static [Person],
    /// The table whose rows change when it works, or none.
    pub changes: Option<&'static str>,
    /// What who may is answered about another tenant's things; none if the request names no things.
    pub elsewhere: Option<u16>,
    pub prepare: Prepare,
    /// Where it answers, if not on tenants' hosts.
    pub host: Option<&'static str>,
    exceptions: Vec<(Person, u16)>,
}

/// A server function that changes rows of a table (`platform.sessions`, or one of a tenant: `bookings`).
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
    /// What somebody who may not is answered, where it isn't the rule.
    #[must_use]
    pub fn answers(mut self, person: Person, status: u16) -> Self {
        self.exceptions.push((person, status));
        self
    }

    /// What who may is answered about another tenant's things, where it isn't 404.
    #[must_use]
    pub fn elsewhere(mut self, status: u16) -> Self {
        self.elsewhere = Some(status);
        self
    }

    /// The request says nothing that belongs to one tenant only.
    #[must_use]
    pub fn names_nothing(mut self) -> Self {
        self.elsewhere = None;
        self
    }

    /// What everybody is answered who may not, where the function is for everybody and only this way of using it isn't.
    #[must_use]
    pub fn answers_others(mut self, status: u16) -> Self {
        let others = Person::ALL.into_iter().filter(|person| !self.may.contains(person));
        self.exceptions.extend(others.map(|person| (person, status)));
        self
    }

    /// What somebody is answered who may not.
    pub fn refusal(&self, person: Person) -> u16 {
        let exception = self.exceptions.iter().find(|(of, _)| *of == person);
        exception.map_or_else(|| person.refusal(self.may), |(_, status)| *status)
    }
}

/// A line of the table: a page, one way to open it.
pub struct PageLine {
    /// The path in the route table.
    pub path: &'static str,
    pub may: &'static [Person],
    /// Opening it leads on to another page.
    pub leads_on: bool,
    /// Its address names something of the tenant.
    pub names_something: bool,
    /// That it was opened is an entry of the audit log.
    pub is_logged: bool,
    pub prepare: Prepare,
    /// Where it answers, if not on tenants' hosts.
    pub host: Option<&'static str>,
    exceptions: Vec<(Person, u16)>,
}

/// A page whose path has braces; `how` fills them.
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
        prepare: prepare(how),
        host: None,
        exceptions: Vec::new(),
    }
}

/// A page of the operators' host.
pub fn operators_page<F>(path: &'static str, may: &'static [Person], how: F) -> PageLine
where
    F: AsyncFn(&Business, Person) -> Call + Copy + 'static,
{
    let prepare = prepare_on_operators_host(how);
    PageLine { prepare, host: Some(OPERATORS_HOST), names_something: false, ..page(path, may, how) }
}

/// A page at a fixed path.
pub fn open(path: &'static str, may: &'static [Person]) -> PageLine {
    page(path, may, async move |_, _| Call::to(path))
}

impl PageLine {
    /// It leads on to another page.
    #[must_use]
    pub fn leads_on(mut self) -> Self {
        self.leads_on = true;
        self
    }

    /// That it was opened is an entry of the audit log, as of everything that gives data out. Nothing else changes by it.
    #[must_use]
    pub fn logged(mut self) -> Self {
        self.is_logged = true;
        self
    }

    /// Its query names something of the tenant.
    #[must_use]
    pub fn names_something(mut self) -> Self {
        self.names_something = true;
        self
    }

    /// What somebody is answered who may not, where it isn't the rule.
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

    /// What somebody is answered who may not: strangers are led to sign in, to everybody else the page isn't there.
    pub fn refusal(&self, person: Person) -> u16 {
        let exception = self.exceptions.iter().find(|(of, _)| *of == person);
        match exception {
            Some((_, status)) => *status,
            None if person.is_signed_in() && self.host.is_none() => 404,
            None => 303,
        }
    }

    /// Its parameters name nothing of a person: the short name of a service, for example.
    #[must_use]
    pub fn names_nothing(mut self) -> Self {
        self.names_something = false;
        self
    }
}
