use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{AdminFrame, Waiting, actions::AddService},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::Tenant,
    ui::{self, Choice, FormState, Need},
};

/// `/admin/services/new`: the form for another service.
pub async fn new_service(visit: Visit) -> Result<Answer, AppError> {
    let form = visit.form(AddService::PATH);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new("Add a service", move || {
        let fields = fields(&ctx.tenant, &form);
        view! {
            <AdminFrame ctx waiting path="/admin/services/new">
                <ui::Page title="Add a service" lead="Customers can book it once it has a price.">
                    <ui::ErrorSummary form=form.clone() />
                    <ui::PostForm action=AddService::PATH>
                        {fields}
                        <ui::StickyActions>
                            <ui::PrimaryButton>"Add the service"</ui::PrimaryButton>
                            <ui::SecondaryLink href="/admin/services">"Back"</ui::SecondaryLink>
                        </ui::StickyActions>
                    </ui::PostForm>
                </ui::Page>
            </AdminFrame>
        }
    })
    .answer()
}

fn fields(tenant: &Tenant, form: &FormState) -> impl IntoView + use<> {
    let kinds = &tenant.verticals;
    let kind = (kinds.len() > 1).then(|| {
        let choices = kinds.iter().map(|kind| Choice::new(kind.as_str(), kind.words().label)).collect();
        view! { <ui::SelectField label="Kind of business" name="vertical" choices state=form.field("vertical") /> }
    });
    let destination = kinds.iter().find_map(|kind| kind.destination()).map(|label| {
        view! { <ui::Checkbox label name="destination" state=form.field("destination") /> }
    });
    let [name, description, minutes] = ["name", "description", "expected_minutes"].map(|name| form.field(name));
    view! {
        {kind}
        <ui::TextField label="Name" name="name" maxlength=60 hint="What customers look for." state=name />
        <ui::TextArea label="Description" name="description" need=Need::Optional maxlength=400 state=description />
        <ui::NumberField
            label="Expected minutes"
            name="expected_minutes"
            min=5
            max=1440
            hint="How long the work usually takes on site."
            state=minutes
        />
        {destination}
    }
}
