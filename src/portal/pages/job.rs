use std::collections::HashMap;

use chrono::{DateTime, Utc};
use engine::field::{first_name, isolated};
use engine::{Amount, GeoPoint, Id, Quote};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{besides_the_way, home::badge, when};
use crate::{
    bookings::{self, Booking, PaymentMethod, quotes},
    db::Tx,
    dispatch::{
        self, Assignment, AssignmentState, Job, JobState, Outcome,
        actions::{GiveBackJob, ReachDestination},
    },
    error::AppError,
    fulfilment::{
        actions::{AdvanceJob, CompleteJob, GiveUpJob},
        missed::ReportNoShow,
        start_code, step,
    },
    payments::in_words,
    portal::{
        ProviderFrame, Shift,
        elements::SharePosition,
        store::{self, JobDetails, Member},
    },
    providers,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{
        self, Alert, ButtonForm, Card, Choice, Description, DescriptionList, DialogButton, Glyph, HiddenField, Icon,
        Need, PostForm, PrimaryButton, PrimaryLink, ProgressSteps, RadioGroup, SecondaryButton, SecondaryLink,
        StickyActions, Stop, Stops, TextField, Tone,
    },
    verticals::{About, FinishPart, FinishSheet, JobSeen, Seen, Side, about_all, name_of_job},
    words::Phrase,
};

