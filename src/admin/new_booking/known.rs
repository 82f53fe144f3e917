use chrono::{DateTime, Utc};

use super::OfficeForm;
use crate::{
    bookings::{self, Whereabouts},
    catalog::{self, PriceList, PricedService, Service},
    customers::{self, Customer},
    db::Tx,
    error::AppError,
    tenants::Tenant,
    verticals::office::Saved,
};

/// How many earlier places are offered.
const MOST_PLACES: usize = 4;

/// What the form refers to.
pub struct Known {
    /// The services that can be booked, with their prices.
    pub services: Vec<PricedService>,
    /// The position of the chosen one, or of the first.
    chosen: usize,
    /// The one that was chosen can't be booked any more.
    pub is_gone: bool,
    pub customer: Option<Customer>,
    /// The customer's earlier places, the newest first.
    pub places: Vec<Whereabouts>,
    /// What the customer had before.
    pub saved: Vec<Saved>,
    pub now: DateTime<Utc>,
}

impl Known {
    /// Loads it. `None` if no service can be booked, `NotFound` for another tenant's customer.
    pub async fn load(tx: &mut Tx, tenant: &Tenant, form: &OfficeForm) -> Result<Option<Self>, AppError> {
        let mut services = catalog::store::list_active(tx).await?;
        services.retain(|offered| tenant.offers(offered.service.vertical));
        let mut chosen = services.iter().position(|offered| offered.service.slug == form.service);
        if chosen.is_none()
            && let Some(own) = of_a_provider(tx, tenant, &form.service).await?
        {
            chosen = Some(services.len());
            services.push(own);
        }
        let is_gone = chosen.is_none() && !form.service.is_empty();
        let chosen = chosen.unwrap_or_default();
        let Some(offered) = services.get(chosen) else { return Ok(None) };
        let vertical = offered.service.vertical;
        let now = tx.now;
        let mut known = Self { services, chosen, is_gone, customer: None, places: Vec::new(), saved: Vec::new(), now };
        if !form.customer.is_empty() {
            let id = form.customer.parse().map_err(|_| AppError::Malformed)?;
            let customer = customers::store::find(tx, id).await?.ok_or(AppError::NotFound)?;
            for place in bookings::store::places_of_customer(tx, id).await? {
                if !known.places.iter().any(|other| other.address == place.address) {
                    known.places.push(place);
                }
            }
            known.places.truncate(MOST_PLACES);
            known.saved = vertical.saved_of(tx, id).await?;
            known.customer = Some(customer);
        }
        Ok(Some(known))
    }

    pub fn service(&self) -> &Service {
        &self.services[self.chosen].service
    }

    pub fn prices(&self) -> &PriceList {
        &self.services[self.chosen].prices
    }
}

/// A provider's own service, which the list of the business's doesn't have: its page leads here.
async fn of_a_provider(tx: &mut Tx, tenant: &Tenant, slug: &str) -> Result<Option<PricedService>, AppError> {
    let found = catalog::store::find_by_slug(tx, slug).await?;
    Ok(found.filter(|offered| {
        let service = &offered.service;
        service.provider_id.is_some() && service.is_active() && tenant.offers(service.vertical) && offered.is_priced()
    }))
}
