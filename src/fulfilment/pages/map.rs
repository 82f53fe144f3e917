//! The map of a booking's drive.

use chrono::{DateTime, Utc};
use engine::{GeoPoint, Locale, Meters, field::isolated};
use leptos::prelude::*;

use crate::{
    bookings::Booking,
    dispatch::{JobProgress, JobState},
    fulfilment::progress_view::provider_name,
    server::Ctx,
    ui::{MapFrame, MapMark, MarkKind},
};

/// How far from the place names are shown, in meters.
const NAMES_WITHIN: Meters = Meters(25_000.0);

pub(super) struct Drive {
    marks: Vec<MapMark>,
    names: Vec<(GeoPoint, String)>,
    tiles: Option<String>,
    words: String,
    locale: Locale,
}

impl Drive {
    /// The drive to show on a map.
    ///
    /// - `None` if the booking is over, its location is unknown, or the provider has arrived and the job has no destination.
    /// - Shows the provider only once they are on the way: where they wait for work is private.
    pub fn of(ctx: &Ctx, booking: &Booking, progress: Option<&JobProgress>, now: DateTime<Utc>) -> Option<Self> {
        let place = booking.point.filter(|_| !booking.phase.is_terminal())?;
        let name = isolated(provider_name(booking, progress));
        let words = booking.vertical.words();
        let is_coming = progress.filter(|progress| progress.state == JobState::EnRoute);
        let provider = is_coming.and_then(|progress| progress.seen_lately(&ctx.tenant.settings, now));
        let destination = progress.and_then(|progress| progress.destination);
        let mark = |kind, point, label: &str| MapMark { kind, point, label: label.to_owned() };
        let marks = [
            provider.map(|position| mark(MarkKind::Provider(words.provider), position.point, &name.to_string())),
            Some(mark(MarkKind::Place, place, t!("fulfilment-you"))),
            destination.map(|point| mark(MarkKind::Destination, point, words.told.destination.say())),
        ];
        let text = match (progress.map(|progress| progress.state), provider) {
            (_, Some(_)) => words.told.on_the_map.with([("name", &name)]),
            (Some(JobState::EnRoute), None) => {
                t!("fulfilment-is-on-the-way-but-we", name = name)
            }
            (Some(JobState::Assigned), _) => t!("fulfilment-youll-see-here-once-theyre-on", name = name),
            (Some(JobState::Arrived | JobState::InProgress), _) if destination.is_some() => {
                words.told.to_the_destination.say().to_owned()
            }
            (Some(JobState::Arrived | JobState::InProgress), _) => return None,
            _ => t!("fulfilment-were-coming-here-if-this-is").to_owned(),
        };
        let tiles = ctx.app.config.tile_url.clone();
        let names = match &tiles {
            Some(_) => Vec::new(),
            None => {
                ctx.app.geocoder.names_around(place, NAMES_WITHIN).into_iter().map(|at| (at.point, at.name)).collect()
            }
        };
        Some(Self {
            marks: marks.into_iter().flatten().collect(),
            names,
            tiles,
            words: text,
            locale: ctx.tenant.locale,
        })
    }
}

/// The map and its description in words.
#[component]
pub(super) fn DriveMap(drive: Drive) -> impl IntoView {
    let Drive { marks, names, tiles, words, locale } = drive;
    let shown: Vec<&str> = marks.iter().map(|mark| mark.label.as_str()).collect();
    let label = t!("fulfilment-map-with", marks = shown.join(", "));
    view! { <MapFrame label marks locale names tiles>{words}</MapFrame> }
}
