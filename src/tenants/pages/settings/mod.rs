//! `/admin/settings?part=…`: an administrator's settings, one part at a time.

mod brand;
mod maintenance;
mod place;
mod rules;
mod support;

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
    verticals::{SettingsPart, Vertical},
    words::Phrase,
};

/// The core's parts, with their names in the address. Those of the tenant's kinds of business follow.
const PARTS: [(&str, Phrase); 8] = [
    ("brand", phrase!("tenants-brand")),
    ("place", phrase!("tenants-place-and-formats")),
    ("dispatch", phrase!("tenants-dispatching")),
    ("money", phrase!("tenants-tax-and-payments")),
    ("security", phrase!("tenants-staff-sign-in")),
    ("closing", phrase!("tenants-closed-for-now")),
    ("addresses", phrase!("tenants-addresses-and-plan")),
    ("support", phrase!("tenants-support")),
];

struct Forms {
    brand: FormState,
    logo: FormState,
    place: FormState,
    dispatch: FormState,
    money: FormState,
    maintenance: FormState,
    /// Those of the tenant's kinds of business.
    kinds: Vec<(Vertical, SettingsPart, FormState)>,
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
            kinds: visit
                .ctx
                .tenant
                .verticals
                .iter()
                .filter_map(|kind| kind.settings().map(|part| (*kind, part, visit.form(part.action))))
                .collect(),
        }
    }

    /// The rejected form and its part, if any: only one form is sent at a time.
    fn rejected(&self) -> Option<(&'static str, FormState)> {
        let all = [
            ("brand", &self.brand),
            ("brand", &self.logo),
            ("place", &self.place),
            ("dispatch", &self.dispatch),
            ("money", &self.money),
            ("closing", &self.maintenance),
        ];
        let of_kinds = self.kinds.iter().map(|(kind, _, form)| (kind.as_str(), form));
        let submitted = all.into_iter().chain(of_kinds).find(|(_, form)| form.was_submitted());
        submitted.map(|(part, form)| (part, form.clone()))
    }
}

pub async fn settings(visit: Visit) -> Result<Answer, AppError> {
    let forms = Forms::of(&visit);
    let rejected = forms.rejected();
    let asked = visit.query("part").map(str::to_owned);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    // Not from the cache, because another process may just have changed it.
    let tenant = store::find_by_id(&mut tx, visit.ctx.tenant.id).await?.ok_or(AppError::NotFound)?;
    let hosts = store::list_own_hosts(&mut tx).await?;
    let impersonations = impersonations::list(&mut tx, support::LATEST).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("tenants-settings"), move || {
        let of_kinds = forms.kinds.iter().map(|(kind, ..)| (kind.as_str(), kind.words().label.say()));
        let parts: Vec<(&str, &str)> =
            PARTS.into_iter().map(|(code, name)| (code, name.say())).chain(of_kinds).collect();
        let part = shown_part(&parts, asked.as_deref(), rejected.as_ref().map(|(part, _)| *part));
        let contents = parts
            .iter()
            .map(|(code, title)| {
                let here = (*code == part).then_some("page");
                view! { <li><a href=format!("/admin/settings?part={code}") aria-current=here>{*title}</a></li> }
            })
            .collect_view();
        let content = match part {
            "place" => view! { <PlaceSection tenant form=forms.place /> }.into_any(),
            "dispatch" => view! { <DispatchSection tenant form=forms.dispatch /> }.into_any(),
            "money" => view! { <MoneySection tenant form=forms.money /> }.into_any(),
            "security" => view! { <SecuritySection tenant /> }.into_any(),
            "closing" => view! { <MaintenanceSection tenant form=forms.maintenance /> }.into_any(),
            "addresses" => addresses(&tenant, hosts).into_any(),
            "support" => view! { <SupportSection tenant=Arc::new(tenant) impersonations /> }.into_any(),
            part => match forms.kinds.iter().find(|(kind, ..)| kind.as_str() == part) {
                Some((_, of_kind, form)) => view! { <div id=part>{(of_kind.section)(&tenant, form)}</div> }.into_any(),
                None => view! { <BrandSection tenant form=forms.brand logo=forms.logo /> }.into_any(),
            },
        };
        view! {
            <AdminFrame ctx waiting path="/admin/settings">
                <ui::WidePage title=t!("tenants-settings") lead=t!("tenants-how-your-business-looks-works-and")>
                    <ui::ErrorSummary form=rejected.map(|(_, form)| form).unwrap_or_default() />
                    <div class="settings">
                        <nav class="settings-contents" aria-label=t!("tenants-settings")>
                            <ul>{contents}</ul>
                        </nav>
                        {content}
                    </div>
                </ui::WidePage>
            </AdminFrame>
        }
    })
    .answer()
}

/// The part to show: that of a rejected form, else the one in the address, else the first.
fn shown_part(
    parts: &[(&'static str, &'static str)],
    asked: Option<&str>,
    rejected: Option<&'static str>,
) -> &'static str {
    let known = parts.iter().map(|(name, _)| *name).find(|name| Some(*name) == asked);
    rejected.or(known).unwrap_or(PARTS[0].0)
}

/// Settings that only the operator changes.
fn addresses(tenant: &Tenant, hosts: Vec<String>) -> impl IntoView + use<> {
    let hosts = hosts
        .into_iter()
        .enumerate()
        .map(|(index, host)| {
            let note =
                (index == 0).then(|| view! { <ui::Badge tone=ui::Tone::Info label=t!("tenants-used-in-links") /> });
            view! { <li class="row"><span class="mono">{host}</span> {note}</li> }
        })
        .collect_view();
    let (plan, currency) = (tenant.plan.label(), tenant.currency.code());
    view! {
        <div id="addresses">
            <TitledCard title=t!("tenants-addresses-and-plan")>
                <ui::DescriptionList>
                    <ui::Description term=t!("tenants-your-addresses")><ul class="stack">{hosts}</ul></ui::Description>
                    <ui::Description term=t!("tenants-plan")>{plan}</ui::Description>
                    <ui::Description term=t!("tenants-currency")>{currency}</ui::Description>
                </ui::DescriptionList>
                <p class="faint small">{t!("tenants-ask-wayside-support-to-change-these")}</p>
            </TitledCard>
        </div>
    }
}
