//! What the provider can do next, or instead.

use engine::Id;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{finish::FINISH, job_view::JobView};
use crate::{
    dispatch::{
        Job, JobState, Outcome,
        actions::{GiveBackJob, ReachDestination},
    },
    fulfilment::actions::{AdvanceJob, GiveUpJob},
    ui::{
        self, ButtonForm, Choice, DialogButton, Glyph, HiddenField, Icon, Need, PostForm, PrimaryButton, PrimaryLink,
        RadioGroup, SecondaryButton, StickyActions, TextField,
    },
};

pub(super) struct Forms {
    pub(super) begin: ui::FormState,
    pub(super) finish: ui::FormState,
    pub(super) give_back: ui::FormState,
    pub(super) give_up: ui::FormState,
}

impl JobView<'_> {
    /// The button for the next step, within reach of a thumb. The last step opens a dialog that asks for the report; it is open at once if its form was rejected.
    pub(super) fn next_step(&self, finish_was_submitted: bool) -> Option<AnyView> {
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
            JobState::EnRoute => {
                let provider = self.vertical.map_or(Glyph::Navigation, |kind| kind.words().provider);
                (t!("portal-im-on-my-way"), provider)
            }
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

    /// Giving the job back before work starts, or reporting that it can't be done.
    pub(super) fn other_actions(&self, forms: &Forms) -> impl IntoView + use<> {
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

/// The form that begins the work with the code that the customer tells.
pub(super) fn begin_with_code(job: Id<Job>, form: &ui::FormState) -> impl IntoView + use<> {
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

pub(super) fn reached_button(job: Id<Job>) -> impl IntoView {
    view! {
        <div class="wide">
            <ButtonForm action=ReachDestination::PATH>
                <HiddenField name="job" value=job.to_string() />
                <SecondaryButton><Icon glyph=Glyph::MapPin />{t!("portal-im-at-the-destination")}</SecondaryButton>
            </ButtonForm>
        </div>
    }
}
