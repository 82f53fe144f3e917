use engine::{Currency, Zone};
use leptos::{prelude::*, server_fn::ServerFn};

use super::frame::OperatorFrame;
use crate::{
    error::AppError,
    operator::{
        OperatorCtx,
        actions::{OperatorCreateTenant, REGIONS},
    },
    server::{Answer, Page, Visit},
    tenants::formats,
    ui::{self, Choice, FormState, Tick},
    verticals::Vertical,
};

/// `/operator/tenants/new`: the form for a new business.
pub async fn new_tenant(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let operator = visit.ctx.operator()?.clone();
    let form = visit.form(OperatorCreateTenant::PATH);
    Page::new(t!("operator-new-business"), move || {
        let fields = fields(&form);
        view! {
            <OperatorFrame operator path="/operator/tenants/new">
                <ui::Page title=t!("operator-new-business") lead=t!("operator-it-starts-on-trial-its-administrator")>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::PostForm action=OperatorCreateTenant::PATH>
                        {fields}
                        <ui::StickyActions>
                            <ui::PrimaryButton>{t!("operator-create-and-invite")}</ui::PrimaryButton>
                            <ui::SecondaryLink href="/operator">{t!("operator-back")}</ui::SecondaryLink>
                        </ui::StickyActions>
                    </ui::PostForm>
                </ui::Page>
            </OperatorFrame>
        }
    })
    .answer()
}

fn fields(form: &FormState) -> impl IntoView + use<> {
    let [name, slug, prefix, hosts, phone, email] =
        ["name", "slug", "reference_prefix", "hosts", "phone", "email"].map(|field| form.field(field));
    let [region, zone, currency, locale, center, admin_name, admin_email] =
        ["region", "zone", "currency", "locale", "center", "admin_name", "admin_email"].map(|field| form.field(field));
    let regions = REGIONS.map(|(code, label)| Choice::new(code, label.say())).to_vec();
    let zones: Vec<Choice> =
        Zone::places().map(|zone| Choice::new(zone.as_str(), zone.as_str().replace('_', " "))).collect();
    let currencies: Vec<Choice> =
        Currency::ALL.iter().map(|currency| Choice::new(currency.code(), currency.code())).collect();
    let kinds = Vertical::ALL
        .iter()
        .map(|kind| Tick {
            value: kind.to_string(),
            label: kind.words().label.say().to_owned(),
            is_ticked: form.value(&format!("verticals[{kind}]")) == "true",
        })
        .collect();
    let offers = form.field("verticals");
    view! {
        <ui::TitledCard title=t!("operator-the-business")>
            <ui::TextField label=t!("operator-name") name="name" maxlength=80 autocomplete="off" state=name />
            <ui::FieldRow>
                <ui::TextField label=t!("operator-short-name") name="slug" maxlength=40 autocomplete="off" hint=t!("operator-like-peach-tow-it-cant-be") state=slug />
                <ui::TextField
                    label=t!("operator-booking-references-begin-with")
                    name="reference_prefix"
                    maxlength=4
                    autocomplete="off"
                    hint=t!("operator-2-to-4-letters-like-pt")
                    state=prefix
                />
            </ui::FieldRow>
            <ui::CheckboxGroup
                legend=t!("operator-what-it-offers")
                name="verticals"
                hint=t!("operator-it-gets-the-usual-services-of")
                state=offers
                choices=kinds
            />
            <ui::TextArea label=t!("operator-addresses") name="hosts" rows=2 maxlength=2600 hint=t!("operator-host-names-one-per-line") state=hosts />
            <ui::FieldRow>
                <ui::PhoneField label=t!("operator-phone-customers-call") name="phone" state=phone />
                <ui::EmailField label=t!("operator-e-mail-customers-write-to") name="email" state=email />
            </ui::FieldRow>
        </ui::TitledCard>
        <ui::TitledCard title=t!("operator-its-place")>
            <ui::FieldRow>
                <ui::SelectField label=t!("operator-country") name="region" state=region choices=regions />
                <ui::SelectField label=t!("operator-time-zone") name="zone" state=zone choices=zones />
            </ui::FieldRow>
            <ui::FieldRow>
                <ui::SelectField label=t!("operator-currency") name="currency" hint=t!("operator-it-cant-be-changed-later") state=currency choices=currencies />
                <ui::SelectField label=t!("operator-formats") name="locale" state=locale choices=formats() />
            </ui::FieldRow>
            <ui::TextField
                label=t!("operator-center-of-the-area-it-serves")
                name="center"
                maxlength=40
                autocomplete="off"
                hint=t!("operator-latitude-and-longitude-hint")
                state=center
            />
        </ui::TitledCard>
        <ui::TitledCard title=t!("operator-its-first-administrator")>
            <ui::FieldRow>
                <ui::TextField label=t!("operator-name") name="admin_name" maxlength=120 autocomplete="off" state=admin_name />
                <ui::EmailField label=t!("operator-e-mail") name="admin_email" state=admin_email autocomplete="off" />
            </ui::FieldRow>
        </ui::TitledCard>
    }
}
