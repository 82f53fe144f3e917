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
    Page::new("Mailbox", move || {
        let lead = format!("Every message {} would have sent. This machine only stores them.", isolated(&tenant.name));
        let messages = mails.into_iter().map(|mail| message(&tenant, mail)).collect_view();
        let nothing = view! {
            <EmptyState
                glyph=Glyph::Mail
                title="Nothing here yet"
                text="Book something or create an account, and its message appears here."
            />
        };
        view! {
            <CustomerFrame ctx>
                <ui::Page title="Mailbox" lead=lead>
                    {if messages.is_empty() { nothing.into_any() } else { messages.into_any() }}
                </ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

fn message(tenant: &Tenant, mail: Mail) -> impl IntoView + use<> {
    let is_text = mail.subject.is_empty();
    let title = if is_text { "Text message".to_owned() } else { mail.subject };
    let glyph = if is_text { Glyph::Phone } else { Glyph::Mail };
    let at = tenant.date_time(mail.at);
    let paragraphs = mail.text.split("\n\n").map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    let links = mail
        .links
        .into_iter()
        .map(|link| view! { <SecondaryLink href=link>"Open the link"</SecondaryLink> })
        .collect_view();
    view! {
        <article class="card">
            <h2 class="card-title">{title}</h2>
            <p class="row muted small">
                <Icon glyph />
                <span>"to " {mail.to}</span>
                <span>{at}</span>
                <span>{mail.kind}</span>
            </p>
            {paragraphs}
            {links}
        </article>
    }
}
