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
};

const OVER: &str = "The link works once, within a minute. Get another one on the operator pages.";

/// `/impersonate/{token}` on a tenant's host: the operator's last step. A page and not a redirect, so that opening a link signs nobody in.
pub async fn begin_impersonation(visit: Visit) -> Result<Answer, AppError> {
    let secret: String = visit.param("token")?;
    let mut tx = visit.begin().await?;
    let Some((permit, user)) = impersonation::open(&mut tx, &Token::from(secret.as_str())).await? else {
        return dead_link_because(visit.ctx, OVER, "To the start page", "/");
    };
    drop(tx);
    let tenant = visit.ctx.tenant.clone();
    Page::new("Act as someone", move || {
        let minutes = Impersonation::LONGEST.num_minutes();
        view! {
            <TopBar name=tenant.name.clone() mark=tenant.mark() home="/">
                <span class="muted">"Support"</span>
            </TopBar>
            <ui::CompactPage title=format!("Act as {}", isolated(&user.name)) lead=format!("Because: {}", isolated(&permit.reason))>
                <ui::Card>
                    <p>
                        {format!("You see and do what {} can for {minutes} minutes. The log of {} says that it was you.", isolated(&user.name), isolated(&tenant.name))}
                    </p>
                    <ui::PostForm action=BeginImpersonation::PATH>
                        <HiddenField name="token" value=secret />
                        <ui::PrimaryButton><ui::Icon glyph=Glyph::LogIn />{format!("Continue as {}", isolated(&user.name))}</ui::PrimaryButton>
                    </ui::PostForm>
                </ui::Card>
            </ui::CompactPage>
        }
    })
    .answer()
}
