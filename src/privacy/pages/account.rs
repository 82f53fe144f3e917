use engine::field::isolated;
use leptos::prelude::*;

use crate::{
    account::AccountFrame,
    error::AppError,
    privacy::{export, subject::Subject},
    server::{Answer, JsonFile, Page, Visit},
    ui::{self, Glyph, Icon, TitledCard},
};

/// `/account/privacy`: export and erasure of the user's data.
pub async fn account(visit: Visit) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    let lead = format!("What {} knows about you is yours.", isolated(&ctx.tenant.name));
    Page::new("Your data", move || {
        view! {
            <AccountFrame ctx path="/account/privacy" title="Your data">
                <p class="lead">{lead}</p>
                <div class="grid">
                    <TitledCard title="Download your data">
                        <p>"One file with everything: your account, bookings, vehicles, payments, reviews, devices, and for providers jobs and earnings."</p>
                        <p class="faint small">"A JSON file that other programs can read. You may need to enter your password first."</p>
                        <div class="row">
                            <ui::PrimaryLink href="/account/privacy/export.json"><Icon glyph=Glyph::Download />"Download my data"</ui::PrimaryLink>
                        </div>
                    </TitledCard>
                    <TitledCard title="Erase your data">
                        <p>"We erase your personal details everywhere, immediately and permanently. Then we search the whole database for your name, e-mail, phone number and plates, and give you a certificate of the result."</p>
                        <p class="faint small">"The next page shows what will happen. Nothing is erased until you confirm."</p>
                        <div class="row">
                            <ui::DangerLink href="/account/privacy/erase">"Erase my account"</ui::DangerLink>
                        </div>
                    </TitledCard>
                </div>
                <p><a href="/privacy">"What we keep, for how long, and why"</a></p>
            </AccountFrame>
        }
    })
    .answer()
}

/// `/account/privacy/export.json`: the export.
pub async fn export(visit: Visit) -> Result<Answer, AppError> {
    let user = visit.ctx.confirmed()?.id;
    let mut tx = visit.begin().await?;
    let subject = Subject::of_account(&mut tx, user).await?;
    let contents = export::export(&mut tx, &visit.ctx.tenant, &subject).await?;
    let name = format!("my-data-{}.json", visit.ctx.tenant.zone.date(tx.now));
    tx.commit().await?;
    Ok(Answer::Json(JsonFile { name, contents }))
}
