use engine::{Amount, Locale, Reference, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::{
        AdminFrame, Waiting,
        actions::{ANSWER_HOURS, ProposePrice},
    },
    bookings::{
        self, proposals,
        quotes::{self, QuoteState},
    },
    catalog::duration,
    error::AppError,
    server::{Answer, Page, Visit},
    ui::{self, Choice, FormState, HiddenField},
};

/// `/admin/bookings/{reference}/price`: proposes a price for more work.
pub async fn propose(visit: Visit) -> Result<Answer, AppError> {
    let reference: Reference = visit.param("reference")?;
    let form = visit.form(ProposePrice::PATH);
    let mut tx = visit.begin().await?;
    let waiting = Waiting::load(&mut tx).await?;
    let booking = bookings::store::find_by_reference(&mut tx, &reference).await?.ok_or(AppError::NotFound)?;
    let back = format!("/admin/bookings/{}", booking.reference);
    if !proposals::may_propose(&booking) {
        return Ok(Answer::Redirect(back));
    }
    let versions = quotes::list(&mut tx, booking.id).await?;
    drop(tx);
    let approved = versions.iter().filter(|version| version.state == QuoteState::Approved);
    let agreed: Amount = approved.map(|version| version.quote.total()).sum();
    let ctx = visit.ctx;
    Page::new(t!("admin-add-to-the-price-of", reference = reference), move || {
        let payer = booking.billed_to().map(|payer| isolated(payer).to_string());
        let how = match &payer {
            Some(payer) => t!("admin-pays-so-somebody-there-has-to", payer = payer),
            None => t!("admin-the-customer-is-asked-and-pays").to_owned(),
        };
        let agreed = t!("admin-agreed-so-far", agreed = ctx.tenant.money(agreed));
        let (sign, hint) = (ctx.tenant.currency.symbol().to_owned(), ctx.tenant.typed_price_hint());
        let attempt = form.attempt();
        let answer = answer_field(payer, ctx.tenant.locale, &form);
        let button = if booking.billing.is_some() { t!("admin-add-to-the-price") } else { t!("admin-ask-the-customer") };
        view! {
            <AdminFrame ctx waiting path=format!("{back}/price")>
                <ui::Page title=t!("admin-add-to-the-price-of", reference = reference) lead=format!("{}, {}", isolated(&booking.contact.name), isolated(&booking.address))>
                    <ui::ErrorSummary form=form.clone() />
                    <ui::Card>
                        <p>{agreed}</p>
                        <p class="muted">{how}</p>
                        <ui::PostForm action=ProposePrice::PATH>
                            <HiddenField name="booking" value=booking.id.to_string() />
                            <HiddenField name="attempt" value=attempt />
                            <ui::TextField label=t!("admin-what-for") name="description" hint=t!("admin-the-customer-reads-this-like-new") state=form.field("description") maxlength=120 />
                            <ui::MoneyField label=t!("admin-price") name="amount" hint sign state=form.field("amount") />
                            {answer}
                            <div class="row">
                                <ui::PrimaryButton>{button}</ui::PrimaryButton>
                                <ui::SecondaryLink href=back>{t!("admin-back")}</ui::SecondaryLink>
                            </div>
                        </ui::PostForm>
                    </ui::Card>
                </ui::Page>
            </AdminFrame>
        }
    })
    .answer()
}

/// Who agreed for the account that pays; or how long the customer has.
fn answer_field(payer: Option<String>, locale: Locale, form: &FormState) -> AnyView {
    if let Some(payer) = payer {
        let label = t!("admin-who-agreed-at", payer = payer);
        return view! { <ui::TextField label name="agreed_by" state=form.field("agreed_by") maxlength=100 /> }
            .into_any();
    }
    let choices =
        ANSWER_HOURS.iter().map(|hours| Choice::new(hours.to_string(), duration(hours * 60, locale))).collect();
    view! {
        <ui::SelectField
            label=t!("admin-time-to-answer")
            name="answer_hours"
            hint=t!("admin-afterwards-the-agreed-price-stays")
            state=form.field("answer_hours")
            choices
        />
    }
    .into_any()
}
