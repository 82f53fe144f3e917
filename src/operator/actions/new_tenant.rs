use std::collections::BTreeMap;

use engine::{
    Currency, EmailAddress, GeoPoint, Id, Locale, Phone, Zone,
    field::{self, isolated},
};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{administrators, tenant::hosts};
use crate::{
    catalog,
    error::{AppError, FieldErrors, Next},
    operator::{
        OperatorCtx, operator_context,
        store::{
            log,
            tenants::{self, NewTenant},
        },
    },
    tenants::{Plan, Tenant},
    verticals::Vertical,
    words::Phrase,
};

/// Countries a business can be in, with their names. The country decides how local phone numbers are read.
pub const REGIONS: [(&str, Phrase); 6] = [
    ("US", phrase!("operator-united-states")),
    ("CA", phrase!("operator-canada")),
    ("GB", phrase!("operator-united-kingdom")),
    ("DE", phrase!("operator-germany")),
    ("KZ", phrase!("operator-kazakhstan")),
    ("AU", phrase!("operator-australia")),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewTenantForm {
    pub name: String,
    /// Used in addresses and commands.
    pub slug: String,
    /// One per line.
    pub hosts: String,
    /// First letters of booking references.
    pub reference_prefix: String,
    pub region: String,
    pub zone: String,
    pub currency: String,
    pub locale: String,
    pub phone: String,
    pub email: String,
    /// Center of its area, `33.749, -84.388`.
    pub center: String,
    pub admin_name: String,
    pub admin_email: String,
    /// Kinds of business, each ticked as `verticals[code]`.
    pub verticals: BTreeMap<String, String>,
}

/// Creates a tenant.
///
/// - On trial, with the services of its kinds of business; each is offered once it has a price.
/// - Invites its first administrator by e-mail.
#[server(endpoint = "operator_create_tenant")]
pub async fn operator_create_tenant(#[server(flatten)] form: NewTenantForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    ctx.operator()?;
    let New { tenant, hosts, admin } = read(&ctx, &form)?;
    let id = Id::<Tenant>::new();
    let mut tx = ctx.begin_in(id).await?;
    tenants::insert(&mut tx, &tenant).await?;
    tenants::set_terms(&mut tx, &tenant.name, Plan::Trial, &hosts).await?;
    for service in tenant.verticals.iter().flat_map(|vertical| vertical.starter_catalog()) {
        catalog::store::insert(&mut tx, &service).await?;
    }
    let (admin_name, admin_email) = admin;
    let admin = administrators::add(&mut tx, admin_name.clone(), admin_email.clone()).await?;
    administrators::invite(&mut tx, &ctx, &tenant.name, &hosts[0], (admin, &admin_name, &admin_email)).await?;
    log::add(
        &mut tx,
        "tenant_created",
        serde_json::json!({ "slug": tenant.slug, "name": tenant.name, "hosts": hosts }),
    )
    .await?;
    tx.commit().await?;
    ctx.app.hosts.forget();
    let said =
        t!("operator-was-created-an-invitation-is-on", business = isolated(&tenant.name), admin_email = admin_email);
    Ok(Next::said(format!("/operator/tenants/{id}"), said))
}

struct New {
    tenant: NewTenant,
    hosts: Vec<String>,
    /// Name and sign-in address of its first administrator.
    admin: (String, EmailAddress),
}

fn read(ctx: &OperatorCtx, form: &NewTenantForm) -> Result<New, AppError> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", field::required(&form.name, 80));
    let slug = errors.take("slug", slug(&form.slug));
    let hosts = errors.take("hosts", hosts(ctx, &form.hosts));
    let prefix = errors.take("reference_prefix", prefix(&form.reference_prefix));
    let region = REGIONS.iter().map(|(code, _)| *code).find(|code| *code == form.region);
    let region = errors.take("region", region.ok_or(t!("operator-choose-a-country-from-the-list")));
    let zone = errors.take("zone", form.zone.trim().parse::<Zone>().map_err(|_| t!("operator-choose-a-time-zone")));
    let currency =
        errors.take("currency", form.currency.parse::<Currency>().map_err(|_| t!("operator-choose-a-currency")));
    let locale =
        errors.take("locale", form.locale.parse::<Locale>().map_err(|_| t!("operator-choose-one-from-the-list")));
    let phone = errors.take("phone", Phone::parse(&form.phone, region.unwrap_or_default()));
    let email = errors.take("email", form.email.parse::<EmailAddress>());
    let center = errors.take("center", center(&form.center));
    let ticked: Vec<String> = form.verticals.keys().cloned().collect();
    let verticals = Some(Vertical::known(&ticked)).filter(|kinds| !kinds.is_empty());
    let verticals = errors.take("verticals", verticals.ok_or(t!("operator-choose-what-the-business-offers")));
    let admin_name = errors.take("admin_name", field::required(&form.admin_name, 120));
    let admin_email = errors.take("admin_email", form.admin_email.parse::<EmailAddress>());
    let (Some(name), Some(slug), Some(hosts), Some(reference_prefix), Some(region), Some(zone)) =
        (name, slug, hosts, prefix, region, zone)
    else {
        return Err(errors.into_error());
    };
    let (
        Some(currency),
        Some(locale),
        Some(phone),
        Some(email),
        Some(center),
        Some(verticals),
        Some(admin_name),
        Some(admin_email),
    ) = (currency, locale, phone, email, center, verticals, admin_name, admin_email)
    else {
        return Err(errors.into_error());
    };
    let tenant = NewTenant {
        slug,
        name,
        zone,
        currency,
        locale,
        region: region.to_owned(),
        reference_prefix,
        phone,
        email,
        center,
        verticals,
    };
    Ok(New { tenant, hosts, admin: (admin_name, admin_email) })
}

fn slug(text: &str) -> Result<String, &'static str> {
    let slug = text.trim();
    let fits = (2..=40).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(slug.to_owned()) } else { Err(t!("operator-use-2-to-40-lowercase-letters")) }
}

fn prefix(text: &str) -> Result<String, &'static str> {
    let prefix = text.trim().to_ascii_uppercase();
    let fits = (2..=4).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase());
    if fits { Ok(prefix) } else { Err(t!("operator-use-2-to-4-letters-like")) }
}

fn center(text: &str) -> Result<GeoPoint, &'static str> {
    field::to_ascii(text).parse().map_err(|_| t!("operator-enter-latitude-and-longitude"))
}
