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
            let note = (!closed.note.is_empty()).then(|| view! { <p>"Customers see: “"{closed.note}"”"</p> });
            view! {
                <Alert tone=Tone::Warning title=format!("Closed to customers since {since}")>
                    {note}
                    <ui::ButtonForm action=OpenAfterMaintenance::PATH>
                        <ui::PrimaryButton>"Open again"</ui::PrimaryButton>
                    </ui::ButtonForm>
                </Alert>
            }
            .into_any()
        }
        None => view! {
            <p>"Customers see that you are closed, with your phone number. Staff and providers sign in and work as usual, and open bookings go on."</p>
            <ui::ConfirmForm
                action=CloseForMaintenance::PATH
                label="Close for maintenance"
                question="Customers can't book or track a booking until you open again."
            >
                <ui::TextArea
                    label="Message to customers"
                    name="note"
                    need=Need::Optional
                    rows=2
                    maxlength=300
                    hint="Such as when you will be back."
                    state=form.field("note")
                />
                <ui::DangerButton>"Close to customers"</ui::DangerButton>
            </ui::ConfirmForm>
        }
        .into_any(),
    };
    view! {
        <div id="closing">
            <TitledCard title="Maintenance">{content}</TitledCard>
        </div>
    }
}
