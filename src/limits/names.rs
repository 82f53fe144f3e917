use engine::Id;

use super::rules::{Limit, Rule, UNLIMITED};
use crate::{
    server::{address::ClientAddress, device::Device},
    tenants::Tenant,
};

/// The client of a request, as limits identify it.
pub struct Client<'a> {
    /// The tenant; none for the operators' pages.
    pub tenant: Option<Id<Tenant>>,
    pub address: ClientAddress,
    pub device: &'a Device,
    /// The request's id, for the audit log.
    pub request_id: &'a str,
}

/// Whether the subject has signed in from this client before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Familiarity {
    Device,
    /// From this address, with another browser.
    Address,
    None,
}

/// Names of counters and familiar clients, before hashing.
pub(super) struct Names {
    /// The counter per address, over all subjects of a limit.
    pub(super) address: String,
    pub(super) subject: Option<SubjectNames>,
}

pub(super) struct SubjectNames {
    pub(super) account: String,
    pub(super) by_address: String,
    pub(super) by_device: Option<String>,
    pub(super) familiar_address: String,
    /// The beginning of a familiar device's name; its token is appended.
    pub(super) familiar_device: String,
    pub(super) device: Option<String>,
}

impl Names {
    pub(super) fn new(client: &Client<'_>, limit: Limit, subject: &str) -> Self {
        let code = limit.code();
        let address = client.address.counted();
        let subject = subject.trim().to_lowercase();
        let subject = (!subject.is_empty()).then(|| {
            let owner = client.tenant.map_or_else(|| "platform".to_owned(), |tenant| tenant.to_string());
            let device = client.device.known().map(str::to_owned);
            SubjectNames {
                account: format!("{code}|account|{owner}|{subject}"),
                by_address: format!("{code}|address|{owner}|{subject}|{address}"),
                by_device: device.as_ref().map(|device| format!("{code}|device|{owner}|{subject}|{device}")),
                familiar_address: format!("address|{owner}|{subject}|{address}"),
                familiar_device: format!("device|{owner}|{subject}|"),
                device,
            }
        });
        Self { address: format!("{code}|{address}"), subject }
    }

    /// The counters of an attempt, each with its rule.
    pub(super) fn counted(&self, limit: Limit, familiar: Familiarity) -> Vec<(&str, Rule)> {
        let rules = limit.rules();
        let mut counted = Vec::new();
        if let Some(subject) = &self.subject {
            if let (Familiarity::Device, Some(by_device)) = (familiar, &subject.by_device) {
                return vec![(by_device, rules.pair)];
            }
            counted.push((subject.by_address.as_str(), rules.pair));
            if familiar == Familiarity::None {
                counted.push((&subject.account, rules.account));
            }
        }
        counted.push((&self.address, rules.address));
        counted.retain(|(_, rule)| *rule != UNLIMITED);
        counted
    }
}
