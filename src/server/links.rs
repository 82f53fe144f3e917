use super::App;
use crate::{config::Environment, tenants::Tenant};

impl App {
    /// The absolute URL of a tenant's page, for messages sent outside of a request; `None` for a tenant without a host.
    pub fn url(&self, tenant: &Tenant, path: &str) -> Option<String> {
        let host = tenant.primary_host.as_deref()?;
        Some(format!("{}{path}", origin(self, host, Some(self.leptos.site_addr.port()))))
    }
}

/// The scheme and host of a tenant. In production a proxy serves it on the usual port.
pub(super) fn origin(app: &App, host: &str, port: Option<u16>) -> String {
    match port {
        _ if app.config.environment == Environment::Production => format!("https://{host}"),
        Some(port) => format!("http://{host}:{port}"),
        None => format!("http://{host}"),
    }
}
