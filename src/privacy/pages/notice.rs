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
    let lead = format!("What {} keeps, for how long, and why.", isolated(&ctx.tenant.name));
    let description = lead.clone();
    Page::new("Privacy", move || {
        let tenant = ctx.tenant.clone();
        let write = format!("mailto:{}", tenant.email);
        let holds = HOLDS.iter().map(|hold| view! { <Description term=hold.what>{hold.why}</Description> }).collect_view();
        let own = if signed_in { "/account/privacy" } else { "/sign-in?next=/account/privacy" };
        view! {
            <CustomerFrame ctx>
                <ui::Page title="Privacy" lead>
                    <TitledCard title="How long">
                        <ui::DescriptionList in_sentences=true>
                            <Description term="Your account and bookings">"Until you ask us to erase them."</Description>
                            <Description term="An erased account">"Personal details are erased immediately. The empty record and certificate link are removed after 90 days."</Description>
                            <Description term="Bookings with their money">"Seven years after they are over, as tax law requires. Once you are erased they no longer name you."</Description>
                            <Description term="Who did what (audit log)">"Seven years. Personal values are stored as codes that can't be read back."</Description>
                            <Description term="Links, codes and forms half filled in">"Minutes to days, until they expire."</Description>
                            <Description term="Messages we send">"Until they are delivered. After that only the fact that one was sent."</Description>
                            <Description term="Where a provider is">"Only the latest location, and only while they are on duty."</Description>
                        </ui::DescriptionList>
                    </TitledCard>
                    <TitledCard title="What the law requires us to keep">
                        <p>"Everything else is erased when you ask. These may still name you:"</p>
                        <ui::DescriptionList in_sentences=true>{holds}</ui::DescriptionList>
                    </TitledCard>
                    <TitledCard title="Your data">
                        <p>"With an account you can download or erase your data yourself. Without one, write to us from the address you booked with."</p>
                        <div class="row">
                            <ui::SecondaryLink href=own>"Download or erase"</ui::SecondaryLink>
                            <ui::QuietLink href=write>"Write to us"</ui::QuietLink>
                        </div>
                    </TitledCard>
                </ui::Page>
            </CustomerFrame>
        }
    })
    .listed(description)
    .answer()
}
