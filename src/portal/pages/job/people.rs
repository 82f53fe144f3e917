//! Whom it is done for, and who comes along.

use std::collections::HashMap;

use engine::{
    Id,
    field::{first_name, isolated},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::job_view::JobView;
use crate::{
    bookings::{self, Booking},
    db::Tx,
    dispatch::JobState,
    error::AppError,
    fulfilment::missed::ReportNoShow,
    payments::in_words,
    portal::{pages::besides_the_way, store::JobDetails},
    server::Visit,
    ui::{Card, Description, DescriptionList, Glyph, HiddenField, Icon, PostForm, SecondaryButton, SecondaryLink},
    verticals::{About, Seen, Side},
};

/// On a phone, the first characters of a name fit on a button.
const LONGEST_ON_A_BUTTON: usize = 24;

impl JobView<'_> {
    /// Who comes along, and whether somebody is still missing.
    pub(super) fn crew(&self) -> Option<impl IntoView + use<>> {
        let names = self.crew.iter().map(|member| {
            let name = isolated(&member.name);
            if member.leads { t!("portal-leads", name = name) } else { name.to_string() }
        });
        let names = names.collect::<Vec<_>>().join(", ");
        let size = t!("portal-of", crew = self.crew.len(), staff_needed = self.job.staff_needed);
        (!self.crew.is_empty()).then(|| {
            view! {
                <Card attr:id="crew">
                    <DescriptionList><Description term=t!("portal-crew")>{names}</Description><Description term=t!("portal-chosen")>{size}</Description></DescriptionList>
                </Card>
            }
        })
    }

    /// The customer's phone number, only while the job is active.
    pub(super) fn call(&self, booking: &JobDetails) -> Option<impl IntoView + use<>> {
        let href = format!("tel:{}", booking.contact_phone.as_str());
        let name = first_name(&booking.contact_name);
        let fits = name.chars().count() <= LONGEST_ON_A_BUTTON;
        let label =
            if fits { t!("portal-call", name = isolated(name)) } else { t!("portal-call-the-customer").to_owned() };
        self.is_mine().then(|| {
            view! { <div class="wide"><SecondaryLink href=href><Icon glyph=Glyph::Phone />{label}</SecondaryLink></div> }
        })
    }

    /// One of several people who wasn't there: the job goes on for the others.
    fn no_show(&self, booking: &JobDetails) -> Option<impl IntoView + use<>> {
        let is_there = matches!(self.job.state, JobState::Arrived | JobState::InProgress);
        let (job, id) = (self.job.id.to_string(), booking.booking_id.to_string());
        let name = isolated(first_name(&booking.contact_name)).to_string();
        (self.is_mine() && is_there && !booking.phase.is_terminal()).then(|| {
            view! {
                <details class="confirm">
                    <summary class="button button-quiet">{t!("portal-didnt-show", name = name)}</summary>
                    <PostForm action=ReportNoShow::PATH>
                        <HiddenField name="job" value=job />
                        <HiddenField name="booking" value=id />
                        <p class="muted">{t!("portal-the-job-goes-on-for-the")}</p>
                        <SecondaryButton>{t!("portal-not-there")}</SecondaryButton>
                    </PostForm>
                </details>
            }
        })
    }

    /// A booking: the customer and what it is about. With several, each has its own phone number and price.
    pub(super) fn facts(&self, job_details: &JobDetails, about: About) -> impl IntoView + use<> {
        let is_one_of_several = self.only().is_none();
        let price =
            (is_one_of_several && !job_details.hides_price).then(|| self.tenant.money(job_details.owed).to_string());
        let is_over = is_one_of_several && job_details.phase.is_terminal();
        let phase = is_over.then(|| job_details.phase.label());
        let call = is_one_of_several.then(|| self.call(job_details)).flatten();
        let no_show = is_one_of_several.then(|| self.no_show(job_details)).flatten();
        let details = besides_the_way(about);
        let notes =
            job_details.notes.clone().map(|notes| view! { <Description term=t!("portal-notes")>{notes}</Description> });
        let method = job_details.billed_to.as_deref().map_or_else(
            || job_details.payment_method.label().to_owned(),
            |payer| t!("portal-payer-you-collect-nothing", payer = in_words::billed_to(payer)),
        );
        let customer = if self.is_mine() {
            job_details.contact_name.clone()
        } else {
            first_name(&job_details.contact_name).to_owned()
        };
        view! {
            <Card>
                <DescriptionList>
                    <Description term=t!("portal-customer")>{customer}</Description>
                    {details}
                    <Description term=t!("portal-pays-with")>{method}</Description>
                    {price.map(|price| view! { <Description term=t!("portal-price")>{price}</Description> })}
                    {phase.map(|phase| view! { <Description term=t!("portal-status")>{phase}</Description> })}
                    {notes}
                </DescriptionList>
                {call}
                {no_show}
            </Card>
        }
    }
}

/// What the kinds of business add, for each of the bookings.
pub(super) async fn panels(
    tx: &mut Tx,
    visit: &Visit,
    side: Side<'_>,
    bookings: &[JobDetails],
    abouts: &HashMap<Id<Booking>, About>,
) -> Result<HashMap<Id<Booking>, Vec<ViewFnOnce>>, AppError> {
    let unknown = About::default();
    let mut added = HashMap::new();
    let with_panels = bookings.iter().filter(|booking| booking.vertical.has_panels());
    let ids: Vec<_> = with_panels.map(|booking| booking.booking_id).collect();
    for booking in bookings::store::find_all(tx, &ids).await? {
        let seen = Seen { visit, booking: &booking, about: abouts.get(&booking.id).unwrap_or(&unknown), side };
        added.insert(booking.id, booking.vertical.panels(tx, &seen).await?);
    }
    Ok(added)
}
