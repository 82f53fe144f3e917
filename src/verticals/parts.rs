//! Parts of booking pages that verticals share.

use engine::field::isolated;
use leptos::prelude::*;

use crate::{
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{EmptyState, Glyph, Icon, PrimaryLink, SecondaryLink},
};

/// The page of a service that can't be booked at the moment.
pub(super) fn not_bookable(visit: Visit, service: String) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    Page::new(service.clone(), move || {
        let call = format!("tel:{}", ctx.tenant.phone);
        view! {
            <CustomerFrame ctx>
                <crate::ui::Page title=format!("{} can't be booked right now", isolated(&service))>
                    <EmptyState
                        glyph=Glyph::TrafficCone
                        title="We don't offer this at the moment"
                        text="Call us, or choose another service. Existing bookings stay."
                    >
                        <PrimaryLink href=call><Icon glyph=Glyph::Phone />"Call us"</PrimaryLink>
                        <SecondaryLink href="/book">"Other services"</SecondaryLink>
                    </EmptyState>
                </crate::ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}
