//! Metadata of a public page for search engines, and for apps in which a link is shared.

use engine::field::isolated;
use leptos::{attr::custom::CustomAttribute, html, prelude::*};
use serde_json::{Value, json};

use super::App;
use crate::tenants::Tenant;

/// The metadata of a page.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Describes the page in about two lines.
    pub description: String,
    /// The business in schema.org's vocabulary, on its start page.
    pub business: Option<Value>,
}

/// The metadata's tags for `<head>`. `path` is the page's, without its query.
pub(super) fn tags(app: &App, tenant: &Tenant, title: &str, path: &str, listing: Listing) -> impl IntoView + use<> {
    let Listing { description, business } = listing;
    let address = app.url(tenant, path);
    let image = app.url(tenant, "/share.png");
    let properties = [
        ("og:type", Some("website".to_owned())),
        ("og:site_name", Some(tenant.name.clone())),
        ("og:title", Some(title.to_owned())),
        ("og:description", Some(description.clone())),
        ("og:url", address.clone()),
        ("og:image", image),
        ("og:image:alt", Some(tenant.name.clone())),
    ];
    let properties: Vec<_> = properties
        .into_iter()
        .filter_map(|(name, content)| Some(html::meta().attr("property", name).attr("content", content?)))
        .collect();
    view! {
        <meta name="description" content=description />
        {address.map(|href| view! { <link rel="canonical" href=href /> })}
        {properties}
        <meta name="twitter:card" content="summary" />
        {business.map(|business| view! { <script type="application/ld+json" inner_html=in_script(&business)></script> })}
    }
}

/// The business in schema.org's vocabulary.
pub fn business(app: &App, tenant: &Tenant, rating: Option<(f64, i64)>) -> Value {
    let mut business = json!({
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": tenant.name,
        "telephone": tenant.phone,
        "email": tenant.email,
    });
    let logo = tenant.logo_path().and_then(|path| app.url(tenant, &path));
    let known = [
        ("url", app.url(tenant, "/").map(Value::from)),
        ("image", app.url(tenant, "/share.png").map(Value::from)),
        ("logo", logo.map(Value::from)),
        ("description", filled(&tenant.tagline)),
        ("areaServed", filled(&tenant.coverage)),
        (
            "aggregateRating",
            rating.map(|(average, reviews)| {
                let average = format!("{average:.1}");
                json!({ "@type": "AggregateRating", "ratingValue": average, "reviewCount": reviews })
            }),
        ),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            business[name] = value;
        }
    }
    business
}

fn filled(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| text.into())
}

/// JSON that can't close its `<script>` element.
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// The description of a business for pages without their own.
pub fn in_one_sentence(tenant: &Tenant) -> String {
    let name = isolated(&tenant.name);
    let parts = [&tenant.tagline, &tenant.coverage].into_iter().filter(|text| !text.is_empty());
    let said: Vec<_> = parts.map(|text| isolated(text.trim_end_matches('.')).to_string()).collect();
    if said.is_empty() { t!("server-book-with", name = name) } else { format!("{name}: {}.", said.join(". ")) }
}
