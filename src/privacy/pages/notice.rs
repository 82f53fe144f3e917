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
    Page::new("Privacy", move || {
        let tenant = ctx.tenant.clone();
        let lead = format!("What {} keeps, for how long, and why.", isolated(&tenant.name));
        let write = format!("mailto:{}", tenant.email);
        let holds = HOLDS.iter().map(|hold| view! { <Description term=hold.what>{hold.why}</Description> }).collect_view();
        let own = if signed_in { "/account/privacy" } else { "/sign-in?next=/account/privacy" };
        view! {
            <CustomerFrame ctx>
                <ui::Page title="Privacy" lead>
                    <TitledCard title="How long">
                        <ui::DescriptionList>
                            <Description term="Your account and bookings">"Until you have them erased."</Description>
                            <Description term="An erased account">"Who you were goes at once. The empty entry goes after 90 days, and with it the link of the certificate."</Description>
                            <Description term="Bookings with their money">"Seven years after they are over. Tax law asks for the books, which don't say who you were once you are erased."</Description>
                            <Description term="Who did what (audit log)">"Seven years. Personal values are only there as a code that can't be read back."</Description>
                            <Description term="Links, codes and forms half filled in">"Minutes to days, until they expire."</Description>
                            <Description term="Messages we send">"Until they are delivered. Then only that one was sent."</Description>
                            <Description term="Where a provider is">"The last place only, and only while they are on duty."</Description>
                        </ui::DescriptionList>
                    </TitledCard>
                    <TitledCard title="What the law wants kept">
                        <p>"Everything else is erased when you ask for it. These may still name you:"</p>
                        <ui::DescriptionList>{holds}</ui::DescriptionList>
                    </TitledCard>
                    <TitledCard title="Your data">
                        <p>"With an account you can download everything or have it erased yourself. Without one, write to us from the address you booked with."</p>
                        <div class="row">
                            <ui::SecondaryLink href=own>"Download or erase"</ui::SecondaryLink>
                            <ui::QuietLink href=write>"Write to us"</ui::QuietLink>
                        </div>
                    </TitledCard>
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}
