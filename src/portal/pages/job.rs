use chrono::{DateTime, Utc};
use engine::field::{first_name, isolated};
use engine::{GeoPoint, Id, Quote};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{besides_the_way, home::badge, when};
use crate::{
    bookings::{self, PaymentMethod, quotes},
    dispatch::{
        self, Assignment, AssignmentState, Job, JobState, Outcome,
        actions::{AdvanceJob, GiveBackJob},
    },
    error::AppError,
    fulfilment::actions::{CompleteJob, GiveUpJob},
    payments::in_words,
    portal::{
        ProviderFrame, Shift,
        elements::SharePosition,
        store::{self, JobDetails},
    },
    providers,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, Alert, ButtonForm, Card, Choice, Description, DescriptionList, DialogButton, Glyph, HiddenField, Icon,
        Need, PostForm, PrimaryButton, PrimaryLink, ProgressSteps, RadioGroup, SecondaryButton, SecondaryLink,
        StickyActions, Stop, Stops, TextField, Tone,
    },
    verticals::{About, FinishPart, FinishSheet, Seen, Side},
};

/// The id of the dialog that finishes a job.
const FINISH: &str = "finish-job";
const FINISH_TITLE: &str = "Complete this job";

/// On a phone, the first characters of a name fit on a button.
const LONGEST_ON_A_BUTTON: usize = 24;

/// `/provider/jobs/{id}`: the destination, the contact, and the next step.
pub async fn job(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Job> = visit.param("id")?;
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let provider = providers::of_user(&mut tx, &visit.ctx).await?;
    let assignment = dispatch::store::assignments::latest(&mut tx, id, provider.id).await?.ok_or(AppError::NotFound)?;
    let job = dispatch::store::jobs::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let job_details = store::job_details(&mut tx, id, provider.id).await?;
    let about = job_details.vertical.about_one(&mut tx, &visit.ctx.tenant, job_details.booking_id).await?;
    let booking = bookings::store::find(&mut tx, job_details.booking_id).await?.ok_or(AppError::NotFound)?;
    let seen = Seen { visit: &visit, booking: &booking, about: &about, side: Side::Provider(&provider, id) };
    let panels = booking.vertical.panels(&mut tx, &seen).await?;
    let approved = match job.state {
        JobState::InProgress => Some(quotes::approved(&quotes::list(&mut tx, job_details.booking_id).await?)?),
        _ => None, // only the form that completes the job shows the price line by line
    };
    drop(tx);

    let report = job_details.vertical.finish().filter(|part| approved.as_ref().is_some_and(part.needs_report));
    let forms = Forms {
        finish: visit.form(report.map_or(CompleteJob::PATH, |part| part.action)),
        give_back: visit.form(GiveBackJob::PATH),
        give_up: visit.form(GiveUpJob::PATH),
    };
    let ctx = visit.ctx;
    Page::new(job_details.service_name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let shift = Shift::of(&provider, 0);
        let job_view = JobView { tenant: &tenant, job: &job, assignment: &assignment, job_details: &job_details, now };
        let lead = format!("Booking {}", job_details.reference);
        let state_row = job_view.state_row();
        let place = job_view.place();
        let facts = job_view.facts(about);
        let price = job_view.price();
        let sharing = job_view
            .is_mine()
            .then(|| view! { <SharePosition><a href="/provider">"Type where you are"</a></SharePosition> });
        let finish =
            approved.filter(|_| job_view.is_mine()).map(|approved| job_view.finish(&approved, report, &forms.finish));
        let other_actions = job_view.other_actions(&forms);
        let next_step = job_view.next_step(forms.finish.was_submitted());
        let title = job_details.service_name.clone();
        view! {
            <ProviderFrame ctx path="/provider/jobs" shift>
                <ui::Page title lead=lead>
                    {state_row}
                    {place}
                    {facts}
                    {panels.into_iter().map(ViewFnOnce::run).collect_view()}
                    {price}
                    {finish}
                    {sharing}
                    {other_actions}
                    {next_step}
                </ui::Page>
            </ProviderFrame>
        }
    })
    .answer()
}

