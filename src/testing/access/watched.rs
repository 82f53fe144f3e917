use engine::Id;
use sqlx::PgConnection;

use super::{Call, Person, Rows, World};
use crate::{
    tenants::Tenant,
    testing::{Browser, address},
};

/// Two tenants whose rows are compared after every request.
pub struct Watched {
    pub world: World,
    /// How many calls were made.
    pub calls: usize,
    owner: PgConnection,
    rows: Rows,
    complaints: Vec<String>,
}

impl Watched {
    pub async fn new() -> Self {
        let world = World::new().await;
        let mut owner = world.app.database.owner().await;
        let rows = Rows::read(&mut owner, &world.tenants()).await;
        Self { world, owner, rows, calls: 0, complaints: Vec::new() }
    }

    /// Reads the rows again. Returns the tables, by tenant, in which rows have changed since the last call.
    pub async fn changes(&mut self) -> Vec<(Option<Id<Tenant>>, String)> {
        let rows = Rows::read(&mut self.owner, &self.world.tenants()).await;
        let changes = rows.changed_since(&self.rows);
        self.rows = rows;
        changes
    }

    /// Complains if anything changed since the last comparison. Logging an attempt is allowed; a change would show in its own table.
    pub async fn nothing_changed(&mut self, by: &str) {
        let mut changes = self.changes().await;
        changes.retain(|(_, table)| !["audit_log", "platform.operator_log"].contains(&table.as_str()));
        if !changes.is_empty() {
            self.complain(format!("{by} changes {changes:?}"));
        }
    }

    /// The browser for a call: its own sender, if it was made for this person. It gets an unused network address, because limits
    /// count by address.
    pub fn browser(&self, person: Person, call: &Call, as_sender: bool) -> Browser {
        let sender = call.sender.clone().filter(|_| as_sender).unwrap_or_else(|| self.world.ours.browser(person));
        let host = call.host.unwrap_or(&self.world.ours.host);
        sender.on(host).at(&address())
    }

    /// The browser of a default person, on the host of a line.
    pub fn standing(&self, person: Person, host: Option<&'static str>) -> Browser {
        self.world.ours.browser(person).on(host.unwrap_or(&self.world.ours.host)).at(&address())
    }

    /// Resets the limits, so that calls don't affect each other.
    async fn lift_limits(&mut self) {
        sqlx::query("delete from platform.rate_counters").execute(&mut self.owner).await.unwrap();
    }

    /// Calls a server function as an island does, so that errors have their own status. Returns status and body.
    pub async fn call(&mut self, endpoint: &str, person: Person, call: &Call, as_sender: bool) -> (u16, String) {
        self.calls += 1;
        self.lift_limits().await;
        let mut browser = self.browser(person, call, as_sender);
        let reply = browser.call(&format!("/api/{endpoint}"), &call.fields).await;
        (reply.status.as_u16(), reply.html)
    }

    /// Opens a page; returns status and redirect target.
    pub async fn open(&mut self, person: Person, call: &Call, as_sender: bool) -> (u16, Option<String>) {
        self.calls += 1;
        let reply = self.browser(person, call, as_sender).get(&call.path).await;
        (reply.status.as_u16(), reply.location)
    }

    /// Complains if the status isn't the expected one.
    pub fn expect(&mut self, what: &str, person: Person, expected: u16, (status, text): (u16, String)) {
        if status != expected {
            self.complain(format!("{what} as {person:?}: {status} instead of {expected}: {text:.200}"));
        }
    }

    /// Adds a complaint.
    pub fn complain(&mut self, what: String) {
        self.complaints.push(what);
    }

    /// Fails with all complaints, if there are any.
    pub async fn done(self, what: &str) {
        assert!(self.complaints.is_empty(), "{}", self.complaints.join("\n"));
        println!("{what}: {} calls", self.calls);
        drop(self.owner);
        self.world.done().await;
    }
}
