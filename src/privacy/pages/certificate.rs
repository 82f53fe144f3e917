use leptos::prelude::*;
use serde_json::{Map, Value};

use super::{Certificate, Tenant};
use crate::{
    error::AppError,
    identity::token::Token,
    privacy::{
        certificate::{AskedBy, Place, Verdict},
        identifiers::IdentifierKind,
        store,
    },
    server::{Answer, JsonFile, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{self, Badge, Description, Glyph, Icon, TitledCard, Tone},
};

/// `/erasure/{token}`: what was erased, and the result of the search afterwards.
pub async fn certificate(visit: Visit) -> Result<Answer, AppError> {
    let secret: String = visit.param("token")?;
    let certificate = load(&visit, &secret).await?;
    let ctx = visit.ctx;
    Page::new("Certificate of erasure", move || {
        let tenant = ctx.tenant.clone();
        let lead = match certificate.verdict() {
            Verdict::Searching => "Your personal details are erased. The search is still running. Reload this page in a minute.",
            Verdict::Complete => "Your personal details are erased.",
            Verdict::Incomplete => "Some data is left. We were notified and are looking into it.",
        };
        view! {
            <CustomerFrame ctx>
                <ui::Page title="Certificate of erasure" lead>
                    {card(&tenant, &certificate)}
                    <div class="row">
                        <ui::SecondaryLink href=format!("/erasure/{secret}/certificate.json")><Icon glyph=Glyph::Download />"Download as JSON"</ui::SecondaryLink>
                        <ui::QuietLink href="/privacy">"What we keep, and why"</ui::QuietLink>
                    </div>
                    <p class="faint small">"This address works for 90 days. Anyone who has it can see this page, which doesn't name you."</p>
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

/// `/erasure/{token}/certificate.json`: the same as JSON.
pub async fn certificate_json(visit: Visit) -> Result<Answer, AppError> {
    let secret: String = visit.param("token")?;
    let certificate = load(&visit, &secret).await?;
    let name = format!("erasure-{}.json", certificate.id);
    Ok(Answer::Json(JsonFile { name, contents: certificate.to_json(&visit.ctx.tenant.name) }))
}

async fn load(visit: &Visit, secret: &str) -> Result<Certificate, AppError> {
    let mut tx = visit.begin().await?;
    store::find_by_token(&mut tx, &Token::from(secret)).await?.ok_or(AppError::NotFound)
}

/// A certificate as facts.
pub(super) fn card(tenant: &Tenant, certificate: &Certificate) -> impl IntoView + use<> {
    let (tone, label) = match certificate.verdict() {
        Verdict::Searching => (Tone::Progress, "Searching"),
        Verdict::Complete => (Tone::Success, "Complete"),
        Verdict::Incomplete => (Tone::Danger, "Incomplete"),
    };
    let asked_by = match certificate.asked_by {
        AskedBy::Person => "The person themselves",
        AskedBy::Staff => "The office, for them",
    };
    let rows = certificate.rows().to_string();
    let cancelled = certificate.cancelled.to_string();
    let number = certificate.id.to_string();
    let erased = tenant.date_time(certificate.erased_at);
    let searched = certificate.searched_at.zip(certificate.fields).map(|(at, fields)| {
        let text = format!("{fields} columns of text, on {}", tenant.date_time(at));
        view! { <Description term="Searched">{text}</Description> }
    });
    let looked_for = kinds(&certificate.searched_for.0);
    let shared = (!certificate.not_unique.is_empty()).then(|| {
        let text = format!(
            "{}: other people have the same, or they are too short or too common to identify anyone",
            kinds(&certificate.not_unique.0)
        );
        view! { <Description term="Not searched for">{text}</Description> }
    });
    let done = certificate.searched_at.is_some();
    let left = done.then(|| {
        let text = if certificate.left_over.is_empty() { "Nothing".to_owned() } else { places(&certificate.left_over) };
        view! { <Description term="Left over">{text}</Description> }
    });
    let taken = (!certificate.redacted.is_empty()).then(|| {
        let text = places(&certificate.redacted);
        view! { <Description term="Removed from other people's notes">{text}</Description> }
    });
    let held = (!certificate.held.is_empty()).then(|| {
        let text = places(&certificate.held);
        view! { <Description term="Kept by law">{text}</Description> }
    });
    view! {
        <TitledCard title="Erasure">
            <ui::DescriptionList>
                <Description term="Verdict"><Badge tone label /></Description>
                <Description term="Erased">{erased}</Description>
                <Description term="Asked by">{asked_by}</Description>
                <Description term="Entries emptied or deleted">{rows}</Description>
                <Description term="Open bookings cancelled">{cancelled}</Description>
                <Description term="Searched for">{looked_for}</Description>
                {shared}
                {searched}
                {taken}
                {held}
                {left}
                <Description term="Number"><span class="small">{number}</span></Description>
            </ui::DescriptionList>
        </TitledCard>
    }
}

/// Kinds with their count at the end, because "2 names, 1 phone numbers" would be wrong.
fn kinds(counts: &Map<String, Value>) -> String {
    if counts.is_empty() {
        return "Nothing".to_owned();
    }
    let kinds = counts.iter().map(|(kind, count)| {
        let label = kind.parse::<IdentifierKind>().map_or_else(|_| kind.clone(), |kind| kind.label().to_owned());
        format!("{label} ({count})")
    });
    kinds.collect::<Vec<_>>().join(", ")
}

fn places(places: &[Place]) -> String {
    let places = places.iter().map(|place| format!("{}.{} ({})", place.place, place.field, place.hits));
    places.collect::<Vec<_>>().join(", ")
}
