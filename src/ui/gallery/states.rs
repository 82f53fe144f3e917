//! Badges, alerts and other states.

use leptos::prelude::*;

#[allow(clippy::wildcard_imports, reason = "it shows everything")]
use crate::ui::*;

#[component]
pub(super) fn States() -> impl IntoView {
    let badges = Tone::ALL.into_iter().map(|tone| view! { <Badge tone label=tone.name()/> }).collect_view();
    let alerts = Tone::ALL
        .into_iter()
        .map(|tone| view! { <Alert tone title=format!("An alert: {}", tone.name())><p>"What to do about it, and " <a href="#fields">"a way to do it"</a> "."</p></Alert> })
        .collect_view();
    view! {
        <Section title="States">
            <div class="row">{badges}</div>
            <Toast tone=Tone::Success message="Provider approved"/>
            <div class="grid">{alerts}</div>
            <EmptyState glyph=Glyph::Inbox title="No bookings yet" text="They appear here as soon as a customer books.">
                <PrimaryLink href="#buttons">"Book for a customer"</PrimaryLink>
            </EmptyState>
        </Section>
    }
}

#[component]
pub(super) fn ProgressOfThings() -> impl IntoView {
    let entry = |time: &str, label: &str, detail: &str, progress| TimelineItem {
        time: time.into(),
        label: label.into(),
        detail: detail.into(),
        progress,
    };
    let items = vec![
        entry("13:42", "Booked", "By phone, for Ann Lee", Progress::Done),
        entry("13:43", "Offer declined", "Marcus: too far away", Progress::Failed),
        entry("13:44", "On the way", "Deshawn, Ford F-550", Progress::Current),
        entry("14:05", "Arrival", "", Progress::Upcoming),
    ];
    let steps = ["Booked", "On the way", "Arrived", "Done"].map(str::to_owned).to_vec();
    let way = [
        ("Pick up", "Ponce City Market", "2.1 miles from you"),
        ("Drop off", "Decatur Tire & Auto", "6.2 miles further"),
    ]
    .map(|(label, place, detail)| Stop { label: label.into(), place: place.into(), detail: detail.into() })
    .to_vec();
    view! {
        <Section title="Progress">
            <div class="split">
                <Card>
                    <ProgressSteps label="Your booking" steps current=1/>
                    <Timeline items/>
                </Card>
                <Card>
                    <Stops stops=way />
                    <CountdownRing seconds_left=24 seconds_total=30>"until" <strong>"14:02:30"</strong></CountdownRing>
                </Card>
            </div>
        </Section>
    }
}
