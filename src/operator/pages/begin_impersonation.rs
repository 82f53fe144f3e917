use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    error::AppError,
    identity::{pages::dead_link_because, token::Token},
    operator::{
        Impersonation,
        impersonation::{self, BeginImpersonation},
    },
    server::{Answer, Page, Visit},
    ui::{self, Glyph, HiddenField, TopBar},
    words::Phrase,
};

const OVER: Phrase = phrase!("operator-the-link-works-once-within-a");

/// `/impersonate/{token}` on a tenant's host: the operator's last step. A page and not a redirect, so that opening a link signs nobody in.
pub async fn begin_impersonation(visit: Visit) -> Result<Answer, AppError> {
    let secret: String = visit.param("token")?;
    let mut tx = visit.begin().await?;
    let Some((permit, user)) = impersonation::open(&mut tx, &Token::from(secret.as_str())).await? else {
        return dead_link_because(visit.ctx, OVER.say(), t!("operator-to-the-start-page"), "/");
    };
    drop(tx);
    let tenant = visit.ctx.tenant.clone();
    Page::new(t!("operator-act-as-someone"), move || {
        let minutes = Impersonation::LONGEST.num_minutes();
        view! {
            <TopBar name=tenant.name.clone() mark=tenant.mark() home="/">
                <span class="muted">{t!("operator-support")}</span>
            </TopBar>
            <ui::CompactPage title=t!("operator-act-as", name = isolated(&user.name)) lead=t!("operator-because", reason = isolated(&permit.reason))>
                <ui::Card>
                    <p>
                        {t!("operator-you-see-and-do-what-can", name = isolated(&user.name), minutes = minutes, business = isolated(&tenant.name))}
                    </p>
                    <ui::PostForm action=BeginImpersonation::PATH>
                        <HiddenField name="token" value=secret />
                        <ui::PrimaryButton><ui::Icon glyph=Glyph::LogIn />{t!("operator-continue-as", name = isolated(&user.name))}</ui::PrimaryButton>
                    </ui::PostForm>
                </ui::Card>
            </ui::CompactPage>
        }
    })
    .answer()
}
