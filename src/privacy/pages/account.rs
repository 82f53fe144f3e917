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
    let lead = t!("privacy-what-knows-about-you-is-yours", business = isolated(&ctx.tenant.name));
    Page::new(t!("privacy-your-data"), move || {
        view! {
            <AccountFrame ctx path="/account/privacy" title=t!("privacy-your-data")>
                <p class="lead">{lead}</p>
                <div class="grid">
                    <TitledCard title=t!("privacy-download-your-data")>
                        <p>{t!("privacy-one-file-with-everything-your-account")}</p>
                        <p class="faint small">{t!("privacy-a-json-file-that-other-programs")}</p>
                        <div class="row">
                            <ui::PrimaryLink href="/account/privacy/export.json"><Icon glyph=Glyph::Download />{t!("privacy-download-my-data")}</ui::PrimaryLink>
                        </div>
                    </TitledCard>
                    <TitledCard title=t!("privacy-erase-your-data")>
                        <p>{t!("privacy-we-erase-your-personal-details-everywhere")}</p>
                        <p class="faint small">{t!("privacy-the-next-page-shows-what-will")}</p>
                        <div class="row">
                            <ui::DangerLink href="/account/privacy/erase">{t!("privacy-erase-my-account")}</ui::DangerLink>
                        </div>
                    </TitledCard>
                </div>
                <p><a href="/privacy">{t!("privacy-what-we-keep-for-how-long")}</a></p>
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
