use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    tenants::{
        Tenant,
        actions::{CloseForMaintenance, OpenAfterMaintenance},
    },
    ui::{self, Alert, FormState, Need, TitledCard, Tone},
};

/// Closing to customers for a while, and reopening.
#[component]
pub(super) fn MaintenanceSection(tenant: Tenant, form: FormState) -> impl IntoView {
    let content = match tenant.maintenance.clone() {
        Some(closed) => {
            let since = tenant.date_time(closed.since);
            let note =
                (!closed.note.is_empty()).then(|| view! { <p>{t!("tenants-customers-see")}{closed.note}"”"</p> });
            view! {
                <Alert tone=Tone::Warning title=t!("tenants-closed-to-customers-since", since = since)>
                    {note}
                    <ui::ButtonForm action=OpenAfterMaintenance::PATH>
                        <ui::PrimaryButton>{t!("tenants-open-again")}</ui::PrimaryButton>
                    </ui::ButtonForm>
                </Alert>
            }
            .into_any()
        }
        None => view! {
            <p>{t!("tenants-customers-see-that-you-are-closed")}</p>
            <ui::ConfirmForm
                action=CloseForMaintenance::PATH
                label=t!("tenants-close-for-maintenance")
                question=t!("tenants-customers-cant-book-or-track-a")
            >
                <ui::TextArea
                    label=t!("tenants-message-to-customers")
                    name="note"
                    need=Need::Optional
                    rows=2
                    maxlength=300
                    hint=t!("tenants-such-as-when-you-will-be")
                    state=form.field("note")
                />
                <ui::DangerButton>{t!("tenants-close-to-customers")}</ui::DangerButton>
            </ui::ConfirmForm>
        }
        .into_any(),
    };
    view! {
        <div id="closing">
            <TitledCard title=t!("tenants-closed-for-now")>{content}</TitledCard>
        </div>
    }
}
