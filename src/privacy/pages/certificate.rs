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
    Page::new(t!("privacy-certificate-of-erasure"), move || {
        let tenant = ctx.tenant.clone();
        let lead = match certificate.verdict() {
            Verdict::Searching => t!("privacy-your-personal-details-are-erased-the"),
            Verdict::Complete => t!("privacy-your-personal-details-are-erased"),
            Verdict::Incomplete => t!("privacy-some-data-is-left-we-were"),
        };
        view! {
            <CustomerFrame ctx>
                <ui::Page title=t!("privacy-certificate-of-erasure") lead>
                    {card(&tenant, &certificate)}
                    <div class="row">
                        <ui::SecondaryLink href=format!("/erasure/{secret}/certificate.json")><Icon glyph=Glyph::Download />{t!("privacy-download-as-json")}</ui::SecondaryLink>
                        <ui::QuietLink href="/privacy">{t!("privacy-what-we-keep-and-why")}</ui::QuietLink>
                    </div>
                    <p class="faint small">{t!("privacy-this-address-works-for-90-days")}</p>
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
        Verdict::Searching => (Tone::Progress, t!("privacy-searching")),
        Verdict::Complete => (Tone::Success, t!("privacy-complete")),
        Verdict::Incomplete => (Tone::Danger, t!("privacy-incomplete")),
    };
    let asked_by = match certificate.asked_by {
        AskedBy::Person => t!("privacy-the-person-themselves"),
        AskedBy::Staff => t!("privacy-the-office-for-them"),
    };
    let rows = certificate.rows().to_string();
    let cancelled = certificate.cancelled.to_string();
    let number = certificate.id.to_string();
    let erased = tenant.date_time(certificate.erased_at);
    let searched = certificate.searched_at.zip(certificate.fields).map(|(at, fields)| {
        let text = t!("privacy-columns-of-text-on", fields = fields, at = tenant.date_time(at));
        view! { <Description term=t!("privacy-searched")>{text}</Description> }
    });
    let looked_for = kinds(&certificate.searched_for.0);
    let shared = (!certificate.not_unique.is_empty()).then(|| {
        let text = t!("privacy-other-people-have-the-same-or", not_unique = kinds(&certificate.not_unique.0));
        view! { <Description term=t!("privacy-not-searched-for")>{text}</Description> }
    });
    let done = certificate.searched_at.is_some();
    let left = done.then(|| {
        let text = if certificate.left_over.is_empty() {
            t!("privacy-nothing").to_owned()
        } else {
            places(&certificate.left_over)
        };
        view! { <Description term=t!("privacy-left-over")>{text}</Description> }
    });
    let taken = (!certificate.redacted.is_empty()).then(|| {
        let text = places(&certificate.redacted);
        view! { <Description term=t!("privacy-removed-from-other-peoples-notes")>{text}</Description> }
    });
    let held = (!certificate.held.is_empty()).then(|| {
        let text = places(&certificate.held);
        view! { <Description term=t!("privacy-kept-by-law")>{text}</Description> }
    });
    view! {
        <TitledCard title=t!("privacy-erasure")>
            <ui::DescriptionList>
                <Description term=t!("privacy-verdict")><Badge tone label /></Description>
                <Description term=t!("privacy-erased")>{erased}</Description>
                <Description term=t!("privacy-asked-by")>{asked_by}</Description>
                <Description term=t!("privacy-entries-emptied-or-deleted")>{rows}</Description>
                <Description term=t!("privacy-open-bookings-cancelled")>{cancelled}</Description>
                <Description term=t!("privacy-searched-for")>{looked_for}</Description>
                {shared}
                {searched}
                {taken}
                {held}
                {left}
                <Description term=t!("privacy-number")><span class="small">{number}</span></Description>
            </ui::DescriptionList>
        </TitledCard>
    }
}

/// Kinds with their count at the end, because "2 names, 1 phone numbers" would be wrong.
fn kinds(counts: &Map<String, Value>) -> String {
    if counts.is_empty() {
        return t!("privacy-nothing").to_owned();
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