/// The id of the dialog that finishes a job.
const FINISH: &str = "finish-job";
const FINISH_TITLE: Phrase = phrase!("portal-complete-this-job");

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
    let crew = if job.needs_crew() { store::crew(&mut tx, id).await? } else { Vec::new() };
    let bookings = store::job_details(&mut tx, id, provider.id).await?;
    let kinds: Vec<_> = bookings.iter().map(|booking| (booking.booking_id, booking.vertical)).collect();
    let mut abouts = about_all(&mut tx, &visit.ctx.tenant, &kinds).await?;
    let side = Side::Provider(&provider, id);
    let mut panels = panels(&mut tx, &visit, side, &bookings, &abouts).await?;
    let of_job = match job.vertical.or_else(|| bookings.first().map(|first| first.vertical)) {
        Some(kind) => kind.job_panels(&mut tx, &JobSeen { visit: &visit, job: &job, side }).await?,
        None => Vec::new(),
    };
    let asks_code =
        job.state == JobState::Arrived && !start_code::of_job(&mut tx, &visit.ctx.app.keys, id).await?.is_empty();
    let told_first = step::told_first(&mut tx, &visit.ctx.tenant, &job).await?;
    let bill = match (&bookings[..], job.state) {
        ([only], JobState::InProgress) => {
            let approved = quotes::approved(&quotes::list(&mut tx, only.booking_id).await?)?;
            let report = only.vertical.finish().filter(|part| (part.needs_report)(&approved));
            Some((approved, report))
        }
        _ => None, // only the form that completes the job shows the price line by line
    };
    drop(tx);

    let forms = Forms {
        begin: visit.form(AdvanceJob::PATH),
        finish: visit.form(finish_action(bill.as_ref())),
        give_back: visit.form(GiveBackJob::PATH),
        give_up: visit.form(GiveUpJob::PATH),
    };
    let ctx = visit.ctx;
    let unbooked = || name_of_job(job.vertical, &job.kind).to_owned();
    let title = bookings.first().map_or_else(unbooked, |first| first.service_name.clone());
    Page::new(title.clone(), move || {
        let tenant = ctx.tenant.clone();
        let shift = Shift::of(&provider, 0);
        let job_view =
            JobView { tenant: &tenant, job: &job, assignment: &assignment, bookings: &bookings, crew: &crew, now };
        let lead = job_view.lead();
        let state_row = job_view.state_row();
        let place = job_view.place();
        let crew = job_view.crew();
        let people = bookings
            .iter()
            .map(|booking| {
                let facts = job_view.facts(booking, abouts.remove(&booking.booking_id).unwrap_or_default());
                let panels = panels.remove(&booking.booking_id).unwrap_or_default();
                view! { {facts} {panels.into_iter().map(ViewFnOnce::run).collect_view()} }
            })
            .collect_view();
        let price = job_view.price();
        let sharing = job_view.is_mine().then(
            || view! { <SharePosition><a href="/provider">{t!("portal-type-where-you-are")}</a></SharePosition> },
        );
        let is_working = job_view.is_mine() && job.state == JobState::InProgress;
        let finish = (is_working && told_first.is_none()).then(|| job_view.finish(bill.as_ref(), &forms.finish));
        let reached = (is_working && job.destination.is_some() && job.reached_at.is_none()).then(|| reached_button(id));
        let other_actions = job_view.other_actions(&forms);
        let begin =
            (asks_code && told_first.is_none() && job_view.is_mine()).then(|| begin_with_code(id, &forms.begin));
        let next_step = match (told_first, &begin) {
            (Some(first), _) if job_view.is_mine() => Some(view! { <Alert tone=Tone::Info title=first /> }.into_any()),
            (_, Some(_)) => None,
            _ => job_view.next_step(forms.finish.was_submitted()),
        };
        view! {
            <ProviderFrame ctx path="/provider/jobs" shift>
                <ui::Page title lead=lead>
                    {state_row}
                    {begin}
                    {crew}
                    {place}
                    {of_job.into_iter().map(ViewFnOnce::run).collect_view()}
                    {people}
                    {price}
                    {reached}
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

/// The price of the only booking, and the report that its kind of business asks for.
type Bill = (Quote, Option<FinishPart>);

fn finish_action(bill: Option<&Bill>) -> &'static str {
    bill.and_then(|(_, report)| *report).map_or(CompleteJob::PATH, |part| part.action)
}

struct Forms {
    begin: ui::FormState,
    finish: ui::FormState,
    give_back: ui::FormState,
    give_up: ui::FormState,
}

struct JobView<'a> {
    tenant: &'a Tenant,
    job: &'a Job,
    assignment: &'a Assignment,
    /// One, several, or none yet.
    bookings: &'a [JobDetails],
    /// Empty if one person does it alone.
    crew: &'a [Member],
    now: DateTime<Utc>,
}

impl JobView<'_> {
    /// Whether the provider still has the job and hasn't finished it.
    fn is_mine(&self) -> bool {
        self.assignment.state != AssignmentState::Ended && !self.job.state.is_over()
    }

    /// The booking, if the job has exactly one.
    fn only(&self) -> Option<&JobDetails> {
        self.bookings.first().filter(|_| self.bookings.len() == 1)
    }

    fn lead(&self) -> String {
        match (self.only(), self.bookings.len()) {
            (Some(only), _) => t!("portal-booking", reference = only.reference),
            (None, 0) => t!("portal-nobody-is-booked-on-it-yet").to_owned(),
            (None, many) => t!("portal-bookings-2", many = many),
        }
    }

    /// Who comes along, and whether somebody is still missing.
    fn crew(&self) -> Option<impl IntoView + use<>> {
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

    /// The job's state, or that the provider no longer has it.
    fn state_row(&self) -> AnyView {
        let job = self.job;
        if job.state == JobState::Cancelled && job.is_published {
            let reason = job.outcome.clone().unwrap_or_default();
            return view! { <Alert tone=Tone::Danger title=t!("portal-this-job-was-called-off")><p>{reason}</p></Alert> }
                .into_any();
        }
        if job.state == JobState::Cancelled {
            let why = job.outcome.clone().unwrap_or_else(|| t!("portal-the-customer-cancelled").to_owned());
            let next = self.only().and_then(|only| only.next_job).map(|next| {
                let href = format!("/provider/jobs/{next}");
                view! { <p><a href=href>{t!("portal-you-keep-it-open-it-at")}</a></p> }
            });
            let title = if next.is_some() { t!("portal-moved") } else { t!("portal-cancelled-nothing-more-to-do") };
            return view! { <Alert tone=Tone::Danger title><p>{why}</p>{next}</Alert> }.into_any();
        }
        if job.state == JobState::Unsuccessful {
            let reason = job.outcome.clone().unwrap_or_default();
            return view! { <Alert tone=Tone::Warning title=t!("portal-could-not-be-done")><p>{reason}</p></Alert> }
                .into_any();
        }
        if self.assignment.state == AssignmentState::Ended && job.state != JobState::Done {
            return view! { <Alert tone=Tone::Info title=t!("portal-you-no-longer-have-this-job")><p>{t!("portal-someone-else-has-it-now")}</p></Alert> }.into_any();
        }
        if job.state.is_searching() {
            return view! {
                <Alert tone=Tone::Info title=t!("portal-your-crew-isnt-complete-yet")><p>{t!("portal-you-can-set-out-once-everybody")}</p></Alert>
            }
            .into_any();
        }
        let current = match job.state {
            JobState::EnRoute => 1,
            JobState::Arrived => 2,
            JobState::InProgress => 3,
            JobState::Done => 5,
            _ => 0,
        };
        let steps = [
            t!("portal-accepted"),
            t!("portal-on-the-way"),
            t!("portal-arrived"),
            t!("portal-working"),
            t!("portal-done"),
        ]
        .map(str::to_owned)
        .to_vec();
        let promised = job
            .promised_at
            .filter(|_| current < 2)
            .map(|at| t!("portal-be-there-by-2", when = when(self.tenant, at, self.now)));
        view! {
            <div id=format!("progress-{}", job.state) data-live="" class="row-between">
                {badge(job.state)}
                {promised.map(|text| view! { <span class="strong">{text}</span> })}
            </div>
            <ProgressSteps label=t!("portal-this-job") steps current />
        }
        .into_any()
    }

    /// The destination, with directions and the phone number.
    fn place(&self) -> impl IntoView + use<> {
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

    /// The customer's phone number, only while the job is active.
    fn call(&self, booking: &JobDetails) -> Option<impl IntoView + use<>> {
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
    fn facts(&self, job_details: &JobDetails, about: About) -> impl IntoView + use<> {
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
            |payer| t!("portal-you-collect-nothing", payer = in_words::billed_to(payer)),
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

    /// The customer's price and the provider's earning.
    fn price(&self) -> impl IntoView + use<> {
        let shown = self.only().filter(|only| !only.hides_price);
        let owed = shown.map(|only| self.tenant.money(only.owed).to_string());
        let ceiling =
            shown.filter(|only| only.ceiling > only.owed).map(|only| self.tenant.money(only.ceiling).to_string());
        let earned = self.bookings.first().and_then(|first| first.earned);
        let earned = earned.map(|amount| self.tenant.money(amount).to_string());
        let cash: Amount = self.bookings.iter().filter_map(|booking| booking.cash).sum();
        let cash =
            (!cash.is_zero()).then(|| t!("portal-deducted-from-your-next-payout", cash = self.tenant.money(cash)));
        let term = if self.job.state == JobState::Done { t!("portal-final-price") } else { t!("portal-price") };
        let is_empty = owed.is_none() && earned.is_none() && cash.is_none();
        (!is_empty).then(|| view! {
            <Card>
                <DescriptionList>
                    {owed.map(|owed| view! { <Description term>{owed}</Description> })}
                    {ceiling.map(|most| view! { <Description term=t!("portal-approved-up-to")>{most}</Description> })}
                    {earned.map(|amount| view! { <Description term=t!("portal-you-earned")><strong>{amount}</strong></Description> })}
                    {cash.map(|amount| view! { <Description term=t!("portal-cash-you-took")>{amount}</Description> })}
                </DescriptionList>
            </Card>
        })
    }

    /// The button for the next step, within reach of a thumb. The last step opens a dialog that asks for the report; it is open at once if its form was rejected.
    fn next_step(&self, finish_was_submitted: bool) -> Option<AnyView> {
        if !self.is_mine() {
            return self.job.state.is_over().then(|| {
                view! { <StickyActions><PrimaryLink href="/provider">{t!("portal-back-to-your-home-page")}</PrimaryLink></StickyActions> }.into_any()
            });
        }
        if self.job.state.is_searching() {
            return None;
        }
        let to = self.job.state.next()?;
        let (label, glyph) = match to {
            JobState::EnRoute => (t!("portal-im-on-my-way"), Glyph::Truck),
            JobState::Arrived => (t!("portal-i-have-arrived"), Glyph::MapPin),
            JobState::InProgress => (t!("portal-start-the-work"), Glyph::Wrench),
            _ if finish_was_submitted => return None,
            _ => {
                let done = view! {
                    <StickyActions>
                        <DialogButton opens=FINISH primary=true><Icon glyph=Glyph::CircleCheck />{t!("portal-done")}</DialogButton>
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
    fn finish(&self, bill: Option<&Bill>, form: &ui::FormState) -> AnyView {
        let was_submitted = form.was_submitted();
        let id = self.job.id.to_string();
        let action = finish_action(bill);
        let bill = match (self.only(), bill) {
            (Some(only), Some((approved, report))) => self.bill(only, approved, *report, form),
            _ => self.cash(),
        };
        let form = form.clone();
        let fields = view! {
            <PostForm action>
                <ui::ErrorSummary form />
                <HiddenField name="job" value=id />
                {bill}
                <div class="wide"><PrimaryButton><Icon glyph=Glyph::CircleCheck />{t!("portal-complete-job")}</PrimaryButton></div>
            </PostForm>
        };
        if was_submitted {
            view! { <ui::TitledCard title=FINISH_TITLE.say()>{fields}</ui::TitledCard> }.into_any()
        } else {
            view! { <ui::Dialog id=FINISH title=FINISH_TITLE.say()>{fields}</ui::Dialog> }.into_any()
        }
    }

    /// The report of the one booking, or its price, or who pays it if the provider collects nothing and isn't shown it.
    fn bill(&self, only: &JobDetails, approved: &Quote, report: Option<FinishPart>, form: &ui::FormState) -> AnyView {
        let total_label = match (&only.billed_to, only.payment_method) {
            (Some(payer), _) => in_words::billed_to(payer),
            (None, PaymentMethod::Cash) => t!("portal-cash-to-collect").to_owned(),
            (None, method) => t!("portal-customer-pays-by", label = method.label()),
        };
        let hides_price = only.hides_price;
        let sheet = FinishSheet { tenant: self.tenant, approved, total_label, hides_price, form };
        if let Some(part) = report {
            return (part.fields)(&sheet);
        }
        if hides_price {
            return sheet.payer();
        }
        let total = self.tenant.money(approved.total()).to_string();
        let lines = vec![ui::PriceLine::new(&only.service_name, total.clone())];
        view! { <ui::PriceLines lines total_label=sheet.total_label.clone() total /> }.into_any()
    }

    /// The cash to collect from several people.
    fn cash(&self) -> AnyView {
        let pays_cash = |booking: &&JobDetails| {
            booking.billed_to.is_none() && booking.payment_method == PaymentMethod::Cash && !booking.phase.is_terminal()
        };
        let paying: Vec<_> = self.bookings.iter().filter(pays_cash).collect();
        if paying.is_empty() {
            return view! { <p>{t!("portal-you-collect-nothing-2")}</p> }.into_any();
        }
        let line = |booking: &&JobDetails| {
            ui::PriceLine::new(&booking.contact_name, self.tenant.money(booking.owed).to_string())
        };
        let lines = paying.iter().map(line).collect();
        let total: Amount = paying.iter().map(|booking| booking.owed).sum();
        view! { <ui::PriceLines lines total_label=t!("portal-cash-to-collect") total=self.tenant.money(total).to_string() /> }
            .into_any()
    }

    /// Giving the job back before work starts, or reporting that it can't be done.
    fn other_actions(&self, forms: &Forms) -> impl IntoView + use<> {
        let mine = self.is_mine();
        let back =
            mine && (self.job.state.is_searching() || matches!(self.job.state, JobState::Assigned | JobState::EnRoute));
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
                    <summary class="button button-quiet">{t!("portal-give-this-job-back")}</summary>
                    <PostForm action=GiveBackJob::PATH>
                        <ui::ErrorSummary form=give_back.clone() />
                        <HiddenField name="job" value=id />
                        <p class="muted">{t!("portal-we-ask-someone-else-right-away")}</p>
                        <TextField label=t!("portal-why") name="reason" state=give_back.field("reason") maxlength=200 />
                        <SecondaryButton>{t!("portal-give-it-back")}</SecondaryButton>
                    </PostForm>
                </details>
            })}
            {up.then(|| view! {
                <details class="confirm" open=give_up_open>
                    <summary class="button button-quiet">{t!("portal-it-cant-be-done")}</summary>
                    <PostForm action=GiveUpJob::PATH>
                        <ui::ErrorSummary form=give_up.clone() />
                        <HiddenField name="job" value=other_id />
                        <RadioGroup legend=t!("portal-what-happened") name="outcome" state=give_up.field("outcome") choices=outcomes />
                        <TextField label=t!("portal-anything-to-add") name="note" state=give_up.field("note") need=Need::Optional maxlength=200 />
                        <SecondaryButton>{t!("portal-close-this-job")}</SecondaryButton>
                    </PostForm>
                </details>
            })}
        }
    }
}

/// What the kinds of business add, for each of the bookings.
async fn panels(
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

/// The form that begins the work with the code that the customer tells.
fn begin_with_code(job: Id<Job>, form: &ui::FormState) -> impl IntoView + use<> {
    let form = form.clone();
    let code = form.field("code");
    view! {
        <ui::TitledCard title=t!("portal-start-the-work")>
            <PostForm action=AdvanceJob::PATH>
                <ui::ErrorSummary form />
                <HiddenField name="job" value=job.to_string() />
                <HiddenField name="to" value=JobState::InProgress.as_str() />
                <TextField
                    label=t!("portal-customers-code")
                    name="code"
                    hint=t!("portal-four-digits-the-customer-sees-them")
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength=4
                    state=code
                />
                <div class="wide"><PrimaryButton><Icon glyph=Glyph::Wrench />{t!("portal-start-the-work")}</PrimaryButton></div>
            </PostForm>
        </ui::TitledCard>
    }
}

fn reached_button(job: Id<Job>) -> impl IntoView {
    view! {
        <div class="wide">
            <ButtonForm action=ReachDestination::PATH>
                <HiddenField name="job" value=job.to_string() />
                <SecondaryButton><Icon glyph=Glyph::MapPin />{t!("portal-im-at-the-destination")}</SecondaryButton>
            </ButtonForm>
        </div>
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
