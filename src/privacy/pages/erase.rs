use std::sync::Arc;

use engine::{Id, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{AdminFrame, Waiting},
    customers::{self, Customer},
    error::AppError,
    privacy::{
        actions::{CONFIRMATION, EraseAccount, EraseCustomer},
        certificate::AskedBy,
        erasure::{self, Preview},
        policy,
        subject::Subject,
    },
    server::{Answer, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{self, Card, FormState, HiddenField, PriceLine, TitledCard, Tone},
};

/// `/account/privacy/erase`: what the erasure would do, and the confirmation.
pub async fn erase(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.confirmed()?.id;
    let form = visit.form(EraseAccount::PATH);
    let mut tx = visit.begin().await?;
    let subject = Subject::of_account(&mut tx, user).await?;
    let preview = erasure::preview(&mut tx, &visit.ctx.tenant, &subject, AskedBy::Person).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("privacy-erase-my-account"), move || {
        let tenant = ctx.tenant.clone();
        view! {
            <CustomerFrame ctx>
                <ui::Page title=t!("privacy-erase-your-account") lead=t!("privacy-this-cant-be-undone")>
                    <ui::ErrorSummary form=form.clone() />
                    {consequences(&tenant, &preview)}
                    {question(&preview, EraseAccount::PATH, None, "/account/privacy".to_owned(), &form)}
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

/// `/admin/customers/{id}/erase`: the same for a customer who asked by other means.
pub async fn erase_customer(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Customer> = visit.param("id")?;
    visit.ctx.allowed(policy::can_act_for_customers)?;
    let form = visit.form(EraseCustomer::PATH);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let customer = customers::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    visit.ctx.confirmed()?;
    let subject = Subject::of_customer(&mut tx, id).await?;
    let preview = erasure::preview(&mut tx, &visit.ctx.tenant, &subject, AskedBy::Staff).await?;
    drop(tx);
    let ctx = visit.ctx;
    Page::new(t!("privacy-erase-name", name = isolated(&customer.name)), move || {
        let tenant = ctx.tenant.clone();
        let back = format!("/admin/customers/{id}");
        view! {
            <AdminFrame ctx waiting path=back.clone()>
                <ui::Page title=t!("privacy-erase-question", name = isolated(&customer.name)) lead=t!("privacy-this-cant-be-undone")>
                    <ui::ErrorSummary form=form.clone() />
                    {consequences(&tenant, &preview)}
                    {question(&preview, EraseCustomer::PATH, Some(id), back, &form)}
                </ui::Page>
            </AdminFrame>
        }
    })
    .answer()
}

fn consequences(tenant: &Arc<Tenant>, preview: &Preview) -> impl IntoView + use<> {
    let open = (!preview.open.is_empty()).then(|| {
        let lines: Vec<_> = preview
            .open
            .iter()
            .map(|open| PriceLine::new(open.reference.to_string(), tenant.money(open.fee).to_string()))
            .collect();
        let total = tenant.money(preview.fees()).to_string();
        view! {
            <TitledCard title=t!("privacy-open-bookings-are-cancelled")>
                <ui::PriceLines lines total total_label=t!("privacy-cancellation-fees") />
            </TitledCard>
        }
    });
    view! {
        <TitledCard title=t!("privacy-what-happens")>
            <ul class="stack">
                <li>{t!("privacy-name-e-mail-phone-addresses-plates")}</li>
                <li>{t!("privacy-every-device-is-signed-out-and")}</li>
                <li>{t!("privacy-earnings-and-payments-stay-in-the")}</li>
                <li>{t!("privacy-then-the-whole-database-is-searched")}</li>
            </ul>
        </TitledCard>
        {open}
    }
}

fn question(
    preview: &Preview,
    action: &'static str,
    customer: Option<Id<Customer>>,
    back: String,
    form: &FormState,
) -> impl IntoView + use<> {
    if !preview.obstacles.is_empty() {
        let sentences = preview.obstacles.iter().map(|obstacle| view! { <p>{*obstacle}</p> }).collect_view();
        return view! {
            <ui::Alert tone=Tone::Warning title=t!("privacy-not-yet")>{sentences}</ui::Alert>
            <div class="row"><ui::SecondaryLink href=back>{t!("privacy-back")}</ui::SecondaryLink></div>
        }
        .into_any();
    }
    let keep = if customer.is_some() { t!("privacy-keep-their-data") } else { t!("privacy-keep-my-data") };
    let customer = customer.map(|id| view! { <HiddenField name="customer" value=id.to_string() /> });
    let (fees, state) = (preview.fees().minor().to_string(), form.field("confirmation"));
    view! {
        <Card>
            <ui::PostForm action>
                {customer}
                <HiddenField name="fees" value=fees />
                <ui::TextField
                    label=t!("privacy-type-to-confirm", word = CONFIRMATION)
                    name="confirmation"
                    state
                    autocomplete="off"
                    maxlength=20
                />
                <div class="row">
                    <ui::DangerButton>{t!("privacy-erase-permanently")}</ui::DangerButton>
                    <ui::SecondaryLink href=back>{keep}</ui::SecondaryLink>
                </div>
            </ui::PostForm>
        </Card>
    }
    .into_any()
}
