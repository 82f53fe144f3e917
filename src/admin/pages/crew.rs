//! Choosing the crew of a job that needs several people.

use engine::{Id, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    dispatch::{
        Assignment, Candidate, Exclusion, Job, Ranking,
        actions::{AssignCrew, member_key},
    },
    providers::Provider,
    tenants::Tenant,
    ui::{self, Choice, FieldState, FormState, Tick},
};

/// The people to choose from, and who leads.
#[component]
pub(super) fn CrewForm(
    tenant: std::sync::Arc<Tenant>,
    job: Job,
    candidates: Vec<Candidate>,
    members: Vec<Assignment>,
    form: FormState,
) -> impl IntoView {
    let is_member = |id: Id<Provider>| members.iter().any(|member| member.provider_id == id);
    let is_out =
        |candidate: &Candidate| matches!(candidate.ranking, Ranking::Excluded(reason) if Exclusion::is_final(reason));
    let possible: Vec<_> =
        candidates.iter().filter(|candidate| is_member(candidate.provider_id) || !is_out(candidate)).collect();
    let choices = possible
        .iter()
        .map(|candidate| {
            let id = candidate.provider_id;
            let value = member_key(id);
            let is_ticked =
                if form.was_submitted() { !form.value(&format!("members[{value}]")).is_empty() } else { is_member(id) };
            Tick { value, label: label(&tenant, candidate), is_ticked }
        })
        .collect();
    let leads = possible
        .iter()
        .map(|candidate| Choice::new(candidate.provider_id.to_string(), isolated(&candidate.name).to_string()))
        .collect();
    let lead = members.iter().find(|member| member.leads).map(|member| member.provider_id.to_string());
    let lead = if form.was_submitted() { form.field("lead") } else { FieldState::of(lead.unwrap_or_default()) };
    let text = t!("admin-this-job-needs-people-of-chosen", staff_needed = job.staff_needed, members = members.len());
    view! {
        <ui::TitledCard title=t!("admin-crew")>
            <p class="muted">{text}</p>
            <ui::PostForm action=AssignCrew::PATH>
                <ui::HiddenField name="job" value=job.id.to_string() />
                <ui::CheckboxGroup legend=t!("admin-who-comes") name="members" state=form.field("members") choices />
                <ui::RadioGroup legend=t!("admin-who-leads") name="lead" state=lead choices=leads />
                <ui::PrimaryButton>{t!("admin-assign-this-crew")}</ui::PrimaryButton>
            </ui::PostForm>
        </ui::TitledCard>
    }
}

/// The name, how far away they are, and what speaks against them.
fn label(tenant: &Tenant, candidate: &Candidate) -> String {
    let name = isolated(&candidate.name);
    let way = candidate.way.map(|way| tenant.locale.short_distance(way.distance));
    let reason = match candidate.ranking {
        Ranking::Excluded(reason) => Some(reason.label().to_owned()),
        Ranking::Ranked(_) => None,
    };
    let remarks: Vec<_> = way.into_iter().chain(reason).collect();
    if remarks.is_empty() { name.to_string() } else { format!("{name} ({})", remarks.join(", ")) }
}
