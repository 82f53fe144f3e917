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
    let attempt = form.attempt();
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("admin-add-a-service"), move || {
        let fields = fields(&ctx.tenant, &form);
        view! {
            <AdminFrame ctx waiting path="/admin/services/new">
                <ui::Page title=t!("admin-add-a-service") lead=t!("admin-customers-can-book-it-once-it")>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::PostForm action=AddService::PATH>
                        <ui::HiddenField name="attempt" value=attempt />
                        {fields}
                        <ui::StickyActions>
                            <ui::PrimaryButton>{t!("admin-add-the-service")}</ui::PrimaryButton>
                            <ui::SecondaryLink href="/admin/services">{t!("admin-back")}</ui::SecondaryLink>
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
        let choices = kinds.iter().map(|kind| Choice::new(kind.as_str(), kind.words().label.say())).collect();
        view! { <ui::SelectField label=t!("admin-kind-of-business") name="vertical" choices state=form.field("vertical") /> }
    });
    let of_kinds = kinds.iter().filter_map(|kind| {
        let fields = kind.service_fields(form)?;
        Some(match kinds.len() {
            1 => fields,
            _ => view! { <ui::FieldSet legend=kind.words().label.say()>{fields}</ui::FieldSet> }.into_any(),
        })
    });
    let of_kinds = of_kinds.collect_view();
    let [name, description, minutes] = ["name", "description", "expected_minutes"].map(|name| form.field(name));
    view! {
        {kind}
        <ui::TextField label=t!("admin-name") name="name" maxlength=200 hint=t!("admin-what-customers-look-for") state=name />
        <ui::TextArea label=t!("admin-description") name="description" need=Need::Optional maxlength=8000 state=description />
        <ui::NumberField
            label=t!("admin-expected-minutes")
            name="expected_minutes"
            min=5
            max=44640
            hint=t!("admin-how-long-the-work-usually-takes")
            state=minutes
        />
        {of_kinds}
    }
}
