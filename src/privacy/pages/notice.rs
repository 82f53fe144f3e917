use engine::field::isolated;
use leptos::prelude::*;

use crate::{
    error::AppError,
    privacy::map::HOLDS,
    server::{Answer, Page, Visit},
    tenants::pages::CustomerFrame,
    ui::{self, Description, TitledCard},
};

/// `/privacy`: which data is kept, for how long, and why.
pub async fn notice(visit: Visit) -> Result<Answer, AppError> {
    let signed_in = visit.ctx.user.is_some();
    let ctx = visit.ctx;
    let lead = t!("privacy-what-keeps-for-how-long-and", business = isolated(&ctx.tenant.name));
    let description = lead.clone();
    Page::new(t!("privacy-privacy"), move || {
        let tenant = ctx.tenant.clone();
        let write = format!("mailto:{}", tenant.email);
        let holds = HOLDS.iter().map(|hold| view! { <Description term=hold.what>{hold.why}</Description> }).collect_view();
        let own = if signed_in { "/account/privacy" } else { "/sign-in?next=/account/privacy" };
        view! {
            <CustomerFrame ctx>
                <ui::Page title=t!("privacy-privacy") lead>
                    <TitledCard title=t!("privacy-how-long")>
                        <ui::DescriptionList in_sentences=true>
                            <Description term=t!("privacy-your-account-and-bookings")>{t!("privacy-until-you-ask-us-to-erase")}</Description>
                            <Description term=t!("privacy-an-erased-account")>{t!("privacy-personal-details-are-erased-immediately-the")}</Description>
                            <Description term=t!("privacy-bookings-with-their-money")>{t!("privacy-seven-years-after-they-are-over")}</Description>
                            <Description term=t!("privacy-who-did-what-audit-log")>{t!("privacy-seven-years-personal-values-are-stored")}</Description>
                            <Description term=t!("privacy-links-codes-and-forms-half-filled")>{t!("privacy-minutes-to-days-until-they-expire")}</Description>
                            <Description term=t!("privacy-messages-we-send")>{t!("privacy-until-they-are-delivered-after-that")}</Description>
                            <Description term=t!("privacy-where-a-provider-is")>{t!("privacy-only-the-latest-location-and-only")}</Description>
                        </ui::DescriptionList>
                    </TitledCard>
                    <TitledCard title=t!("privacy-what-the-law-requires-us-to")>
                        <p>{t!("privacy-everything-else-is-erased-when-you")}</p>
                        <ui::DescriptionList in_sentences=true>{holds}</ui::DescriptionList>
                    </TitledCard>
                    <TitledCard title=t!("privacy-your-data")>
                        <p>{t!("privacy-with-an-account-you-can-download")}</p>
                        <div class="row">
                            <ui::SecondaryLink href=own>{t!("privacy-download-or-erase")}</ui::SecondaryLink>
                            <ui::QuietLink href=write>{t!("privacy-write-to-us")}</ui::QuietLink>
                        </div>
                    </TitledCard>
                </ui::Page>
            </CustomerFrame>
        }
    })
    .listed(description)
    .answer()
}
