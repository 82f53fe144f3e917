//! Where it is done.

use engine::GeoPoint;
use leptos::prelude::*;

use super::job_view::JobView;
use crate::{
    dispatch::JobState,
    ui::{Card, Glyph, Icon, SecondaryLink, Stop, Stops},
};

impl JobView<'_> {
    /// The destination, with directions and the phone number.
    pub(super) fn place(&self) -> impl IntoView + use<> {
        let mine = self.is_mine();
        let mut stops =
            vec![Stop { label: t!("portal-where").to_owned(), place: self.job.address.clone(), detail: String::new() }];
        if let Some(destination) = &self.job.destination {
            stops.push(Stop {
                label: t!("portal-where-to").to_owned(),
                place: destination.address.clone(),
                detail: String::new(),
            });
        }
        let onward = matches!(self.job.state, JobState::InProgress);
        let target = match &self.job.destination {
            Some(destination) if onward => (destination.point, destination.address.clone()),
            _ => (self.job.point, self.job.address.clone()),
        };
        let call = self.only().and_then(|only| self.call(only));
        let navigate = mine.then(|| navigation(target.0, &target.1));
        view! {
            <Card>
                <Stops stops />
                {navigate.map(|href| view! {
                    <div class="wide">
                        <SecondaryLink href=href><Icon glyph=Glyph::Navigation />{t!("portal-navigate")}</SecondaryLink>
                    </div>
                })}
                {call}
            </Card>
        }
    }
}

/// A link that opens directions in the phone's map app, or in a map on the web.
fn navigation(point: Option<GeoPoint>, address: &str) -> String {
    let target = match point {
        Some(point) => format!("{},{}", point.latitude(), point.longitude()),
        None => form_urlencoded::byte_serialize(address.as_bytes()).collect(),
    };
    format!("https://www.google.com/maps/dir/?api=1&destination={target}&travelmode=driving")
}
