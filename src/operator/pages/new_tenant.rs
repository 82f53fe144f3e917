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
    Page::new("New business", move || {
        let fields = fields(&form);
        view! {
            <OperatorFrame operator path="/operator/tenants/new">
                <ui::Page title="New business" lead="It starts on trial. Its administrator gets an invitation by e-mail and sets up the rest.">
                    <ui::ErrorSummary form=form.clone() />
                    <ui::PostForm action=OperatorCreateTenant::PATH>
                        {fields}
                        <ui::StickyActions>
                            <ui::PrimaryButton>"Create and invite"</ui::PrimaryButton>
                            <ui::SecondaryLink href="/operator">"Back"</ui::SecondaryLink>
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
    let regions = REGIONS.map(|(code, label)| Choice::new(code, label)).to_vec();
    let zones: Vec<Choice> =
        Zone::places().map(|zone| Choice::new(zone.as_str(), zone.as_str().replace('_', " "))).collect();
    let currencies: Vec<Choice> =
        Currency::ALL.iter().map(|currency| Choice::new(currency.code(), currency.code())).collect();
    let kinds = Vertical::ALL
        .iter()
        .map(|kind| Tick {
            value: kind.to_string(),
            label: kind.words().label.to_owned(),
            is_ticked: form.value(&format!("verticals[{kind}]")) == "true",
        })
        .collect();
    let offers = form.field("verticals");
    view! {
        <ui::TitledCard title="The business">
            <ui::TextField label="Name" name="name" maxlength=80 autocomplete="off" state=name />
            <ui::FieldRow>
                <ui::TextField label="Short name" name="slug" maxlength=40 autocomplete="off" hint="Like peach-tow. It can't be changed later." state=slug />
                <ui::TextField
                    label="Booking references begin with"
                    name="reference_prefix"
                    maxlength=4
                    autocomplete="off"
                    hint="2 to 4 letters, like PT."
                    state=prefix
                />
            </ui::FieldRow>
            <ui::CheckboxGroup
                legend="What it offers"
                name="verticals"
                hint="It gets the usual services of each, and can change this later."
                state=offers
                choices=kinds
            />
            <ui::TextArea label="Addresses" name="hosts" rows=2 maxlength=2600 hint="Host names, one per line." state=hosts />
            <ui::FieldRow>
                <ui::PhoneField label="Phone customers call" name="phone" state=phone />
                <ui::EmailField label="E-mail customers write to" name="email" state=email />
            </ui::FieldRow>
        </ui::TitledCard>
        <ui::TitledCard title="Its place">
            <ui::FieldRow>
                <ui::SelectField label="Country" name="region" state=region choices=regions />
                <ui::SelectField label="Time zone" name="zone" state=zone choices=zones />
            </ui::FieldRow>
            <ui::FieldRow>
                <ui::SelectField label="Currency" name="currency" hint="It can't be changed later." state=currency choices=currencies />
                <ui::SelectField label="Formats" name="locale" state=locale choices=formats() />
            </ui::FieldRow>
            <ui::TextField
                label="Center of the area it serves"
                name="center"
                maxlength=40
                autocomplete="off"
                hint="Latitude and longitude, like 33.749, -84.388."
                state=center
            />
        </ui::TitledCard>
        <ui::TitledCard title="Its first administrator">
            <ui::FieldRow>
                <ui::TextField label="Name" name="admin_name" maxlength=120 autocomplete="off" state=admin_name />
                <ui::EmailField label="E-mail" name="admin_email" state=admin_email autocomplete="off" />
            </ui::FieldRow>
        </ui::TitledCard>
    }
}