struct Forms {
    finish: ui::FormState,
    give_back: ui::FormState,
    give_up: ui::FormState,
}

struct JobView<'a> {
    tenant: &'a Tenant,
    job: &'a Job,
    assignment: &'a Assignment,
    job_details: &'a JobDetails,
    now: DateTime<Utc>,
}

impl JobView<'_> {
    /// Whether the provider still has the job and hasn't finished it.
    fn is_mine(&self) -> bool {
        self.assignment.state != AssignmentState::Ended && self.job.state.is_active()
    }

    /// The job's state, or that the provider no longer has it.
    fn state_row(&self) -> AnyView {
        let job = self.job;
        if job.state == JobState::Cancelled {
            let why = job.outcome.clone().unwrap_or_else(|| "The customer cancelled.".to_owned());
            let next = self.job_details.next_job.map(|next| {
                let href = format!("/provider/jobs/{next}");
                view! { <p><a href=href>"You keep it: open it at its new time."</a></p> }
            });
            let title = if next.is_some() { "Moved" } else { "Cancelled: nothing more to do" };
            return view! { <Alert tone=Tone::Danger title><p>{why}</p>{next}</Alert> }.into_any();
        }
        if job.state == JobState::Unsuccessful {
            let reason = job.outcome.clone().unwrap_or_default();
            return view! { <Alert tone=Tone::Warning title="Could not be done"><p>{reason}</p></Alert> }.into_any();
        }
        if self.assignment.state == AssignmentState::Ended && job.state != JobState::Done {
            return view! { <Alert tone=Tone::Info title="You no longer have this job"><p>"Someone else has it now."</p></Alert> }.into_any();
        }
        let current = match job.state {
            JobState::EnRoute => 1,
            JobState::Arrived => 2,
            JobState::InProgress => 3,
            JobState::Done => 5,
            _ => 0,
        };
        let steps = ["Accepted", "On the way", "Arrived", "Working", "Done"].map(str::to_owned).to_vec();
        let promised = job
            .promised_at
            .filter(|_| current < 2)
            .map(|at| format!("Be there by {}", when(self.tenant, at, self.now)));
        view! {
            <div id=format!("progress-{}", job.state) data-live="" class="row-between">
                {badge(job.state)}
                {promised.map(|text| view! { <span class="strong">{text}</span> })}
            </div>
            <ProgressSteps label="This job" steps current />
        }
        .into_any()
    }

    /// The destination, with directions and the phone number.
    fn place(&self) -> impl IntoView + use<> {
        let mine = self.is_mine();
        let mut stops =
            vec![Stop { label: "Where".to_owned(), place: self.job.address.clone(), detail: String::new() }];
        if let Some(destination) = &self.job.destination {
            stops.push(Stop {
                label: "Where to".to_owned(),
                place: destination.address.clone(),
                detail: String::new(),
            });
        }
        let onward = matches!(self.job.state, JobState::InProgress);
        let target = match &self.job.destination {
            Some(destination) if onward => (destination.point, destination.address.clone()),
            _ => (self.job.point, self.job.address.clone()),
        };
        let job_details = self.job_details;
        // The phone number is shown only while the job is active.
        let call = mine.then(|| {
            let href = format!("tel:{}", job_details.contact_phone.as_str());
            let name = first_name(&job_details.contact_name);
            let fits = name.chars().count() <= LONGEST_ON_A_BUTTON;
            let label = if fits { format!("Call {}", isolated(name)) } else { "Call the customer".to_owned() };
            view! { <div class="wide"><SecondaryLink href=href><Icon glyph=Glyph::Phone />{label}</SecondaryLink></div> }
        });
        let navigate = mine.then(|| navigation(target.0, &target.1));
        view! {
            <Card>
                <Stops stops />
                {navigate.map(|href| view! {
                    <div class="wide">
                        <SecondaryLink href=href><Icon glyph=Glyph::Navigation />"Navigate"</SecondaryLink>
                    </div>
                })}
                {call}
            </Card>
        }
    }

    fn facts(&self, about: About) -> impl IntoView + use<> {
        let job_details = self.job_details;
        let details = besides_the_way(about);
        let notes = job_details.notes.clone().map(|notes| view! { <Description term="Notes">{notes}</Description> });
        let method = job_details.billed_to.as_deref().map_or_else(
            || job_details.payment_method.label().to_owned(),
            |payer| format!("{}. You collect nothing", in_words::billed_to(payer)),
        );
        let customer = if self.is_mine() {
            job_details.contact_name.clone()
        } else {
            first_name(&job_details.contact_name).to_owned()
        };
        view! {
            <Card>
                <DescriptionList>
                    <Description term="Customer">{customer}</Description>
                    {details}
                    <Description term="Pays with">{method}</Description>
                    {notes}
                </DescriptionList>
            </Card>
        }
    }

    /// The customer's price and the provider's earning.
    fn price(&self) -> impl IntoView + use<> {
        let job_details = self.job_details;
        let is_shown = !job_details.hides_price;
        let owed = is_shown.then(|| self.tenant.money(job_details.owed).to_string());
        let ceiling = (is_shown && job_details.ceiling > job_details.owed)
            .then(|| self.tenant.money(job_details.ceiling).to_string());
        let earned = job_details.earned.map(|amount| self.tenant.money(amount).to_string());
        let cash =
            job_details.cash.map(|amount| format!("{}, deducted from your next payout", self.tenant.money(amount)));
        let term = if self.job.state == JobState::Done { "Final price" } else { "Price" };
        let is_empty = owed.is_none() && earned.is_none() && cash.is_none();
        (!is_empty).then(|| view! {
            <Card>
                <DescriptionList>
                    {owed.map(|owed| view! { <Description term>{owed}</Description> })}
                    {ceiling.map(|most| view! { <Description term="Approved up to">{most}</Description> })}
                    {earned.map(|amount| view! { <Description term="You earned"><strong>{amount}</strong></Description> })}
                    {cash.map(|amount| view! { <Description term="Cash you took">{amount}</Description> })}
                </DescriptionList>
            </Card>
        })
    }

    /// The button for the next step, within reach of a thumb. The last step opens a dialog that asks for the report; it is open at once if its form was rejected.
    fn next_step(&self, finish_was_submitted: bool) -> Option<AnyView> {
        if !self.is_mine() {
            return self.job.state.is_over().then(|| {
                view! { <StickyActions><PrimaryLink href="/provider">"Back to your home page"</PrimaryLink></StickyActions> }.into_any()
            });
        }
        let (to, label, glyph) = match self.job.state {
            JobState::Assigned => (JobState::EnRoute, "I'm on my way", Glyph::Truck),
            JobState::EnRoute => (JobState::Arrived, "I have arrived", Glyph::MapPin),
            JobState::Arrived => (JobState::InProgress, "Start the work", Glyph::Wrench),
            _ if finish_was_submitted => return None,
            _ => {
                let done = view! {
                    <StickyActions>
                        <DialogButton opens=FINISH primary=true><Icon glyph=Glyph::CircleCheck />"Done"</DialogButton>
                    </StickyActions>
                };
                return Some(done.into_any());
            }
        };
        let id = self.job.id.to_string();
        Some(
            view! {
                <StickyActions>
                    <ButtonForm action=AdvanceJob::PATH>
                        <HiddenField name="job" value=id />
                        <HiddenField name="to" value=to.as_str() />
                        <PrimaryButton><Icon glyph />{label}</PrimaryButton>
                    </ButtonForm>
                </StickyActions>
            }
            .into_any(),
        )
    }

    /// The form that finishes the job: the report of its kind of business, or else the price and the cash to collect.
    fn finish(&self, approved: &Quote, report: Option<FinishPart>, form: &ui::FormState) -> AnyView {
        let was_submitted = form.was_submitted();
        let id = self.job.id.to_string();
        let job_details = self.job_details;
        let total_label = match (&job_details.billed_to, job_details.payment_method) {
            (Some(payer), _) => in_words::billed_to(payer),
            (None, PaymentMethod::Cash) => "Cash to collect".to_owned(),
            (None, method) => format!("Customer pays by {}", method.label()),
        };
        let hides_price = job_details.hides_price;
        let sheet = FinishSheet { tenant: self.tenant, approved, total_label, hides_price, form };
        let action = report.map_or(CompleteJob::PATH, |part| part.action);
        let bill = match report {
            Some(part) => (part.fields)(&sheet),
            None => self.bill(&sheet),
        };
        let form = form.clone();
        let fields = view! {
            <PostForm action>
                <ui::ErrorSummary form />
                <HiddenField name="job" value=id />
                {bill}
                <div class="wide"><PrimaryButton><Icon glyph=Glyph::CircleCheck />"Complete job"</PrimaryButton></div>
            </PostForm>
        };
        if was_submitted {
            view! { <ui::TitledCard title=FINISH_TITLE>{fields}</ui::TitledCard> }.into_any()
        } else {
            view! { <ui::Dialog id=FINISH title=FINISH_TITLE>{fields}</ui::Dialog> }.into_any()
        }
    }

    /// The price, or who pays it if the provider collects nothing and isn't shown it.
    fn bill(&self, sheet: &FinishSheet<'_>) -> AnyView {
        if sheet.hides_price {
            return sheet.payer();
        }
        let total = self.tenant.money(sheet.approved.total()).to_string();
        let lines = vec![ui::PriceLine::new(&self.job_details.service_name, total.clone())];
        view! { <ui::PriceLines lines total_label=sheet.total_label.clone() total /> }.into_any()
    }

    /// Giving the job back before work starts, or reporting that it can't be done.
    fn other_actions(&self, forms: &Forms) -> impl IntoView + use<> {
        let mine = self.is_mine();
        let back = mine && matches!(self.job.state, JobState::Assigned | JobState::EnRoute);
        let up = mine && matches!(self.job.state, JobState::Arrived | JobState::InProgress);
        let id = self.job.id.to_string();
        let other_id = id.clone();
        let give_back = forms.give_back.clone();
        let give_up = forms.give_up.clone();
        let give_back_open = give_back.was_submitted();
        let give_up_open = give_up.was_submitted();
        let outcomes = Outcome::ALL.iter().map(|outcome| Choice::new(outcome.as_str(), outcome.label())).collect();
        view! {
            {back.then(|| view! {
                <details class="confirm" open=give_back_open>
                    <summary class="button button-quiet">"Give this job back"</summary>
                    <PostForm action=GiveBackJob::PATH>
                        <ui::ErrorSummary form=give_back.clone() />
                        <HiddenField name="job" value=id />
                        <p class="muted">"We ask someone else right away. You won't be offered this job again."</p>
                        <TextField label="Why?" name="reason" state=give_back.field("reason") maxlength=200 />
                        <SecondaryButton>"Give it back"</SecondaryButton>
                    </PostForm>
                </details>
            })}
            {up.then(|| view! {
                <details class="confirm" open=give_up_open>
                    <summary class="button button-quiet">"It can't be done"</summary>
                    <PostForm action=GiveUpJob::PATH>
                        <ui::ErrorSummary form=give_up.clone() />
                        <HiddenField name="job" value=other_id />
                        <RadioGroup legend="What happened?" name="outcome" state=give_up.field("outcome") choices=outcomes />
                        <TextField label="Anything to add?" name="note" state=give_up.field("note") need=Need::Optional maxlength=200 />
                        <SecondaryButton>"Close this job"</SecondaryButton>
                    </PostForm>
                </details>
            })}
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
