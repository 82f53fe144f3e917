//! `/admin/settings`: the settings of a business. One card per form, each saved separately.

mod brand;
mod maintenance;
mod place;
mod rules;
mod support;
mod typed;

use std::sync::Arc;

use leptos::prelude::*;

use self::{
    brand::BrandSection,
    maintenance::MaintenanceSection,
    place::PlaceSection,
    rules::{DispatchSection, MoneySection, SecuritySection},
    support::SupportSection,
};
use crate::{
    admin::{AdminFrame, Waiting},
    error::AppError,
    operator::store::impersonations,
    server::{Answer, Page, Visit},
    tenants::{Tenant, actions, store},
    ui::{self, FormState, TitledCard},
};

/// The sections, with their anchors, in the order of the page.
const SECTIONS: [(&str, &str); 8] = [
    ("brand", "Brand"),
    ("place", "Place and formats"),
    ("dispatch", "Dispatching"),
    ("money", "Fees and payments"),
    ("security", "Sign-in of staff"),
    ("maintenance", "Maintenance"),
    ("addresses", "Addresses and plan"),
    ("support", "Support"),
];

/// The states of the rejected forms.
struct Forms {
    brand: FormState,
    logo: FormState,
    place: FormState,
    dispatch: FormState,
    money: FormState,
    maintenance: FormState,
}

impl Forms {
    fn of(visit: &Visit) -> Self {
        use actions::{CloseForMaintenance, EditBrand, EditDispatchRules, EditMoneyRules, EditPlace, UploadLogo};
        use leptos::server_fn::ServerFn;
        Self {
            brand: visit.form(EditBrand::PATH),
            logo: visit.form(UploadLogo::PATH),
            place: visit.form(EditPlace::PATH),
            dispatch: visit.form(EditDispatchRules::PATH),
            money: visit.form(EditMoneyRules::PATH),
            maintenance: visit.form(CloseForMaintenance::PATH),
        }
    }

    /// The rejected one, if any: only one is sent at a time.
    fn rejected(&self) -> FormState {
        let all = [&self.brand, &self.logo, &self.place, &self.dispatch, &self.money, &self.maintenance];
        all.into_iter().find(|form| form.came_back()).cloned().unwrap_or_default()
    }
}

pub async fn settings(visit: Visit) -> Result<Answer, AppError> {
    let forms = Forms::of(&visit);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    // Not from the cache: another process may have changed it a moment ago.
    let tenant = store::find_by_id(&mut tx, visit.ctx.tenant.id).await?.ok_or(AppError::NotFound)?;
    let hosts = store::list_own_hosts(&mut tx).await?;
    let impersonations = impersonations::list(&mut tx, support::LATEST).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new("Settings", move || {
        let contents = SECTIONS
            .iter()
            .map(|(anchor, title)| view! { <li><a href=format!("#{anchor}")>{*title}</a></li> })
            .collect_view();
        view! {
            <AdminFrame ctx waiting path="/admin/settings">
                <ui::WidePage title="Settings" lead="How your business looks, works and is paid.">
                    <ui::ErrorSummary form=forms.rejected() />
                    <div class="settings">
                        <nav class="settings-contents" aria-label="Settings">
                            <ul>{contents}</ul>
                        </nav>
                        <div class="stack">
                            <BrandSection tenant=tenant.clone() form=forms.brand logo=forms.logo />
                            <PlaceSection tenant=tenant.clone() form=forms.place />
                            <DispatchSection tenant=tenant.clone() form=forms.dispatch />
                            <MoneySection tenant=tenant.clone() form=forms.money />
                            <SecuritySection tenant=tenant.clone() />
                            <MaintenanceSection tenant=tenant.clone() form=forms.maintenance />
                            {addresses(&tenant, hosts)}
                            <SupportSection tenant=Arc::new(tenant) impersonations />
                        </div>
                    </div>
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// Settings that only the operator can change.
fn addresses(tenant: &Tenant, hosts: Vec<String>) -> impl IntoView + use<> {
    let hosts = hosts
        .into_iter()
        .enumerate()
        .map(|(index, host)| {
            let note = (index == 0).then(|| view! { <ui::Badge tone=ui::Tone::Info label="links lead here" /> });
            view! { <li class="row"><span class="mono">{host}</span> {note}</li> }
        })
        .collect_view();
    let (plan, currency) = (tenant.plan.label(), tenant.currency.code());
    view! {
        <div id="addresses">
            <TitledCard title="Addresses and plan">
                <ui::DescriptionList>
                    <ui::Description term="Your pages answer at"><ul class="stack">{hosts}</ul></ui::Description>
                    <ui::Description term="Plan">{plan}</ui::Description>
                    <ui::Description term="Currency">{currency}</ui::Description>
                </ui::DescriptionList>
                <p class="faint small">"These are changed by whoever runs the platform. Ask them for another address or plan."</p>
            </TitledCard>
        </div>
    }
}
