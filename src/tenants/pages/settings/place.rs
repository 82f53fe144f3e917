use engine::Zone;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    tenants::{Tenant, actions::EditPlace, formats},
    ui::{self, Choice, FormState, Need, Tick, TitledCard},
    verticals::Vertical,
};

/// Time zone, formats and verticals.
#[component]
pub(super) fn PlaceSection(tenant: Tenant, form: FormState) -> impl IntoView {
    let rejected = form.was_submitted();
    let form = form.or_prefilled([("zone", tenant.zone.to_string()), ("locale", tenant.locale.to_string())]);
    let verticals = Vertical::ALL
        .iter()
        .map(|vertical| Tick {
            value: vertical.to_string(),
            label: vertical.words().label.say().to_owned(),
            is_ticked: if rejected {
                form.value(&format!("verticals[{vertical}]")) == "true"
            } else {
                tenant.offers(*vertical)
            },
        })
        .collect();
    view! {
        <div id="place">
            <TitledCard title=t!("tenants-place-and-formats")>
                <ui::PostForm action=EditPlace::PATH>
                    <ui::SelectField
                        label=t!("tenants-time-zone")
                        name="zone"
                        hint=t!("tenants-decides-what-9-oclock-means-on")
                        state=form.field("zone")
                        choices=zones(tenant.zone)
                    />
                    <ui::SelectField
                        label=t!("tenants-formats")
                        name="locale"
                        hint=t!("tenants-for-dates-times-amounts-and-distances")
                        state=form.field("locale")
                        choices=formats()
                    />
                    <ui::CheckboxGroup
                        legend=t!("tenants-what-you-offer")
                        name="verticals"
                        need=Need::Optional
                        hint=t!("tenants-customers-can-no-longer-book-what")
                        choices=verticals
                    />
                    <ui::SaveBar><ui::PrimaryButton>{t!("tenants-save")}</ui::PrimaryButton></ui::SaveBar>
                </ui::PostForm>
            </TitledCard>
        </div>
    }
}

/// All time zones, and the tenant's own if its name isn't among them.
fn zones(own: Zone) -> Vec<Choice> {
    let mut zones: Vec<Zone> = Zone::places().collect();
    if !zones.contains(&own) {
        zones.insert(0, own);
    }
    zones.into_iter().map(|zone| Choice::new(zone.as_str(), zone.as_str().replace('_', " "))).collect()
}
