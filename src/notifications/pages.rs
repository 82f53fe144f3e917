//! `/dev/mailbox`.

use engine::field::isolated;
use leptos::prelude::*;

use super::{Mail, mailbox};
use crate::{
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{self, EmptyState, Glyph, Icon, SecondaryLink},
};

const SHOWN: i64 = 50;

/// `/dev/mailbox?to=…`: the messages this tenant would have sent with a mail server and a gateway for text messages.
pub async fn dev_mailbox(visit: Visit) -> Result<Answer, AppError> {
    let to = visit.query("to").map(str::to_owned);
    let mut tx = visit.begin().await?;
    let mut mails = mailbox(&mut tx, &visit.ctx.app.keys, SHOWN).await?;
    drop(tx);
    if let Some(to) = &to {
        mails.retain(|mail| mail.to == *to);
    }
    let ctx = visit.ctx;
    let tenant = ctx.tenant.clone();
    Page::new(t!("notifications-mailbox"), move || {
        let lead = t!("notifications-every-message-would-have-sent-this", business = isolated(&tenant.name));
        let messages = mails.into_iter().map(|mail| message(&tenant, mail)).collect_view();
        let nothing = view! {
            <EmptyState
                glyph=Glyph::Mail
                title=t!("notifications-nothing-here-yet")
                text=t!("notifications-book-something-or-create-an-account")
            />
        };
        view! {
            <CustomerFrame ctx>
                <ui::Page title=t!("notifications-mailbox") lead=lead>
                    {if messages.is_empty() { nothing.into_any() } else { messages.into_any() }}
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

fn message(tenant: &Tenant, mail: Mail) -> impl IntoView + use<> {
    let is_text = mail.subject.is_empty();
    let title = if is_text { t!("notifications-text-message").to_owned() } else { mail.subject };
    let glyph = if is_text { Glyph::Phone } else { Glyph::Mail };
    let at = tenant.date_time(mail.at);
    let paragraphs = mail.text.split("\n\n").map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    let links = mail
        .links
        .into_iter()
        .map(|link| view! { <SecondaryLink href=link>{t!("notifications-open-the-link")}</SecondaryLink> })
        .collect_view();
    view! {
        <article class="card">
            <h2 class="card-title">{title}</h2>
            <p class="row muted small">
                <Icon glyph />
                <span>{t!("notifications-to")} {mail.to}</span>
                <span>{at}</span>
                <span>{mail.kind}</span>
            </p>
            {paragraphs}
            {links}
        </article>
    }
}
