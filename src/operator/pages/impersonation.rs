use engine::{Id, field::isolated};
use leptos::prelude::*;

use super::frame::OperatorFrame;
use crate::{
    error::AppError,
    operator::{Impersonation, OperatorCtx, impersonation, store::impersonations},
    server::{Answer, Page, Visit},
    tenants::{self, Tenant},
    ui::{self, Alert, Glyph, Icon, PrimaryLink, SecondaryLink, Tone},
};

/// `/operator/tenants/{id}/impersonations/{permit}`: the link to the tenant's host that starts the impersonation. Only the session
/// that requested it can compute the token.
pub async fn impersonation(visit: Visit<OperatorCtx>) -> Result<Answer, AppError> {
    let tenant: Id<Tenant> = visit.param("id")?;
    let permit: Id<Impersonation> = visit.param("permit")?;
    let session = visit.ctx.cookie.token().ok_or(AppError::Unauthenticated)?;
    let token = impersonation::token(&session, permit);
    let mut tx = visit.ctx.begin_in(tenant).await?;
    let found = impersonations::find(&mut tx, permit).await?.ok_or(AppError::NotFound)?;
    let works = impersonation::open(&mut tx, &token).await?.is_some();
    let hosts = tenants::store::list_own_hosts(&mut tx).await?;
    drop(tx);
    let operator = visit.ctx.operator()?.clone();
    let host = hosts.first().cloned().unwrap_or_default();
    let link = works.then(|| visit.ctx.tenant_url(&host, &format!("/impersonate/{}", token.reveal())));
    Page::new(t!("operator-act-as-someone"), move || {
        let back = format!("/operator/tenants/{tenant}");
        let (name, reason) = (found.user_name, found.reason);
        let seconds = impersonation::TOKEN_LIFETIME.num_seconds();
        let content = match link {
            Some(link) => view! {
                <ui::Card>
                    <p>{t!("operator-the-link-opens-it-works-once", host = host, seconds = seconds)}</p>
                    <div class="row">
                        <PrimaryLink href=link><Icon glyph=Glyph::LogIn />{t!("operator-act-as", name = isolated(&name))}</PrimaryLink>
                        <SecondaryLink href=back>{t!("operator-back")}</SecondaryLink>
                    </div>
                </ui::Card>
            }
            .into_any(),
            None => view! {
                <Alert tone=Tone::Info title=t!("operator-this-link-was-used-or-has")>
                    <p><a href=back>{t!("operator-get-another-link")}</a></p>
                </Alert>
            }
            .into_any(),
        };
        view! {
            <OperatorFrame operator path="/operator">
                <ui::Page title=t!("operator-act-as-someone") lead=t!("operator-because", reason = isolated(&reason))>{content}</ui::Page>
            </OperatorFrame>
        }
    })
    .answer()
}
